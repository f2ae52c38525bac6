"""The accounts at a coordinator's desk as published tables count them, and why others are held back."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from testimony.domain.incidents import told_again
from testimony.domain.incidents.events import People
from testimony.domain.incidents.told_again import Linked
from testimony.domain.release.columns import MISSING, Line
from testimony.domain.tables import groups
from testimony.domain.tables.account import Counted, border_of, counted
from testimony.domain.tables.acts import member
from testimony.domain.tables.count import CONSENT, REVIEW
from testimony.domain.tables.questions import Told, gender_of, stage_of
from testimony.publication.sheets import coverage
from testimony.questionnaire.codebook import Codebook
from testimony.services.coding import opened_accounts
from testimony.services.coding.eligibility import CLOSED, Account
from testimony.services.incidents import linkage
from testimony.services.release import candidates
from testimony.services.release.candidates import NO_CONSENT, Candidates, Facts
from testimony.services.release.desk import Releaser
from testimony.services.tables import moments

PUBLIC: Final = frozenset({"P06"})
"""Everybody gets the same file, so only accounts are counted whose witness agreed to public numbers."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """`admissible`: by the names of their records. `back`: border ("" not known) and reason of each that is not.

    `groups`: how many of `back` are of each group of people. `people`: incident -> how many people it concerned, as
    lawyers counted them. `several`, `came`: see `candidates`.
    """

    admissible: dict[str, Account]
    facts: tuple[Facts, ...]
    back: tuple[tuple[str, str], ...]
    groups: Mapping[str, int]
    people: Mapping[str, int]
    several: tuple[Linked, ...]
    came: Mapping[str, tuple[int, int]]

    def told_again(self, counted: Collection[str]) -> frozenset[str]:
        """The records that are not counted, because the same person told of the same event.

        `counted`: the members of files, whether or not they may be counted today.
        """
        before = {one.name for one in self.several if member(one.name) in counted}
        accounts = [one for one in self.several if one.name in before or one.name in self.admissible]
        return told_again.told_again(accounts, before, self.came)

    def counted(self, manifests: frozenset[str]) -> list[Counted]:
        """These, with persons and incidents as they distinguish each other."""
        told_apart = Candidates.told_apart((one for one in self.facts if one.manifest in manifests), Counter())
        found = []
        for fact, candidate in zip(told_apart.facts, told_apart.usable, strict=True):
            found.append(
                counted(
                    fact.line,
                    self.admissible[fact.manifest].told,
                    name=fact.manifest,
                    person=candidate.record.person,
                    incident=candidate.record.incident,
                    countries=countries(),
                    region=region_of(fact.line),
                    people=max((self.people[one] for one in fact.incidents & self.people.keys()), default=None),
                )
            )
        return found


def held(by: Releaser, until: tuple[int, int]) -> Held:
    """Everything that came to central's log by the place `until` and is at this desk today.

    What was withdrawn or is set aside is in neither.
    """
    known = candidates.vocabulary()
    with by.station.database.reading() as session:
        opened = opened_accounts.open_accounts(by.station, session, by.reader, by.annexes, known, at=by.day)
        moment = moments.at(by, session, until)
    accounts = [was for one in opened if not one.gone and (was := moment.account(by, one)) is not None]
    persons, incidents = linkage.persons(by.station.chain, by.annexes), linkage.incidents(by.station.chain, by.annexes)
    admissible, facts, back = dict[str, Account](), list[Facts](), list[tuple[str, str]]()
    of_groups = Counter[str]()
    for one in accounts:
        why = candidates.why_not(one, PUBLIC)
        if why or one.line is None:
            border = border_of(one.line, countries()) if one.line else ""
            back.append((border, CONSENT if why in (NO_CONSENT, CLOSED) else REVIEW))
            if one.line:
                of_groups.update(_groups(one.line, one.told))
            continue
        admissible[one.manifest] = one
        facts.append(
            Facts(
                tid=one.tid,
                manifest=one.manifest,
                line=one.line,
                recipients=PUBLIC,
                persons=frozenset({persons[one.tid]} if one.tid in persons else ()),
                incidents=incidents.get(one.tid, frozenset()),
            )
        )
    people = linkage.current_links(by.station.chain, by.annexes).linked.fewest(People.RETURNED)
    several = candidates.several(by.station.chain, by.annexes, accounts)
    with by.station.database.reading() as session:
        came = candidates.came(by.station.chain, session, several)
    return Held(
        admissible=admissible,
        facts=tuple(facts),
        back=tuple(back),
        groups=of_groups,
        people=people,
        several=several,
        came=came,
    )


def region_of(line: Line) -> str:
    """The region of the nationality by UN M49, "" where it is not known."""
    nationality = line.value("nat")
    return "" if nationality == MISSING else coverage.coarse("nat", nationality)


def _groups(line: Line, told: Told) -> frozenset[str]:
    stage, gender = stage_of(line.value("age")), gender_of(line.value("gender"))
    return groups.groups(stage=stage, gender=gender, region=region_of(line), told=told)


@functools.cache
def countries() -> frozenset[str]:
    """Those of which two are a border."""
    return frozenset(Codebook.load().countries)
