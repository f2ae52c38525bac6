"""Consent events: one act records a purpose and recipient as asked, granted, refused or withdrawn."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from testimony.domain.consent.purposes import Key, Purpose, months_later
from testimony.domain.errors import EventUnreadable


class Act(StrEnum):
    ASK = "ASK"
    GRANT = "GRANT"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"
    INVALIDATE = "INVALIDATE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    ERASE = "ERASE"

    __hash__ = str.__hash__  # as an Enum it would be hashed in Python, many times in every fold


ENDING = frozenset({Act.REFUSE, Act.WITHDRAW, Act.INVALIDATE})
"""What ends a grant that has not seen it."""
RESTRICTING = ENDING | {Act.HOLD, Act.ERASE}
"""What only ever takes away: it counts even when its day or its signer is in doubt."""
LONGEST_LIFE = 1200  # months
LAST_YEAR = 2999
LONGEST_RECIPIENT = 200  # characters
SHOWN = ("full", "initials", "none")
ID = re.compile(r"[0-9A-Za-z._:-]{1,64}", re.ASCII)
# Two acts that share a number count under numbers of their own (authority.py): these can be seen, and never sent.
SEEN = re.compile(r"[0-9A-Za-z._:-]{1,64}(#[0-9a-f]{32})?", re.ASCII)
CODE = re.compile(r"[a-z0-9_.]{1,40}", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class ConsentEvent:
    """One act. `purpose` None concerns every purpose, `recipient` None every recipient of the purpose.

    `after`: ids of the consent events that its device had seen. `reason`: the code of what refused it (guards).
    `name_shown`: how a name is shown, P08d alone.
    """

    id: str
    act: Act
    purpose: Purpose | None
    recipient: str | None
    day: date
    after: frozenset[str] = frozenset()
    life_months: int | None = None
    reason: str | None = None
    name_shown: str | None = None

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> ConsentEvent:
        """From the JSON of the consent compartment. Raises `EventUnreadable`, which names what cannot be read."""
        if not isinstance(value, Mapping):
            raise EventUnreadable("structure")
        event = cls(
            id=_matched(value.get("id"), ID, "id"),
            act=_act(value.get("event")),
            purpose=_purpose(_required_value(value, "purpose")),
            recipient=_recipient(_required_value(value, "recipient")),
            day=_day(value.get("day")),
            after=frozenset(_ids(value.get("after"))),
            life_months=_life(value.get("life_months")),
            reason=None if value.get("reason") is None else _matched(value["reason"], CODE, "structure"),
            name_shown=_shown(value.get("name_shown")),
        )
        if event.act in (Act.ASK, Act.GRANT) and (event.purpose is None or event.recipient is None):
            raise EventUnreadable("purpose")
        return event

    def __hash__(self) -> int:
        """The hash of all its fields; cached, since the same event is looked up many times."""
        held: int | None = self.__dict__.get("_hash")
        if held is None:
            said = (
                self.id,
                self.act,
                self.purpose,
                self.recipient,
                self.day,
                self.after,
                self.life_months,
                self.reason,
            )
            held = hash((said, self.name_shown))
            object.__setattr__(self, "_hash", held)
        return held

    def concerns(self, key: Key) -> bool:
        return self.purpose in (None, key.purpose) and self.recipient in (None, key.recipient)

    def lives(self, at: date) -> bool:
        """Whether a grant given on `day` still has life left at `at`; the last day counts."""
        last = self.last_day
        return last is None or at <= last

    @property
    def last_day(self) -> date | None:
        """The last day of its life; None without a limit."""
        return None if self.life_months is None else months_later(self.day, self.life_months)

    def to_value(self) -> dict[str, Any]:
        """The JSON form; `parse(event.to_value()) == event`."""
        value = {
            "event": str(self.act),
            "id": self.id,
            "purpose": None if self.purpose is None else str(self.purpose),
            "recipient": self.recipient,
            "life_months": self.life_months,
            "after": sorted(self.after),
            "day": self.day.isoformat(),
        }
        more = {"reason": self.reason, "name_shown": self.name_shown}
        return value | {name: held for name, held in more.items() if held is not None}


def _required_value(value: Mapping[str, Any], name: str) -> Any:
    """What must be there, be it null: an act that concerns everything has to say so."""
    if name not in value:
        raise EventUnreadable(name)
    return value[name]


def _act(value: Any) -> Act:
    try:
        return Act(value)
    except ValueError as error:
        raise EventUnreadable("event") from error


def _purpose(value: Any) -> Purpose | None:
    try:
        return None if value is None else Purpose(value)
    except ValueError as error:
        raise EventUnreadable("purpose") from error


def _recipient(value: Any) -> str | None:
    if value is not None and (not isinstance(value, str) or not 0 < len(value) <= LONGEST_RECIPIENT):
        raise EventUnreadable("recipient")
    return value


def _day(value: Any) -> date:
    try:
        day = date.fromisoformat(_matched(value, DAY, "day"))
    except ValueError as error:
        raise EventUnreadable("day") from error
    if day.year > LAST_YEAR:  # else the end of its life could be no date at all
        raise EventUnreadable("day")
    return day


def _ids(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise EventUnreadable("after")
    return [_matched(one, SEEN, "after") for one in value]


def _life(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LONGEST_LIFE:
        raise EventUnreadable("life_months")
    return value


def _shown(value: Any) -> str | None:
    if value is not None and value not in SHOWN:
        raise EventUnreadable("structure")
    return None if value is None else str(value)


def _matched(value: Any, form: re.Pattern[str], what: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise EventUnreadable(what)
    return value
