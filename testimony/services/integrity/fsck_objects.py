"""Check heads and bodies by hashing each again, and check that withdrawn ones are gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session, aliased

from testimony.services.integrity.home import Fault, Home, few
from testimony.services.records.head_cipher import HeadSafe
from testimony.services.records.validation import GRANTED
from testimony.store.blobs.blobs import PARTS, Bodies
from testimony.store.blobs.folder import half_written
from testimony.store.errors import PartDamaged, PartMissing, StoreFailing
from testimony.store.models.records import Held, ObjectRow, RecordRow, TombstoneRow

HERE: Final = (Held.HELD, Held.SUSPENDED)
DESTROYED_KINDS: Final = ("manifest", "grant", "annex", "question", "answer", "keep")
A_PAGE: Final = 500
WRONG: Final[dict[type, str]] = {PartMissing: "is missing", PartDamaged: "is damaged"}
REMEDY: Final = {
    "field": "Synchronise: headquarters may have it. Keep the phone that brought it.",
    "central": "Let its field station synchronise, which brings it again while it keeps its copy.",
    "desk": "Run `testimony sync --restored`, which fetches it again.",
}


LOST: Final = (
    "{number} testimonies and annexes were given back by desks without what is for {audience}: a backup lacked it. "
    "Let every field station and every desk of theirs synchronise; what none of them has a lawyer's desk gives anew "
    "(`testimony grant --anew`)."
)
BODIES: Final = "nobody in particular (their bodies)"


def check(home: Home) -> Iterator[Fault]:
    yield from _lost(home)
    yield from few(_heads(home))
    if home.bodies is None:
        yield Fault(subject="bodies", words=f"The folder {PARTS} is not there. Restore the last backup.")
    try:
        if home.bodies is not None:
            yield from few(_bodies(home, home.bodies))
        yield from few(_withdrawn(home))
        if home.bodies is not None:
            yield from _leftovers(home, home.bodies)
    except StoreFailing as error:
        yield Fault(subject="bodies", words=f"{error} Here that means: not all bodies were looked at.")


def _lost(home: Home) -> Iterator[Fault]:
    """Name what a restored central has no more, by the audience that cannot open it. Granted anew, it is not lost."""
    granted = aliased(ObjectRow)
    again = (granted.subject == ObjectRow.subject, granted.part == ObjectRow.part, granted.audience == GRANTED)
    anew = select(granted.name).where(*again, granted.held == Held.HELD)
    counted = (
        select(ObjectRow.audience, func.count(distinct(ObjectRow.record)))
        .where(ObjectRow.held == Held.LOST, ~anew.exists())
        .group_by(ObjectRow.audience)
        .order_by(ObjectRow.audience)
    )
    with home.reading() as session:
        for audience, number in session.execute(counted).all():
            words = LOST.format(number=number, audience=audience or BODIES)
            yield Fault(subject="lost", words=words, grave=False)


def _heads(home: Home) -> Iterator[Fault]:
    keyless: set[str] = set()
    columns = (ObjectRow.name, ObjectRow.subject, ObjectRow.held, ObjectRow.sealed)
    heads = select(*columns).where(ObjectRow.audience.is_not(None)).execution_options(yield_per=A_PAGE)
    with home.reading() as session:
        for name, subject, held, sealed in session.execute(heads):
            if held not in HERE:
                if sealed is not None:
                    words = f"{name[:16]}… was deleted and its bytes are still here. Restore the last backup."
                    yield Fault(subject="head", words=words)
                continue
            key = home.keys.get(subject)
            if key is None and subject not in keyless:
                keyless.add(subject)
                words = f"The heads of {subject} have no key any more. {REMEDY[home.settings.role]}"
                yield Fault(subject="shred keys", words=words)
            elif key is not None and HeadSafe(key).unlock(name, sealed or b"") is None:
                yield Fault(subject="head", words=f"{name[:16]}… is damaged. {REMEDY[home.settings.role]}")


def _bodies(home: Home, store: Bodies) -> Iterator[Fault]:
    held = (ObjectRow.audience.is_(None), ObjectRow.held.in_(HERE))
    with home.reading() as session:
        names = list(session.scalars(select(ObjectRow.name).where(*held).distinct()))
    broken = {name: WRONG[type(found)] for name, found in store.read_each(names) if not isinstance(found, bytes)}
    with home.reading() as session:  # a running station may have dropped it meanwhile
        still = set(session.scalars(select(ObjectRow.name).where(*held, ObjectRow.name.in_(broken))))
    for name in sorted(still):
        yield Fault(subject="body", words=f"{name[:16]}… {broken[name]}. {REMEDY[home.settings.role]}")


def _withdrawn(home: Home) -> Iterator[Fault]:
    """Of a destroyed testimony only names may remain."""
    with home.reading() as session:
        for tid, swept in session.execute(
            select(TombstoneRow.subject, TombstoneRow.swept).where(TombstoneRow.shredded.is_(True))
        ).all():
            if not swept:
                yield Fault(subject="withdrawal", words=f"{tid} is not destroyed to its end. Start the station.")
                continue
            left = list(_left(home, session, tid))
            if left:
                words = (
                    f"Of {tid}, which was withdrawn, there is still: {', '.join(left)}. Deliver the withdrawal again."
                )
                yield Fault(subject="withdrawal", words=words)


def _left(home: Home, session: Session, tid: str) -> Iterator[str]:
    if tid in home.keys:
        yield "its shred key"
    records = select(RecordRow.name).where(RecordRow.subject == tid, RecordRow.kind.in_(DESTROYED_KINDS))
    if session.scalars(records.where(RecordRow.data != b"")).first() is not None:
        yield "a record"
    if session.scalars(select(ObjectRow.name).where(ObjectRow.subject == tid, ObjectRow.held.in_(HERE))).first():
        yield "a head or body"
    gone = select(ObjectRow.name).where(ObjectRow.subject == tid, ObjectRow.audience.is_(None))
    names = [name for name in session.scalars(gone) if home.bodies is not None and home.bodies.holds(name)]
    elsewhere = select(ObjectRow.name).where(ObjectRow.name.in_(names), ObjectRow.held.in_(HERE))
    if set(names) - set(session.scalars(elsewhere)):
        yield "the file of a body"


def _leftovers(home: Home, store: Bodies) -> Iterator[Fault]:
    """Not grave: a crash leaves half-written files, or files that no record names yet."""
    if half := half_written(home.folder / PARTS):
        words = f"Files half written, by a delivery of this moment or a crash: {half}. The next start clears them."
        yield Fault(subject="bodies", words=words, grave=False)
    files = store.names()
    with home.reading() as session:
        named = set(session.scalars(select(ObjectRow.name).where(ObjectRow.audience.is_(None)).distinct()))
    strange = files - named
    if strange:
        words = f"Files that no record names, of deliveries that broke off: {len(strange)}. They open nothing."
        yield Fault(subject="bodies", words=words, grave=False)
