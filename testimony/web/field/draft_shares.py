"""JSON endpoints for a phone's draft share keys: take a stock, open a share, destroy keys. Needs sign-in."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Flask, current_app
from werkzeug.exceptions import BadRequest

from testimony.services.accounts import draft_shares
from testimony.services.accounts.rate_limit import Rate, RateLimiter
from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience

bp = Blueprint("shares", __name__, url_prefix="/shares")

ID = re.compile(r"[0-9a-f]{32}")
KID = re.compile(r"[0-9a-f]{16}")
SEALED = re.compile(r"(?:[0-9a-f]{2}){1000,2000}")  # a sealed share is 1691 bytes
RATE = Rate(burst=30, period=20.0)
"""60 requests in ten minutes at most, of one person."""
LIMITER = "testimony.shares.limiter"


def prepare(app: Flask) -> None:
    """Called once by the factory: how often one person may ask."""
    app.extensions[LIMITER] = RateLimiter(RATE)


@bp.post("/stock")
@audience(Visitor.INTERVIEWER)
def stock() -> dict[str, Any]:
    """{"device", "want", "handset"} -> {"station", "keys": [{"id", "recipient"}]}: fewer than wanted at a limit."""
    body = _asked()
    device, want = body.get("device"), body.get("want")
    if not isinstance(device, str) or type(want) is not int:
        raise BadRequest
    handset = _like(body["handset"], ID) if "handset" in body else None  # a page from before it had one sends none
    with context.transaction() as db:
        ids = draft_shares.reserve(
            context.station(), db, person=context.actor().id, device=device, want=want, handset=handset
        )
    keys = draft_shares.make(context.station(), ids)
    return {"station": context.station().kid, "keys": [{"id": key.id, "recipient": key.recipient} for key in keys]}


@bp.post("/open")
@audience(Visitor.INTERVIEWER)
def open_sealed() -> dict[str, str]:
    """{"id", "station", "sealed"} -> {"share"}, hex. 409 at another node than the key's, 410 when it was destroyed."""
    body = _asked()
    id, at, sealed = (_like(body.get(name), form) for name, form in (("id", ID), ("station", KID), ("sealed", SEALED)))
    with context.reading() as db:
        share = draft_shares.open_share(
            context.station(), db, id=id, at=at, person=context.actor().id, sealed=bytes.fromhex(sealed)
        )
    return {"share": share.hex()}


@bp.post("/destroy")
@audience(Visitor.INTERVIEWER)
def destroy() -> dict[str, list[str]]:
    """{"ids"} -> {"destroyed"}: the same ids, whether there was a key or not, so that the phone may ask again."""
    ids = _asked().get("ids")
    if not isinstance(ids, list) or len(ids) > draft_shares.AT_MOST:
        raise BadRequest
    named = [_like(id, ID) for id in ids]
    with context.transaction() as db:
        draft_shares.destroy(context.station(), db, named)
    return {"destroyed": named}


def _asked() -> dict[str, Any]:
    limiter: RateLimiter = current_app.extensions[LIMITER]
    limiter.require(context.actor().id)
    return context.posted()


def _like(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or form.fullmatch(value) is None:
        raise BadRequest
    return value
