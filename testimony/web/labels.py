"""What the desks call things: compartments, purposes, states, answers. Each is translated where it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date, gettext

from testimony.domain.languages import autonym, dir_of
from testimony.errors import N_
from testimony.questionnaire import labels
from testimony.questionnaire.form import Field, Form

COMPARTMENTS = {
    "narrative": N_("The account, in the person's words"),
    "identity": N_("Who the person is"),
    "incident": N_("What happened"),
    "coded": N_("The coded account"),
    "consent": N_("Consent"),
    "provenance": N_("Who took it down"),
    "media": N_("Recordings and pictures"),
}
PURPOSES = {
    "P01": N_("Record and keep it, locked"),
    "P02": N_("Record the voice"),
    "P03": N_("Photograph injuries and papers"),
    "P04": N_("Our lawyers read everything, with the name"),
    "P05": N_("Pass name and contact to one service"),
    "P06": N_("Count it in public numbers"),
    "P07": N_("Give the coded record to the monitoring mechanism"),
    "P08a": N_("Take it to the United Nations by name"),
    "P08b": N_("The United Nations may write to the State"),
    "P08c": N_("A summary in a public United Nations report"),
    "P08d": N_("How the name is shown there"),
    "P09": N_("Use it in a complaint or in court"),
    "P10": N_("Give the coded record to a partner network"),
    "P11": N_("Altered quotes in reports"),
    "P12": N_("Speak to journalists"),
    "P13": N_("Contact the person again"),
    "P14": N_("Search for a missing person"),
}
STATES = {
    "not_asked": N_("not asked"),
    "undecided": N_("not decided"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "invalid": N_("not valid"),
    "expired": N_("expired"),
    "granted": N_("agreed"),
    "erased": N_("erased"),
}
MISSING = {
    "unk": N_("The person does not know"),
    "ref": N_("The person did not want to say"),
    "nask": N_("Not asked"),
}
ROLES = {"lawyer": N_("Lawyer's desk"), "coordinator": N_("Coordinator's desk")}
UNREADABLE = N_("This answer cannot be shown")


@dataclass(frozen=True)
class Words:
    """A text with its own language and direction, so that the page's never decides how it is set."""

    text: str
    lang: str
    dir: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One answer. Exactly one of `values` and `missing` says something."""

    field: str
    label: str
    values: tuple[Words, ...] = ()
    missing: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """The answers of one section of the form."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """How consent was asked."""

    script: str
    language: Words | None
    draft: bool
    told: int
    understood: int
    questions: int
    lines: tuple[Line, ...]


def groups(answers: Mapping[str, Any], form: Form, lang: str) -> list[Group]:
    """`answers` in the order of the form, what the form does not know at the end under its own id."""
    left = dict(answers)
    found = []
    for section in form.sections:
        lines = tuple(line(field.id, left.pop(field.id), field, lang) for field in section.fields if field.id in left)
        if lines:
            found.append(Group(title=labels.section_title(section.id, lang), lines=lines))
    if left:
        lines = tuple(line(name, value, None, lang) for name, value in sorted(left.items()))
        found.append(Group(title=gettext("More answers"), lines=lines))
    return found


def line(name: str, answer: Any, field: Field | None, lang: str) -> Line:
    """One answer ({"value": …} or {"missing": code}) in words."""
    label = labels.field_label(name, lang) if field else name
    if not isinstance(answer, Mapping) or not ({"value", "missing"} & answer.keys()):
        return Line(field=name, label=label, missing=gettext(UNREADABLE))
    if "missing" in answer:
        return Line(field=name, label=label, missing=gettext(MISSING.get(str(answer["missing"]), MISSING["nask"])))
    values = answer["value"] if isinstance(answer["value"], list) else [answer["value"]]
    return Line(field=name, label=label, values=tuple(_words(value, field, lang) for value in values))


def role(code: str) -> str:
    """Whose desk it is, in words."""
    return str(gettext(ROLES[code]))


def state(code: str) -> str:
    """The state of a consent in words."""
    return str(gettext(STATES.get(code, code)))


def circumstances(content: Mapping[str, Any], form: Form, lang: str) -> Circumstances:
    """The consent compartment without its events, in words; what is malformed there is left out."""
    script, taught = _mapping(content, "script"), _mapping(content, "teach_back")
    told = content.get("told")
    spoken = content.get("language") or script.get("lang")
    given = {name: content.get(name) for name in ("age", "present", "capacity", "incentive", "mode")}
    interpreter = _mapping(content, "interpreter")
    given |= {"heard": script.get("heard")} | {f"int_{name}": interpreter.get(name) for name in ("relation", "gender")}
    fields = {field.id: field for field in form.consent_fields}
    return Circumstances(
        script=f"{script.get('id', '')} {script.get('version', '')}".strip(),
        language=language(spoken) if isinstance(spoken, str) else None,
        draft=bool(script.get("draft")),
        told=len(told) if isinstance(told, list) else 0,
        understood=sum(answer == "understood" for answer in taught.values()),
        questions=len(taught),
        lines=tuple(
            line(f"cs_{name}", {"value": value}, fields[f"cs_{name}"], lang)
            for name, value in given.items()
            if value is not None and f"cs_{name}" in fields
        ),
    )


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def purpose(code: str) -> str:
    """A purpose in words."""
    return str(gettext(PURPOSES.get(code, code)))


def compartment(part: str) -> str:
    """A compartment in words; media pieces keep their number."""
    name, _, number = part.partition("-")
    title: str = gettext(COMPARTMENTS.get(name, name))
    return f"{title} {number}" if number else title


def language(code: str) -> Words:
    """A language under its own name."""
    return Words(autonym(code), code, dir_of(code))


def coded_words(listing: str | None, codes: Iterable[Any], lang: str) -> list[str]:
    """Codes of a list in words; a code that the list lost stays as it is."""
    return [_option(listing, code, lang) for code in codes]


def day(text: str) -> str:
    """A day `YYYY-MM-DD` with the month as a word; anything coarser or else stays as it is."""
    try:
        return str(format_date(date.fromisoformat(text), "long"))
    except ValueError:
        return text


def _words(value: Any, field: Field | None, lang: str) -> Words:
    if isinstance(value, Mapping):
        legs = field.legs or {} if field else {}
        said = [_option(legs.get(name), part, lang) for name, part in value.items()]
        return Words(" – ".join(said), lang, dir_of(lang))
    listing = _listing(field)
    if listing and isinstance(value, str):
        return Words(_option(listing, value, lang), lang, dir_of(lang))
    if field and field.type == "date" and isinstance(value, str):
        return Words(day(value), lang, dir_of(lang))
    if isinstance(value, str):
        return Words(value, "und", "auto")  # somebody's own words: their direction is in their letters
    return Words(str(value), lang, dir_of(lang))


def _listing(field: Field | None) -> str | None:
    """The list that a code stands in: a coded chain is a yes or no, a coded number a band."""
    if field is None:
        return None
    return "yn5" if field.type == "repeat" else field.band or field.list


def _option(listing: str | None, code: Any, lang: str) -> str:
    try:
        return labels.option_label(listing, str(code), lang) if listing else str(code)
    except KeyError:
        return str(code)
