"""The ceremony of the root keys: attendance, one key on each holder's USB stick, signing in pairs, the public key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, render_template
from werkzeug.exceptions import BadRequest

from testimony import qr
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.services.enrolment import key_media
from testimony.services.enrolment.ceremony import HOLDERS, SIGNING, RootCeremony
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.ceremony.session import begun, number, room, text, texts
from testimony.web.text import labels

bp = Blueprint("rooting", __name__)

LAST = 99  # roots of one organisation that the page offers to make; the command makes more


@bp.get("/<lang:lang>/roots")
@audience(Visitor.OPERATOR)
def show(lang: str) -> str:
    """The step that is next."""
    goes_on = room().goes_on
    found = goes_on if isinstance(goes_on, RootCeremony) else None
    result = found.result if found else None
    return render_template(
        "ceremony/roots.html",
        it=found,
        networks=room().connected(),
        day=labels.day,
        roots=HOLDERS,
        numbers=range(2, LAST + 1),
        signing=SIGNING,
        words=fingerprint_words(result.fingerprint).split() if result else [],
        picture=qr.draw(result.fingerprint.upper()) if result else None,
    )


@bp.post("/roots/begin")
@audience(Visitor.OPERATOR)
def begin() -> tuple[dict[str, str], int]:
    """{"place", "lead", "holders", "witnesses", "drill", "number"} -> 201. "number": of the roots, 1 to `LAST`."""
    place, people, drill = begun()
    wished = text(context.posted(), "number")
    if wished not in map(str, range(1, LAST + 1)):
        raise BadRequest
    room().open(RootCeremony(day=context.today(), drill=drill, number=int(wished)), place, people)
    return {}, 201


@bp.post("/roots/make")
@audience(Visitor.OPERATOR)
def make() -> dict[str, str]:
    """{"number", "folder"} -> {"passphrase"}: the key is on the holder's stick; its words are shown this once."""
    folder = Path(text(context.posted(), "folder").strip())
    with room().roots() as it:
        which = number()
        return {"passphrase": it.make(which, lambda sealed: key_media.write_key(folder, "root", which, sealed))}


@bp.post("/roots/test")
@audience(Visitor.OPERATOR)
def test() -> dict[str, Any]:
    """{"folders": two, "passphrases": two} -> {"used", "done"}: both keys signed, and the signatures hold."""
    folders, passphrases = texts("folders", SIGNING), texts("passphrases", SIGNING)
    with room().roots() as it:
        files = [key_media.read_key(Path(folder.strip()), "root") for folder in folders]
        tidy = [" ".join(one.split()) for one in passphrases]
        used = it.test(list(zip(files, tidy, strict=True)))
        return {"used": sorted(used), "done": it.result is not None}
