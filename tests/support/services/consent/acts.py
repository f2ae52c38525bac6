"""Asks a witness again at a desk, later than the interview."""

from __future__ import annotations

from datetime import date

from testimony.services.consent import late_grants
from tests.support.services.desks import COUNT, TODAY, Desk, circumstances


def late(
    desk: Desk, tid: str, key: object = COUNT, *, day: date = TODAY, at: date = TODAY, **changes: object
) -> str | None:
    """Ask on `day`, by the consent as it stands `at`."""
    return late_grants.ask(
        desk.station,
        desk.reader,
        desk.stands(tid, at),
        desk.annexes,
        key,  # type: ignore[arg-type]
        circumstances(**changes),
        life_months=None,
        agreed=True,
        day=day,
    )
