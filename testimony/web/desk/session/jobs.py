"""Sync with headquarters while the reader works: a script on every page starts, watches and stops it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from testimony.web import context
from testimony.web.audiences import Visitor
from testimony.web.auth import audience, by_itself
from testimony.web.desk.session import key, sync_text
from testimony.web.desk.session import sync as session_sync

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
@by_itself
def state() -> dict[str, Any]:
    """{"going", "far": [sentence], "share": 0 to 1 or null, "told": [{"sentence", "kind"}] at the end, "synced": for
    the header, "warns": whether that is a warning, "arrivals": see `LinkState`, "aside": whether
    nobody asked for what is told}.

    How it ended is told once: after that there is nothing to tell. Of an exchange that nobody asked for only what a
    reader has to know is told, and not the same again.
    """
    return _state()


def _state() -> dict[str, Any]:
    link, heading, underway = key.key_holder().link, sync_text.heading(), session_sync.last()
    said: dict[str, Any] = {"going": False, "far": [], "share": None, "told": [], "aside": False}
    said |= {"synced": heading.text, "warns": heading.warns, "arrivals": link.arrivals}
    if underway is None:
        return said
    ended = not underway.running
    warnings = tuple(sync_text.findings(underway)) if ended else ()
    if underway.by_itself:
        told = [(words, "refused") for words in warnings] if warnings != link.told else []
    else:
        said |= {"going": not ended, "far": sync_text.far(underway), "share": sync_text.share(underway)}
        told = sync_text.exchange_sentences(underway) if ended else []
    said |= {"told": [{"sentence": words, "kind": kind} for words, kind in told], "aside": underway.by_itself}
    if ended:
        underway.told, link.told = True, warnings
    return said
