"""Say which date at this station no second clock confirms, and what is kept because of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from testimony.catalogues import one_stop
from testimony.domain.time import Clock, Clocks, Wrong
from testimony.errors import N_
from testimony.services.withdrawal import endings, suspension

SENTENCES: Final[Mapping[str, str]] = {
    Wrong.LOST: N_("The clock of this machine shows %(day)s: it is not set, and decides nothing. Set it."),
    Wrong.OWN: N_(
        "The clock of this machine shows %(day)s. Nothing else that this station knows is later than %(known)s. "
        "Compare it with a phone or a watch, and set it if it is wrong."
    ),
    Wrong.ROSTER: N_(
        "The roster in force is dated %(day)s. Every clock that this station knows is behind it, the latest at "
        "%(known)s. Compare with a phone or a watch. If this machine is wrong, set its clock. If the roster is wrong, "
        "ask the coordinator for a new one."
    ),
    Wrong.OTHER: N_(
        "The date of %(clock)s is %(day)s. Every other clock that this station knows is behind it, the latest at "
        "%(known)s. One of them is wrong: compare with a phone or a watch."
    ),
    "held": N_(
        "Withdrawals that are due by one clock alone: %(number)s. What they name is kept, and nobody can open it. It "
        "is destroyed when a second clock agrees. A person can confirm the date here: testimony station clock."
    ),
    "ended": N_(
        "Testimonies for which keeping has ended by one clock alone: %(number)s. They are kept. They are "
        "destroyed when a second clock agrees. A person can confirm the date here: testimony station clock."
    ),
}
CLOCKS: Final[Mapping[Clock, str]] = {
    Clock.CENTRAL: N_("headquarters"),
    Clock.NODES: N_("the field stations"),
    Clock.READERS: N_("lawyers and coordinators"),
    Clock.PHONES: N_("the phones"),
    Clock.STAMPS: N_("the time stamps"),
    Clock.PERSON: N_("the person who confirmed it here"),
}
Translate = Callable[[str], str]


@dataclass(frozen=True)
class Said:
    """`kind`: a key of `SENTENCES`. `days`: dates in ISO 8601; `clock`: whose date it is."""

    kind: str
    days: Mapping[str, str]
    clock: Clock | None = None
    number: int = 0

    def say(self, translate: Translate = str, day: Translate = str) -> str:
        """The sentence, in English unless it is translated. `day` writes a date."""
        values: dict[str, object] = {name: day(shown) for name, shown in self.days.items()}
        if self.clock is not None:
            values["clock"] = translate(CLOCKS[self.clock])
        return one_stop(translate(SENTENCES[self.kind]) % {**values, "number": self.number})


def of_clocks(clocks: Clocks) -> list[Said]:
    """The dates that no second clock confirms."""
    return [
        Said(
            one.wrong,
            {"day": one.day.isoformat(), "known": one.known.isoformat()},
            one.clock if one.wrong == Wrong.OTHER else None,
        )
        for one in clocks.findings()
    ]


def found(session: Session, clocks: Clocks) -> list[Said]:
    """What a person must look at; nothing while the clocks agree."""
    said = of_clocks(clocks)
    for kind, number in (("held", suspension.held(session, clocks)), ("ended", endings.held(session, clocks))):
        if number:
            said.append(Said(kind, {}, number=number))
    return said
