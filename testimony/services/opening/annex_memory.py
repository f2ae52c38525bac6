"""Keeps opened annexes from one unlocking to the next (services/opening/sealed_index.py).

An outsider must not see which testimony an annex is about. So each annex has two entries: one says which testimony, and
opens with the annex's shred key; the other holds the content, and opens with that of the testimony as well.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.services.opening.sealed_index import SealedIndex
from testimony.store.models.records import Held, ObjectRow, TombstoneRow

ABOUT, CONTENT = "about", "annex"
"""The kinds of the two entries."""
SMALLEST: Final = 64
"""Bytes of an entry that names a testimony, padded: all have the same length."""


def recall(session: Session, index: SealedIndex, audience: str, names: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Name -> what was kept, of the annexes `names` whose head for `audience` is here and whose testimony is served."""
    own = _subjects(session, audience, names)
    gone = set(session.scalars(select(TombstoneRow.subject)))
    own = {name: subject for name, subject in own.items() if subject not in gone}
    about = index.find(ABOUT, {name: (subject,) for name, subject in own.items()})
    both = {name: (own[name], str(tid)) for name, tid in about.items() if tid not in gone}
    return index.find(CONTENT, both)


def keep(session: Session, index: SealedIndex, audience: str, opened: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep `opened`, name of an annex -> its value, which has the key `tid`."""
    own = _subjects(session, audience, opened)
    tids = {name: str(opened[name]["tid"]) for name in own}
    index.keep(ABOUT, tids, {name: (subject,) for name, subject in own.items()}, smallest=SMALLEST)
    both = {name: (subject, tids[name]) for name, subject in own.items()}
    index.keep(CONTENT, {name: opened[name] for name in own}, both)


def _subjects(session: Session, audience: str, names: Collection[str]) -> dict[str, str]:
    """Annex -> the id of its shred key, for those whose head for `audience` is here."""
    of_them = ObjectRow.record.in_(names), ObjectRow.audience == audience, ObjectRow.held == Held.HELD
    return dict(session.execute(select(ObjectRow.record, ObjectRow.subject).where(*of_them)).all())
