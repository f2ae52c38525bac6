"""Pages of stories: how they stand, words to take out, the exact text for a second lawyer, and the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.stories.beside_tables import NONE, Cell
from testimony.domain.stories.fold import Standing
from testimony.domain.stories.story import LONGEST_TITLE, MOST_PEOPLE, USE, Story
from testimony.domain.stories.text import Mark, Sort
from testimony.domain.tables.periods import Period
from testimony.domain.tables.questions import BORDER, MONTH
from testimony.domain.testimony.languages import dir_of
from testimony.errors import N_
from testimony.publication.stories import story as story_page
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from testimony.services.coding import counts
from testimony.services.consent import usable
from testimony.services.stories import beside_tables, drafts, files, stories
from testimony.services.stories.drafts import Draft, Order
from testimony.services.stories.errors import StoryRefused
from testimony.services.stories.stories import State, Stories
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels, numerals

bp = Blueprint("stories", __name__)
SORTS = {
    Sort.NAME: N_("A name"),
    Sort.PLACE: N_("A place"),
    Sort.DATE: N_("A date"),
    Sort.NUMBER: N_("A number"),
    Sort.OTHER: N_("Other words"),
}


@dataclass(frozen=True, kw_only=True)
class Word:
    """A word with its place in code points. `sort`: what the program would take it out as; "" to leave it."""

    text: str
    start: int
    end: int
    sort: str


@bp.get("/<lang:lang>/stories/")
@audience(Visitor.LAWYER)
def index(lang: str) -> str:
    """Those that wait, those that are published or taken back, and the testimonies that a story can be made of."""
    held = _held()
    known = {one.tid for one, state in held.held if state is not State.TAKEN_BACK}
    return render_template(
        "desk/stories.html",
        parts=[(state, held.in_state(state)) for state in State],
        unread=held.unread,
        tids=[tid for tid in _agreed() if tid not in known],
        labels=labels,
        mine=key.reader().id,
    )


@bp.get("/<lang:lang>/stories/of/<tid>")
@audience(Visitor.LAWYER)
def words(lang: str, tid: str) -> str:
    """What the testimony says, word by word, in one of its languages; what the program would take out is chosen."""
    found = _draft(tid)
    if not found.texts:
        raise StoryRefused("closed")
    text = found.text(request.args.get("text", found.texts[0].id))
    said = Words(lang)
    return render_template(
        "desk/storywords.html",
        tid=tid,
        texts=[(one, labels.language(one.lang)) for one in found.texts],
        text=text,
        sentences=[list(_words(sentence, at, text.hints)) for at, sentence in enumerate(text.sentences)],
        sorts=SORTS,
        placeholders=drafts.in_their_place(text.lang),
        months=[(code, story_page.month(code, said)) for code in found.months],
        borders=[(code, story_page.border(code, said)) for code in found.borders],
        people=found.people,
        answers=[
            (name, said.field(name), [(code, story_page.in_words(name, [code], said)) for code in codes])
            for name, codes in found.answers.items()
        ],
        losses=[(name, said.field(name), told) for name, told in found.losses.items()],
        longest=LONGEST_TITLE,
        most=MOST_PEOPLE,
    )


@bp.post("/stories/propose")
@audience(Visitor.LAWYER)
def propose() -> Response:
    """{"tid", "text", "marks", "title", "month", "border", "people", "answers", "losses"} -> {"location"}; 409 (JSON).

    `answers`: {field: [code]}. `losses`: {field: number as text}.
    """
    order = _order(context.posted())
    found = _draft(order.tid)
    made = drafts.compose(found, order)
    stories.propose(context.station(), key.reader(), found.tid, made, day=context.now().date())
    answer = jsonify(location=url_for("stories.show", lang=i18n.language(), story=made.id))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/<lang:lang>/stories/<story>")
@audience(Visitor.LAWYER)
def show(lang: str, story: str) -> str:
    """The text as it will leave, or has left, and what may be done with it."""
    held = _held()
    one, state = held.find(story)
    return render_template(
        "desk/story.html",
        cells=_cells(held, one.story, Words(lang)) if one.story and state is State.PROPOSED else [],
        few=StoryRefused.REASONS["few"],
        one=one,
        state=state,
        rows=story_page.rows(one.story, Words(lang)) if one.story else [],
        dir=dir_of(one.story.lang) if one.story else "",
        tongue=labels.language(one.story.lang) if one.story else None,
        mine=one.by == key.reader().id,
        labels=labels,
    )


@bp.post("/stories/<story>/approve")
@audience(Visitor.LAWYER)
def approve(story: str) -> AnyResponse:
    """The second lawyer agrees to the text with this `digest`: the one that the page showed."""
    digest, annexes, day = request.form.get("digest", ""), key.key_holder().annexes, context.now().date()
    one = stories.approve(context.station(), key.reader(), _held(), story, digest, annexes=annexes, day=day)
    flash(_("Approved and signed. Sync, so that the other lawyers know."))
    return _to(one)


@bp.post("/stories/<story>/take-back")
@audience(Visitor.LAWYER)
def take_back(story: str) -> AnyResponse:
    """For good; what nobody approved is dropped."""
    held = _held()
    _one, state = held.find(story)
    stories.take_back(context.station(), key.reader(), held, story, day=context.now().date())
    if state is State.PROPOSED:
        flash(_("The story was dropped. It was never published."))
    else:
        flash(_("Taken back. Publish the new list, and remove the story wherever you published it."))
    return redirect(url_for("stories.index"), code=303)


@bp.get("/stories/<story>/file")
@audience(Visitor.LAWYER)
def file(story: str) -> Response:
    """The page, the PDF and the data of a published story; the register names it."""
    data = files.story(context.station(), key.reader(), _held(), story, day=context.now().date())
    return _zip(data, f"story-{story[:8]}.zip")


@bp.get("/stories/list")
@audience(Visitor.LAWYER)
def listed() -> Response:
    """The list of published stories, with the bulletin."""
    day = context.now().date()
    data = files.list_of(context.station(), key.reader(), _held(), day=day)
    return _zip(data, f"stories-{day}.zip")


def _cells(held: Stories, story: Story, words: Words) -> list[tuple[list[str], Cell]]:
    """Each number of published tables that the story makes smaller: border, period, time and answer in words."""
    with context.transaction() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        known = stories.accounts_known(held)
        found = beside_tables.cells(context.station(), db, key.reader(), annexes, story, known, at=day)
    tables = Vocabulary(words, numerals.digits)
    return [(_place(one, tables), one) for one in found if one.is_shown]


def _place(one: Cell, tables: Vocabulary) -> list[str]:
    said = (
        tables.row(BORDER, one.border) if one.border else "",
        tables.period(Period.of(one.period)) if one.period else "",
        tables.column(MONTH, one.when) if one.when else "",
        tables.column(*one.answer) if one.answer != NONE else "",
    )
    return [each or _("All") for each in said]


def _held() -> Stories:
    with context.reading() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        return stories.read(context.station(), db, key.reader(), annexes, at=day)


def _draft(tid: str) -> Draft:
    with context.transaction() as db:
        annexes, day = key.key_holder().annexes, context.now().date()
        return drafts.draft(context.station(), db, key.reader(), tid, annexes=annexes, at=day)


def _agreed() -> list[str]:
    """The testimonies whose witness agrees today."""
    annexes, day = key.key_holder().annexes, context.now().date()
    with context.reading() as db:
        found = usable.usable(context.station(), db, key.reader(), annexes, at=day, label=counts.label)
    return [tid for use in found.uses if use.key == USE for tid in use.usable]


def _words(sentence: str, at: int, hints: Sequence[Mark]) -> Iterator[Word]:
    for match in re.finditer(r"\S+", sentence):
        start, end = match.span()
        hint = next((one for one in hints if one.sentence == at and one.start < end and start < one.end), None)
        yield Word(text=match[0], start=start, end=end, sort=str(hint.sort) if hint else "")


def _order(body: dict[str, Any]) -> Order:
    said = {name: body.get(name) for name in ("tid", "text", "title", "month", "border")}
    answers, people, losses = body.get("answers"), body.get("people"), body.get("losses")
    if not all(isinstance(one, str) for one in said.values()):
        raise BadRequest
    marks = Mark.parse_all(body.get("marks"))
    return Order(**said, marks=marks, people=_people(people), answers=_answers(answers), losses=_losses(losses))  # type: ignore[arg-type]


def _answers(said: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(said, dict) or not all(isinstance(codes, list) for codes in said.values()):
        raise BadRequest
    if not all(isinstance(one, str) for codes in said.values() for one in codes):
        raise BadRequest
    return {name: tuple(codes) for name, codes in said.items()}


def _losses(said: object) -> dict[str, int]:
    """Without those that the lawyer left empty. Raises `StoryRefused`."""
    if not isinstance(said, dict):
        raise BadRequest
    numbers = {name: _people(number) for name, number in said.items()}
    return {name: number for name, number in numbers.items() if number is not None}


def _people(said: object) -> int | None:
    """Raises `StoryRefused`."""
    if not isinstance(said, str):
        raise BadRequest
    if not said.strip():
        return None
    if not re.fullmatch(r"[0-9]{1,5}", said.strip()):
        raise StoryRefused("people")
    return int(said)


def _to(one: Standing) -> AnyResponse:
    return redirect(url_for("stories.show", lang=i18n.language(), story=one.id), code=303)


def _zip(data: bytes, name: str) -> Response:
    answer = Response(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
