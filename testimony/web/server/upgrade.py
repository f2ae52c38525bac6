"""Redirects plain http to https at the same host."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


class Upgrade:
    """A WSGI application that only redirects. `https`: the port of https."""

    def __init__(self, https: int) -> None:
        self._port = "" if https == 443 else f":{https}"

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        host = HOST.fullmatch(environ.get("HTTP_HOST", ""))
        if host is None:
            start("400 Bad Request", [("Content-Length", "0")])
            return []
        start("303 See Other", [("Location", f"https://{host[1]}{self._port}/"), ("Content-Length", "0")])
        return []
