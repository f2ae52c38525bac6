"""Page of a roster proposal: its changes, its export to the root holders, and their signatures. It holds no keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from testimony import qr
from testimony.errors import TestimonyError
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.roster.errors import ProposalRefused
from testimony.sealing.roster.proposal import LARGEST
from testimony.services.accounts.administrators import Acting
from testimony.services.roster import proposals
from testimony.services.roster import publication as roster_publication
from testimony.services.roster.change import ROLES, Change
from testimony.services.roster.proposals import Shown
from testimony.web import context, error_handlers, refused_forms
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, proven
from testimony.web.central import access as central_access
from testimony.web.text import labels

bp = Blueprint("proposal", __name__)
PROPOSING: Final = (Visitor.ADMINISTRATOR, Visitor.REGISTRAR)
WATCHING: Final = (*PROPOSING, Visitor.OPERATOR)
ISOLATED: Final = "\u2068{}\u2069"
"""A name inside a sentence of the other direction."""
REFUSED: Final = (*proposals.IMPOSSIBLE, ProposalRefused)
Answered = AnyResponse | tuple[str, int]


@bp.get("/<lang:lang>/proposals/<proposal>")
@audience(*WATCHING)
def show(lang: str, proposal: str) -> str:
    """What it would change, and how it is signed and handed in."""
    return _page(proposal)


@bp.get("/<lang:lang>/proposals/<proposal>/codes")
@audience(*WATCHING)
def codes(lang: str, proposal: str) -> str:
    """The same as numbered codes, for the camera of a machine that is never online."""
    with context.reading() as db:
        made = proposals.to_sign(context.station(), db, proposal)
        one = proposals.refresh_and_show(context.station(), db, proposal)
    lines = made.lines(context.station().chain.latest.data)
    return render_template("central/codes.html", one=one, pictures=[qr.draw(line) for line in lines], words=_words(one))


@bp.get("/proposals/<proposal>/file")
@audience(*WATCHING)
def file(proposal: str) -> Response:
    """The proposal with all rosters before it, as a file for a USB stick. It holds no secret."""
    with context.reading() as db:
        made = proposals.to_sign(context.station(), db, proposal)
    answer = Response(made.encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="roster-{made.roster.no}.proposal"'
    return answer


@bp.post("/<lang:lang>/proposals/<proposal>/unwish")
@audience(*PROPOSING)
def unwish(lang: str, proposal: str) -> Answered:
    """Take one change out of an open proposal."""
    number = request.form.get("number", "")
    at = int(number) if number.isdecimal() and len(number) < 4 else -1
    return _done(proposal, lambda db, by: proposals.unwish(db, proposal, at, by))


@bp.post("/<lang:lang>/proposals/<proposal>/settle")
@audience(*PROPOSING)
def settle(lang: str, proposal: str) -> Answered:
    """Prepare it for signing: it gets its number, its dates and its bytes."""
    return _done(proposal, lambda db, by: proposals.settle(context.station(), db, proposal, by))


@bp.post("/<lang:lang>/proposals/<proposal>/reopen")
@audience(*PROPOSING)
def reopen(lang: str, proposal: str) -> Answered:
    """Change it after all."""
    return _done(proposal, lambda db, by: proposals.reopen(db, proposal, by))


@bp.post("/<lang:lang>/proposals/<proposal>/drop")
@audience(*PROPOSING)
def drop(lang: str, proposal: str) -> Answered:
    """Forget it."""
    return _done(proposal, lambda db, by: proposals.drop(db, proposal, by))


@bp.post("/<lang:lang>/proposals/<proposal>/publish")
@audience(Visitor.ADMINISTRATOR)
@proven("roster.show")
def publish(lang: str, proposal: str) -> Answered:
    """Take into force what the roots signed, if it is this proposal and nothing else."""
    data = uploaded_bytes(LARGEST)

    def act(db: Session, by: Acting) -> None:
        station = context.station()
        roster_publication.publish(station, db, proposal, roster_publication.read(station, db, data), by)

    return _done(proposal, act)


def uploaded_bytes(most: int) -> bytes:
    """The chosen file, else the pasted text; one byte more than `most` at most."""
    chosen = request.files.get("file")
    data = chosen.read(most + 1) if chosen else b""
    return data.strip() or request.form.get("text", "").strip().encode()[: most + 1]


def telling(error: TestimonyError | None) -> dict[str, Any]:
    """What the pages of rosters are shown with: the error, and how things are said."""
    return {
        "said": error_handlers.sentence_of(error) if error else "",
        "differences": error.differences if isinstance(error, ProposalRefused) else (),
        "say": _say,
        "isolated": ISOLATED.format,
        "sentence": error_handlers.sentence_of,
        "roles": ROLES,
        "day": labels.day,
        "moment": labels.moment,
    }


def _done(id: str, act: Callable[[Session, Acting], None]) -> Answered:
    by = central_access.acting()
    try:
        with context.transaction() as db:
            act(db, by)
            left = proposals.is_there(db, id)
    except REFUSED as error:
        return _page(id, error), error_handlers.status_of(error)
    return redirect(url_for("proposal.show", proposal=id) if left else url_for("roster.show"), code=303)


def _page(id: str, error: TestimonyError | None = None) -> str:
    with context.reading() as db:
        one = proposals.refresh_and_show(context.station(), db, id)
    chain = context.station().chain
    page = render_template(
        "central/proposal.html", one=one, root=chain.root, latest=chain.latest, words=_words(one), **telling(error)
    )
    return refused_forms.kept(page, error_handlers.sentence_of(error)) if error else page


def _say(change: Change) -> str:
    return change.say(gettext, ISOLATED.format)


def _words(one: Shown) -> str:
    """Six words of the bytes that are to be signed; none while it has no bytes."""
    return fingerprint_words(one.roster.sha256) if one.roster and one.state != proposals.OPEN else ""
