"""List the heads for the recovery key that central holds, and those that a desk still lacks for a recovery.

They stay at central and go to a desk on a stick on the day of the recovery. They are sealed to the recovery key alone,
so the person who carries them can read nothing more than before.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.store.models.records import Held, ObjectRow, TombstoneRow


def stored_heads(session: Session) -> dict[str, list[str]]:
    """At central: names of the heads for recovery, by the record that names them. Leaves out withdrawn testimonies."""
    stones = select(TombstoneRow.subject)
    wanted = select(ObjectRow.record, ObjectRow.name).where(
        ObjectRow.audience == Audience.RECOVERY, ObjectRow.held == Held.HELD, ObjectRow.subject.not_in(stones)
    )
    found: dict[str, list[str]] = {}
    for record, name in session.execute(wanted.order_by(ObjectRow.record, ObjectRow.name)):
        found.setdefault(record, []).append(name)
    return found


def lacking(session: Session) -> set[str]:
    """At a desk: the heads that its records name and that are not here."""
    wanted = select(ObjectRow.name).where(ObjectRow.audience == Audience.RECOVERY, ObjectRow.held == Held.EXPECTED)
    return set(session.scalars(wanted))
