"""Static files with a version in their path: the address changes when any file does, so browsers may cache for ever.

The version is in the path and not in a query, because scripts import each other by relative addresses. All are sent
small: our scripts without their comments, text compressed with Brotli or gzip (docs/decisions/light-scripts.md).
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from testimony.web.audiences import Visitor
from testimony.web.auth import audience

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".wasm": "application/wasm",
    ".ogg": "audio/ogg",
}
PACKED = {".css", ".js", ".mjs", ".json", ".svg", ".wasm", ".txt"}
SMALLEST_PACKED = 512
CODINGS = ("br", "gzip")
"""The lightest first. Browsers take Brotli over HTTPS and from localhost, which is where an interview can be held."""
VENDORED = "vendor/"
"""Files of others are served byte for byte, as their SHA256SUMS says."""
WINDOW = 18
"""For Brotli: 256 KiB, more than any of our files. The usual 4 MiB would cost a Pi that much memory for nothing."""


@dataclass(frozen=True)
class Assets:
    """The files under `folder` that have a type of ours, by their address below the version."""

    folder: Path
    version: str
    names: frozenset[str]

    @classmethod
    def scan(cls, folder: Path = FOLDER) -> Assets:
        """Look through the folder once, at start."""
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix in TYPES)
        hashed = hashlib.sha256()
        for path in paths:
            hashed.update(path.relative_to(folder).as_posix().encode() + b"\0")
            hashed.update(hashlib.sha256(path.read_bytes()).digest())
        names = frozenset(path.relative_to(folder).as_posix() for path in paths)
        return cls(folder, hashed.hexdigest()[:16], names)


def light(script: bytes) -> bytes:
    """`script` without comments and idle space: the same program, two thirds of the bytes."""
    from rjsmin import jsmin  # only a station that serves scripts pays for it

    shorter: bytes = jsmin(script)
    return shorter


def body(assets: Assets, filename: str) -> bytes:
    """What `filename` is served as, before it is packed."""
    data = (assets.folder / filename).read_bytes()
    ours = filename.endswith(".js") and not filename.startswith(VENDORED)
    return light(data) if ours else data


@cache
def integrity(assets: Assets, filename: str) -> str:
    """What the `integrity` of a script or style says, so that the browser runs these bytes and no others."""
    return "sha256-" + base64.b64encode(hashlib.sha256(body(assets, filename)).digest()).decode()


@cache
def _packed(assets: Assets, filename: str, coding: str) -> bytes:
    data = body(assets, filename)
    if coding == "gzip":
        return gzip.compress(data, 9, mtime=0)
    from brotli import compress  # as above

    packed: bytes = compress(data, lgwin=WINDOW)
    return packed


def register(app: Flask) -> Assets:
    """Serve the static files at `/static/<version>/<filename>`; `url_for("static", filename=…)` names them."""
    assets = Assets.scan()

    app.jinja_env.globals["integrity"] = partial(integrity, assets)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", assets.version)

    @app.get("/static/<version>/<path:filename>", endpoint="static")
    @audience(Visitor.ANYONE)
    def static(version: str, filename: str) -> Response:
        if version != assets.version or filename not in assets.names:
            raise NotFound
        return _answer(assets, filename)

    return assets


def _answer(assets: Assets, filename: str) -> Response:
    path = assets.folder / filename
    response = Response(content_type=TYPES[path.suffix])
    coding = None
    if path.suffix in PACKED and path.stat().st_size >= SMALLEST_PACKED:
        response.vary.add("Accept-Encoding")
        coding = next((known for known in CODINGS if request.accept_encodings[known] > 0), None)
    if coding is None:
        response.data = body(assets, filename)
    else:
        response.content_encoding, response.data = coding, _packed(assets, filename, coding)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
