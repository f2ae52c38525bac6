"""Shared form parts of case files and submissions: uses, testimonies, the order, the PDF, and refusals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import BadRequest

from testimony.canonical import sha256_hex
from testimony.domain.consent.offers import offers
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review.case import CASES
from testimony.domain.testimony.redaction import Mark
from testimony.errors import TestimonyError
from testimony.services.casefile import casefile, people
from testimony.services.casefile import document as casefile_document
from testimony.services.casefile.casefile import Lacking, Order
from testimony.services.casefile.errors import CaseFileRefused
from testimony.services.casefile.language import Speech
from testimony.services.coding import counts
from testimony.services.consent import usable
from testimony.services.review import cases, disclosures
from testimony.web import context, error_handlers
from testimony.web.desk import faces
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels
from testimony.web.text.labels import Words


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


def note_left(tids: Sequence[str], data: bytes, *, made: str, use: Key | None, attached: Sequence[str] = ()) -> None:
    """Write a file into the register before it is handed out. Not within a transaction."""
    station, at = context.station(), context.now().date()
    disclosures.note(station, key.reader(), tids, sha256_hex(data), made=made, use=use, day=at, attached=attached)


def pdf_named(data: bytes, name: str) -> Response:
    """A PDF to be saved, which no browser keeps."""
    answer = Response(data, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def refusal(found: list[Lacking]) -> Response:
    """For each testimony which consent is missing, as JSON {"code", "sentence"}."""
    error = CaseFileRefused("consent")
    answer = jsonify(code=error.code, sentence=refusal_sentence(error, found))
    answer.status_code = 409
    return answer


def refusal_sentence(error: TestimonyError, found: list[Lacking]) -> str:
    """The sentence of `error`, and each testimony by its face with the consent that is missing."""
    said = casefile_document.refusals(found, Speech(i18n.language(), consent_state.organisations()))
    return " ".join(
        [error_handlers.sentence_of(error), *(f"{faces.named(tid)}{i18n.colon()}{why}." for tid, why in said)]
    )


def uses() -> set[Key]:
    """What the organisation asks for, and every case that something is in."""
    asked = {offer.key for one in consent_state.organisations() for offer in offers(one) if offer.purpose in CASES}
    within = cases.within(context.station(), key.key_holder().annexes)
    return asked.union(*within.values())


def use(one: Key, lang: str) -> Use:
    """A use in the language of the page."""
    named = consent.recipient(one, consent_state.organisations(), lang)
    return Use(code=code_of(one), title=labels.purpose(one.purpose.value), recipient=named)


def choices(one: Key, lang: str) -> list[Choice]:
    """The testimonies in the case, first, and all others that consent covers."""
    station, annexes = context.station(), key.key_holder().annexes
    with context.reading() as db:
        found = usable.usable(station, db, key.reader(), annexes, at=context.now().date(), label=counts.label)
    covered = {tid for use in found.uses if use.key == one for tid in use.usable}
    within = {tid for tid, held in cases.within(station, annexes).items() if one in held}
    refused = reasons(one, sorted(within - covered), lang)
    lines = [Choice(tid=tid, within=tid in within) for tid in sorted(covered, key=lambda tid: (tid not in within, tid))]
    return [Choice(tid=tid, within=True, why=why) for tid, why in refused] + lines


def reasons(one: Key, tids: Sequence[str], lang: str) -> list[tuple[str, str]]:
    """(testimony, why) for those of `tids` that consent does not cover today, in words."""
    return casefile_document.refusals(lacking(one, list(tids)), Speech(lang, consent_state.organisations()))


def lacking(one: Key, tids: list[str] | tuple[str, ...]) -> list[Lacking]:
    """The testimonies that consent does not cover today."""
    with context.reading() as db:
        key.key_holder().annexes.refresh(context.station(), db, key.reader())
        at, annexes = context.now().date(), key.key_holder().annexes
        return casefile.lacking(context.station(), db, key.reader(), annexes, one, tids, at=at)


def posted_order(body: dict[str, Any]) -> Order:
    """From {"case", "tids", "to", "name", "pictures", "marks": {tid: [mark]}, "persons": {ID: name}}."""
    tids, marks = body.get("tids"), body.get("marks")
    if not isinstance(tids, list) or not all(isinstance(tid, str) for tid in tids) or not isinstance(marks, dict):
        raise BadRequest
    return order_of(body, tids, {str(tid): Mark.parse_all(found) for tid, found in marks.items()})


def order_of(said: dict[str, Any], tids: list[str], marks: dict[str, tuple[Mark, ...]] | None = None) -> Order:
    """What a form or a script asks for, before anybody looked whether it is possible."""
    return Order(
        case=case_of(said.get("case", "")),
        tids=tuple(dict.fromkeys(tids)),
        lang=str(said.get("to", "")),
        name=str(said.get("name", "")),
        marks=marks or {},
        pictures=said.get("pictures") in ("yes", True),
        persons=people.parse_names(said.get("persons", {})),
    )


def code_of(one: Key) -> str:
    """What stands for a case in a form and in an address; `case_of(code_of(one)) == one`."""
    return f"{one.purpose} {one.recipient}"


def case_of(code: object) -> Key:
    """The case that a form names "P09 RECIPIENT"."""
    found = use_of(code, CASES)
    if found is None:
        raise BadRequest
    return found


def use_of(code: object, among: Collection[Purpose]) -> Key | None:
    """The use that a form names "P09 RECIPIENT"; None if its purpose is none of `among`."""
    purpose, _, recipient = str(code).partition(" ")
    if purpose not in {one.value for one in among} or not recipient:
        return None
    return Key(Purpose(purpose), recipient)


def posted_texts(body: dict[str, Any], *names: str) -> dict[str, str]:
    """The texts `names` of a request, all of which must be there."""
    said = {name: body.get(name) for name in names}
    texts = {name: text for name, text in said.items() if isinstance(text, str)}
    if len(texts) < len(said):
        raise BadRequest
    return texts
