"""Stands before a station and signs what is asked of it, so that a generator of requests gets past the door."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import quote

from flask import Flask

from testimony.sealing.records.signatures import Signer
from testimony.sync.wire.signatures import sign_request

PLEASE = "testimony=:c2lnbiB0aGlz:"
"""The `Signature` that is replaced by a true one. Requests with another, or with none, go through as they are."""


class SigningDoor:
    """A WSGI application: the station's own, asked by `signer`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.signer: Signer | None = None

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the generator's client offers gzip and unpacks nothing
        if self.signer is not None and environ.get("HTTP_SIGNATURE") == PLEASE:
            self._sign(environ, self.signer)
        return self.app.wsgi_app(environ, start_response)

    def _sign(self, environ: dict[str, Any], signer: Signer) -> None:
        body = environ["wsgi.input"].read()
        path, query = quote(environ["PATH_INFO"]), environ["QUERY_STRING"]
        url = f"http://localhost{path}?{query}" if query else f"http://localhost{path}"
        environ["wsgi.input"] = BytesIO(body)
        for name, value in sign_request(signer, environ["REQUEST_METHOD"], url, body, self._nonce()).items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value

    def _nonce(self) -> str:
        return self.app.test_client().get("/sync/nonce").headers["Testimony-Nonce"]
