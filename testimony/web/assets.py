"""Static files, their version in the path: a file's address changes when any file does, so it may be kept for ever.

The version is in the path and not in a query, because scripts import each other by relative addresses.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

from testimony.web.auth import Visitor, audience

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


@cache
def _packed(path: Path, version: str) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def register(app: Flask) -> Assets:
    """Serve the static files at `/static/<version>/<filename>`; `url_for("static", filename=…)` names them."""
    assets = Assets.scan()

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
    if path.suffix in PACKED and path.stat().st_size >= SMALLEST_PACKED:
        response.vary.add("Accept-Encoding")
        if request.accept_encodings["gzip"] > 0:
            response.content_encoding = "gzip"
            response.data = _packed(path, assets.version)
    if not response.data:
        response.data = path.read_bytes()
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
