"""The desks' labels for compartments, purposes, states and answers. Each is translated where it is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import format_date, format_datetime, get_locale, gettext

from testimony.answer import read
from testimony.catalogues import day_inflected
from testimony.domain.consent.purposes import WORDS
from testimony.domain.testimony.languages import autonym, dir_of
from testimony.errors import N_
from testimony.questionnaire import labels
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.consent_scripts import told_items
from testimony.questionnaire.form import Field, Form
from testimony.questionnaire.form_labels import Wording
from testimony.services.consent.phrases import STATES
from testimony.web.text import i18n, sentence_states
from testimony.web.text.numerals import digits

COMPARTMENTS = {
    "narrative": N_("The account, in the person's words"),
    "identity": N_("Who the person is"),
    "incident": N_("What happened"),
    "coded": N_("The coded account"),
    "consent": N_("Consent"),
    "provenance": N_("Who took it down"),
    "media": N_("Recordings and pictures"),
}
PURPOSES = WORDS
RECIPIENTS = {
    "organisation": N_("our organisation"),
    "lawyers": N_("our lawyers"),
    "public": N_("the public"),
    "mechanism": N_("the monitoring mechanism"),
}
ROLES = {"lawyer": N_("Lawyer's desk"), "coordinator": N_("Coordinator's desk"), "recovery": N_("Recovery key")}
MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
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
    checked: str  # how far the script was checked, in words
    told: int
    to_tell: int  # how many things its script says
    understood: int
    questions: int
    lines: tuple[Line, ...]


def groups(answers: Mapping[str, Any], wording: Wording, *, coded: bool = False) -> list[Group]:
    """`answers` in the order of the form; at the end what the form does not know, by the codebook's name or its id."""
    left = dict(answers)
    found = []
    for section in wording.form.sections if wording.form else ():
        asked = [field for field in section.fields if field.id in left]
        lines = tuple(line(field.id, left.pop(field.id), field, wording, coded=coded) for field in asked)
        if lines:
            found.append(Group(title=wording.section_title(section.id), lines=lines))
    if left:
        lines = tuple(line(name, value, None, wording, coded=coded) for name, value in sorted(left.items()))
        found.append(Group(title=gettext("More answers"), lines=lines))
    return found


def line(name: str, answer: Any, field: Field | None, wording: Wording, *, coded: bool = False) -> Line:
    """One answer ({"value": …} or {"missing": code}) in words. `coded`: it is generalised (bands, families, months)."""
    label, lang = wording.field_label(name), wording.lang
    if not isinstance(answer, Mapping) or not ({"value", "missing"} & answer.keys()):
        return Line(field=name, label=label, missing=str(gettext(UNREADABLE)))
    counts = read(answer)
    if "missing" in counts:
        return Line(field=name, label=label, missing=labels.missing_label(counts["missing"], lang))
    value = counts.get("value")
    known = field or Codebook.load().fields.get(name)
    if known is not None and known.type == "text" and value is not None:
        return Line(field=name, label=label, values=(Words(str(value), "und", "auto"),))
    if known is not None and known.type == "date":
        return Line(field=name, label=label, values=(Words(day(str(value)), lang, dir_of(lang)),))
    if known is not None and known.list == "bcp47":
        return Line(field=name, label=label, values=(language(str(value)),))
    texts = wording.answer_texts(name, counts, coded=coded)
    return Line(field=name, label=label, values=tuple(Words(text, lang, dir_of(lang)) for text in texts))


def role(code: str) -> str:
    """Whose desk it is, in words."""
    return str(gettext(ROLES[code]))


def state(code: str) -> str:
    """The state of a consent in words."""
    return str(gettext(STATES.get(code, code)))


def circumstances(content: Mapping[str, Any], lang: str) -> Circumstances:
    """The consent compartment without its events, in words; what is malformed there is left out."""
    script, taught = _mapping(content, "script"), _mapping(content, "teach_back")
    told = content.get("told")
    spoken = content.get("language") or script.get("lang")
    given = {name: content.get(name) for name in ("age", "present", "capacity", "incentive", "mode")}
    interpreter = _mapping(content, "interpreter")
    given |= {"heard": script.get("heard")} | {f"int_{name}": interpreter.get(name) for name in ("relation", "gender")}
    wording = Wording(Form.load(), lang)  # consent is the program's own, whatever else was asked
    fields = {field.id: field for field in Form.load().consent_fields}
    return Circumstances(
        script=f"{script.get('id', '')} {script.get('version', '')}".strip(),
        language=language(spoken) if isinstance(spoken, str) else None,
        checked=sentence_states.of_script({"draft": False, **script}),
        told=len(told) if isinstance(told, list) else 0,
        to_tell=len(told_items(content)),
        understood=sum(answer == "understood" for answer in taught.values()),
        questions=len(taught),
        lines=tuple(
            line(f"cs_{name}", {"value": value}, fields[f"cs_{name}"], wording)
            for name, value in given.items()
            if value is not None and f"cs_{name}" in fields
        ),
    )


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}


def recipient(code: str) -> str:
    """The recipient of a consent, in words; a name stays as it is."""
    return str(gettext(RECIPIENTS[code])) if code in RECIPIENTS else code


def purpose(code: str) -> str:
    """A purpose in words."""
    return str(gettext(PURPOSES.get(code, code)))


def compartment(part: str) -> str:
    """A compartment in words; media pieces keep their number."""
    name, _, number = part.partition("-")
    title: str = gettext(COMPARTMENTS.get(name, name))
    return f"{title} {number}" if number else title


def language(code: str) -> Words:
    """A language by its name in the language of the page; by its own name where the page has none for it."""
    lang = i18n.language()
    name = labels.language_name(code, lang)
    return Words(autonym(code), code, dir_of(code)) if name is None else Words(name, lang, dir_of(lang))


def border(code: str, lang: str) -> str:
    """A border as a release has it ("HRV-BIH") in words; what names no two States that we know stays as it is."""
    origin, _, destination = code.partition("-")
    try:
        names = labels.country_name(origin, lang), labels.country_name(destination, lang)
    except KeyError:
        return code
    return labels.way_between(*names, lang)


def day(text: str) -> str:
    """A day or month (`YYYY-MM-DD`, `YYYY-MM`) with the month as a word; anything coarser or else stays as it is."""
    try:
        if MONTH.fullmatch(text):
            alone = _written("MMMM y").replace("MMMM", "LLLL")  # the form of a month without a day
            return digits(format_date(date.fromisoformat(f"{text}-01"), alone))
        return _with_month(format_date(date.fromisoformat(text), _written("d MMMM y")))
    except ValueError:
        return text


def short_day(text: str) -> str:
    """A day (`YYYY-MM-DD`) without its year, as short as the language has it, where a chart has little room."""
    return digits(format_date(date.fromisoformat(text), "d MMM"))


def day_in_table(text: str) -> str:
    """A day (`YYYY-MM-DD`) with its month cut short; anything else stays as it is."""
    try:
        return digits(format_date(date.fromisoformat(text), "d MMM y"))
    except ValueError:
        return text


def month_in_table(text: str) -> str:
    """A month (`YYYY-MM`) cut short; anything else stays as it is."""
    return digits(format_date(date.fromisoformat(f"{text}-01"), "LLL y")) if MONTH.fullmatch(text) else text


def moment(text: str) -> str:
    """A moment in UTC (`YYYY-MM-DDThh:mm:ssZ`) in words; anything else stays as it is."""
    try:
        said = format_datetime(datetime.fromisoformat(text), _written("d MMMM y, HH:mm"), rebase=False)
        return f"{_with_month(said)} UTC"
    except ValueError:
        return text


def _with_month(said: str) -> str:
    """A day in the digits and with the form of the month that the language of the page has after a day."""
    return digits(day_inflected(said, get_locale().language))


def _written(pattern: str) -> str:
    """`pattern` of a date as the language of the page writes it: "7 de abril de 2026", "7. travnja 2026."."""
    language = get_locale().language
    if language in ("es", "pt"):
        return pattern.replace("d MMMM", "d 'de' MMMM").replace("MMMM y", "MMMM 'de' y")
    if language in ("hr", "sr", "bs"):
        return pattern.replace("d MMMM", "d. MMMM").replace("y", "y.")
    return pattern.replace("d MMMM", "d. MMMM") if language == "de" else pattern
