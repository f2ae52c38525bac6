"""Audit log of central's accounts: an append-only hash chain of who did what, to whom and when. No IP addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.store.models.administrators import ActRow

VERSION = "testimony/1/administration"
START = "0" * 64


@dataclass(frozen=True)
class Act:
    """`at`: YYYY-MM-DDTHH:MMZ. `act`: one of `domain.administrators.ACTS`. `about`: an account, and what changed in
    it.
    """

    number: int
    at: str
    by: str
    act: str
    about: str


def note(session: Session, act: str, *, by: str, about: str, now: int) -> None:
    """Append one act. `now`: seconds since 1970."""
    last = session.execute(select(ActRow).order_by(ActRow.number.desc()).limit(1)).scalar()
    number, before = (last.number + 1, last.name) if last else (1, START)
    at = datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%MZ")
    made = Act(number, at, by, act, about)
    session.add(ActRow(number=number, at=at, by=by, act=act, about=about, name=_name(before, made)))
    session.flush()


def listed(session: Session, most: int = 200) -> list[Act]:
    """The most recent acts, latest first."""
    rows = session.execute(select(ActRow).order_by(ActRow.number.desc()).limit(most)).scalars()
    return [_act(row) for row in rows]


def holds(session: Session) -> bool:
    """Whether each act still follows from the one before. Somebody who can write the database can forge a whole
    chain.
    """
    return _chained(session.execute(select(ActRow).order_by(ActRow.number)).scalars().all())


def _chained(rows: Sequence[ActRow]) -> bool:
    before = START
    for number, row in enumerate(rows, 1):
        if row.number != number or row.name != _name(before, _act(row)):
            return False
        before = row.name
    return True


def _act(row: ActRow) -> Act:
    return Act(row.number, row.at, row.by, row.act, row.about)


def _name(before: str, act: Act) -> str:
    """SHA-256 over canonical JSON, in hex: docs/sign-in.md."""
    value = {"v": VERSION, "before": before, "number": act.number, "at": act.at, "by": act.by, "act": act.act}
    return canonical.sha256_hex(canonical.encode({**value, "about": act.about}))
