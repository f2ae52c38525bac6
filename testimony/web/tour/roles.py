"""The start page: one card for each role, with a way in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template
from werkzeug.wrappers import Response

from testimony import qr
from testimony.services.accounts import start_tokens
from testimony.services.demo import secrets
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("tour", __name__)

UNLOCK = ".unlock"
"""After a token: the desk of a demonstration unlocks its invented key as well (js/desk/pages/session/start.js)."""
SIGN_IN = "#sign-in"
"""After the interview's address: a demonstration signs its interviewer in (js/interview/pages/home/start.js)."""


@dataclass(frozen=True, kw_only=True)
class Phone:
    """What a real phone needs. `guide`: the address of the help pages; `interview`: of the node by https; `words`: of
    the authority, six; `authority`: its name in the phone's settings.
    """

    guide: str
    interview: str
    words: tuple[str, ...]
    authority: str


@dataclass(frozen=True, kw_only=True)
class Running:
    """The demonstration in `folder`. `addresses`: home -> where its station answers, as the station printed it.
    `phone`: None where no phone can reach it.
    """

    folder: Path
    addresses: Mapping[str, str]
    phone: Phone | None = None

    def base(self, home: str) -> str:
        """The address without path and token."""
        return "/".join(self.addresses[home].split("/")[:3])


def prepare(app: Flask, running: Running) -> None:
    """Called once by the factory."""
    app.extensions["testimony.running"] = running


def _running() -> Running:
    return cast(Running, current_app.extensions["testimony.running"])


@bp.get("/<lang:lang>/")
@audience(Visitor.ANYONE)
def show(lang: str) -> str:
    """Every role, with what to try first."""
    running = _running()
    return render_template(
        "tour/roles.html",
        passphrases=secrets.passphrases(running.folder),
        code=secrets.codes(running.folder)[-1],
        interview=f"{running.base('field')}/interview/{lang}/{SIGN_IN}",
        withdrawing=f"{running.base('field')}/withdraw/{lang}",
        central=running.addresses["central"],
        phone=running.phone,
        picture=qr.draw(running.phone.guide) if running.phone else None,
    )


@bp.get("/open/<home>")
@audience(Visitor.ANYONE)
def enter(home: str) -> Response:
    """Go to a desk with a new start address, and unlock its invented key. Another address that was asked for and not
    used opens nothing any more.
    """
    running = _running()
    if not home.startswith("desk-") or home not in running.addresses:
        abort(404)
    return redirect(f"{running.base(home)}/#{start_tokens.request(running.folder / home)}{UNLOCK}", code=303)
