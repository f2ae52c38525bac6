"""The secret, the plans and the published numbers, from all that coordinators said, in the order of central's log.

Every desk with the same log gets the same. What two people did not say, or what has not come back from the log, counts
for nothing that leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.tables import published
from testimony.domain.tables.acts import Act, Contents, Entry
from testimony.domain.tables.admission import MOST_EDITIONS, admitted
from testimony.domain.tables.errors import TablesRefused
from testimony.domain.tables.periods import Kind, Period
from testimony.domain.tables.plan import Plan

MASTER: Final = b"testimony/tables/master/v1"


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An entry, and whose it is: by the names of `domain/ledger/state.py`."""

    name: str
    by: str
    may: bool
    entry: Entry
    place: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A settlement of the ledger that gave up entries which open to nobody: they may have published any table.

    In force from `place` of the log; `day`: that central or its second signer wrote beside it, whichever is later.
    `words`: the records of both signers.
    """

    place: tuple[int, int]
    day: date
    words: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """Something that one person said and that a second one may agree to. `name`: of the record."""

    name: str
    by: str
    day: date
    pending: bool


@dataclass(frozen=True, kw_only=True)
class ProposedPlan(Proposal):
    plan: Plan

    @property
    def subject(self) -> str:
        return f"plan of {self.plan.year}"


@dataclass(frozen=True, kw_only=True)
class ProposedNumbers(Proposal):
    generation: int
    contents: Contents

    @property
    def subject(self) -> str:
        return f"numbers of {self.key[0]}"

    @property
    def key(self) -> tuple[str, int]:
        return self.contents.published.period, self.contents.published.edition


@dataclass(kw_only=True)
class TablesLedger:
    """`masters`: by generation, each of two people's shares. `shared`: who gave a share of the next one.

    `plans`: by year, and `files`: by period and edition, both as two people agreed to them. `proposed`: what waits for
    a second person. `underway`: (proposal, who agreed) where that has not come back. `last`: the day on which numbers
    were last agreed to. `settled`: by the order of the log.
    """

    masters: dict[int, bytes] = field(default_factory=dict, repr=False)
    shared: dict[int, dict[str, str]] = field(default_factory=dict, repr=False)
    plans: dict[int, Plan] = field(default_factory=dict)
    files: dict[tuple[str, int], ProposedNumbers] = field(default_factory=dict)
    proposed: dict[str, ProposedPlan | ProposedNumbers] = field(default_factory=dict)
    underway: set[tuple[str, str]] = field(default_factory=set)
    last: date | None = None
    settled: tuple[Settled, ...] = ()
    unread: int = 0

    def may_be_printed(self, period: Period) -> bool:
        """Whether an entry that opens to nobody may have published `period`: it was over when that was settled."""
        return any(period.last_day < one.day for one in self.settled)

    @property
    def generation(self) -> int:
        """The newest secret that two people made; 0 for none."""
        return max(self.masters, default=0)

    @property
    def counted(self) -> Mapping[str, frozenset[str]]:
        """Period -> the accounts in its file, of all editions."""
        found: dict[str, frozenset[str]] = {}
        for (period, _), file in self.files.items():
            found[period] = found.get(period, frozenset()) | file.contents.members
        return found

    def plan_of(self, year: int) -> Plan:
        """Raises `TablesRefused("unagreed")` where two people have not agreed to one."""
        if year not in self.plans:
            raise TablesRefused("unagreed")
        return self.plans[year]

    def master(self) -> bytes:
        """Raises `TablesRefused("secret")` where two people have not made one."""
        if not self.masters:
            raise TablesRefused("secret")
        return self.masters[self.generation]


Unpack = Callable[[Signed], Contents]
"""What NUMBERS holds. Raises `EventUnreadable`."""


def fold(
    signed: Iterable[Signed], unpack: Unpack, *, unread: int = 0, settled: Collection[Settled] = ()
) -> TablesLedger:
    """All opened entries, in any order and each once. What two people agreed to stays, whatever was settled."""
    ledger = TablesLedger(unread=unread, settled=tuple(settled))
    for one in sorted((one for one in signed if one.may), key=_order):
        match one.entry.act:
            case Act.SECRET:
                _share(ledger, one)
            case Act.PLAN:
                plan = Plan.parse(one.entry.said["plan"])
                ledger.proposed[one.name] = ProposedPlan(**_said(one), plan=plan)
            case Act.NUMBERS:
                _propose(ledger, one, unpack)
            case Act.AGREE if one.place is not None:
                _agree(ledger, one)
            case Act.AGREE:
                ledger.underway.add((one.entry.said["about"], one.by))
    for name in [name for name, proposal in ledger.proposed.items() if _is_settled(ledger, proposal)]:
        del ledger.proposed[name]
    return ledger


def require_may_follow(ledger: TablesLedger, numbers: ProposedNumbers) -> None:
    """Raise `TablesRefused` unless these numbers may be published after everything that was."""
    made, period = numbers.contents.published, Period.of(numbers.contents.published.period)
    if made.plan != ledger.plan_of(period.year).digest or made.layer != ledger.plan_of(period.year).layer_of(period):
        raise TablesRefused("unagreed")
    if numbers.key in ledger.files:
        raise TablesRefused("published")
    if made.edition > 1:
        before = (made.period, made.edition - 1) in ledger.files
        if period.kind is not Kind.YEAR or not before or made.edition > MOST_EDITIONS:
            raise TablesRefused("recount")
    if numbers.generation not in ledger.masters:
        raise TablesRefused("secret")
    others = {label: members for label, members in ledger.counted.items() if label != made.period}
    if admitted(period, numbers.contents.members, others) != numbers.contents.members:
        raise TablesRefused("once")
    published.require_one_number([*(file.contents.published for file in ledger.files.values()), made])


def require_may_agree(ledger: TablesLedger, numbers: ProposedNumbers) -> None:
    """The same for somebody who agrees to them now: none of a period that may have been printed before a settlement."""
    require_may_follow(ledger, numbers)
    if ledger.may_be_printed(Period.of(numbers.contents.published.period)):
        raise TablesRefused("settled")


def master_of(shares: Iterable[str]) -> bytes:
    """The secret of the shares (hex) of two people: neither of them alone chose it."""
    return hashlib.sha256(MASTER + b"".join(bytes.fromhex(share) for share in shares)).digest()


def _share(ledger: TablesLedger, one: Signed) -> None:
    """The shares of the first two people count. A share that has not come back is known, and makes no secret yet."""
    generation = one.entry.said["generation"]
    if generation in ledger.masters or generation > ledger.generation + 1:
        return
    shares = ledger.shared.setdefault(generation, {})
    shares.setdefault(one.by, one.entry.said["share"])
    if len(shares) == 2 and one.place is not None:
        ledger.masters[generation] = master_of(shares.values())


def _propose(ledger: TablesLedger, one: Signed, unpack: Unpack) -> None:
    try:
        contents = unpack(one)
    except EventUnreadable:
        ledger.unread += 1
        return
    ledger.proposed[one.name] = ProposedNumbers(
        **_said(one), generation=one.entry.said["generation"], contents=contents
    )


def _agree(ledger: TablesLedger, one: Signed) -> None:
    """What may not be agreed to any more, because something else came first, is passed over."""
    proposal = ledger.proposed.get(one.entry.said["about"])
    if proposal is None or proposal.by == one.by or proposal.pending:
        return
    if isinstance(proposal, ProposedPlan):
        ledger.plans.setdefault(proposal.plan.year, proposal.plan)
        return
    try:
        require_may_follow(ledger, proposal)
    except TablesRefused:
        return
    ledger.files[proposal.key] = proposal
    ledger.last = max(ledger.last or one.entry.day, one.entry.day)


def _is_settled(ledger: TablesLedger, proposal: ProposedPlan | ProposedNumbers) -> bool:
    if isinstance(proposal, ProposedPlan):
        return proposal.plan.year in ledger.plans
    return proposal.key in ledger.files


def _said(one: Signed) -> dict[str, Any]:
    return {"name": one.name, "by": one.by, "day": one.entry.day, "pending": one.place is None}


def _order(one: Signed) -> tuple[bool, tuple[int, int], str]:
    return one.place is None, one.place or (0, 0), one.name
