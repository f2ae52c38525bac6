"""The http server of every station: waitress, which lets go of who asks without reading the answers."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any, Final

import waitress.server
from waitress.channel import HTTPChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


MOST: Final = 2
"""Requests of a connection that are not done with: who has read an answer may be quicker than its clearing away."""
UNREAD: Final = 1 << 20
"""Bytes of earlier answers that still wait for the reader when the next request comes."""


class Attentive(HTTPChannel):  # type: ignore[misc]
    """Lets go of who sends one request after the other and does not read what is answered.

    Their answers would be put aside, and at a few megabytes waitress lets the thread wait for the reader, without end:
    eight connections of anybody would stand still a whole station. Browsers, proxies and stations send the next request
    when they have read the answer.
    """

    def received(self, data: bytes) -> Any:
        taken = super().received(data)
        if len(self.requests) > MOST or (self.requests and self.total_outbufs_len > UNREAD):
            self.will_close = True
        return taken


def make_server(app: WSGIApplication, listener: socket.socket, **options: Any) -> Any:
    """A waitress server of `app` on `listener`; `run` it. `options` are waitress's."""
    server = waitress.server.create_server(app, sockets=[listener], **options)
    server.channel_class = Attentive
    return server
