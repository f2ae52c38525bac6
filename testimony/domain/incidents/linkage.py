"""Links testimonies of one incident and testimonies of one person: a pure fold over a set (docs/incidents.md).

Where two desks differ, the result with fewer persons and fewer incidents stands: it is the cautious one for counts
before a publication.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.incidents.events import ABOUT_TESTIMONY, NOWHERE, Act, LinkEvent, People
from testimony.domain.roles import Role
from testimony.domain.union_find import Unions


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An event, the testimony that its seal names (`NOWHERE`: none), and who signed it with which role."""

    event: LinkEvent
    about: str
    signer: str
    role: str

    @property
    def subject(self) -> tuple[str, ...]:
        """What it is about: of one subject the acts that no other had seen stand."""
        match self.event.act:
            case Act.TELLS | Act.NOT:
                return ("tells", self.about, self.event.to)
            case Act.PERSON:
                return ("person", self.about)
            case Act.DIFFERENT:
                return ("different", *sorted((self.about, self.event.to)))
            case Act.MERGE:
                return ("merge", self.event.id)
            case Act.SPLIT:
                return ("split", self.event.to)
            case _:
                return ("count", self.event.to, str(self.event.people))


Standing = Mapping[tuple[str, ...], tuple[Signed, ...]]
"""Subject -> the acts on it that no other had seen."""


@dataclass(frozen=True, kw_only=True)
class Linked:
    """What stands by all that was said. Incidents are named by the smallest id of those that are one.

    `said`: what counts, by day and id. `ignored`: what does not, by its reason: `role` (no lawyer signed it), `twice`
    (two different acts of one id), `place` (sealed about something that it cannot be about). `standing`: subject ->
    what no other act on it had seen. `names`: any id of an incident -> the name. `accounts`: incident -> testimonies;
    `incidents`: the other way round. `contested`: (testimony, incident) where one desk says so and another not.
    `keys`: testimony -> keys of its person, several where desks differ. `persons`: testimony -> the class, with all
    those whom some desk takes for the same person. `merges`: incident -> the merges that made it.
    """

    said: tuple[Signed, ...]
    ignored: Mapping[str, tuple[Signed, ...]]
    standing: Standing
    names: Mapping[str, str]
    accounts: Mapping[str, frozenset[str]]
    incidents: Mapping[str, frozenset[str]]
    contested: frozenset[tuple[str, str]]
    keys: Mapping[str, frozenset[str]]
    persons: Mapping[str, str]
    merges: Mapping[str, tuple[Signed, ...]]

    def name(self, incident: str) -> str:
        """The incident's current name: its own id if it is not merged with another."""
        return self.names.get(incident, incident)

    def members(self, incident: str) -> frozenset[str]:
        """All ids that are this one incident."""
        name = self.name(incident)
        return frozenset({name, *(one for one, named in self.names.items() if named == name)})

    def different(self, tid: str) -> frozenset[str]:
        """Testimonies that a lawyer marked as describing a different incident than `tid`."""
        pairs = (key[1:] for key in self.standing if key[0] == "different" and tid in key[1:])
        return frozenset(one for pair in pairs for one in pair if one != tid)

    def counts(self, incident: str) -> dict[People, tuple[Signed, ...]]:
        """The values given for each group of people; several if desks differ or incidents were merged, never a sum."""
        members = sorted(self.members(incident))
        found = {sort: self._counts(members, sort) for sort in People}
        return {sort: said for sort, said in found.items() if said}

    def fewest(self, sort: People) -> dict[str, int]:
        """Incident -> the smallest number that lawyers gave for this group of people, of those that some gave."""
        found: dict[str, int] = {}
        for subject, said in self.standing.items():
            if subject[0] == "count" and subject[2] == str(sort):
                name = self.name(subject[1])
                for low in (one.event.low for one in said if one.event.low is not None):
                    found[name] = min(low, found.get(name, low))
        return found

    def seen(self, *subject: str) -> frozenset[str]:
        """For `after` of what is said next about it."""
        return frozenset(one.event.id for one in self.said if one.subject == subject)

    def _counts(self, members: Iterable[str], sort: People) -> tuple[Signed, ...]:
        said = [one for member in members for one in self.standing.get(("count", member, str(sort)), ())]
        return tuple(one for one in said if one.event.low is not None)


def fold(signed: Iterable[Signed]) -> Linked:
    """What stands by all that was said; the same in whatever order it came."""
    said, ignored = _counting(signed)
    standing = _standing(said)
    names, merges = _merged(standing)
    told = _testimony_incidents(standing)
    incidents: dict[str, set[str]] = {}
    accounts: dict[str, set[str]] = {}
    contested = set()
    for (tid, incident), doubted in told.items():
        name = names.get(incident, incident)
        incidents.setdefault(tid, set()).add(name)
        accounts.setdefault(name, set()).add(tid)
        if doubted:
            contested.add((tid, name))
    keys, persons = _persons(standing)
    return Linked(
        said=said,
        ignored=ignored,
        standing=standing,
        names=names,
        accounts={name: frozenset(found) for name, found in accounts.items()},
        incidents={tid: frozenset(found) for tid, found in incidents.items()},
        contested=frozenset(contested),
        keys=keys,
        persons=persons,
        merges=merges,
    )


def _counting(signed: Iterable[Signed]) -> tuple[tuple[Signed, ...], dict[str, tuple[Signed, ...]]]:
    """What counts, and what does not. Who is no lawyer cannot make a lawyer's act ambiguous by repeating its id."""
    ignored: dict[str, list[Signed]] = {}
    numbered: dict[str, dict[tuple[LinkEvent, str], Signed]] = {}
    for one in sorted(set(signed), key=_order):
        reason = "role" if one.role != Role.LAWYER else None if _in_place(one) else "place"
        if reason:
            ignored.setdefault(reason, []).append(one)
        else:
            numbered.setdefault(one.event.id, {}).setdefault((one.event, one.about), one)
    said: list[Signed] = []
    for group in numbered.values():
        if len(group) == 1:
            said += group.values()
        else:
            ignored.setdefault("twice", []).extend(group.values())
    return tuple(said), {reason: tuple(found) for reason, found in ignored.items()}


def _order(one: Signed) -> tuple[Any, ...]:
    """By day and id; then by everything else, so that no two places are equal."""
    event = one.event
    rest = (event.people or "", event.low or 0, event.high or 0, sorted(event.on), sorted(event.after))
    return (event.day, event.id, one.signer, one.about, one.role, event.act, event.to, event.other, *rest)


def _in_place(one: Signed) -> bool:
    if one.event.act in ABOUT_TESTIMONY:
        return one.about not in (NOWHERE, one.event.to)
    return one.about == NOWHERE


def _standing(said: Iterable[Signed]) -> Standing:
    subjects: dict[tuple[str, ...], list[Signed]] = {}
    for one in said:
        subjects.setdefault(one.subject, []).append(one)
    found = {}
    for subject, group in subjects.items():
        seen = {each for one in group for each in one.event.after if each != one.event.id}
        latest = [one for one in group if one.event.id not in seen]
        found[subject] = tuple(latest or group)  # a ring, which no honest desk makes, leaves all of it standing
    return found


def _merged(standing: Standing) -> tuple[dict[str, str], dict[str, tuple[Signed, ...]]]:
    """The name of every incident that is one with another, and by which merges. Edges have no direction: no rings."""
    taken_back = {key[1] for key in standing if key[0] == "split"}
    merges = [one for key, group in standing.items() if key[0] == "merge" and key[1] not in taken_back for one in group]
    classes = Unions()
    for one in merges:
        classes.join(one.event.to, one.event.other)
    names = classes.names()
    made: dict[str, list[Signed]] = {}
    for one in merges:
        made.setdefault(names[one.event.to], []).append(one)
    return names, {name: tuple(found) for name, found in made.items()}


def _testimony_incidents(standing: Standing) -> dict[tuple[str, str], bool]:
    """(testimony, incident) -> whether somebody else says that it does not tell of it."""
    told = {}
    for key, group in standing.items():
        acts = {one.event.act for one in group}
        if key[0] == "tells" and Act.TELLS in acts:
            told[key[1], key[2]] = Act.NOT in acts
    return told


def _persons(standing: Standing) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    keys = {}
    classes = Unions()
    for key, group in standing.items():
        found = sorted({one.event.to for one in group if one.event.to}) if key[0] == "person" else []
        if found:
            keys[key[1]] = frozenset(found)
            for one in found:
                classes.join(found[0], one)
    names = classes.names()
    return keys, {tid: names[min(found)] for tid, found in keys.items()}
