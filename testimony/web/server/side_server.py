"""A small separate server for help pages or monitoring, so that flooding it does not affect interviews."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from testimony.web.server.http import make_server, stop

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

PLACES = 64  # connections at a time on its own port
OPTIONS: dict[str, Any] = {
    "threads": 2,
    "ident": "",
    "connection_limit": 400,  # more than come to its port and over https
    "channel_timeout": 20,
    "max_request_body_size": 1024,  # bytes: there is nothing to send here
    "max_request_header_size": 16 * 1024,
    "clear_untrusted_proxy_headers": True,
}


class HelpServer:
    """`start` it, `stop` it; it answers on `listener` in a thread of its own."""

    def __init__(self, app: WSGIApplication, listener: socket.socket, *, name: str = "help") -> None:
        self._map: dict[int, Any] = {}
        self._server = make_server(app, listener, places=PLACES, known=self._map, **OPTIONS)
        self.hand_over = self._server.hand_over
        self._thread = threading.Thread(target=self._server.run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        stop(self._server, self._map, self._thread)
