"""List what needs attention at a field node, as central knows it: the most severe first, as in the overview's list.

The result is for display; no decision depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from testimony.services.link import clock_skew
from testimony.services.monitoring.types import GRAVEST_FIRST, Trouble

if TYPE_CHECKING:
    from testimony.services.monitoring.heartbeats import Contact
    from testimony.services.monitoring.types import NodeLine

SILENCE: Final = timedelta(days=7)
SOON: Final = timedelta(days=30)


def troubles(node: NodeLine, *, today: str, roster: int) -> tuple[Trouble, ...]:
    """The troubles of `node` on the day `today` (YYYY-MM-DD), while the roster number `roster` is in force.

    A revoked node is only reported if it is marked, since nothing more is expected of it.
    """
    found: set[Trouble] = {"marked"} if node.quarantine else set()
    if node.active:
        found |= _of_active(node, today) | (_of_contact(node.contact, today, roster) if node.contact else set())
    return tuple(trouble for trouble in GRAVEST_FIRST if trouble in found)


def in_order(nodes: Sequence[NodeLine]) -> list[NodeLine]:
    """By the most severe trouble, then by how many there are, then by the longest silence; revoked ones last."""
    return sorted(nodes, key=_place)


def _place(node: NodeLine) -> tuple[int, bool, int, str, list[tuple[int, str]]]:
    gravest = GRAVEST_FIRST.index(node.troubles[0]) if node.troubles else len(GRAVEST_FIRST)
    return gravest, not node.active, -len(node.troubles), node.last, _spoken(node.id)


def _spoken(name: str) -> list[tuple[int, str]]:
    """A key that sorts node-9 before node-10."""
    return [(int(digits or 0), word) for word, digits in re.findall(r"([^0-9]*)([0-9]*)", name)]


def _of_active(node: NodeLine, today: str) -> set[Trouble]:
    found: set[Trouble] = {"awaited"} if node.awaited else set()
    if not node.last:
        return found | {"new"}
    if _days(node.last, today) > SILENCE:
        found.add("silent")
    if any(_days(one.day, today) <= SILENCE for one in node.refused):
        found.add("refused")
    return found


def _of_contact(said: Contact, today: str, roster: int) -> set[Trouble]:
    wrong: dict[Trouble, bool] = {
        "lacking": bool(said.lacking),
        "full": said.free is not None and said.floor is not None and said.free <= said.floor,
        "certificate": _ends_soon(said.until, today),
        "roster": said.roster is not None and said.roster != roster,
        "clock": said.clock is not None and abs(said.clock) > clock_skew.A_FEW,
    }
    return {trouble for trouble, so in wrong.items() if so}


def _days(since: str, today: str) -> timedelta:
    return date.fromisoformat(today) - date.fromisoformat(since)


def _ends_soon(last: str, today: str) -> bool:
    """Whether something that a node says is valid until `last` ends within a month; an invalid date never does."""
    try:
        return date.fromisoformat(last) - date.fromisoformat(today) < SOON
    except ValueError:
        return False
