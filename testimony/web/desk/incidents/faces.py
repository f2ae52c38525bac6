"""The face of an incident: what a lawyer recognises it by, wherever it is named or chosen (`desk/_face.html`).

It comes from the list and from what was compared, as far as that is in memory. Nothing more is opened for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from testimony.domain.incidents.events import Act
from testimony.domain.incidents.linkage import Linked
from testimony.domain.incidents.similarity import Account
from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.own_table import MONTH
from testimony.questionnaire import labels as questionnaire
from testimony.services.incidents.titles import Titles
from testimony.web import context
from testimony.web.desk import faces
from testimony.web.desk.session import key
from testimony.web.text import labels

GONE = frozenset({"withdrawn", "ended"})
MOST = 300
"""Choices of one list: the page stays one that a browser can search."""
FAR = 1 << 20
"""Months between two accounts of which one has no month."""


@dataclass(frozen=True, kw_only=True)
class IncidentFace:
    """`where`, `when`, `kind`: what most of its accounts say; empty where none is open. `titles`: several where desks
    differ. `accounts`: how many tell of it. `contested`: of the account that asks for it.
    """

    id: str
    titles: Sequence[str]
    accounts: int
    where: str = ""
    when: str = ""
    kind: str = ""
    contested: bool = False

    @property
    def number(self) -> str:
        """The short ID."""
        return self.id[:8]

    @property
    def rest(self) -> str:
        """What stands after its title, or after the border where it has no title."""
        return " · ".join(word for word in (self.where if self.titles else "", self.when, self.kind) if word)


@dataclass(frozen=True, kw_only=True)
class Merge:
    """A merge that may be taken back: the two incidents as they were before it."""

    id: str
    to: IncidentFace
    other: IncidentFace
    signer: str
    day: str


def face(linked: Linked, named: Titles, incident: str, tid: str = "") -> IncidentFace:
    """One incident; `tid`: the account that asks for it."""
    titles = [one.text for one in named.said.get(incident, ())]
    contested = (tid, incident) in linked.contested
    return _face(incident, linked.accounts.get(incident, frozenset()), titles, contested=contested)


def merges(linked: Linked, named: Titles, incident: str) -> list[Merge]:
    """Those that made this incident."""
    return [
        Merge(
            id=one.event.id,
            to=_before(linked, named, one.event.to),
            other=_before(linked, named, one.event.other),
            signer=one.signer,
            day=one.event.day.isoformat(),
        )
        for one in linked.merges.get(incident, ())
    ]


def _before(linked: Linked, named: Titles, incident: str) -> IncidentFace:
    """An incident by its own accounts and title, without those of the incidents that were merged with it."""
    name = linked.name(incident)
    tids = [
        tid
        for tid in linked.accounts.get(name, ())
        if any(one.event.act is Act.TELLS for one in linked.standing.get(("tells", tid, incident), ()))
    ]
    return _face(incident, tids, [one.text for one in named.said.get(name, ()) if one.incident == incident])


def _face(incident: str, tids: Collection[str], titles: Sequence[str], *, contested: bool = False) -> IncidentFace:
    rows = [row for one in sorted(tids) if (row := faces.row_of(one)) is not None and not row.flags & GONE]
    return IncidentFace(
        id=incident,
        titles=titles,
        accounts=len(tids),
        where=faces.place(_most(row.place for row in rows)),
        when=_when(rows),
        kind=faces.kind(_most(row.kind for row in rows)),
        contested=contested,
    )


def recent(linked: Linked, *, without: Iterable[str] = ()) -> list[str]:
    """Incidents with at least one account, the most recently changed first."""
    latest: dict[str, str] = {}
    for one in linked.said:
        incident = linked.name(one.event.to)
        latest[incident] = max(latest.get(incident, ""), one.event.day.isoformat())
    wanted = sorted(linked.accounts.keys() - set(without))
    return sorted(wanted, key=lambda one: latest.get(one, ""), reverse=True)


def choices(
    linked: Linked, named: Titles, tids: Iterable[str], *, without: Iterable[str]
) -> tuple[list[IncidentFace], bool]:
    """(`MOST` incidents to choose from, whether there are more) for the accounts `tids`: first those of the same place,
    then those of the same border, and of these the nearest in time.
    """
    own = _places_and_months(tids)
    known = sorted(
        recent(linked, without=without), key=lambda one: _distance(own, _places_and_months(linked.accounts[one]))
    )
    return [face(linked, named, one) for one in known[:MOST]], len(known) > MOST


def _places_and_months(tids: Iterable[str]) -> set[tuple[str, str]]:
    rows = [faces.row_of(tid) for tid in tids]
    return {(row.place, row.month) for row in rows if row is not None}


def _distance(own: Iterable[tuple[str, str]], others: Collection[tuple[str, str]]) -> tuple[int, int]:
    """(0 for the same place, 1 for the same border, 2 otherwise; months between them), of the two that are closest."""
    return min((_apart(one, other) for one in own for other in others), default=(2, FAR))


def _apart(one: tuple[str, str], other: tuple[str, str]) -> tuple[int, int]:
    months = [int(month[:4]) * 12 + int(month[5:]) for _place, month in (one, other) if MONTH.fullmatch(month)]
    time = abs(months[0] - months[1]) if len(months) == 2 else FAR
    if one[0] and one[0] == other[0]:
        return 0, time
    border = one[0].partition(":")[0]
    return (1 if border and border == other[0].partition(":")[0] else 2), time


def place(segment: str, lang: str) -> str:
    """A part of a border in words; the border where the gazetteer has no such part."""
    try:
        return questionnaire.segment_name(segment, lang)
    except KeyError:
        return labels.border(segment.partition(":")[0], lang)


def state(code: str, lang: str) -> str:
    """A State in words."""
    return questionnaire.country_name(code, lang)


def when(account: Account) -> str:
    """When it was, as exactly as it was told: a day, or from when until when; "" where nobody knows."""
    if account.first is None or account.last is None:
        return ""
    first, last = (labels.day(one.isoformat()) for one in (account.first, account.last))
    return first if account.first == account.last else str(_("%(first)s to %(last)s", first=first, last=last))


def _when(rows: Sequence[Row]) -> str:
    """The most exact day that was told; the month where days are not open."""
    facts = _facts()
    told = [
        (one.last - one.first, one.first, when(one))
        for row in rows
        if (one := facts.get(row.tid)) and one.first and one.last
    ]
    if told:
        return min(told)[2]
    month = _most(row.month for row in rows)
    return labels.day(month) if month else ""


def _facts() -> Mapping[str, Account]:
    """What was opened of each account before, read once for a page."""
    if "incident_facts" not in g:
        held, day = key.key_holder(), context.now().date()
        g.incident_facts = held.alike.known(context.station(), key.reader(), held.annexes, day=day)
    found: Mapping[str, Account] = g.incident_facts
    return found


def _most(codes: Iterable[str]) -> str:
    """The most frequent code, the first of equals; "" where there is none."""
    counted = Counter(code for code in codes if code)
    return counted.most_common(1)[0][0] if counted else ""
