"""The case file at a lawyer's desk: choose, mark what is burnt out, get a PDF. No word of a testimony is sent here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from testimony.domain.case import CASES
from testimony.domain.organisation import offers
from testimony.domain.purposes import Key, Purpose
from testimony.domain.redaction import Mark
from testimony.errors import CaseFileRefused
from testimony.services import casefile, cases, casewords, passages, reading, typesetting, usable
from testimony.services.casefile import CaseFile, Lacking, Order
from testimony.services.casespeech import Speech
from testimony.services.passages import Account, Passage
from testimony.web import context, errors, i18n, labels
from testimony.web.auth import Visitor, audience
from testimony.web.consentwords import NAMES_SHOWN
from testimony.web.desk import consent, key, standing
from testimony.web.labels import Words

bp = Blueprint("casefile", __name__)


@dataclass(frozen=True, kw_only=True)
class Use:
    """A use that case files are made for. `code`: what a form sends."""

    code: str
    title: str
    recipient: Words


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A testimony that may be chosen; `why`: why not, empty where it may. `within`: whether it is in this case."""

    tid: str
    within: bool
    why: str = ""


@bp.get("/<lang:lang>/casefile/")
@audience(Visitor.LAWYER)
def show(lang: str) -> str:
    """The uses; of one that was chosen (`case`), the testimonies that may be in its file and why others may not."""
    one = _case(request.args["case"]) if request.args.get("case") else None
    return render_template(
        "desk/casefile.html",
        uses=[_use(each, lang) for each in sorted(_uses() | ({one} if one else set()))],
        chosen=_use(one, lang) if one else None,
        choices=_choices(one, lang) if one else [],
        most=casefile.MOST,
        tongues=[labels.language(tag) for tag in casefile.LANGUAGES],
        names=NAMES_SHOWN,
    )


@bp.get("/<lang:lang>/casefile/words")
@audience(Visitor.LAWYER)
def words(lang: str) -> str | AnyResponse:
    """What the chosen testimonies say, word by word, to mark; or why there will be no such file."""
    if "case" not in request.args:  # the same page in another language
        return redirect(url_for("casefile.show", lang=lang), code=303)
    order = _order(dict(request.args.items()), request.args.getlist("tid"))
    order.require_possible()
    refused = _lacking(order.case, order.tids)
    return render_template(
        "desk/casewords.html",
        order=order,
        use=_use(order.case, lang),
        refused=casewords.refusals(refused, Speech(lang, standing.organisations())),
        told=[] if refused else [(tid, _accounts(tid)) for tid in order.tids],
        pieces=_pieces,
        labels=labels,
    )


@bp.post("/casefile/make")
@audience(Visitor.LAWYER)
def make() -> AnyResponse:
    """{"case", "tids", "to", "name", "pictures", "marks": {tid: [mark]}} -> the PDF; 409 {"code", "sentence"}."""
    body = context.posted()
    tids, marks = body.get("tids"), body.get("marks")
    if not isinstance(tids, list) or not all(isinstance(tid, str) for tid in tids) or not isinstance(marks, dict):
        raise BadRequest
    order = _order(body, tids, {str(tid): Mark.parse_all(found) for tid, found in marks.items()})
    at = context.now().date()
    with context.transaction() as db:
        made = casefile.gather(context.station(), db, key.reader(), order, annexes=key.held().annexes, at=at)
        if isinstance(made, CaseFile):  # what cannot be set was not taken out
            return _file(typesetting.pdf(casewords.data_of(made), day=at), f"case-file-{at}.pdf")
    return _refusal(made)


def _file(data: bytes, name: str) -> Response:
    answer = Response(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refusal(found: list[Lacking]) -> Response:
    error = CaseFileRefused("consent")
    said = casewords.refusals(found, Speech(i18n.language(), standing.organisations()))
    sentence = " ".join([errors.sentence_of(error), *(f"{tid[:8]}: {why}." for tid, why in said)])
    answer = jsonify(code=error.code, sentence=sentence)
    answer.status_code = 409
    return answer


def _uses() -> set[Key]:
    """What the organisation asks for, and every case that something is in."""
    asked = {offer.key for one in standing.organisations() for offer in offers(one) if offer.purpose in CASES}
    within = cases.within(context.station(), key.held().annexes)
    return asked.union(*within.values())


def _use(one: Key, lang: str) -> Use:
    named = consent.recipient(one, standing.organisations(), lang)
    return Use(code=f"{one.purpose} {one.recipient}", title=labels.purpose(one.purpose.value), recipient=named)


def _choices(one: Key, lang: str) -> list[Choice]:
    """Those in the case, first, and all others that consent covers."""
    station, annexes = context.station(), key.held().annexes
    with context.reading() as db:
        found = usable.usable(station, db, key.reader(), annexes, at=context.now().date())
    covered = {tid for use in found.uses if use.key == one for tid in use.usable}
    within = {tid for tid, held in cases.within(station, annexes).items() if one in held}
    refused = casewords.refusals(_lacking(one, sorted(within - covered)), Speech(lang, standing.organisations()))
    lines = [Choice(tid=tid, within=tid in within) for tid in sorted(covered, key=lambda tid: (tid not in within, tid))]
    return [Choice(tid=tid, within=True, why=why) for tid, why in refused] + lines


def _lacking(one: Key, tids: list[str] | tuple[str, ...]) -> list[Lacking]:
    with context.reading() as db:
        key.held().annexes.refresh(context.station(), db, key.reader())
        at, annexes = context.now().date(), key.held().annexes
        return casefile.lacking(context.station(), db, key.reader(), annexes, one, tids, at=at)


def _accounts(tid: str) -> list[Account]:
    """Opened to be shown, and written down as that."""
    station, annexes = context.station(), key.held().annexes
    with context.transaction() as db:
        opened = reading.open_testimony(station, db, key.reader(), tid, at=context.now().date(), annexes=annexes)
    return passages.accounts(station, annexes, opened)


def _pieces(passage: Passage) -> list[list[tuple[str, int, int]]]:
    """The words of each sentence, each with its place in code points."""
    said = ["".join(one or "" for one in sentence) for sentence in passage.sentences]
    return [[(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", text)] for text in said]


def _order(said: dict[str, Any], tids: list[str], marks: dict[str, tuple[Mark, ...]] | None = None) -> Order:
    return Order(
        case=_case(said.get("case", "")),
        tids=tuple(dict.fromkeys(tids)),
        lang=str(said.get("to", "")),
        name=str(said.get("name", "")),
        marks=marks or {},
        pictures=said.get("pictures") in ("yes", True),
    )


def _case(code: object) -> Key:
    purpose, _, recipient = str(code).partition(" ")
    if purpose not in {one.value for one in CASES} or not recipient:
        raise BadRequest
    return Key(Purpose(purpose), recipient)
