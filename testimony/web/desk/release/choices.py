"""Parses a coordinator's choices for a release into an order."""

from __future__ import annotations

from typing import Any, Final

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from testimony.anonymity.validity import PRESETS
from testimony.errors import N_
from testimony.services.release.jobs import Turn
from testimony.services.release.plan import PREFERENCES, Order

PACES: Final = {"usual": 0, "finer": 1, "sooner": 64}
"""How many steps a new testimony may use; 0: as many as the profile says."""
PACE_WORDS: Final = {
    "usual": N_("As usual: new testimonies wait a little, so that lines say more"),
    "finer": N_("More detail: new testimonies wait longer, until lines say more"),
    "sooner": N_("Less detail: as many testimonies as possible leave now"),
}
PREFERENCE_WORDS: Final = {
    "where_when": N_("Month and border: they stay exact longest"),
    "alike": N_("All alike"),
}
PREFERRED: Final = "where_when"
FIRST_YEAR: Final = 2015
RECENT: Final = 4
"""Years for which halves and quarters are offered."""


def order_of(said: MultiDict[str, str]) -> Order | None:
    """Out of a form or an address; None where nobody was chosen to get it. Raises `BadRequest`."""
    to = tuple(sorted(set(said.getlist("to"))))
    if not to:
        return None
    preset, pace, prefer = said.get("preset", ""), said.get("pace", "usual"), said.get("prefer", PREFERRED)
    if (preset and preset not in PRESETS) or pace not in PACES or prefer not in PREFERENCES:
        raise BadRequest
    return Order(recipients=to, preset=preset, period=said.get("period", ""), first=PACES[pace], prefer=prefer)


def turn_of(said: MultiDict[str, str]) -> Turn:
    """On which page a picture was asked for, and as which of its questions. Raises `BadRequest`."""
    page, asked = (said.get(name, "") for name in ("page", "asked"))
    if not (page + asked).isdecimal() or not page or not asked or len(page + asked) > 18:
        raise BadRequest
    return int(page), int(asked)


def choices(order: Order) -> dict[str, Any]:
    """The same as an address has it."""
    return {
        "to": list(order.recipients),
        "preset": order.preset or None,
        "period": order.period or None,
        "pace": pace(order),
        "prefer": order.prefer,
    }


def pace(order: Order | None) -> str:
    """The code in `PACES`."""
    return next((code for code, first in PACES.items() if order is not None and first == order.first), "usual")


def periods(year: int) -> list[tuple[str, list[str]]]:
    """(kind, labels) that end in or before `year`, the newest first: whole levels, and nothing between them."""
    years = range(year, FIRST_YEAR - 1, -1)
    recent = years[:RECENT]
    spans = dict.fromkeys(one // 3 * 3 for one in years)
    return [
        ("year", [str(one) for one in years]),
        ("three_years", [f"{one}-01..{one + 2}-12" for one in spans]),
        ("half", [f"{one}-{month:02d}..{one}-{month + 5:02d}" for one in recent for month in (7, 1)]),
        ("quarter", [f"{one}-{month:02d}..{one}-{month + 2:02d}" for one in recent for month in (10, 7, 4, 1)]),
    ]
