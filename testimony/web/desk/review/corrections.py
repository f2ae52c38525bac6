"""The page that corrects one code: the sealed value, earlier corrections, and another answer of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest, NotFound

from testimony.answer import MISSING
from testimony.domain.coding.coded_account import ONE, SEVERAL
from testimony.questionnaire import labels as names
from testimony.questionnaire.form_labels import Wording
from testimony.services.casefile import code_phrases
from testimony.services.coding import coding
from testimony.services.coding.coding import Coding
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.review import coding_text
from testimony.web.desk.review.coding import current
from testimony.web.desk.session import key
from testimony.web.text import labels

bp = Blueprint("correcting", __name__)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """With what another answer is given. `kind`: one, several, number, date, or "" where only why it is missing may
    be said. `options`: (code, words). `told`: the codes, the number or the date that stand now."""

    kind: str
    options: list[tuple[str, str]]
    told: list[str]
    missing: str
    reasons: list[tuple[str, str]]


@bp.get("/<lang:lang>/testimony/<tid>/coding/<field>")
@audience(Visitor.LAWYER)
def show(lang: str, tid: str, field: str) -> str:
    """One code and its answers."""
    held = current(tid)
    asked = held.form.value["fields"].get(field) if held.form else None
    if asked is None or asked["compartment"] != "incident":
        raise NotFound
    wording = Wording(held.form, lang)
    return render_template(
        "desk/correcting.html",
        tid=tid,
        code=coding_text.code(field, held, wording),
        coding=held,
        editor=editor(field, asked, held, wording),
        seen=sorted(held.corrections.seen([field])),
        reasons=code_phrases.REASONS,
        months=[(f"{number:02}", name) for number, name in get_locale().months["stand-alone"]["wide"].items()],
        labels=labels,
    )


@bp.post("/testimony/<tid>/coding/correct")
@audience(Visitor.LAWYER)
def save(tid: str) -> dict[str, object]:
    """{"field", "answer": {"value"…}, {"missing"…} or null for the original, "reason", "seen": ids of the corrections
    on the page} -> {"sentence", "address"}."""
    body = context.posted()
    field, answer, reason, seen = (body.get(name) for name in ("field", "answer", "reason", "seen"))
    if not isinstance(field, str) or not isinstance(reason, str) or not isinstance(answer, dict | None):
        raise BadRequest
    if not isinstance(seen, list) or not all(isinstance(one, str) for one in seen):
        raise BadRequest
    coding.correct(
        context.station(), key.reader(), key.key_holder().annexes, current(tid), field, answer, reason,
        seen=frozenset(seen), day=context.now().date(),
    )  # fmt: skip
    return {
        "sentence": _("Signed and sealed. The original stays beside it."),
        "address": f"{url_for('coding.show', tid=tid)}#code-{field}",
    }


def editor(field: str, asked: Mapping[str, Any], held: Coding, wording: Wording) -> Editor:
    """For the question `asked`."""
    kinds = {**dict.fromkeys(ONE, "one"), **dict.fromkeys(SEVERAL, "several"), "int": "number", "date": "date"}
    held_list = held.form.value["lists"].get(asked.get("list"), {"options": ()}) if held.form else {"options": ()}
    codes = [option["code"] for option in held_list["options"] if option["code"] not in MISSING]
    answer, _differs = held.answer(field)
    told = answer.get("value")
    return Editor(
        kind=kinds.get(asked["type"], ""),
        options=[(code, wording.option_label(asked["list"], code)) for code in codes],
        told=[str(one) for one in (told if isinstance(told, list) else [told])] if told is not None else [],
        missing=str(answer.get("missing", "")),
        reasons=[(code, names.missing_label(code, wording.lang)) for code in MISSING],
    )
