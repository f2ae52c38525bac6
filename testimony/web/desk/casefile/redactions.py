"""The page on which words and answers are marked for redaction and persons are named, before a PDF is made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from testimony.domain.testimony.redaction import Burner
from testimony.domain.testimony.submission import ANNEXES, NOTE, SHEET
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile import casefile, people
from testimony.services.casefile.casefile import Order
from testimony.services.casefile.code_phrases import Codes
from testimony.services.casefile.language import Data, Speech
from testimony.services.casefile.people import ROLES, UNKNOWN
from testimony.services.casefile.redacted_text import CODE, REMARK, Account, Passage
from testimony.services.testimony import view as testimony_view
from testimony.web import context
from testimony.web.desk.casefile import choices
from testimony.web.desk.consent import state as consent_state
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A coded answer in words, which a mark redacts whole. `id` names it in marks."""

    id: str
    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a testimony says, to be marked. `people`: whom of the roster its part of the file names."""

    tid: str
    accounts: list[Account] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    people: list[str] = field(default_factory=list)


def told(kind: str, tids: Iterable[str], lang: str) -> list[Told]:
    """What the testimonies say, as far as a file of this kind can have it in it."""
    if kind == NOTE:
        return [Told(tid=tid) for tid in tids]
    return [_told(tid, lang, coded=kind != ANNEXES) for tid in tids]


def _told(tid: str, lang: str, *, coded: bool) -> Told:
    """Opened to be shown, and written down as that."""
    station, annexes = context.station(), key.key_holder().annexes
    with context.transaction() as db:
        opened = testimony_view.open_testimony(station, db, key.reader(), tid, at=context.now().date(), annexes=annexes)
    accounts, codes = casefile.texts(station, annexes, opened), casefile.codes(station, annexes, opened)
    words = Codes(codes, Burner(), Speech(lang, consent_state.organisations()))
    said = [(name, words.label(name), words.counting(name)) for name in codes.names if coded]
    return Told(
        tid=tid,
        accounts=accounts,
        answers=[
            Answer(id=CODE + name, label=_text([label]), text=_text(values)) for name, label, values in said if values
        ],
        people=casefile.people_in(opened, codes, accounts),
    )


def _text(values: Sequence[str | Data]) -> str:
    return "; ".join(one if isinstance(one, str) else "".join(one["words"]) for one in values)


def pieces(passage: Passage) -> list[list[tuple[str, int, int]]]:
    """The words of each sentence, each with its place in code points."""
    said = ["".join(one or "" for one in sentence) for sentence in passage.sentences]
    return [[(match[0], match.start(), match.end()) for match in re.finditer(r"\S+", text)] for text in said]


def page(
    *,
    title: str,
    order: Order,
    refused: list[tuple[str, str]],
    told: list[Told],
    more: Mapping[str, Any] | None = None,
) -> str:
    """`more`: further form fields sent with the order to the same URL."""
    door, case = request.blueprint, choices.code_of(order.case)
    asked = {"case": case, "to": order.lang, "name": order.name, "pictures": order.pictures, **(more or {})}
    lang = i18n.language()
    return render_template(
        "desk/burning.html",
        title=_(title),
        use=choices.use(order.case, lang),
        refused=refused,
        told=told,
        people=_people(told),
        asked=asked,
        make=url_for(f"{door}.make"),
        fields=url_for(f"{door}.fields") if asked.get("kind") == SHEET else "",
        back=url_for(f"{door}.show", lang=lang, case=case, kind=asked.get("kind")),
        pieces=pieces,
        labels=labels,
        label=Wording(None, lang).field_label,
        remark=REMARK,
        longest=people.LONGEST,
    )


def _people(told: Iterable[Told]) -> list[tuple[str, str]]:
    """(ID, role) of everybody of the roster whom the file names; who makes it comes first."""
    ids = dict.fromkeys((key.reader().id, *(one for each in told for one in each.people)))
    roles = people.roles_in(context.station().chain)
    return [(one, str(_(ROLES.get(roles.get(one, ""), UNKNOWN)))) for one in ids]
