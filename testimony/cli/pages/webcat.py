"""The manifest of WEBCAT: the files of the page and its policies, for a browser extension that checks them.

After the specification of the Freedom of the Press Foundation (github.com/freedomofpress/webcat-spec, manifest.md), and
after its extension where the two differ: `default_index` begins without a slash, and there is a `name`. The timestamp
and the signatures come from its own tools, which write them into a public log.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from testimony import __version__
from testimony.canonical import sha256_hex
from testimony.cli.pages import served
from testimony.web import headers

if TYPE_CHECKING:
    from testimony.station.station import Station

FIRST = "/interview/en/"
PAGES = "/interview"
WITHDRAWING = "/withdraw"
SCRIPTS = re.compile(r"/static/[^/]+/js/interview/")
EMBEDDED = re.compile(rb"AGFzbQ[A-Za-z0-9+/]+=*")
"""WebAssembly in a script: every such program begins so in base64."""


def manifest(station: Station, app: str) -> bytes:
    """{"manifest": {...}, "signatures": {}} of the page that `station` serves, as JSON; `app`: where its source is."""
    asked = served.client(station)
    files = served.listed(asked.get(served.LIST).get_json()["files"])
    answers = {file.path: asked.get(file.path) for file in files}
    programs = {name for path, answer in answers.items() if path.endswith(".js") for name in _programs(answer.data)}
    said = {
        "name": "Testimony",
        "app": app,
        "version": __version__,
        "default_csp": headers.EVERYWHERE,
        "extra_csp": _policies(answers),
        "files": {file.path: _base64url(file.sha256) for file in files},
        "wasm": sorted(programs),
        "default_index": FIRST.removeprefix("/"),
        "default_fallback": FIRST,
    }
    return json.dumps({"manifest": said, "signatures": {}}, indent=1, sort_keys=True).encode()


def _policies(paths: Iterable[str]) -> dict[str, str]:
    """Beginning of a path -> its policy: of the interview, of its scripts, and of withdrawal by code."""
    scripts = {found[0] for path in paths if (found := SCRIPTS.match(path))}
    return dict.fromkeys((PAGES, *sorted(scripts)), headers.INTERVIEW) | {WITHDRAWING: headers.WITHDRAWING}


def _programs(script: bytes) -> list[str]:
    return [_base64url(sha256_hex(base64.b64decode(found))) for found in EMBEDDED.findall(script)]


def _base64url(sha256: str) -> str:
    return base64.urlsafe_b64encode(bytes.fromhex(sha256)).rstrip(b"=").decode()
