"""Types that the overview and the alarms share: a node's line and its problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from testimony.services.continuity.incarnations import Quarantine
from testimony.services.intake.rejections import Rejected
from testimony.services.monitoring.heartbeats import Contact


@dataclass(frozen=True, kw_only=True)
class NodeLine:
    """A field node of the roster. `day` is the last on which something of it arrived; empty before the first.

    `contact`: its last report; None before the first, and for a node with an older version. `quarantine`: it was copied
    or restored, and `came_since` testimonies arrived from it since then. `awaited`: readers wait for it after central
    was restored. `refused`: what central refused of its deliveries in 30 days. `troubles`: what needs attention, most
    severe first.
    """

    id: str
    status: str
    testimonies: int
    day: str
    contact: Contact | None = None
    quarantine: Quarantine | None = None
    came_since: int = 0
    awaited: bool = False
    refused: tuple[Rejected, ...] = ()
    troubles: tuple[Trouble, ...] = ()

    @property
    def active(self) -> bool:
        return self.status == "active"

    @property
    def last(self) -> str:
        """The last day on which it was heard of or something of it arrived; empty before the first."""
        return max(self.day, self.contact.day if self.contact else "")

    @property
    def refusals(self) -> int:
        return sum(one.number for one in self.refused)


Trouble = Literal["marked", "awaited", "lacking", "silent", "full", "refused", "certificate", "roster", "clock", "new"]
GRAVEST_FIRST: Final[tuple[Trouble, ...]] = (
    "marked",  # its card or folder was copied or restored
    "awaited",  # readers wait for it since central was restored
    "lacking",  # records that the log names did not come there
    "silent",  # for a week and more
    "full",  # its disk accepts nothing
    "refused",  # central refused something that it delivered in the last week
    "certificate",  # the certificate for phones ends within a month
    "roster",  # another one than the roster in force
    "clock",  # wrong by a few minutes or more
    "new",  # never heard of
)
