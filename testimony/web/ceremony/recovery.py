"""The ceremony of the recovery key: attendance, five shares one after another, tests, and the public key."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template

from testimony import qr
from testimony.sealing.keys.recovery_shares import SHARES, THRESHOLD
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.enrolment.ceremony import RecoveryCeremony
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.ceremony.session import begun, number, room, text, texts
from testimony.web.text import labels

bp = Blueprint("splitting", __name__)


@bp.get("/<lang:lang>/recovery")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str:
    """The step that is next. No word of a share is in it: a script asks for them when the holder is there."""
    goes_on = room().goes_on
    found = goes_on if isinstance(goes_on, RecoveryCeremony) else None
    result = found.result if found else None
    return render_template(
        "ceremony/recovery.html",
        it=found,
        networks=room().connected(),
        day=labels.day,
        shares=SHARES,
        threshold=THRESHOLD,
        words=fingerprint_words(result.fingerprint).split() if result else [],
        picture=qr.draw(result.fingerprint.upper()) if result else None,
    )


@bp.post("/recovery/begin")
@audience(Visitor.OPERATOR)
def begin() -> tuple[dict[str, str], int]:
    """{"id", "place", "lead", "holders", "witnesses", "drill"} -> 201: the key is made and split."""
    place, people, drill = begun()
    new = RecoveryCeremony(id=text(context.posted(), "id").strip(), day=context.today(), drill=drill)
    room().open(new, place, people)
    return {}, 201


@bp.post("/recovery/share")
@audience(Visitor.OPERATOR)
def share() -> dict[str, Any]:
    """{"number"} -> {"words"}: the share that is next, to its holder alone; never one that was handed over."""
    with room().recovery() as it:
        return {"words": list(it.share(number()).words)}


@bp.post("/recovery/handed")
@audience(Visitor.OPERATOR)
def hand_over() -> dict[str, int]:
    """{"number"} -> {"left"}: it is on paper, and forgotten here."""
    with room().recovery() as it:
        it.hand_over(number())
        return {"left": SHARES - it.handed}


@bp.post("/recovery/test")
@audience(Visitor.OPERATOR)
def test() -> dict[str, Any]:
    """{"shares": three} -> {"used", "done"}. 422 with a sentence where they do not give the key."""
    with room().recovery() as it:
        used = it.test(texts("shares", THRESHOLD))
        return {"used": sorted(used), "done": it.tested}
