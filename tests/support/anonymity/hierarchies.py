"""A hierarchy of dates by weeks."""

from __future__ import annotations

import datetime

from testimony.anonymity.hierarchies import Hierarchy


def weeks() -> Hierarchy:
    def climb(day: str) -> tuple[str, ...]:
        year, week, _ = datetime.date.fromisoformat(day).isocalendar()
        return f"{year}-W{week:02d}", day[:7], day[:4]

    return Hierarchy(name="date", levels=("week", "month", "year"), climb=climb)
