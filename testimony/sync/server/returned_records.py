"""Takes back at central what a reader's desk proves that central logged before it was restored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from testimony.domain.roles import Role
from testimony.errors import NotCanonical, Refused
from testimony.sealing.records.records import SignedRecord
from testimony.services.custody import earlier_logs
from testimony.services.feed.feed import Asker, may_open
from testimony.services.intake import receipts
from testimony.services.intake.returned import KINDS, Returned
from testimony.station.station import Station
from testimony.sync.server.desk_policy import DESKS
from testimony.sync.wire import returned
from testimony.sync.wire.frames import Frame


@dataclass
class Unpacked:
    """The `frames` without proofs, by the same places. `rules`: what is refused; `proved`: what may be taken back."""

    frames: list[Frame] = field(default_factory=list)
    rules: dict[int, str] = field(default_factory=dict)
    proved: set[int] = field(default_factory=set)
    returned: Returned | None = None


def unpack(station: Station, asker: Asker | None, frames: Sequence[Frame], *, active: bool = True) -> Unpacked:
    """Check the proofs that records of a reader's desk bring. From nobody else a proof counts, or is understood.

    `active`: whether the reader is, by the roster in force; a revoked one gives nothing back.
    """
    found = Unpacked(list(frames))
    if asker is None or asker.role not in DESKS:
        return found
    names: set[str] = set()
    for place, frame in enumerate(frames):
        if frame.kind == "record":
            try:
                bare, name = _require_proved(station, frame.payload, active=active)
            except Refused as error:
                found.rules[place] = error.rule
                continue
            found.frames[place] = Frame("record", bare)
            if name:
                names.add(name)
                found.proved.add(place)
    if names:
        may_have = partial(may_open, asker)
        found.returned = Returned(records=frozenset(names), may_have=may_have, media=asker.role == Role.LAWYER)
    return found


def _require_proved(station: Station, payload: bytes, *, active: bool) -> tuple[bytes, str]:
    """The envelope, and the record's name if it came with a proof, "" otherwise. Raises `Refused`."""
    try:
        bare, logged = returned.split(payload)
        if logged is None:
            return payload, ""
        record = SignedRecord.decode(bare)
        name, kind = record.id, record.kind
    except NotCanonical as error:
        raise Refused("structure") from error
    if not active:
        raise Refused("signer.inactive")
    if kind not in KINDS:
        raise Refused("kind.unknown")
    earlier_logs.require_logged(station, logged, ref=name, kind=receipts.entry_kind(kind))
    return bare, name
