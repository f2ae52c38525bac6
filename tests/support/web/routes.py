"""Every route of a station, with an address that fits it: tests walk over the URL map and forget none."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule

ROLES = ("field", "central", "lawyer", "coordinator")
SAMPLES = {
    "lang": "en",
    "tag": "en",
    "tid": "0" * 32,
    "statement": "said-1",
    "to": "fr",
    "field": "w_nat",
    "sha256": "0" * 64,
    "release": "0" * 32,
    "inside": "charts/told.en.svg",
    "sentence": "told.who",
    "incident": "0" * 32,
    "story": "0" * 32,
    "case": "P09 case-river",
    "file": "0" * 32,
    "note": "0" * 32,
    "name": "interviewer-1",
    "number": 1,
    "account": "0" * 32,
    "annex": "0" * 64,
    "key": "0" * 64,
    "handle": "0" * 32,
    "proposal": "0" * 32,
    "version": "0" * 16,
    "filename": "css/base.css",
    "device": "android",
    "anything": "nowhere",
}


def routes(app: Flask) -> Iterator[tuple[str, str, Rule]]:
    """(method, address, rule) of every route; HEAD and OPTIONS go with GET."""
    for rule in app.url_map.iter_rules():
        _, address = rule.build({name: SAMPLES[name] for name in rule.arguments}) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address, rule
