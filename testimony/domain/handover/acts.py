"""What lawyers write down about a hand-over, and about an organisation that they know: contents of annexes.

Who got what is privileged, so these annexes are sealed to lawyers and recovery alone. They hold no word of a testimony,
and stay when it is destroyed: the other organisation must still be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, ID, listed, matched

KIND: Final = "handover"
PARTNER: Final = "partner"
ORIGIN: Final = "handover"
"""Field of a provenance: which organisation handed the testimony over, and when."""
LONGEST: Final = 200_000
"""Characters of a statement, or of an organisation's rosters."""


class Act(StrEnum):
    PROPOSE = "PROPOSE"
    AGREE = "AGREE"
    DROP = "DROP"
    SEND = "SEND"
    ANSWERED = "ANSWERED"
    TELL = "TELL"
    DONE = "DONE"
    TAKE = "TAKE"
    REFUSE = "REFUSE"
    END = "END"


OURS: Final = frozenset({Act.PROPOSE, Act.AGREE, Act.DROP, Act.SEND, Act.ANSWERED, Act.TELL, Act.DONE})
"""About what this organisation hands over. The others are about what it was given."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`id`: the name of the signed offer. `statement`: a signed statement as text, "" where the act has none.

    `sigs`: signatures of one lawyer under the offer. `reason`: why it was refused.
    """

    act: Act
    id: str
    day: date
    statement: str = ""
    sigs: tuple[Mapping[str, str], ...] = ()
    reason: str = ""

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Entry:
        """From the content of an annex, `{"kind": "handover", …}`. Raises `EventUnreadable`."""
        sigs = value.get("sigs")
        if not isinstance(sigs, list) or not all(isinstance(one, Mapping) for one in sigs):
            raise EventUnreadable("structure")
        try:
            act = Act(str(value.get("event")))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(
            act=act,
            id=matched(value.get("id"), HASH),
            day=_day(value.get("day")),
            statement=_text(value.get("statement")),
            sigs=tuple(sigs),
            reason=_text(value.get("reason")),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {
            "kind": KIND,
            "event": str(self.act),
            "id": self.id,
            "day": self.day.isoformat(),
            "statement": self.statement,
            "sigs": [dict(one) for one in self.sigs],
            "reason": self.reason,
        }


@dataclass(frozen=True, kw_only=True)
class Known:
    """A lawyer compared the six words of another organisation's root, and takes its rosters as proven by that root.

    `rosters`: root, later roots and the newest roster, as text. `recipient`: the use of P15 under which witnesses are
    told of it, "" where nothing is handed over to it. `forgotten`: ids of earlier ones that do not count any more.
    """

    id: str
    name: str
    rosters: str
    recipient: str
    day: date
    forgotten: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Known:
        """From the content of an annex, `{"kind": "partner", …}`. Raises `EventUnreadable`."""
        return cls(
            id=matched(value.get("id"), ID),
            name=_text(value.get("name")),
            rosters=_text(value.get("rosters")),
            recipient=_text(value.get("recipient")),
            day=_day(value.get("day")),
            forgotten=listed(value.get("forgotten"), ID),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {"kind": PARTNER, **vars(self), "day": self.day.isoformat(), "forgotten": list(self.forgotten)}


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise EventUnreadable("structure")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(matched(value, DAY))
    except ValueError as error:
        raise EventUnreadable("structure") from error
