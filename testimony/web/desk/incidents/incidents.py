"""Pages of incidents: the list, and one incident with its accounts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from testimony.domain.incidents.events import People
from testimony.domain.incidents.linkage import Linked
from testimony.domain.incidents.similarity import Account
from testimony.domain.incidents.titles import LONGEST
from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.form_labels import Wording
from testimony.services.incidents import side_by_side
from testimony.services.incidents.side_by_side import Told
from testimony.services.incidents.titles import Titles
from testimony.services.opening.errors import CLOSED_SENTENCES
from testimony.services.wordings import questionnaires
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.incidents import apart, chart
from testimony.web.desk.incidents import faces as incident_faces
from testimony.web.desk.incidents import text as incident_text
from testimony.web.desk.incidents.faces import IncidentFace
from testimony.web.desk.review import translations
from testimony.web.desk.session import key
from testimony.web.text import labels
from testimony.web.text.labels import Line

bp = Blueprint("incidents", __name__)

PAGE = 20
OPENING = 2.0  # seconds for what a list says of when and where
BESIDE = 8
"""Accounts that stand beside each other on one page."""
ASKED = {  # what each account says of whom an incident counts: beside the count, and never added up
    People.RETURNED: ("g_size",),
    People.INJURED: ("v_injury",),
    People.DEAD: ("d_dead",),
    People.MISSING: ("d_missing",),
    People.CHILDREN: ("g_boys", "g_girls", "g_uasc"),
}


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A line of the list. `places`, `times`: as each account says, each once. `counts`: (words, ranges)."""

    face: IncidentFace
    places: list[str]
    times: list[str]
    counts: list[tuple[str, list[str]]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """One account beside the others. `number` counts them on this page from 1."""

    number: int
    told: Told
    account: Account
    originals: list[translations.Beside]
    untranslatable: int
    keys: list[str]
    contested: bool


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question and what each account answers, None where it has no answer. `differs`: two say different things."""

    label: str
    cells: list[Line | None]
    differs: bool


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One sort of people. `said`: what lawyers say of the incident; `told`: what each account says."""

    people: People
    words: str
    said: list[tuple[str, str, str, list[str]]]  # range, who, day, testimonies
    told: list[tuple[int, list[Line]]]


@bp.get("/<lang:lang>/incidents")
@audience(Visitor.LAWYER)
def index(lang: str) -> str:
    """The incidents that changed most recently come first."""
    page = max(request.args.get("page", 0, type=int), 0)
    linked, named = _links_and_titles()
    everything = incident_faces.recent(linked)
    shown = everything[page * PAGE : (page + 1) * PAGE]
    tids = {tid for one in shown for tid in linked.accounts[one]}
    found = key.key_holder().alike.facts(
        context.station(), key.reader(), key.key_holder().annexes, tids, day=context.now().date(), seconds=OPENING
    )
    facts = {tid: account for tid, account in found.items() if account is not None}
    return render_template(
        "desk/incidents.html",
        lines=[_listed(incident_faces.face(linked, named, one), linked, facts, lang) for one in shown],
        total=len(everything),
        unlooked=apart.unlooked(),
        unopened=len(found) - len(facts),
        page=page,
        more=len(everything) > (page + 1) * PAGE,
        ignored=sum(map(len, linked.ignored.values())),
        unread=incident_text.opened_links().unread + named.unread,
        **_map([facts[tid].segment for tid in sorted(facts)], lang),
    )


@bp.get("/<lang:lang>/incidents/<incident>")
@audience(Visitor.LAWYER)
def show(lang: str, incident: str) -> str:
    """Opens its accounts, a few on a page; that each was opened, and by whom, goes into this desk's own log."""
    page = max(request.args.get("page", 0, type=int), 0)
    linked, named = _links_and_titles()
    name = linked.name(incident)
    if name not in linked.accounts:
        raise NotFound
    with context.transaction() as db:
        served = side_by_side.served(db, linked.accounts[name])
        wanted = served[page * BESIDE : (page + 1) * BESIDE]
        annexes = key.key_holder().annexes
        annexes.refresh(context.station(), db, key.reader())
        told = side_by_side.opened(context.station(), db, key.reader(), annexes, wanted, at=context.now().date())
    columns = [_column(number, one, linked, name) for number, one in enumerate(told, 1)]
    accounts = [one.account for one in columns]
    others, more = incident_faces.choices(linked, named, linked.accounts[name], without={name})
    wordings = [Wording(questionnaires.find(context.station().settings.home, one.form_sha256), lang) for one in told]
    return render_template(
        "desk/incident.html",
        named=incident_faces.face(linked, named, name),
        longest=LONGEST,
        closed=CLOSED_SENTENCES,
        columns=columns,
        rows=_rows(told, wordings),
        counts=_counts(linked, name, columns, wordings),
        people=incident_text.PEOPLE,
        merges=incident_faces.merges(linked, named, name),
        others=others,
        more_others=more,
        most=incident_faces.MOST,
        gone=len(linked.accounts[name]) - len(served),
        page=page,
        pages=-(-len(served) // BESIDE),
        timeline=chart.timeline(accounts, turned=dir_of(lang) == "rtl"),
        labels=labels,
        when=incident_faces.when,
        place=incident_faces.place,
        **_map([one.segment for one in accounts], lang),
    )


def _links_and_titles() -> tuple[Linked, Titles]:
    with context.reading() as db:
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
    held = incident_text.opened_links()
    return held.linked, incident_text.read_titles(held)


def _map(segments: Sequence[str], lang: str) -> dict[str, object]:
    drawn = chart.sketch(segments)
    places = {one.segment: incident_faces.place(one.segment, lang) for one in drawn.ways} if drawn else {}
    states = {one.code: incident_faces.state(one.code, lang) for one in drawn.states} if drawn else {}
    return {"sketch": drawn, "places": places, "states": states}


def _listed(face: IncidentFace, linked: Linked, facts: Mapping[str, Account], lang: str) -> Listed:
    known = [facts[tid] for tid in sorted(linked.accounts[face.id]) if tid in facts]
    known.sort(key=lambda one: (one.first is None, one.first))
    counts = linked.counts(face.id)
    return Listed(
        face=face,
        places=list(dict.fromkeys(incident_faces.place(one.segment, lang) for one in known if one.segment)),
        times=list(dict.fromkeys(said for one in known if (said := incident_faces.when(one)))),
        counts=[
            (_(incident_text.PEOPLE[people]), [incident_text.range_of(one) for one in found])
            for people, found in counts.items()
        ],
    )


def _column(number: int, told: Told, linked: Linked, incident: str) -> Column:
    originals, unread = translations.beside(told.tid, told.manifest, told.statements)
    return Column(
        number=number,
        told=told,
        account=Account.from_answers(told.answers),
        originals=originals,
        untranslatable=unread,
        keys=sorted(linked.keys.get(told.tid, ())),
        contested=(told.tid, incident) in linked.contested,
    )


def _rows(told: Sequence[Told], wordings: Sequence[Wording]) -> list[Row]:
    """Every question that one of them answered, in the order of the forms."""
    answered: dict[str, list[Line | None]] = {}
    for place, (one, wording) in enumerate(zip(told, wordings, strict=True)):
        for group in labels.groups(one.answers, wording):
            for line in group.lines:
                answered.setdefault(line.field, [None] * len(told))[place] = line
    return [_row(cells) for cells in answered.values()]


def _row(cells: list[Line | None]) -> Row:
    texts = {tuple(sorted(word.text for word in line.values)) for line in cells if line and line.values}
    return Row(label=next(line.label for line in cells if line), cells=cells, differs=len(texts) > 1)


def _counts(linked: Linked, incident: str, columns: Sequence[Column], wordings: Sequence[Wording]) -> list[Counted]:
    said = linked.counts(incident)
    return [
        Counted(
            people=people,
            words=_(words),
            said=[
                (incident_text.range_of(one), one.signer, labels.day(one.event.day.isoformat()), sorted(one.event.on))
                for one in said.get(people, ())
            ],
            told=[
                (column.number, found)
                for column, wording in zip(columns, wordings, strict=True)
                if (found := _asked_lines(column.told, people, wording))
            ],
        )
        for people, words in incident_text.PEOPLE.items()
    ]


def _asked_lines(told: Told, people: People, wording: Wording) -> list[Line]:
    lines = [line for group in labels.groups(told.answers, wording) for line in group.lines]
    return [line for line in lines if line.field in ASKED[people]]
