"""New uses in the next roster: a case, a mandate, a clinic, a partner; what is wrong with one; who is asked about it.

A use becomes entries of the roster's `organisation.purposes`. Its recipient's id is made from its name and was in no
roster before: a yes outlives the roster that asked for it, and must never count for another recipient.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from testimony import canonical
from testimony.domain.consent.offers import OWN, Case, entries, offers
from testimony.domain.consent.purposes import Purpose, prerequisites
from testimony.domain.testimony.languages import SCRIPTS
from testimony.errors import NotCanonical
from testimony.questionnaire import labels
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused
from testimony.sealing.roster.organisation import LONGEST_LIFE, LONGEST_TEXT, MOST, is_organisation
from testimony.sealing.roster.roster import Roster
from testimony.services.roster.errors import UseRefused

CASES: Final = (Purpose.COURT, Purpose.UN_CASE)
NAMED: Final = (
    *CASES, Purpose.SERVICE, Purpose.TRACING, Purpose.NETWORK, Purpose.JOURNALISTS, Purpose.HANDOVER,
)  # fmt: skip
"""Uses for somebody else, whom witnesses are told by name."""
UNNAMED: Final = (Purpose.VOICE, Purpose.PHOTOGRAPH, Purpose.CONTACT, Purpose.QUOTES, Purpose.NARRATIVE)
"""Uses of the organisation's own, of which there is one each."""
ALSO: Final = (Purpose.UN_LETTER, Purpose.UN_REPORT, Purpose.UN_NAME)
"""What may be asked besides a case before the United Nations."""
LONGEST_ID: Final = 40
INVISIBLE: Final = frozenset(("Cc", "Cf", "Zl", "Zp", "Co", "Cs"))
"""Categories of signs that nobody sees, or that change how others are read."""
JOINERS: Final = "\u200c\u200d"
"""Signs of them with which words of Persian, Bengali and other languages are written."""
MONTHS: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
NO_LETTER: Final = re.compile(r"[^a-z0-9]+")
Entries = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class NewUse:
    """A use as it was typed. `names`: by language, those that were given. `months`, `deadline`: empty if not given.

    `past`: somebody confirmed that the deadline is over.
    """

    purpose: str
    names: Mapping[str, str] = field(default_factory=dict)
    months: str = ""
    also: tuple[str, ...] = ()
    body: str = ""
    application: str = ""
    state: str = ""
    deadline: str = ""
    past: bool = False
    lawyers: tuple[str, ...] = ()

    @property
    def is_case(self) -> bool:
        return self.purpose in CASES

    @property
    def case(self) -> Case:
        return Case(
            body=self.body,
            application=self.application,
            state=self.state,
            deadline=self.deadline,
            lawyers=self.lawyers,
        )


def problems(rosters: Sequence[Roster], waiting: Iterable[Entries], use: NewUse, today: date) -> list[UseRefused]:
    """Everything that is wrong, each with its field, in the order of the form.

    `rosters`: newest first; `waiting`: entries that are proposed already.
    """
    held = [*entries(rosters[0].organisation), *(one for each in waiting for one in each)]
    return [
        *_of_purpose(use, held),
        *_of_names(use, held),
        *_of_months(use),
        *_of_case(use, rosters[0], today),
    ]


def made(rosters: Sequence[Roster], waiting: Iterable[Entries], use: NewUse, today: date) -> tuple[str, Entries]:
    """The id of its recipient and the entries of the roster. Raises the first of `problems`."""
    told = list(waiting)
    if found := problems(rosters, told, use, today):
        raise found[0]
    purpose = Purpose(use.purpose)
    recipient = OWN.get(purpose) or _id(rosters, told, use)
    more: dict[str, Any] = {"name": dict(use.names)} if purpose not in OWN else {}
    if use.months:
        more["life_months"] = int(use.months)
    if use.case.describe():
        more["case"] = use.case.describe()
    asked = [purpose, *(one for one in ALSO if str(one) in use.also)]
    return recipient, [{"purpose": str(one), "recipient": recipient, **more} for one in asked]


def add(draft: dict[str, Any], new: Entries) -> None:
    """Put the entries into `draft`. A roster that named no uses names from now on those that were asked before.

    Raises `EnrolmentRefused`: id-taken; `RosterRefused`: organisation.
    """
    organisation = draft.get("organisation", {})
    held = entries(organisation)
    taken = {(one["purpose"], one["recipient"]) for one in held}
    for one in new:
        if (one["purpose"], one["recipient"]) in taken:
            raise EnrolmentRefused("id-taken", id=one["recipient"])
    draft["organisation"] = {**organisation, "purposes": [*map(dict, held), *new]}
    if not is_organisation(draft["organisation"]):
        raise RosterRefused("organisation")


def encode(new: Entries) -> str:
    """As a proposal keeps it."""
    return canonical.encode(new).decode()


def decode(text: str) -> Entries:
    """Raises `RosterRefused` for what `encode` did not write."""
    try:
        found = canonical.decode(text.encode())
    except NotCanonical as error:
        raise RosterRefused("organisation") from error
    if not isinstance(found, list):
        raise RosterRefused("organisation")
    return found


def _of_purpose(use: NewUse, held: Sequence[Mapping[str, Any]]) -> Iterator[UseRefused]:
    if use.purpose not in (*NAMED, *UNNAMED):
        yield UseRefused("purpose", "choose")
        return
    purpose, asked = Purpose(use.purpose), {one["purpose"] for one in held}
    if purpose in UNNAMED and str(purpose) in asked:
        yield UseRefused("purpose", "asked")
    if not {str(one) for one in prerequisites(purpose)} <= asked:
        yield UseRefused("purpose", "lacking")
    if len(held) + 1 + len(use.also) > MOST:
        yield UseRefused("purpose", "full", number=MOST)
    if set(use.also) - set(map(str, ALSO)) or (use.also and purpose is not Purpose.UN_CASE):
        yield UseRefused("also", "not-un")


def _of_names(use: NewUse, held: Sequence[Mapping[str, Any]]) -> Iterator[UseRefused]:
    if use.purpose in UNNAMED:
        yield from (UseRefused(f"name-{lang}", "unnamed") for lang in use.names)
        return
    if not use.names:
        yield UseRefused("name", "name")
    taken = {_folded(name) for one in held if one["purpose"] == use.purpose for name in _texts(one.get("name"))}
    for lang, name in use.names.items():
        if lang not in SCRIPTS:
            yield UseRefused(f"name-{lang}", "language")
        elif (wrong := _of_text(f"name-{lang}", name)) is not None:
            yield wrong
        elif _folded(name) in taken:
            yield UseRefused(f"name-{lang}", "known")


def _of_months(use: NewUse) -> Iterator[UseRefused]:
    if use.months and not (MONTHS.fullmatch(use.months) and int(use.months) <= LONGEST_LIFE):
        yield UseRefused("months", "months", number=LONGEST_LIFE)


def _of_case(use: NewUse, roster: Roster, today: date) -> Iterator[UseRefused]:
    for name in ("body", "application", "state", "deadline", "lawyers"):
        said = getattr(use, name)
        if said and not use.is_case and use.purpose in (*NAMED, *UNNAMED):
            yield UseRefused(name, "no-case")
        elif name in ("body", "application") and said and (wrong := _of_text(name, said)) is not None:
            yield wrong
    if use.state and use.state not in dict(labels.options("iso3", "en")):
        yield UseRefused("state", "state")
    if use.deadline:
        yield from _of_deadline(use, today)
    active = {id for id, _ in roster.readers("lawyers")}
    for id in use.lawyers:
        if id not in active:
            yield UseRefused("lawyers", "lawyer", id=id)


def _of_deadline(use: NewUse, today: date) -> Iterator[UseRefused]:
    try:
        day = date.fromisoformat(use.deadline)
    except ValueError:
        day = None
    if day is None or day.isoformat() != use.deadline:
        yield UseRefused("deadline", "deadline")
    elif day < today and not use.past:
        yield UseRefused("deadline", "past")


def _of_text(name: str, text: str) -> UseRefused | None:
    if len(text) > LONGEST_TEXT:
        return UseRefused(name, "long", number=len(text), most=LONGEST_TEXT)
    if any(unicodedata.category(sign) in INVISIBLE and sign not in JOINERS for sign in text):
        return UseRefused(name, "invisible")
    if not any(unicodedata.category(sign)[0] in "LN" for sign in text):
        return UseRefused(name, "no-letter")
    return None


def _id(rosters: Sequence[Roster], waiting: Iterable[Entries], use: NewUse) -> str:
    """From the first name with Latin letters; with a number where it, or another use, had that id in any roster."""
    ever = {offer.recipient for roster in rosters for offer in offers(roster.organisation)}
    ever |= {one["recipient"] for each in waiting for one in each} | set(OWN.values()) | {"mechanism"}
    fallback = "case" if use.is_case else "use"
    base = next((slug for name in use.names.values() if (slug := _slug(name))), fallback)
    number = 1
    while (id := base if number == 1 else f"{base}-{number}") in ever:
        number += 1
    return id


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return NO_LETTER.sub("-", plain)[:LONGEST_ID].strip("-")


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _texts(name: object) -> list[str]:
    if isinstance(name, Mapping):
        return [str(text) for text in name.values()]
    return [name] if isinstance(name, str) else []
