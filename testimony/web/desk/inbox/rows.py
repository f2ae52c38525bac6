"""The text of the list's rows: each cell in pieces with their language, so that page and script show the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.roles import Role
from testimony.domain.testimony import inbox
from testimony.domain.testimony.inbox import Question, Row
from testimony.errors import N_
from testimony.questionnaire import labels as codebook
from testimony.services.inbox import code_labels
from testimony.services.inbox.search import ACTS
from testimony.web.desk import faces
from testimony.web.desk.consent import consent
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.review import reviews
from testimony.web.desk.session import key
from testimony.web.text import bidi, i18n, labels

CONSENT = {
    "release": N_("release"),
    "lawyer": N_("lawyers"),
    "nothing": N_("no use"),
    "on_hold": N_("on hold"),
    "expired": N_("expired"),
    "taken_back": N_("partly taken back"),
    "unreadable": N_("not readable here"),
}
FLAGS = {
    "withdrawn": N_("withdrawn or set aside"),
    "ended": N_("deleted: the time for which it was to be kept is over"),
    "damaged": N_("damaged on this disk"),
    "broken": N_("does not verify"),
    "unverified": N_("not yet verified"),
    "incomplete": N_("not all of it is here"),
    "partial": N_("broken off early"),
    "closed": N_("not all of it opens to you"),
    "uncoded": N_("codes missing"),
    "untranslated": N_("translation missing"),
    "second": N_("waits for a second person"),
    "media": N_("recordings or pictures"),
    "media_coming": N_("recordings or pictures still to come"),
}
GIVEN = {"me": N_("to me"), "nobody": N_("to nobody"), "somebody": N_("to somebody")}
PERIODS = {
    "week": N_("the last 7 days"),
    "month": N_("the last 30 days"),
    "quarter": N_("the last 3 months"),
    "year": N_("the last 12 months"),
}
SORTS = {
    "arrival": N_("arrival here"),
    "date": N_("date"),
    "number": N_("number"),
    "state": N_("review"),
    "place": N_("place"),
}
TONES = {
    "release": "good", "lawyer": "good", "nothing": "bad", "on_hold": "warn", "expired": "warn", "taken_back": "warn",
    "unreadable": "warn", "withdrawn": "bad", "ended": "bad", "damaged": "bad", "broken": "bad", "unverified": "warn",
    "incomplete": "warn", "partial": "warn", "second": "warn", "untranslated": "warn", "uncoded": "warn",
}  # fmt: skip
CELLS = ("languages", "kind", "consent", "review", "flags", "day")
REFILLED = ("place", "month", "act", "language", "kind", "consent")
SCRIPTED = ("month", "act")
"""Choices that go to the desk by script alone: an address would keep them."""

Piece = dict[str, str]
"""`text`, and where they matter `lang`, `dir`, `tone` (good, warn, bad, tag) and `code`."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One list of the form: what it is called in a question, its label, and (code, words) of what may be chosen."""

    name: str
    label: str
    chosen: str
    options: list[tuple[str, str]]


def shown(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """As the page and its script show them."""
    return [_row(row) for row in rows]


def choices(rows: Sequence[Row], question: Question) -> list[Choice]:
    """What may be asked for: of places, languages and kinds those that some row says, or the question."""
    asked = {"place": inbox.places(rows), "kind": {row.kind for row in rows}}
    asked["language"] = {lang for row in rows for lang in row.languages}
    asked["act"] = {act for row in rows for act in row.acts}
    act = codebook.field_label(ACTS, i18n.language())
    return [
        _choice("place", _("Place"), question.place, _named(asked["place"], question.place, faces.place)),
        _choice("month", _("Month"), question.month, _months(rows, question.month)),
        _choice("act", act, question.act, _named(asked["act"], question.act, _act)),
        _choice("kind", _("Incident"), question.kind, _named(asked["kind"], question.kind, faces.kind)),
        _choice("language", _("Language"), question.language, _named(asked["language"], question.language, _language)),
        _choice("consent", _("Consent"), question.consent, [*_stands(), *_uses(rows, question.consent)]),
        _choice("flag", _("Marks"), question.flag, [(code, _(word)) for code, word in FLAGS.items()]),
        _choice("given", _("Assigned"), question.given, [(code, _(word)) for code, word in GIVEN.items()]),
        _choice("period", _("Taken down in"), question.period, [(code, _(word)) for code, word in PERIODS.items()]),
    ]


def offered(rows: Sequence[Row], question: Question) -> dict[str, list[tuple[str, str]]]:
    """For the script: the choices that depend on what is here, which an exchange may change."""
    return {one.name: one.options for one in choices(rows, question) if one.name in REFILLED}


def columns() -> list[tuple[str, str]]:
    """(cell, heading), in the order of the table."""
    words = {
        "day": _("Taken down"),
        "languages": _("Languages"),
        "kind": _("Incident"),
        "consent": _("Usable for"),
        "review": _("Review"),
        "flags": _("Marks"),
    }
    return [(name, str(words[name])) for name in CELLS]


def sorts(question: Question) -> Choice:
    """The orders."""
    return _choice("sort", _("Order by"), question.sort, [(code, _(word)) for code, word in SORTS.items()])


def _row(row: Row) -> dict[str, Any]:
    face = faces.face(row)
    return {
        "tid": row.tid,
        "name": face.number,
        "where": face.where or str(_("Testimony")),
        "rest": replace(face, when=labels.month_in_table(row.month or "")).rest,
        "own": face.label,
        "address": url_for("testimony.show", tid=row.tid),
        "state": str(row.state),
        "opens": " ".join(row.opens),
        "withdrawn": bool(row.flags & {"withdrawn", "ended"}),
        "cells": {name: CELL[name](row) for name in CELLS} if row.read or row.flags else _unread(row),
    }


def _unread(row: Row) -> dict[str, list[Piece]]:
    """What is known before it was opened."""
    not_yet: list[Piece] = [{"text": "…", "tone": "quiet"}]
    return {name: CELL[name](row) if name == "review" else not_yet if name == "day" else [] for name in CELLS}


def _languages(row: Row) -> list[Piece]:
    said = [labels.language(code) for code in row.languages]
    return [{"text": one.text, "lang": one.lang, "dir": one.dir} for one in said]


def _kind(row: Row) -> list[Piece]:
    return [{"text": faces.kind(row.kind)}] if row.kind else []


def _consent(row: Row) -> list[Piece]:
    return [_mark(code, CONSENT) for code in inbox.CONSENT if code in row.consent]


def _review(row: Row) -> list[Piece]:
    given: list[Piece] = [{"text": name, "code": "assigned", "dir": "auto"} for name in row.assigned]
    return [{"text": reviews.word(row.state), "tone": "tag"}, *given]


def _flags(row: Row) -> list[Piece]:
    hidden = {"media"} if "media_coming" in row.flags else set()
    return [_mark(code, FLAGS) for code in inbox.FLAGS if code in row.flags - hidden]


def _mark(code: str, words: dict[str, str]) -> Piece:
    return {"text": str(_(words[code])), "tone": TONES.get(code, "tag"), "code": code}


CELL = {
    "day": lambda row: [{"text": labels.day_in_table(row.day)}] if row.day else [],
    "languages": _languages,
    "kind": _kind,
    "consent": _consent,
    "review": _review,
    "flags": _flags,
}


def _choice(name: str, label: str, chosen: str, options: list[tuple[str, str]]) -> Choice:
    return Choice(name=name, label=label, chosen=chosen, options=options)


def _named(codes: Iterable[str], chosen: str, word: Any) -> list[tuple[str, str]]:
    known = {*codes, chosen} - {""}
    return sorted(((code, word(code)) for code in known), key=lambda one: (one[1], one[0]))


def _stands() -> list[tuple[str, str]]:
    return [(code, str(_(word))) for code, word in CONSENT.items()]


def _uses(rows: Iterable[Row], chosen: str) -> list[tuple[str, str]]:
    """The uses that may be made of some row today, for whom and what."""
    codes = {code for row in rows for code in row.consent} | {chosen}
    return _named(filter(inbox.USE.fullmatch, codes), "", _use)


def _use(code: str) -> str:
    purpose, _space, recipient = code.partition(" ")
    lang, title = i18n.language(), labels.purpose(purpose)
    whom = consent.recipient(Key(Purpose(purpose), recipient), consent_state.organisations(), lang)
    return f"{title} ({bidi.apart(whom.text)})"


def _months(rows: Sequence[Row], chosen: str) -> list[tuple[str, str]]:
    codes = inbox.months(rows)
    return [(code, labels.day(code)) for code in (codes if chosen in ("", *codes) else (chosen, *codes))]


def _act(code: str) -> str:
    try:
        return code_labels.label(ACTS, code, i18n.language(), coarse=key.reader().role is not Role.LAWYER)
    except KeyError:  # asked for by a view that was saved with another codebook
        return code


def _language(code: str) -> str:
    return labels.language(code).text
