"""The http server of every station: waitress, with one request at a time on a connection."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import waitress.server
from waitress.channel import HTTPChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class OneByOne(HTTPChannel):  # type: ignore[misc]
    """Lets go of who sends several requests without waiting for an answer.

    Their answers would be put aside while nobody reads them, and at a few megabytes waitress lets the thread wait for
    the reader, without end: eight connections of anybody would stand still a whole station. Browsers, proxies and
    stations send the next request when they have read the answer.
    """

    def received(self, data: bytes) -> Any:
        taken = super().received(data)
        if len(self.requests) > 1:
            self.will_close = True
        return taken


def make_server(app: WSGIApplication, listener: socket.socket, **options: Any) -> Any:
    """A waitress server of `app` on `listener`; `run` it. `options` are waitress's."""
    server = waitress.server.create_server(app, sockets=[listener], **options)
    server.channel_class = OneByOne
    return server
