"""Mark accounts that the organisation published in words, and keep their coded versions out of releases at every desk.

Anybody who read both the story and the table could tell which line is whose. The mark cannot be removed.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.ledger import Ledger, LedgerBatch
from testimony.services.ledger import ledger
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.release.desk import Releaser
from testimony.store.models.records import RecordRow

SHORTEST = 8
"""Characters of a testimony's id that identify it, as pages show it."""
LONGEST = 32


def find(session: Session, said: str) -> tuple[str, str]:
    """(testimony, its manifest) of the one with the id `said`, or the only one whose id begins so; also if it was
    withdrawn. Raises `TestimonyUnknown`.
    """
    number = "".join(said.split()).lower()
    if not SHORTEST <= len(number) <= LONGEST:
        raise TestimonyUnknown(tid=said)
    wanted = select(RecordRow.subject, RecordRow.name).where(
        RecordRow.kind == "manifest", RecordRow.subject.startswith(number, autoescape=True)
    )
    found = session.execute(wanted.limit(2)).all()
    if len(found) != 1:
        raise TestimonyUnknown(tid=said)
    tid, manifest = found[0]
    return str(tid), manifest


def register(by: Releaser, said: str) -> str:
    """Record for every desk that the account of the testimony `said` (its id) was published. Returns the entry's name.

    Raises `TestimonyUnknown`, `LedgerRefused` (unopened, role), `LedgerIncomplete`, `LedgerForked`.
    """
    with by.station.database.reading() as session:
        _tid, manifest = find(session, said)
        held = ledger.read(by.station, session, by.reader, by.annexes)
    return ledger.auxiliary(by.station, by.reader, held, [held.member(manifest)], day=by.day)


def inside(session: Session, held: Ledger, batch: LedgerBatch) -> list[str]:
    """The testimonies in the lines of `batch` that are here and count as published."""
    lines = {line.id for line in batch.contents.classes}
    manifests = session.execute(select(RecordRow.subject, RecordRow.name).where(RecordRow.kind == "manifest"))
    return sorted(str(tid) for tid, name in manifests if held.published.get(held.member(name)) in lines)


def line_of(session: Session, held: Ledger, said: str) -> tuple[str, str]:
    """(the line in which the testimony `said` left, its manifest). Raises `TestimonyUnknown`, `LedgerRefused`."""
    _tid, manifest = find(session, said)
    line = held.published.get(held.member(manifest), "")
    if not line:
        raise LedgerRefused("unpublished")
    return line, manifest


def registered(session: Session, held: Ledger) -> list[tuple[str, str]]:
    """(testimony, class in which it was released before, "" if none) of each that is here and was registered."""
    if not held.auxiliary:
        return []
    manifests = session.execute(select(RecordRow.subject, RecordRow.name).where(RecordRow.kind == "manifest"))
    members = sorted((str(tid), held.member(name)) for tid, name in manifests)
    return [(tid, held.published.get(member, "")) for tid, member in members if member in held.auxiliary]
