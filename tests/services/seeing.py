"""Others who see central's log, for tests: heads that an authority stamps, and that a partner cosigns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from unittest import mock

from testimony.sealing import cosignature, timestamp
from testimony.sealing.cosignature import Witness
from testimony.sealing.signing import Signer
from testimony.services import custody, witnessing
from testimony.services.station import Station
from tests.sealing.authority import Authority

PARTNER: Final = Signer(b"\2" * 32)
WITNESS: Final = Witness("partner.example/w1", PARTNER.public_keys[0])
AT: Final = 1795608000
"""2026-11-25T12:00:00Z"""


def stamp(central: Station, authority: Authority) -> None:
    """As it comes over the network, whatever the day."""
    with central.database.reading() as session:
        note = witnessing.note_to_stamp(central, session, anew=True)
    assert note is not None
    query = timestamp.ask(hashlib.sha256(note.encode()).digest(), bytes(16))
    witnessing.keep_stamp(central, note, query, authority.reply(query), authority.roots)


def cosign(central: Station, witness: Witness = WITNESS, signer: Signer = PARTNER, at: int = AT) -> None:
    """The head as it is now, as a partner's file brings it."""
    with central.database.reading() as session:
        note = custody.checkpoint(central, session)
    witnessing.take_cosigned(central, cosignature.add(note, witness, signer, at))


@contextmanager
def on(day: str) -> Iterator[None]:
    """Every station's clock says this day."""
    with mock.patch.object(Station, "today", return_value=day):
        yield
