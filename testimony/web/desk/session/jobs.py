"""Sync with headquarters while the reader works: a script on every page starts, watches and stops it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience
from testimony.web.desk.session import sync as session_sync
from testimony.web.desk.session import sync_text

bp = Blueprint("underway", __name__)


@bp.post("/exchange/begin")
@audience(Visitor.READER)
def begin() -> dict[str, Any]:
    """{"media": true to fetch media despite an expensive link} -> as `state`."""
    session_sync.begin(asked=context.posted().get("media") is True)
    return _state()


@bp.post("/exchange/stop")
@audience(Visitor.READER)
def stop() -> dict[str, Any]:
    """Before the next request to headquarters; what came stays. -> as `state`."""
    session_sync.exchanges().stop()
    return _state()


@bp.get("/exchange/state")
@audience(Visitor.READER)
def state() -> dict[str, Any]:
    """{"going", "far": [sentence], "share": 0 to 1 or null, "told": [{"sentence", "kind"}] at the end, "synced": how
    long ago}.

    How it ended is told once: after that there is nothing to tell.
    """
    return _state()


def _state() -> dict[str, Any]:
    underway = session_sync.last()
    if underway is None:
        return {"going": False, "far": [], "share": None, "told": [], "synced": sync_text.synced()}
    going = underway.running
    said = {"going": going, "far": sync_text.far(underway), "share": sync_text.share(underway), "told": []}
    said["synced"] = sync_text.synced()
    if not going:
        underway.told = True
        said["told"] = [{"sentence": words, "kind": kind} for words, kind in sync_text.exchange_sentences(underway)]
    return said
