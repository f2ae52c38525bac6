"""Withdrawal by code and without an account: a page in every language of the scripts, and JSON.

The code stays in the browser. Only its public key and its signature are sent here. At a field node and at central.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from testimony import canonical
from testimony.domain.testimony.languages import SCRIPTS, autonym, dir_of, in_own_digits
from testimony.errors import NotCanonical, Refused
from testimony.sealing.keys.withdrawal_code import KEYS
from testimony.sealing.roster.chain import AUDIENCES, Roster
from testimony.services.accounts.rate_limit import Rate, RateLimiter
from testimony.services.accounts.work import BITS, Work
from testimony.services.records.types import Incoming
from testimony.services.tracking.withdrawal_reach import Reach
from testimony.services.witness import withdrawal_by_code
from testimony.services.wordings.sentences import NOTHING, withdrawal_page
from testimony.services.wordings.wordings import clip, in_force
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import read_frames
from testimony.web import context, headers
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.networks import network
from testimony.web.pages.withdrawal_text import page_text

bp = Blueprint("withdrawing", __name__, url_prefix="/withdraw")
log = logging.getLogger("testimony.web")

KEY = re.compile(r"[0-9a-f]{64}")
LARGEST = 512 * 1024
"""Bytes of a container: one annex has three heads, each of as many slots as the roster says (64 at most)."""
NETWORK = Rate(burst=10, period=20.0)
"""How often one network may ask without further ado. Beyond that each question costs it some work, and nobody else."""
LIMITER = "testimony.withdrawing.limiter"
WORK = "testimony.withdrawing.work"
PROOF = "Testimony-Work"
"""In an answer 429: `<bits> <challenge>`. In the request that follows: the proof (services/accounts/work.py)."""
WORDS = ("title", "enter", "wrong", "sure", "done", "later")


def prepare(app: Flask) -> None:
    """Called once by the factory: how often one may ask, and the name of the page for links to it."""
    app.extensions[LIMITER] = app.config["RATE_LIMITER"](NETWORK)
    app.extensions[WORK] = Work(app.config["SECRET_KEY"])

    @app.context_processor
    def name_it() -> dict[str, Any]:
        return {
            "withdraw_title": lambda tag: withdrawal_page(tag, _mended(tag))["words.withdraw_title"],
            "withdraw_tag": lambda lang: lang if lang in SCRIPTS else "en",  # readers' pages have other languages too
        }


def _mended(lang: str) -> Mapping[str, str]:
    """What the organisation says in the place of the program's sentences."""
    found = in_force(context.station(), lang)
    return found.mended if found else NOTHING


@bp.get("")
@audience(Visitor.ANYONE)
def choose() -> Response:
    """To the page in the first language that the browser asks for and that there is a script in."""
    wanted = (tag.partition("-")[0].lower() for tag in request.accept_languages.values())
    tag = next((primary for primary in wanted if primary in SCRIPTS), "en")
    return redirect(url_for("withdrawing.show", tag=tag), code=303)


@bp.get("/<tag>")
@audience(Visitor.ANYONE)
def show(tag: str) -> str:
    """The page itself. It knows nothing yet, and is the same for everybody."""
    if tag not in SCRIPTS:
        abort(404)
    text = page_text(context.station(), tag)
    return render_template(
        "withdrawing.html",
        tag=tag,
        tag_dir=dir_of(tag),
        text=text,
        words={name: text.sentences[f"words.withdraw_{name}"] for name in WORDS},
        page={key.removeprefix("page."): said for key, said in text.sentences.items() if key.startswith("page.")},
        places=[in_own_digits(f"{at}/5", tag) for at in range(1, 6)],
        root=context.station().chain.fingerprint,
        today=context.station().today(),
        tags=[(code, autonym(code), dir_of(code)) for code in SCRIPTS],
    )


@bp.get("/<tag>/sounds/<sentence>")
@audience(Visitor.ANYONE)
def sound(tag: str, sentence: str) -> Response:
    """The recording of one sentence of the page; no browser keeps it. Safari asks for it in pieces."""
    if tag not in SCRIPTS:
        abort(404)
    said = page_text(context.station(), tag).sounds.get(sentence)
    held = clip(context.station(), said.sha256) if said else None
    if held is None:
        abort(404)
    data, kind = held
    answer = Response(data, content_type=kind)
    answer.headers["Content-Security-Policy"] = headers.BYTES
    return answer.make_conditional(request, accept_ranges=True, complete_length=len(data))


@bp.get("/readers")
@audience(Visitor.ANYONE)
def readers() -> dict[str, Any]:
    """{"roster", "audiences": {name: {"recipients", "slots"}}}: the public keys to which single uses are sealed."""
    return readers_of(context.station().chain.latest)


def readers_of(roster: Roster) -> dict[str, Any]:
    """The answer of `readers`, for `roster`."""
    return {
        "roster": roster.sha256,
        "audiences": {
            name: {"recipients": [one.text for one in roster.recipients(name)], "slots": roster.slots[name]}
            for name in AUDIENCES
        },
    }


@bp.post("/find")
@audience(Visitor.ANYONE)
def find() -> dict[str, Any]:
    """{"keys"} -> {"testimonies": [{"tid", "key", "heads"}], "withdrawal", "reach"}: what a code is for, and if it was
    used. `keys`: public keys of the code, the first one first.
    """
    _require_rate()
    keys = context.posted().get("keys")
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS or not all(map(_is_key, keys)):
        raise BadRequest
    with context.reading() as db:
        found = withdrawal_by_code.look_up(context.station(), db, keys)
    return {
        "testimonies": [{"tid": tid, "key": found.keys[tid], "heads": heads} for tid, heads in found.heads.items()],
        "withdrawal": found.withdrawal,
        "reach": None if found.reach is None else _reach_flags(found.reach),
    }


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and KEY.fullmatch(value) is not None


@bp.post("/take")
@audience(Visitor.ANYONE)
def take() -> dict[str, Any]:
    """What the code signed -> {"receipts": [envelope], "reach"}. It is in force when this answers.

    The body is the envelope of one withdrawal (JSON), or a container of frames: withdrawals, and annexes with what
    they name. `reach` is that of the first record.
    """
    _require_size()
    _require_rate()
    try:
        taken = withdrawal_by_code.take_back(context.station(), _incoming())
    except (NotCanonical, ContainerTorn) as error:
        raise BadRequest from error
    except Refused as error:
        log.warning("a withdrawal by code was refused: %s", error.rule)
        raise
    receipts = [canonical.decode_object(receipt.encode()) for receipt in taken.receipts]
    return {"receipts": receipts, "reach": _reach_flags(taken.reach)}


def _incoming() -> list[Incoming]:
    """Raises `ContainerTorn`, `BadRequest`."""
    if request.is_json:
        return [Incoming("record", canonical.encode(context.posted()))]
    frames = [frame for frame in read_frames(request.get_data()) if frame.kind != "end"]
    if not all(frame.kind in ("record", "object") for frame in frames):
        raise BadRequest
    return [Incoming("record" if frame.kind == "record" else "object", frame.payload) for frame in frames]


def _require_size() -> None:
    """Raises `Refused("size.limit")`."""
    if request.content_length is None or request.content_length > LARGEST:
        raise Refused("size.limit")


def _reach_flags(reach: Reach) -> dict[str, bool]:
    return asdict(reach)


def _require_rate() -> None:
    """Raises `TooFast` for a network that asks often and brings no proof of work with its request."""
    work: Work = current_app.extensions[WORK]
    if work.is_done(request.headers.get(PROOF, ""), request.get_data()):
        return
    limiter: RateLimiter = current_app.extensions[LIMITER]
    limiter.require(network(request.remote_addr))


@bp.after_request
def offer_work(response: Response) -> Response:
    """Say by which work a request that came too fast is answered at once."""
    if response.status_code == 429:
        response.headers[PROOF] = f"{BITS} {current_app.extensions[WORK].challenge()}"
    return response
