"""Remember at central what came on a stick: whose receipts go back, and from which log position to answer.

The names are in a file for each sender, outside the database, because they are needed only until the answer is
written. If a file is lost, an answer holds more receipts than needed; no testimony is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.sealing.records.records import SignedRecord
from testimony.services.intake import receipts as intake_receipts
from testimony.services.records.readback import Readback
from testimony.services.tracking import readership
from testimony.store.errors import StoreFailing
from testimony.store.files import durable
from testimony.store.models.deliveries import Delivery
from testimony.store.models.records import RecordRow
from testimony.store.state import readership as state_readership

if TYPE_CHECKING:
    from pathlib import Path

    from testimony.sealing.bundle.bundle import Header
    from testimony.station.station import Station

FOLDER: Final = "brought"
SHARE: Final = 200


def note(station: Station, sender: str, bundle: str, names: Collection[str], refused: Mapping[str, str]) -> None:
    """Remember the records `names` that the `bundle` (its id) of `sender` (kid) contained, and forget other bundles.

    `refused`: the rules that some of them broke, which the sender is told too. Raises `StoreFull`, `StoreUnwritable`.
    """
    file = _file(station, sender)
    lines = _lines(file)
    known = dict.fromkeys(names, "") | {name: refused[name] for name in names if name in refused}
    if lines[:1] == [bundle]:  # another file of the same bundle, or the same file again
        known = dict(map(_taken_apart, lines[1:])) | known
    told = [f"{name}={rule}" if rule else name for name, rule in sorted(known.items())]
    with durable.named_errors(file.parent):
        file.parent.mkdir(mode=0o700, exist_ok=True)
        durable.replace_file(file, "\n".join([bundle, *told, ""]).encode())


def names(station: Station, session: Session, sender: str) -> list[str]:
    """The records whose receipts `sender` waits for: those of its last bundle, else all that it delivered."""
    found = dict(map(_taken_apart, _lines(_file(station, sender))[1:]))
    if found:
        return [name for name, rule in found.items() if not rule]
    delivered = select(RecordRow.name).join(Delivery, Delivery.tid == RecordRow.subject)
    of_sender = (Delivery.node == sender, RecordRow.kind == "manifest")
    return list(session.scalars(delivered.where(*of_sender).order_by(RecordRow.arrival)))


def refusals(station: Station, sender: str) -> dict[str, str]:
    """The rules, by name, of the records that were refused in the last bundle of `sender`."""
    found = map(_taken_apart, _lines(_file(station, sender))[1:])
    return {name: rule for name, rule in found if rule}


def receipts(station: Station, records: Sequence[str]) -> Iterator[SignedRecord]:
    """This station's receipts for those of `records` that it holds in full, each read back before it is given."""
    for start in range(0, len(records), SHARE):
        share = [name for name in records[start : start + SHARE] if name not in station.unread]
        share = [name for name in share if _is_proved(station, name)]
        with station.database.reading() as session:
            given = intake_receipts.receipts_for(session, share, station.kid)
        yield from (given[name] for name in share if name in given)


def is_whole(station: Station, header: Header) -> bool:
    """Whether every record that belongs to the bundle of this `header` has arrived, in whatever files."""
    lines = _lines(_file(station, header.by))
    return lines[:1] == [header.id] and len(lines) - 1 >= header.waiting


def ask(session: Session, sender: str, position: int) -> None:
    """Remember that `sender` asked on a stick for the log from `position` on."""
    state_readership.edit(session, sender).asked = position


def asked(session: Session, sender: str) -> int:
    """The position from which `sender` gets the log: the last one asked for on a stick, else the end of what it has
    read.
    """
    position = state_readership.read(session, sender).asked
    return readership.read_by(session, sender) if position is None else position


def _is_proved(station: Station, name: str) -> bool:
    """Whether it is proved. A damaged record does not hold back the others."""
    try:
        Readback.of(station).require_proved([name])
    except StoreFailing:
        return False
    return True


def _file(station: Station, sender: str) -> Path:
    return station.settings.home / FOLDER / sender


def _taken_apart(line: str) -> tuple[str, str]:
    name, _, rule = line.partition("=")
    return name, rule


def _lines(file: Path) -> list[str]:
    return file.read_text("ascii").split() if file.is_file() else []
