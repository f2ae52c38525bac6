"""Check whether a field node or a desk can exchange with central at all: its address and its place in the roster."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from testimony.sealing.roster.trusted_files import Trust
from testimony.services.integrity.home import Fault, Home
from testimony.services.link import last_sync

SUBJECT: Final = "exchange"
OUT: Final = "The roster in force does not name this station as active, so central refuses it. Ask headquarters."
NOWHERE: Final = (
    "This station has no address of central and has never exchanged with it. Run “testimony station address URL --home "
    "HOME”, or carry what waits by USB stick."
)
BY_STICK: Final = "This station has no address of central: it exchanges by USB stick alone."


def check(folder: Path, environment: Mapping[str, str] = os.environ) -> Iterator[Fault]:
    """What keeps the undamaged station in `folder` from exchanging. Nothing at central, which waits for others."""
    home = Home(folder, environment)
    try:
        if home.settings.role != "central":
            yield from _faults(home)
    finally:
        home.close()


def _faults(home: Home) -> Iterator[Fault]:
    if home.kid and not _is_active(home):
        yield Fault(subject=SUBJECT, words=OUT)
    if not home.settings.central_url and not Trust.from_roster(home.chain.latest).central:
        with home.reading() as session:
            never = last_sync.last(session) is None
        yield Fault(subject=SUBJECT, words=NOWHERE if never else BY_STICK, grave=never)


def _is_active(home: Home) -> bool:
    entry = home.chain.latest.signer(home.kid)
    return entry is not None and entry.active
