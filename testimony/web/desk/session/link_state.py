"""What an unlocked desk knows of its link to headquarters: its last exchange, since when none succeeds, what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from testimony.errors import NotDelivered, StationBusy
from testimony.services.feed.missing_text import LOST
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.errors import (
    ExchangeElsewhere,
    ExchangeStopped,
    NetworkLogIn,
    StationFaulty,
    StationUnreachable,
)

UNREACHED: Final = (StationUnreachable, NetworkLogIn)
NO_MATTER: Final = (ExchangeStopped, ExchangeElsewhere)
PASSING: Final = (*UNREACHED, *NO_MATTER, StationBusy, StationFaulty)
"""What the next try may settle. The header says it; a reader who did not ask for the exchange gets no sentence."""


@dataclass(kw_only=True)
class LinkState:
    """`synced`: when an exchange last came to its end. `failing_since`: when the first one of those failed since.

    `unreached`: headquarters did not answer. `lacking`: something that headquarters' log names did not come. `wrong`:
    the last one ended with another warning. `arrivals`: exchanges that brought or delivered something. `told`: the
    warnings that the reader was shown last.
    """

    synced: datetime | None = None
    failing_since: datetime | None = None
    unreached: bool = False
    lacking: bool = False
    wrong: bool = False
    arrivals: int = 0
    told: tuple[str, ...] = ()

    def hear(self, report: ExchangeReport, now: datetime) -> None:
        """An exchange ended, well or not. One that was stopped, or had no turn, says nothing of the link."""
        pulled = report.pulled
        if pulled.records or pulled.objects or report.media.pieces or report.pushed.delivered:
            self.arrivals += 1
        if isinstance(report.failure, NO_MATTER):
            return
        if report.failure is not None:
            self.fail(report.failure, now)
            return
        refused = pulled.refused | report.media.refused
        self.synced, self.failing_since, self.unreached = now, None, False
        self.lacking = bool(pulled.gaps.left_out or pulled.kept_back or LOST in refused.values())
        self.wrong = any(
            (refused, report.pushed.refused, report.pushed.unsigned, report.greeting.several, report.greeting.behind)
        )

    def fail(self, error: NotDelivered | None, now: datetime) -> None:
        """No exchange since now, or since the failure before. `error`: None for what is no matter of the way."""
        self.failing_since = self.failing_since or now
        self.unreached = isinstance(error, UNREACHED)
        self.wrong = not isinstance(error, PASSING)
