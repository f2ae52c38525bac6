"""Find the records that a coordinator's desk may release to a recipient, and say why others are left out.

A record's values come from `coded`, from lawyers' corrections and from links. Testimonies are opened once for an
unlocked key (services/coding/opened_accounts.py); whether each may be released is checked every time.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.anonymity import field_hierarchies
from testimony.anonymity.hierarchies import ANY, Hierarchy
from testimony.anonymity.pool import Record, Schema
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.offers import card_id, offers
from testimony.domain.consent.purposes import Key
from testimony.domain.incidents import equivalence, incident_count, told_again
from testimony.domain.incidents.told_again import Linked
from testimony.domain.release import columns as release_columns
from testimony.domain.release.columns import Line, Vocabulary
from testimony.questionnaire.codebook import Codebook
from testimony.sealing.roster.chain import RosterChain
from testimony.services.coding import opened_accounts
from testimony.services.coding.eligibility import CLOSED, UNREADABLE, Account
from testimony.services.incidents import linkage
from testimony.services.ledger import order as ledger_order
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.news import SUSPENDED, WITHDRAWN
from testimony.services.opening.reader import Reader
from testimony.station.station import Station

NO_CONSENT, NOT_CLEARED = "no_consent", "not_cleared"
LEFT_OUT: Final = (WITHDRAWN, SUSPENDED, CLOSED, UNREADABLE, NO_CONSENT, NOT_CLEARED)
"""Why a testimony is left out: the first of these that applies. `CLOSED`: this key does not open it, because no
counting use was agreed to or it did not arrive in full. `UNREADABLE`: it does not verify, or holds no answers.
"""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A testimony that may be released to its record's recipients. `manifest`: the name of its record."""

    tid: str
    manifest: str
    record: Record


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The data of a candidate. `persons`, `incidents`: the lawyers' links, by the ids of
    `services/incidents/linkage.py`.
    """

    tid: str
    manifest: str
    line: Line
    recipients: frozenset[str]
    persons: frozenset[str] = frozenset()
    incidents: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Candidates:
    """`usable`: by manifest name. `left_out`: how many are here and may not be released, by `LEFT_OUT`.

    `facts`: the data behind `usable`, in the same order. `several`: see the function.
    """

    usable: tuple[Candidate, ...]
    left_out: Counter[str]
    facts: tuple[Facts, ...] = field(default=(), repr=False)
    several: tuple[Linked, ...] = field(default=(), repr=False)

    @classmethod
    def told_apart(cls, facts: Iterable[Facts], left_out: Counter[str]) -> Candidates:
        """Build the candidates, with persons and incidents as these accounts, and no others, distinguish them."""
        ordered = tuple(sorted(facts, key=lambda one: one.manifest))
        return cls(usable=_told_apart(ordered), left_out=left_out, facts=ordered)

    def without(self, manifests: Collection[str]) -> Candidates:
        """The same without those whose names are in `manifests`, as if already released: an account that is not in the
        pool must not make two others in it one person.
        """
        if not any(one.manifest in manifests for one in self.facts):
            return self
        left = tuple(one for one in self.facts if one.manifest not in manifests)
        return replace(self, usable=_told_apart(left), facts=left)


def of(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    recipients: Collection[str] | None = None,
) -> Candidates:
    """Everything that may be released at `at` to at least one of `recipients` (codes of `recipients_of`; None: all).

    Nobody else gets anything, whatever name an order or a sealed consent contains. Refreshes `annexes` first. Raises
    nothing for unreadable testimonies: they are counted.
    """
    offered = frozenset(recipients_of(station.chain))
    asked = offered if recipients is None else offered.intersection(recipients)
    persons: dict[str, str] = {}
    incidents: dict[str, frozenset[str]] = {}
    found: list[Facts] = []
    accounts = opened_accounts.open_accounts(station, session, reader, annexes, vocabulary(), at=at)
    persons, incidents = linkage.persons(station.chain, annexes), linkage.incidents(station.chain, annexes)
    left_out: Counter[str] = Counter()
    for one in accounts:
        reason = why_not(one, asked)
        if reason or one.line is None:
            left_out[reason or UNREADABLE] += 1
            continue
        found.append(
            Facts(
                tid=one.tid,
                manifest=one.manifest,
                line=one.line,
                recipients=asked & codes_of(one.keys),
                persons=frozenset({persons[one.tid]} if one.tid in persons else ()),
                incidents=incidents.get(one.tid, frozenset()),
            )
        )
    return replace(Candidates.told_apart(found, left_out), several=several(station.chain, annexes, accounts))


def several(chain: RosterChain, annexes: AnnexIndex, accounts: Iterable[Account]) -> tuple[Linked, ...]:
    """Those of `accounts`, by manifest, whose person told several.

    Also of those that may not be released today, since they may have been before. One that is withdrawn or suspended is
    not among them.
    """
    persons, incidents = linkage.persons(chain, annexes), linkage.incidents(chain, annexes)
    linked = [
        Linked(
            name=one.manifest,
            persons=frozenset({persons[one.tid]} if one.tid in persons else ()),
            incidents=incidents.get(one.tid, frozenset()),
        )
        for one in accounts
        if not one.gone
    ]
    names = told_again.several(linked)
    return tuple(one for one in linked if one.name in names)


def came(chain: RosterChain, session: Session, accounts: Iterable[Linked]) -> dict[str, tuple[int, int]]:
    """The places of `accounts` in central's log."""
    places = ledger_order.places(chain, session, [one.name for one in accounts])
    return {name: place.at for name, place in places.items()}


def recipients_of(chain: RosterChain) -> tuple[str, ...]:
    """Every recipient for whom some roster of the organisation asked a counting use: "P06", "P07",
    "P10-sea-network".
    """
    asked = {one.key for roster in chain.rosters for one in offers(roster.organisation)}
    return tuple(sorted(codes_of(asked)))


def codes_of(keys: Iterable[Key]) -> frozenset[str]:
    """The recipient codes of the counting uses among `keys`."""
    return frozenset(card_id(key) for key in keys if key.purpose in COUNTING)


def why_not(account: Account, recipients: Collection[str]) -> str | None:
    """One of `LEFT_OUT`; None if it may be released to one of `recipients`."""
    if account.gone:
        return account.gone
    if account.closed:
        return account.closed
    if codes_of(account.keys).isdisjoint(recipients):
        return NO_CONSENT
    return None if account.cleared else NOT_CLEARED


def schema() -> Schema:
    """The seven quasi-identifiers over the segments of the gazetteer, and the marks of `release_columns`."""
    return Schema(attributes=_attributes(), marks=release_columns.MARK_IDS, stigma=release_columns.STIGMA_IDS)


@functools.cache
def vocabulary() -> Vocabulary:
    """The valid codes of each attribute: of the hierarchies, and for places of the gazetteer."""
    book = Codebook.load()
    return Vocabulary(
        values={one.name: frozenset(one.domain) - {ANY} for one in _attributes() if one.name != "date"},
        countries=frozenset(book.countries),
    )


@functools.cache
def _attributes() -> tuple[Hierarchy, ...]:
    return field_hierarchies.standard(Codebook.load().segments)


def _told_apart(facts: Collection[Facts]) -> tuple[Candidate, ...]:
    persons = equivalence.classes({one.tid: one.line.person for one in facts}, {one.tid: one.persons for one in facts})
    incidents = incident_count.names(
        {one.tid: one.line.told_incident for one in facts}, {one.tid: one.incidents for one in facts}
    )
    return tuple(
        Candidate(
            tid=one.tid,
            manifest=one.manifest,
            record=Record(
                values=one.line.values,
                marks=one.line.marks,
                stigma=one.line.stigma,
                unknown=one.line.unknown,
                unasked=one.line.unasked,
                person=persons[one.tid],
                incident=incidents[one.tid],
                recipients=one.recipients,
            ),
        )
        for one in facts
    )
