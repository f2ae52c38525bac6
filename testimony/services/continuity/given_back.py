"""Find what a desk can give back to a restored central: records that central's earlier logs name, and that are here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from testimony.services.continuity import epochs
from testimony.services.custody import earlier_logs
from testimony.services.custody import log as custody_log
from testimony.services.custody.earlier_logs import EarlierLogs, Logged
from testimony.services.intake import receipts
from testimony.services.intake.returned import KINDS
from testimony.services.records.scrub import HERE
from testimony.store.models.log import LogLeaf
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow, TombstoneRow

SHARE: Final = 200
"""Records looked up at a time."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A record here, the proof that central logged it, and the heads and bodies of its text that are here."""

    name: str
    logged: Logged
    text: tuple[str, ...]
    has_media: bool


def is_due(session: Session, central: str, epoch: str) -> bool:
    """Whether `central` was restored, or its log went back, and not everything has been given back since."""
    offered = epochs.offered(session, central)
    return offered == epochs.ANEW or (offered != epoch and bool(earlier_logs.set_aside(session, central)))


def kept(session: Session, central: str, after: int) -> tuple[list[Kept], int | None]:
    """The next share of what may be given back, in order of arrival, and where to go on; None at the end.

    Left out is what was withdrawn or suspended here, and what no log of `central` that is held here names.
    """
    rows = session.execute(_here().where(RecordRow.arrival > after).order_by(RecordRow.arrival).limit(SHARE)).all()
    kinds: dict[str, list[str]] = {}
    for name, kind, _ in rows:
        kinds.setdefault(kind, []).append(name)
    logs, proofs = EarlierLogs(session, central), dict[str, Logged]()
    for kind, names in kinds.items():
        proofs |= logs.prove(receipts.entry_kind(kind), names)
    text, media = _objects(session, proofs)
    found = [
        Kept(name=name, logged=proofs[name], text=tuple(text.get(name, ())), has_media=name in media)
        for name, _, _ in rows
        if name in proofs
    ]
    return found, rows[-1][2] if len(rows) == SHARE else None


def chosen(session: Session, central: str, *, everything: bool) -> list[Kept]:
    """What goes on a stick, where nobody can be asked: what the log of `central` does not name since it was restored.

    Nothing before that log was read here. `everything`: all that may be given back.
    """
    if not everything and not custody_log.mirror_size(session, central):
        return []
    found: list[Kept] = []
    after: int | None = 0 if earlier_logs.set_aside(session, central) else None
    while after is not None:
        some, after = kept(session, central, after)
        found += some if everything else _unlogged(session, central, some)
    return found


def pieces(session: Session, record: str) -> dict[str, list[str]]:
    """By piece of media of `record`, the head and the body that are here; other readers' heads are not."""
    of_media = (ObjectRow.record == record, ObjectRow.media, ObjectRow.held.in_(HERE))
    wanted = select(ObjectRow.part, ObjectRow.name).where(*of_media).order_by(ObjectRow.part, ObjectRow.name)
    found: dict[str, list[str]] = {}
    for part, name in session.execute(wanted):
        found.setdefault(part, []).append(name)
    return found


def are_held_back(session: Session) -> bool:
    """Whether testimonies, or single heads, are suspended here: they are given back when their withdrawal is void."""
    whole = select(TombstoneRow.subject).where(TombstoneRow.shredded.is_(False)).limit(1)
    single = select(ObjectRow.name).where(ObjectRow.held == Held.SUSPENDED).limit(1)
    return session.scalar(whole) is not None or session.scalar(single) is not None


def _unlogged(session: Session, central: str, found: Collection[Kept]) -> list[Kept]:
    names = [one.name for one in found]
    logged = set(session.scalars(select(LogLeaf.ref).where(LogLeaf.log == central, LogLeaf.ref.in_(names))))
    return [one for one in found if one.name not in logged]


def _here() -> Select[str, str, int]:
    stone = select(TombstoneRow.subject).where(TombstoneRow.subject == RecordRow.subject)
    return select(RecordRow.name, RecordRow.kind, RecordRow.arrival).where(
        RecordRow.kind.in_(KINDS), RecordRow.progress != Progress.SHREDDED, ~stone.exists()
    )


def _objects(session: Session, records: Collection[str]) -> tuple[dict[str, list[str]], set[str]]:
    """By record, the text that is here; and the records of which media are here."""
    held = (ObjectRow.record.in_(list(records)), ObjectRow.held.in_(HERE))
    wanted = select(ObjectRow.record, ObjectRow.name, ObjectRow.media).where(*held).order_by(ObjectRow.name)
    text: dict[str, list[str]] = {}
    media: set[str] = set()
    for record, name, is_media in session.execute(wanted) if records else ():
        if is_media:
            media.add(record)
        else:
            text.setdefault(record, []).append(name)
    return text, media
