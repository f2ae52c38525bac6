"""The quick card for interviewers: what it says, and as a PDF on two sides of A5.

It names no organisation and tells of no testimony, because others may find it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.catalogues import translation
from testimony.domain.testimony.languages import INTERVIEWER_DRAFTS, dir_of, in_own_digits
from testimony.errors import N_
from testimony.services.typesetting import pdf

STOPS: Final = {
    "prepare": (N_("Prepare"), N_("Safe and private? No officer near? Help first.")),
    "explain": (N_("Explain"), N_("Say all of it. No promises.")),
    "ask": (N_("Ask"), N_("One use at a time. Silence means no.")),
    "listen": (N_("Listen"), N_("Their own words. Do not interrupt.")),
    "facts": (N_("Facts"), N_("Ask simply. “I do not know” is an answer.")),
    "read_back": (N_("Read back"), N_("Read it out and correct it.")),
    "seal": (N_("Seal"), N_("Hand over the code, then seal.")),
}
"""The stops of a sitting, in order: what each is called, and its line on the card."""
NEVER: Final = (
    N_("Never promise asylum, money or safety."),
    N_("Never go on without a free yes."),
    N_("Never write names on paper or tell others."),
)
EMERGENCIES: Final = (
    (N_("Danger to life:"), N_("stop, and call for help.")),
    (N_("Somebody comes:"), N_("Quick exit, or Escape three times.")),
    (N_("The person is in distress:"), N_("a break, water, or stop.")),
    (N_("A child alone:"), N_("no questions; call the focal point for children.")),
    (N_("Phone lost or taken:"), N_("tell the coordinator at once.")),
)
WHOM: Final = (N_("Coordinator"), N_("Emergency"), N_("Doctor"), N_("Focal point for children"), N_("Legal advice"))


@dataclass(frozen=True, kw_only=True)
class Card:
    """The sentences of the card in one language."""

    never: tuple[str, ...]
    stops: tuple[tuple[str, str], ...]
    emergencies: tuple[tuple[str, str], ...]
    whom: tuple[str, ...]


def card(say: Callable[[str], str]) -> Card:
    """The card as `say` translates it."""
    return Card(
        never=tuple(map(say, NEVER)),
        stops=tuple((f"{say(name)}.", say(line)) for name, line in STOPS.values()),
        emergencies=tuple((say(when), say(what)) for when, what in EMERGENCIES),
        whom=tuple(map(say, WHOM)),
    )


def as_pdf(lang: str, day: date) -> bytes:
    """The card in `lang`, to be printed on both sides of A5. Raises `CaseFileUnset`, `CatalogueMissing`."""
    say = translation("messages", lang).gettext
    said = card(say)
    panels = [
        _panel(say("Never"), "points", [("", one) for one in said.never]) | {"grave": True},
        _panel(say("Seven stops"), "steps", said.stops),
        _panel(say("Emergencies"), "points", said.emergencies),
        _panel(say("Whom to call"), "blanks", [(one, "") for one in said.whom]),
    ]
    data = {
        "lang": lang,
        "dir": dir_of(lang),
        "numbering": in_own_digits("1.", lang),
        "title": say("Quick card"),
        "draft": say("draft") if lang in INTERVIEWER_DRAFTS else "",
        "date": [day.year, day.month, day.day],
        "panels": panels,
    }
    return pdf.pdf(data, day=day, template="quickcard")


def _panel(title: str, kind: str, lines: Iterable[tuple[str, str]]) -> dict[str, Any]:
    return {"title": title, "kind": kind, "grave": False, "lines": [list(one) for one in lines]}
