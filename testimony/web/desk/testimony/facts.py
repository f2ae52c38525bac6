"""The codes of a testimony in one table: each once, as it was sealed, as lawyers corrected it, and what supports it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from testimony.domain.roles import Role
from testimony.questionnaire.form_labels import Wording
from testimony.services.opening.compartments import Compartment
from testimony.services.testimony.view import Opened
from testimony.web.desk.review import coding, coding_text
from testimony.web.desk.review.coding_text import Changed, Code
from testimony.web.desk.review.translations import Beside
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.labels import Line


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One code. `coded`: what coordinators and releases use, where it says less than `sealed`; `code`: what lawyers
    said of the exact answer; `changed`: what they made of the coded one. `parts`: the sealed parts that say `sealed`.
    """

    field: str
    label: str
    sealed: Line | None = None
    coded: Line | None = None
    code: Code | None = None
    changed: Changed | None = None
    parts: str = "incident"

    @property
    def corrected(self) -> bool:
        """Whether lawyers said something else than what was sealed, or differ about it."""
        return self.changed is not None or (self.code is not None and bool(self.code.said))


@dataclass(frozen=True, kw_only=True)
class Group:
    """The codes of one section of the form."""

    title: str
    facts: list[Fact]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """For the page."""

    groups: list[Group]

    @property
    def corrected(self) -> bool:
        return any(one.corrected for group in self.groups for one in group.facts)

    @property
    def supported(self) -> bool:
        return any(one.code and one.code.passages for group in self.groups for one in group.facts)


def facts(opened: Opened, wording: Wording, shown: coding_text.Shown | None, originals: Sequence[Beside]) -> Facts:
    """Of the parts that are open: the exact answers first, and of the coded ones what these do not say."""
    found = _exact(opened, wording, originals)
    known = {one.field: (group, at) for group in found for at, one in enumerate(group.facts)}
    changed = {one.field: one for one in shown.changed} if shown else {}
    for titled in labels.groups(_answers(opened, "coded"), wording, coded=True):
        for line in titled.lines:
            if line.field in known:
                group, at = known[line.field]
                group.facts[at] = _with_coded(group.facts[at], line)
            else:
                group = _group(found, titled.title)
                known[line.field] = (group, len(group.facts))
                group.facts.append(Fact(field=line.field, label=line.label, sealed=line, parts="coded"))
    for field, one in changed.items():
        if field not in known:
            group = _group(found, labels.groups({field: {}}, wording)[0].title)
            known[field] = (group, len(group.facts))
            group.facts.append(Fact(field=field, label=one.label, sealed=one.original, parts="coded"))
        group, at = known[field]
        group.facts[at] = replace(group.facts[at], changed=one)
    return Facts(groups=[group for group in found if group.facts])


def _exact(opened: Opened, wording: Wording, originals: Sequence[Beside]) -> list[Group]:
    """The answers of the incident; a lawyer sees what was said of each."""
    if not _is_open(opened.compartment("incident")):
        return []
    if key.reader().role is not Role.LAWYER:
        return _plain(opened, wording)
    held = coding.current(opened.tid)
    groups = coding_text.groups(held, wording, coding_text.numbered(originals))
    return [
        Group(
            title=group.title,
            facts=[Fact(field=one.field, label=one.label, sealed=one.original, code=one) for one in group.codes],
        )
        for group in groups
    ]


def _plain(opened: Opened, wording: Wording) -> list[Group]:
    return [
        Group(title=group.title, facts=[Fact(field=one.field, label=one.label, sealed=one) for one in group.lines])
        for group in labels.groups(_answers(opened, "incident"), wording)
    ]


def _with_coded(one: Fact, line: Line) -> Fact:
    """The coded answer stands beside the exact one only where its words are others."""
    exact = one.sealed
    same = exact is not None and (exact.missing, [each.text for each in exact.values]) == (
        line.missing,
        [each.text for each in line.values],
    )
    return replace(one, parts="incident coded") if same else replace(one, coded=line)


def _group(found: list[Group], title: str) -> Group:
    """The group of that title; a new one at the end if there is none."""
    for group in found:
        if group.title == title:
            return group
    found.append(Group(title=title, facts=[]))
    return found[-1]


def _answers(opened: Opened, part: str) -> dict[str, object]:
    held = opened.compartment(part)
    answers = (held.content or {}).get("answers") if held else None
    return answers if isinstance(answers, dict) else {}


def _is_open(held: Compartment | None) -> bool:
    return held is not None and held.content is not None
