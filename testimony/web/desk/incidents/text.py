"""The text of incidents, persons and suggestions for the pages of a lawyer's desk."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from testimony.domain.incidents.events import People
from testimony.domain.incidents.linkage import Linked, Signed
from testimony.domain.incidents.similarity import Alike, Reason
from testimony.domain.testimony.inbox import Row
from testimony.domain.testimony.languages import dir_of
from testimony.errors import N_
from testimony.services.incidents import linkage, titles
from testimony.services.incidents.linkage import Held
from testimony.services.incidents.titles import Titles
from testimony.web import context
from testimony.web.desk import faces
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.incidents import faces as incident_faces
from testimony.web.desk.incidents.faces import GONE, IncidentFace
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.labels import Words

PEOPLE = {
    People.RETURNED: N_("People returned"),
    People.INJURED: N_("People injured"),
    People.DEAD: N_("People who died"),
    People.MISSING: N_("People missing"),
    People.CHILDREN: N_("Children among them"),
}
REASONS = {
    "segment": N_("The same part of the border"),
    "border": N_("The same border; which part is not known of both"),
    "other_part": N_("The same border, another part of it"),
    "other_border": N_("Another border"),
    "day": N_("The same day"),
    "week": N_("Perhaps the same day: told as about that week"),
    "month": N_("Perhaps the same day: told as that month"),
    "year": N_("Perhaps the same day: told as that season or year"),
    "near": N_("Days between them, at least"),
    "far": N_("More than three days between them"),
    "size": N_("Groups of the same size"),
    "near_size": N_("Groups of about the same size"),
    "other_size": N_("Groups of very different size"),
    "type": N_("The same kind of incident"),
    "words": N_("Words that few accounts use"),
}


@dataclass(frozen=True, kw_only=True)
class Why:
    """One reason: what it is, what the two have in common, and its points with their sign."""

    code: str
    words: str
    shared: list[Words]
    points: str


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """Another account. `choices`: incidents that the two may be said to tell of; none: a new one."""

    tid: str
    points: int
    reasons: list[Why]
    choices: list[IncidentFace]


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the testimony's page says. `keys`: of its person. `fellows`: other accounts of that person.

    `compared`: whether suggestions were looked for.
    """

    incidents: list[IncidentFace]
    keys: list[str]
    fellows: list[str]
    suggested: list[Suggested]
    compared: bool
    unread: int
    ignored: int


def shown(tid: str, lang: str, *, most: int = 3) -> Shown:
    """The links of the testimony `tid`, by the annexes that the desk has opened and what was compared so far."""
    held = opened_links()
    linked, named = held.linked, read_titles(held)
    own = linked.incidents.get(tid, frozenset())
    suggested = suggestions(tid, lang, held, named, most=most)
    person = linked.persons.get(tid, "")
    fellows = sorted(one for one, found in linked.persons.items() if person and found == person and one != tid)
    return Shown(
        incidents=[incident_faces.face(linked, named, one, tid) for one in sorted(own)],
        keys=sorted(linked.keys.get(tid, ())),
        fellows=fellows,
        suggested=suggested,
        compared=key.key_holder().alike.holds(tid),
        unread=held.unread + named.unread,
        ignored=sum(map(len, linked.ignored.values())),
    )


def read_titles(held: Held) -> Titles:
    """The working titles that open today. What the list has opened by the consent of today is not opened again."""
    holder, day = key.key_holder(), context.now().date()
    with context.reading() as db:
        holder.inbox.refresh(context.station(), db, key.reader(), holder.annexes, day=day)
    return titles.read_titles(context.station(), holder.annexes, held, _closed)


def _closed(tid: str) -> str:
    row = key.key_holder().inbox.row(tid)
    return "" if row is not None and row.read and "narrative" in row.opens else consent_state.closed_today(tid)


def perhaps_same_person(tid: str, held: Held) -> list[str]:
    """The other accounts that are here. First those of the same incident, then those that look alike."""
    linked, holder = held.linked, key.key_holder()
    with context.reading() as db:
        holder.inbox.refresh(context.station(), db, key.reader(), holder.annexes, day=context.now().date())
    own, person = faces.row_of(tid), linked.persons.get(tid, "")
    beside = {other for incident in linked.incidents.get(tid, ()) for other in linked.accounts[incident]}
    rows = [row for row in holder.inbox.rows() if row.tid != tid and not row.flags & GONE]
    rows = [row for row in rows if not person or linked.persons.get(row.tid) != person]
    rows.sort(key=lambda row: (row.tid not in beside, -_likeness(row, own), -row.arrival))
    return [row.tid for row in rows]


def _likeness(row: Row, own: Row | None) -> int:
    """How many of the codes of the witness and of the event two accounts have in common."""
    names = ("gender", "age", "nationality", "month", "place")
    return sum(bool(getattr(row, name)) and getattr(row, name) == getattr(own, name, "") for name in names)


def opened_links() -> Held:
    """All links, by the annexes that the desk has opened."""
    return linkage.current_links(context.station().chain, key.key_holder().annexes)


def suggestions(tid: str, lang: str, held: Held, named: Titles, *, most: int) -> list[Suggested]:
    """Accounts that may tell of the same event, without those about which somebody decided already."""
    linked = held.linked
    own = linked.incidents.get(tid, frozenset())
    decided = linked.different(tid) | {other for incident in own for other in linked.accounts[incident]}
    found = key.key_holder().alike.alike(tid, without=decided, most=most)
    return [_suggested(one, own, lang, linked, named) for one in found]


def range_of(one: Signed) -> str:
    """A count: "12", or "12–15"."""
    low, high = one.event.low, one.event.high
    return str(low) if low == high else f"{low}–{high}"


def _suggested(one: Alike, own: frozenset[str], lang: str, linked: Linked, named: Titles) -> Suggested:
    of_both = sorted(own | linked.incidents.get(one.tid, frozenset()))
    return Suggested(
        tid=one.tid,
        points=one.points,
        reasons=[_why(reason, lang) for reason in one.reasons],
        choices=[incident_faces.face(linked, named, incident) for incident in of_both],
    )


def _why(reason: Reason, lang: str) -> Why:
    return Why(
        code=reason.code,
        words=str(_(REASONS[reason.code])),
        shared=[_shared(reason.code, text, lang) for text in reason.shared],
        points=f"+{reason.points}" if reason.points > 0 else str(reason.points).replace("-", "−"),
    )


def _shared(code: str, text: str, lang: str) -> Words:
    if code == "words":
        return Words(text, "und", "auto")
    if code in ("segment", "border", "other_part"):
        return Words(incident_faces.place(text, lang), lang, dir_of(lang))
    if code in ("day", "week", "month"):
        return Words(labels.day(text), lang, dir_of(lang))
    if code == "type":
        return Words(faces.kind(text), lang, dir_of(lang))
    return Words(text, lang, dir_of(lang))
