"""The words of published tables in one language: periods, rows, columns, units and shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from testimony.domain.tables import times
from testimony.domain.tables.count import ANSWERED, CONSENT, FEW, HELD, REVIEW, TAKEN
from testimony.domain.tables.groups import GENDER, GROUP, REGION, STAGE, parted
from testimony.domain.tables.offsets import BASES, Unit
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan, tables_of
from testimony.domain.tables.published import Published
from testimony.domain.tables.questions import BORDER, GENDERS, MONTH, NATIONALITY, PERSON, QUESTIONS
from testimony.domain.tables.rows import ALL, REST
from testimony.domain.tables.shares import Say, Share
from testimony.errors import N_
from testimony.publication.tables import words as tables_words
from testimony.publication.tables.lines import COVERED
from testimony.publication.text.phrases import Words
from testimony.publication.text.vocabulary import PEOPLE
from testimony.questionnaire.codebook import Codebook

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
REASONS: Final = {
    TAKEN: N_("Accounts taken in"),
    CONSENT: N_("Held back: no consent to public numbers"),
    REVIEW: N_("Held back: not cleared"),
    FEW: N_("Too few for a row"),
}
IN_FILE: Final = N_("Part of the accounts taken in that this file counts")
SHARES: Final = {
    Say.MOST: N_("four in five or more"),
    Say.MORE: N_("more than half"),
    Say.FEW: N_("fewer than one in five"),
    Say.FEWER: N_("fewer than half"),
    Say.BETWEEN: N_("between %(low)s and %(high)s of 100"),
}
RANGES: Final = {
    "group": {"one": "1", "to10": "2–10", "to50": "11–50", "more": "> 50"},
    "earlier": {"none": "0", "one": "1", "more": "> 1"},
}
"""Labels that are the same in every language, of characters that the fonts of a PDF have."""
FIELDS: Final = {BORDER: "i_segment", NATIONALITY: "w_nat", PERSON: "w_age", MONTH: "i_date"}
"""Of what is no question of its own, the field that it is read from."""
YES_NO: Final = "yn5"
FAMILIES: Final = "vio_family"


class Vocabulary:
    """The words of tables in the language of `words`. `numerals`: writes a number with the digits of that language."""

    def __init__(self, words: Words, numerals: Callable[[object], str] = str) -> None:
        self._words = words
        self._numerals = numerals

    def period(self, one: Period) -> str:
        """ "March 2026", "January 2026 – March 2026", "2026", "Everything until March 2026"."""
        last = self._month(one.last)
        if one.first is None:
            return self._words.say(N_("Everything until %(month)s"), month=last)
        if one.kind is Kind.MONTH:
            return last
        if one.kind is Kind.QUARTER:
            return f"{self._month(one.first)} – {last}"
        return self._numerals(one.label)

    def border(self, code: str) -> str:
        """The border in words, from one State to another; `code` itself unless it names two known States."""
        origin, _dash, destination = code.partition("-")
        known = Codebook.load().codes("iso3")
        return self._words.way_between(origin, destination) if {origin, destination} <= set(known) else code

    def row(self, dimension: str, code: str) -> str:
        """The name of a row: a border, a nationality, a group of people, or an age with a gender."""
        if code == ALL:
            return self._words.say(N_("All"))
        if code.startswith(f"{ALL}{REST}"):
            return self._words.say(N_("All others"))
        if dimension == BORDER:
            return self.border(code)
        if dimension == NATIONALITY:
            return self._words.option("iso3", code)
        if dimension == GROUP:
            return self._group(*parted(code))
        stage, _dash, gender = code.partition("-")
        if gender not in GENDERS:
            return code
        return f"{self._words.say(PEOPLE[stage])}, {self._words.option('gender', gender)}"

    def question(self, code: str) -> str:
        """What a table asks, as the form says it."""
        if code == BORDER:
            return self._words.say(N_("Border"))
        if code == GROUP:
            return self._words.say(N_("Group of people"))
        if code == COVERED:
            return self._words.say(IN_FILE)
        return self._words.field(FIELDS[code] if code in FIELDS else QUESTIONS[code].field)

    def title(self, dimension: str, asked: str) -> str:
        """The name of a table: its question, and what its rows are unless they are borders."""
        if asked == HELD:
            return self._words.say(N_("What this file does not show"))
        if not asked:
            return self._words.say(N_("Accounts by border"))
        if asked == COVERED:
            return self.question(asked)
        name = self.question(asked)
        return name if dimension == BORDER else f"{self.question(dimension)} · {name}"

    def column(self, asked: str, code: str) -> str:
        """The head of a column: an answer in the codebook's words, a time, a border, a unit, or why it is not shown."""
        if not asked:
            return self.unit(Unit(code))
        if asked == HELD:
            return self._words.say(REASONS[code])
        if asked == COVERED:
            return self.question(asked)
        if code == ANSWERED:
            return self.answered()
        if asked == BORDER:
            return self.border(code)
        if asked == MONTH:
            return self._words.say(N_("earlier")) if code == times.EARLIER else self.period(Period.of(code))
        if code in RANGES.get(asked, {}):
            return self._numerals(RANGES[asked][code])
        if code == "told":
            return self._words.say(N_("Accounts that tell of it"))
        own = Codebook.load().fields[QUESTIONS[asked].field].list or ""
        return self._option([FAMILIES, own] if asked == "act" else [own, YES_NO], code)

    def answered(self) -> str:
        """The head of a column of denominators."""
        return self._words.say(N_("Accounts that answer"))

    def unit(self, one: Unit) -> str:
        """What is counted."""
        return self._words.say(UNITS[one])

    def number(self, value: int | None, unit: Unit) -> str:
        """A number in a cell: "not shown" for None, "under 5" for 0, which does not say whether there was anybody."""
        if value is None:
            return self._words.say(N_("not shown"))
        return self._numerals(value) if value else self._words.say(N_("under %(number)s"), number=self._base(unit))

    def share(self, said: Share | None) -> str:
        """A share in words; "" for None."""
        if said is None:
            return ""
        return self._words.say(SHARES[said.say], low=self._numerals(said.low), high=self._numerals(said.high))

    def tables_of_plan(self, plan: Plan) -> list[tuple[str, list[str]]]:
        """Each kind of period that has a file, and the names of its tables."""
        found = []
        for kind in Kind:
            if kind in plan.layers:
                tables = tables_of(plan.layers[kind])
                names = dict.fromkeys(self.title(each.rows, one) for each in tables for one in each.questions or ("",))
                found.append((self._words.say(KINDS[kind]), list(names)))
        return found

    def notes(self, made: Published, plan: Plan) -> list[str]:
        """What a reader of the file must know, in sentences, with the borders that have no row."""
        found = [*tables_words.of_every_file(made), *([tables_words.CAPPED] if made.capped else [])]
        said = [self._words.say(one) for one in found]
        named = "; ".join(map(self.border, tables_words.without_row(made, plan)))
        return [*said, self._words.say(tables_words.UNSHOWN, borders=named)] if named else said

    def _group(self, kind: str, code: str) -> str:
        if kind == GENDER:
            return self._words.option("gender", code)
        if kind == STAGE:
            return self._words.say(PEOPLE[code])
        if kind == REGION:
            return self._words.region(code) if code.startswith("m") else self._words.option("iso3", code)
        return f"{self.question('act')}: {self._words.option(YES_NO, code)}"

    def _month(self, number: int) -> str:
        """The month in words. `number`: of months since the year 0."""
        return f"{self._words.month(number % 12 + 1)} {self._numerals(number // 12)}"

    def _base(self, unit: Unit) -> str:
        return self._numerals(BASES[unit])

    def _option(self, lists: list[str], code: str) -> str:
        """The label of `code` in the first of these lists that has it."""
        known = Codebook.load().lists
        return self._words.option(next(one for one in lists if one in known and code in known[one].codes), code)
