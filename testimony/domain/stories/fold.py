"""How each story stands, from all that lawyers said of it: a pure function over the set of their acts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from testimony.domain.stories.story import Act, Entry, Story


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An entry, the testimony that it is about, and who signed it, by the id in the roster."""

    entry: Entry
    tid: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Standing:
    """`story`: None where its testimony does not open any more. `approved`, `approved_by`: None and "" if nobody did.

    `recalled`: the day on which somebody took it back for good.
    """

    id: str
    tid: str
    digest: str
    story: Story | None
    by: str
    day: date
    approved: date | None = None
    approved_by: str = ""
    recalled: date | None = None


def fold(said: Iterable[Signed]) -> list[Standing]:
    """Every story, the newest first; the same in whatever order the acts came.

    Only somebody else than its author approves it. Of two proposals with one id none counts. What was recalled never
    comes back. An approval whose proposal does not open any more still says that a story was published.
    """
    acts = sorted(said, key=lambda one: (one.entry.day, one.by, one.entry.digest))
    found = list(_standings(acts))
    return sorted(found, key=lambda one: (one.approved or one.day, one.id), reverse=True)


def _standings(acts: list[Signed]) -> Iterator[Standing]:
    proposed: dict[tuple[str, str], list[Signed]] = {}
    for one in acts:
        if one.entry.act is Act.PROPOSE:
            proposed.setdefault((one.tid, one.entry.id), []).append(one)
    ids = [id for _, id in proposed]
    for (tid, id), found in proposed.items():
        if len(found) == 1 and ids.count(id) == 1:
            yield _standing(acts, tid, found[0].entry, found[0].by)
    approved = {(one.tid, one.entry.id): one for one in reversed(acts) if one.entry.act is Act.APPROVE}
    for (tid, id), one in approved.items():
        if id not in ids:
            yield _standing(acts, tid, one.entry, "")


def _standing(acts: list[Signed], tid: str, about: Entry, by: str) -> Standing:
    own = [one for one in acts if (one.tid, one.entry.id) == (tid, about.id)]
    approvals = [
        one for one in own if one.entry.act is Act.APPROVE and one.entry.digest == about.digest and one.by != by
    ]
    return Standing(
        id=about.id,
        tid=tid,
        digest=about.digest,
        story=about.story,
        by=by,
        day=about.day,
        approved=approvals[0].entry.day if approvals else None,
        approved_by=approvals[0].by if approvals else "",
        recalled=next((one.entry.day for one in own if one.entry.act is Act.RECALL), None),
    )
