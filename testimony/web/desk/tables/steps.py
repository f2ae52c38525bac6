"""The one thing that this coordinator does next about published tables, in words and with the name of its button."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from testimony.domain.tables import due
from testimony.domain.tables.ledger import ProposedNumbers, ProposedPlan, TablesLedger
from testimony.domain.tables.periods import Period
from testimony.web.desk.tables import text as tables_text
from testimony.web.text import labels

SHARE, PROPOSE, AGREE, MAKE, SAVE = "share", "propose", "agree", "make", "save"
EXCHANGE, WAIT, REST = "exchange", "wait", "rest"
BY_HAND = frozenset({WAIT, REST})
"""Steps without work at this desk: only an exchange can bring something new."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """`act`: what its button does. `year`: of the plan to propose; `key`: period and edition to make or save;
    `proposal`: what to agree to.
    """

    act: str
    words: str
    button: str = ""
    year: int = 0
    key: tuple[str, int] = ("", 1)
    proposal: ProposedPlan | ProposedNumbers | None = None


def next_step(held: TablesLedger, me: str, day: date, *, waiting: bool = False, refused: Period | None = None) -> Step:
    """`waiting`: something said here has not reached headquarters. `refused`: a period that was just too small."""
    theirs = due.proposals_for(held, me)
    if theirs and (held.generation or isinstance(theirs[0], ProposedPlan)):
        return _agree(theirs[0])
    if not held.generation and me not in held.shared.get(1, {}):
        words = _("A share of the secret is wanted from two coordinators. It decides how every number is rounded.")
        return Step(act=SHARE, words=words, button=_("Make my share of the secret"))
    period = due.next_period(held, day, refused=refused) if held.generation else None
    year = due.year_to_plan(held, day)
    if year is not None and _is_urgent(held, year, day):
        return _propose(year)
    if waiting:
        words = _("What you said waits at this desk. A colleague can go on when it is at headquarters.")
        return Step(act=EXCHANGE, words=words, button=_("Sync"))
    return _after_exchange(held, day, period, year)


def _after_exchange(held: TablesLedger, day: date, period: Period | None, year: int | None) -> Step:
    if held.files and held.last == day:
        return _save(held)
    if held.proposed or not held.generation:
        words = _("A second coordinator has to go on, at their own desk. Sync again when they did.")
        return Step(act=WAIT, words=words)
    if period is not None:
        name = tables_text.vocabulary().period(period)
        words = _("These tables are not made yet: %(period)s.", period=name)
        return Step(act=MAKE, words=words, button=_("Make the tables: %(period)s", period=name), key=(period.label, 1))
    if year is not None and not _has_proposed(held, year):
        return _propose(year)
    if held.files:
        return _save(held)
    return _rest(held, day)


def _agree(one: ProposedPlan | ProposedNumbers) -> Step:
    if isinstance(one, ProposedPlan):
        words = _("A colleague proposed the plan of %(year)s. Read it below.", year=one.plan.year)
        return Step(act=AGREE, words=words, button=_("Agree to the plan of %(year)s", year=one.plan.year), proposal=one)
    name = tables_text.vocabulary().period(Period.of(one.key[0]))
    words = _(
        "A colleague made the tables: %(period)s. When you agree, this desk makes them again from its own testimonies "
        "and compares every number.",
        period=name,
    )
    return Step(act=AGREE, words=words, button=_("Agree to the tables: %(period)s", period=name), proposal=one)


def _propose(year: int) -> Step:
    words = _(
        "A plan is wanted for %(year)s. The number of accounts decides which tables it has, "
        "and it stands for the whole year.",
        year=year,
    )
    return Step(act=PROPOSE, words=words, button=_("Propose the plan of %(year)s", year=year), year=year)


def _save(held: TablesLedger) -> Step:
    """What was agreed to last."""
    label, edition = list(held.files)[-1]
    name = tables_text.vocabulary().period(Period.of(label))
    words = _("Two coordinators agreed to these tables: %(period)s. The file may go to everybody.", period=name)
    return Step(act=SAVE, words=words, button=_("Save the file: %(period)s", period=name), key=(label, edition))


def _rest(held: TablesLedger, day: date) -> Step:
    end = due.next_end(held, day)
    if end is None:
        return Step(act=REST, words=_("Nothing has to be done now."))
    words = _("Nothing has to be done now. The next period ends on %(day)s.", day=labels.day(end.isoformat()))
    return Step(act=REST, words=words)


def _is_urgent(held: TablesLedger, year: int, day: date) -> bool:
    """Whether the plan comes before the tables. In January, and for the next year, the tables of what ended do."""
    this = year <= day.year and (day.month > 1 or not held.plans)
    return this and not _has_proposed(held, year) and held.last != day


def _has_proposed(held: TablesLedger, year: int) -> bool:
    return any(isinstance(one, ProposedPlan) and one.plan.year == year for one in held.proposed.values())
