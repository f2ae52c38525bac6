"""The words of published tables in the language of the page: periods, rows, columns, units and shares."""

from __future__ import annotations

from typing import Final

from flask_babel import gettext as _

from testimony.domain.tables import times
from testimony.domain.tables.count import ANSWERED, CONSENT, FEW, REVIEW, TAKEN
from testimony.domain.tables.offsets import BASES, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan, tables_of
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, GENDERS, MONTH, NATIONALITY, PERSON, QUESTIONS
from testimony.domain.tables.rows import ALL, REST
from testimony.domain.tables.shares import Say, Share
from testimony.errors import N_
from testimony.publication.tables import words as tables_words
from testimony.publication.text.vocabulary import PEOPLE
from testimony.questionnaire import labels as form_labels
from testimony.questionnaire.codebook import Codebook
from testimony.web.desk.release import text as release_text
from testimony.web.text import labels
from testimony.web.text.numerals import digits

KINDS: Final = {
    Kind.MONTH: N_("Each month"),
    Kind.QUARTER: N_("Each quarter of the year"),
    Kind.YEAR: N_("The year"),
}
UNITS: Final = {
    Unit.ACCOUNTS: N_("Accounts told"),
    Unit.PERSONS: N_("Persons who told"),
    Unit.INCIDENTS: N_("Incidents"),
    Unit.PEOPLE: N_("People of these incidents"),
}
HELD: Final = {
    TAKEN: N_("Accounts taken in"),
    CONSENT: N_("Held back: no consent to public numbers"),
    REVIEW: N_("Held back: not cleared"),
    FEW: N_("Too few for a row"),
}
SHARES: Final = {
    Say.MOST: N_("four in five or more"),
    Say.MORE: N_("more than half"),
    Say.FEW: N_("fewer than one in five"),
    Say.FEWER: N_("fewer than half"),
    Say.BETWEEN: N_("between %(low)s and %(high)s of 100"),
}
RANGES: Final = {
    "group": {"one": "1", "to10": "2–10", "to50": "11–50", "more": "> 50"},
    "earlier": {"none": "0", "one": "1", "more": "≥ 2"},
}
"""Labels that are the same in every language."""
DIMENSIONS: Final = {NATIONALITY: "w_nat", PERSON: "w_age", MONTH: "i_date"}
YES_NO: Final = "yn5"
FAMILIES: Final = "vio_family"


def period(one: Period) -> str:
    """ "March 2026", "January 2026 to March 2026", "2026", "Everything until March 2026"."""
    month = f"{one.last // 12}-{one.last % 12 + 1:02d}"
    if one.is_backlog:
        return str(_("Everything until %(month)s", month=labels.day(month)))
    if one.kind is Kind.MONTH:
        return labels.day(month)
    if one.first is not None and one.kind is Kind.QUARTER:
        return release_text.period(f"{one.first // 12}-{one.first % 12 + 1:02d}..{month}")
    return digits(one.label)


def row(dimension: str, code: str, lang: str) -> str:
    """The name of a row: a border, a nationality, or an age with a gender."""
    if code == ALL:
        return str(_("All"))
    if code.startswith(f"{ALL}{REST}"):
        return str(_("All others"))
    if dimension == BORDER:
        return labels.border(code, lang)
    if dimension == NATIONALITY:
        return form_labels.country_name(code, lang) if code in Codebook.load().codes("iso3") else code
    stage, _dash, gender = code.partition("-")
    return f"{_(PEOPLE[stage])}, {form_labels.option_label('gender', gender, lang)}" if gender in GENDERS else code


def question(code: str, lang: str) -> str:
    """What a table asks, as the form says it."""
    if code == BORDER:
        return str(_("Border"))
    field = DIMENSIONS[code] if code in DIMENSIONS else QUESTIONS[code].field
    return form_labels.field_label(field, lang)


def title(dimension: str, asked: str, lang: str) -> str:
    """The name of a table: its question, and what its rows are where these are no borders."""
    if not asked:
        return str(_("Accounts by border"))
    name = question(asked, lang)
    return name if dimension == BORDER else f"{question(dimension, lang)} · {name}"


def column(asked: str, code: str, lang: str) -> str:
    """The head of a column: an answer in the codebook's words, a time, or a border."""
    if code == ANSWERED:
        return str(_("Accounts that answer"))
    if asked == BORDER:
        return labels.border(code, lang)
    if asked == MONTH:
        return _time(code)
    if code in RANGES.get(asked, {}):
        return digits(RANGES[asked][code])
    if code == "told":
        return str(_("Accounts that tell of it"))
    own = Codebook.load().fields[QUESTIONS[asked].field].list or ""
    return _option([FAMILIES, own] if asked == "act" else [own, YES_NO], code, lang)


def unit(one: Unit) -> str:
    return str(_(UNITS[one]))


def held(code: str) -> str:
    """Why accounts are not shown."""
    return str(_(HELD[code]))


def not_shown() -> str:
    """The title of the table of these."""
    return str(_("What this file does not show"))


def number(value: int | None, unit: Unit) -> str:
    """ "under 5" says nothing of whether there was anybody."""
    if value is None:
        return str(_("not shown"))
    return digits(value) if value else str(_("under %(number)s", number=BASES[unit]))


def share(said: Share | None) -> str:
    """ "" where nothing can be said."""
    return str(_(SHARES[said.say]) % {"low": digits(said.low), "high": digits(said.high)}) if said else ""


def tables_of_plan(plan: Plan, lang: str) -> list[tuple[str, list[str]]]:
    """Each kind of period that has a file, and the names of its tables."""
    found = []
    for kind in Kind:
        if kind in plan.layers:
            tables = tables_of(plan.layers[kind])
            names = dict.fromkeys(title(each.rows, one, lang) for each in tables for one in each.questions or ("",))
            found.append((str(_(KINDS[kind])), list(names)))
    return found


def words(made: Published, plan: Plan, lang: str) -> list[str]:
    """What stands in every file, and the borders of which it has no row."""
    found = [str(_(one)) for one in tables_words.EACH]
    if made.capped:
        found.append(str(_(tables_words.CAPPED)))
    named = "; ".join(labels.border(one, lang) for one in tables_words.without_row(made, plan))
    return [*found, str(_(tables_words.UNSHOWN)) % {"borders": named}] if named else found


def _time(code: str) -> str:
    if code == times.EARLIER:
        return str(_("earlier"))
    return period(Period.of(code))


def _option(lists: list[str], code: str, lang: str) -> str:
    """The label of `code` in the first of these lists that has it."""
    known = Codebook.load().lists
    name = next(one for one in lists if one in known and code in known[one].codes)
    return form_labels.option_label(name, code, lang)
