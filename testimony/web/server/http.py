"""The HTTP server of every station: waitress, which disconnects clients that do not read their responses."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Final

import waitress.server
from waitress.channel import HTTPChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


MOST: Final = 2
"""Requests of a connection that are not done with: who has read an answer may be quicker than its clearing away."""
UNREAD: Final = 1 << 20
"""Bytes of earlier answers that still wait for the reader when the next request comes."""


FINISHING: Final = 10.0
"""Seconds for answers that are on their way when the server is asked to stop."""
GLANCE: Final = 0.1
STOPPING: Final = 5.0
"""Seconds for a thread that still answers, when a server that runs beside others is stopped."""


class Attentive(HTTPChannel):  # type: ignore[misc]
    """Disconnects clients that send one request after another and do not read the responses.

    Their responses would be buffered; after a few megabytes waitress makes the thread wait for the reader for ever:
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


def finish(server: Any, seconds: float = FINISHING) -> None:
    """After `run` has returned: take nobody in any more, and send what was answered to its end.

    Waitress waits five seconds for its threads, and sends no more of an answer than fits into a socket.
    """
    server.accepting = False
    until = time.monotonic() + seconds
    while time.monotonic() < until and _is_at_work(server):
        server.asyncore.loop(timeout=GLANCE, map=server._map, use_poll=server.adj.asyncore_use_poll, count=1)


def stop(server: Any, known: dict[int, Any], running: threading.Thread, seconds: float = STOPPING) -> None:
    """Stop a server that `running` runs, whose channels are in `known`: its threads first, then its sockets.

    A thread that has just answered still wakes the server up; if that were closed already, it would fail.
    """
    server.task_dispatcher.shutdown(timeout=seconds)
    server.trigger.pull_trigger(lambda: waitress.server.wasyncore.close_all(known, ignore_all=True))
    running.join(seconds)


def _is_at_work(server: Any) -> bool:
    channels = list(server.active_channels.values())
    return bool(server.task_dispatcher.threads) or any(one.total_outbufs_len for one in channels)
