"""The acts of published tables: make the secret, propose a plan, make the numbers of a period, agree, print.

Nothing is published by one person: a second coordinator makes the same numbers at another desk from its own data.
Everything is read again at each step, and a refusal writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from testimony.domain.consent.offers import text_in
from testimony.domain.tables import count, ledger, periods
from testimony.domain.tables import plan as tables_plan
from testimony.domain.tables.account import is_border
from testimony.domain.tables.acts import Act, Contents, Reason, member
from testimony.domain.tables.admission import admitted, require_recount
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.ledger import ProposedNumbers, ProposedPlan, TablesLedger
from testimony.domain.tables.offsets import Offsets
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan
from testimony.domain.tables.published import Published
from testimony.domain.tables.rows import incidents_in
from testimony.publication.tables import file
from testimony.questionnaire.codebook import Codebook
from testimony.services.release.desk import Releaser
from testimony.services.tables import accounts as tables_accounts
from testimony.services.tables import ledger as tables_ledger
from testimony.services.tables import membership, moments, report
from testimony.services.tables.accounts import Held

NAMED: Final = 8
"""Digits of the name of a proposal that are enough to point at it."""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """Before a period is made. `accounts`, `incidents`: that it could count. `least`, `least_incidents`: that it needs.

    `back`: how many accounts at this desk are held back, by reason. `settled`: how many an entry that opens to nobody
    may have counted. `told_again`: how many do not count, because the same person told of the same event. `no_person`,
    `no_incident`: of `accounts`, those of which no lawyer said who told them or of which incident they tell.
    """

    period: Period
    accounts: int
    incidents: int
    least: int
    least_incidents: int
    back: Mapping[str, int]
    settled: int = 0
    told_again: int = 0
    no_person: int = 0
    no_incident: int = 0


def make_secret(by: Releaser, reason: Reason = Reason.FIRST) -> int:
    """Give this person's share of the secret. Returns its generation. The second person's share completes it.

    A new one, where the old one was lost or stolen, serves for what is not published yet. Raises `TablesRefused`
    (generation, shared).
    """
    held = tables_ledger.read(by)
    new = held.generation + 1
    begun = held.shared.get(new, {})
    if by.reader.id in begun or (reason is Reason.FIRST and held.generation):
        raise TablesRefused("shared")
    if reason is not Reason.FIRST and not held.generation:
        raise TablesRefused("generation")
    tables_ledger.say(by, Act.SECRET, {"generation": new, "share": tables_ledger.new_share(), "reason": str(reason)})
    return new


def propose_plan(by: Releaser, year: int, borders: Sequence[str]) -> Plan:
    """Propose the plan of a year that fits the number of accounts here. `borders`: known for pushbacks.

    Raises `TablesRefused` (planned, plans, border).
    """
    held = tables_ledger.read(by)
    if year in held.plans:
        raise TablesRefused("planned")
    if not all(is_border(one, tables_accounts.countries()) for one in borders):
        raise TablesRefused("border")
    plan = _fitting(by, held, year, borders)
    waiting = (one.plan for one in held.proposed.values() if isinstance(one, ProposedPlan))
    others = [one for one in waiting if (one.year, one.codebook) == (year, plan.codebook)]  # no other can be agreed to
    if others and plan not in others:
        raise TablesRefused("plans")
    if not others:
        tables_ledger.say(by, Act.PLAN, {"plan": plan.to_value()})
    return plan


def look(by: Releaser, label: str) -> Outlook:
    """How many accounts a period could count today, and why others are held back. Writes nothing.

    These counts are exact, for a coordinator's eyes alone. Raises `TablesRefused` (unagreed, unplanned).
    """
    held, period = tables_ledger.read(by), Period.of(label)
    layer, here = held.plan_of(period.year).layer_of(period), tables_accounts.held(by, moments.newest(by))
    others = {one: members for one, members in held.counted.items() if one != period.label}
    gone = tables_ledger.held_back(by, held, here.admissible)
    again = _told_again(here, others)
    short = {member(manifest): manifest for manifest in here.admissible if manifest not in gone | again}
    members = admitted(period, short.keys(), others)
    accounts = here.counted(frozenset(short[one] for one in members))
    facts = [one for one in here.facts if member(one.manifest) in members]
    return Outlook(
        period=period,
        accounts=len(accounts),
        incidents=incidents_in(accounts),
        least=tables_plan.LEAST[layer],
        least_incidents=tables_plan.LEAST_INCIDENTS,
        back=Counter(reason for _, reason in here.back),
        settled=len(gone),
        told_again=len(again - gone),
        no_person=sum(1 for one in facts if not one.persons),
        no_incident=sum(1 for one in facts if not one.incidents),
    )


def make(by: Releaser, label: str, *, edition: int = 1) -> Published:
    """Count a period that is over, and propose its numbers. Raises `TablesRefused`; nothing is written then."""
    held, period = tables_ledger.read(by), Period.of(label)
    periods.require_closed(period, by.day)
    if (label, edition) in held.files:
        raise TablesRefused("published")
    if held.may_be_printed(period):
        raise TablesRefused("settled")
    contents = _count(by, held, period, edition, moments.newest(by))
    proposed = ProposedNumbers(
        name="", by=by.reader.id, day=by.day, pending=True, generation=held.generation, contents=contents
    )
    ledger.require_may_follow(held, proposed)
    tables_ledger.say_numbers(by, contents, held.generation)
    return contents.published


def agree(by: Releaser, name: str) -> None:
    """Agree, as a second person, to what was proposed under a name that begins so.

    Numbers are made again from this desk's data and must be the same, cell by cell. Raises `TablesRefused` (unknown,
    twice, pending, planned, version, differs and those of `make`).
    """
    held = tables_ledger.read(by)
    proposal = _proposal(held, name)
    if proposal.by == by.reader.id:
        raise TablesRefused("twice")
    if proposal.pending:
        raise TablesRefused("pending")
    if isinstance(proposal, ProposedNumbers):
        ledger.require_may_agree(held, proposal)
        _require_same(by, held, proposal)
    elif proposal.plan.codebook != Codebook.load().version:
        raise TablesRefused("version")
    elif proposal.plan != _fitting(by, held, proposal.plan.year, proposal.plan.borders):
        raise TablesRefused("differs")
    tables_ledger.say(by, Act.AGREE, {"about": proposal.name})
    if isinstance(proposal, ProposedNumbers):
        membership.tell(by, held, proposal)


def printed(by: Releaser, label: str, *, edition: int = 1) -> bytes:
    """The file of a period, from its published numbers alone: the same bytes each time, at each desk.

    Raises `TablesRefused` (unprinted, codes).
    """
    return file.build(*_published(by, label, edition))


def reported(by: Releaser, label: str, *, edition: int = 1, lang: str) -> bytes:
    """The report of a period as a PDF in a language of a release.

    Raises `TablesRefused` (unprinted, codes), `CaseFileUnset`.
    """
    name = text_in(by.station.chain.latest.organisation.get("name"), lang)
    return report.pdf(*_published(by, label, edition), lang=lang, organisation=name)


def _published(by: Releaser, label: str, edition: int) -> tuple[Published, Plan]:
    """Lawyers' desks can know what is in it before it leaves. Raises `TablesRefused` (unprinted, pending)."""
    held = tables_ledger.read(by)
    found = held.files.get((Period.of(label).label, edition))
    if found is None:
        raise TablesRefused("unprinted")
    membership.tell(by, held)  # of files that an earlier version agreed to
    if not membership.is_at_central(by, found):
        raise TablesRefused("pending")
    return found.contents.published, held.plan_of(Period.of(label).year)


def _fitting(by: Releaser, held: TablesLedger, year: int, borders: Sequence[str]) -> Plan:
    """The plan that fits the accounts of the last year: those in its files, and those that no file counts yet."""
    older = {one for label, members in held.counted.items() if Period.of(label).year < year - 1 for one in members}
    here = tables_accounts.held(by, moments.newest(by))
    again = _told_again(here, held.counted)
    accounts = sum(1 for manifest in here.admissible.keys() - again if member(manifest) not in older)
    return Plan.fitting(year, accounts, borders=borders, codebook=Codebook.load().version)


def _require_same(by: Releaser, held: TablesLedger, proposal: ProposedNumbers) -> None:
    """That this desk makes the same of all that was in the log then: what came since waits for the next period.

    Nobody chooses accounts: all that came to the log in time are counted, and none is passed over.
    """
    made, until = proposal.contents.published, proposal.contents.until
    period = Period.of(made.period)
    periods.require_closed(period, by.day)
    if proposal.generation != held.generation or until is None:
        raise TablesRefused("differs")
    moments.require_whole(by, period, until, proposal.name)
    if _count(by, held, period, made.edition, until) != proposal.contents:
        raise TablesRefused("differs")


def _count(by: Releaser, held: TablesLedger, period: Period, edition: int, until: tuple[int, int]) -> Contents:
    """`until`: the last entry of central's log that counts."""
    plan, offsets, here = held.plan_of(period.year), Offsets.of(held.master()), tables_accounts.held(by, until)
    others = {label: members for label, members in held.counted.items() if label != period.label}
    gone = tables_ledger.held_back(by, held, here.admissible) | _told_again(here, others)
    short = {member(manifest): manifest for manifest in here.admissible if manifest not in gone}
    members = admitted(period, short, others)
    accounts = here.counted(frozenset(short[one] for one in members))
    if edition > 1:
        _require_recount(held, here, period, members, edition)
    back, of_groups = (here.back, here.groups) if period.kind is Kind.YEAR else ((), count.NOBODY)
    made = count.publish(accounts, plan, period, offsets, edition=edition, held=back, back=of_groups)
    return Contents(published=made, members=members, until=until)


def _told_again(here: Held, files: Mapping[str, Collection[str]]) -> frozenset[str]:
    """`files`: label -> the accounts in it."""
    return here.told_again({one for counted in files.values() for one in counted})


def _require_recount(held: TablesLedger, here: Held, period: Period, members: frozenset[str], edition: int) -> None:
    """Of what went by a withdrawal this desk knows nothing any more: it counts as somebody of no known border."""
    before = held.files.get((period.label, edition - 1))
    if period.kind is not Kind.YEAR or before is None:
        raise TablesRefused("recount")
    changed = members ^ before.contents.members
    known = {member(one.name): one for one in here.counted(frozenset(here.admissible))}
    told = [known[one] for one in changed if one in known]
    gone = [(one, "", "") for one in changed if one not in known]
    require_recount([*((one.person, one.incident, one.border) for one in told), *gone], edition)


def _proposal(held: TablesLedger, name: str) -> ProposedPlan | ProposedNumbers:
    found = [one for full, one in held.proposed.items() if full.startswith(name)]
    if len(found) != 1 or len(name) < NAMED:
        raise TablesRefused("unknown")
    return found[0]
