"""The HTTP server of every station: waitress, with limits in time, in memory and in places for each client."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import waitress.server
from waitress.adjustments import Adjustments
from waitress.task import ThreadedTaskDispatcher

from testimony.web.networks import network
from testimony.web.server.connection import Attentive
from testimony.web.server.places import Places

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed.wsgi import WSGIApplication

PLACES: Final = 192
"""Connections at a time on the server's own port: with those of https they stay below the usual 1,024 descriptors."""
BUDGET: Final = 16 << 20
"""Bytes of requests and answers that are in memory for all clients together, unless a server is given more."""
LOOK: Final = 2
"""Seconds between two looks at deadlines."""
COMING: Final = 16
"""Connections that are accepted in one round: with one, everybody who comes waits behind a flood for as many rounds."""
READS: Final = 8
"""Connections of one network that are read in one round. A browser opens six; a flood makes no round longer."""

FINISHING: Final = 10.0
"""Seconds for answers that are on their way when the server is asked to stop."""
GLANCE: Final = 0.1
PARTING: Final = 0.3
"""Seconds for which a server that was asked to stop still reads requests that were on their way."""
LEAVING: Final = 3.0
"""Seconds for what is under way when a desk is locked: what was opened is to leave the memory soon."""
STOPPING: Final = 5.0
"""Seconds for a thread that still answers, when a server that runs beside others is stopped."""


class StationServer(waitress.server.TcpWSGIServer):  # type: ignore[misc]
    """Answers on its own port, and on connections that are handed to it with the address of their client."""

    def __init__(
        self,
        app: WSGIApplication,
        listener: socket.socket,
        known: dict[int, Any],
        *,
        places: int,
        budget: int,
        **options: Any,
    ) -> None:
        adjusted = Adjustments(sockets=[listener], cleanup_interval=LOOK, **options)
        threads = ThreadedTaskDispatcher()
        threads.set_thread_count(adjusted.threads)
        self.places: Places[Attentive] = Places(places, places, _send_away, lambda channel: bool(channel.requests))
        self.is_crowded, self.budget = False, budget
        self._load, self._weighing = 0, threading.Lock()
        self._came = 0  # connections to the port so far
        self._read: Counter[str] = Counter()  # connections of each network that were read in this round
        self.leaving = threading.Event()
        super().__init__(
            app,
            known,
            _sock=listener,
            dispatcher=threads,
            adj=adjusted,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )

    def hand_over(self, connection: socket.socket, client: str) -> None:
        """Answer on `connection`, whose other end speaks for the client at the address `client`. From any thread.

        The address comes with the connection and not in it, so that nothing that a client sends can alter it. The
        caller limits the number.
        """
        if not self.accepting:
            connection.close()
            return
        self.trigger.pull_trigger(lambda: self._open(connection, (client, 0)))

    def handle_accept(self) -> None:
        """Several at a time: what waits to be accepted is a queue, and a flood stands in it before everybody else."""
        for _ in range(COMING):
            before = self._came
            if not self.leaving.is_set():
                super().handle_accept()
            if self._came == before:
                return

    def channel_class(self, _: Any, connection: socket.socket, client: tuple[Any, ...], *__: Any, **___: Any) -> None:
        """What waitress makes of a connection that came to the port."""
        self._came += 1
        channel = self._open(connection, client)
        if client[0] != self.adj.trusted_proxy:  # a proxy brings those of many clients
            self.places.take(channel.network, channel)

    def _open(self, connection: socket.socket, client: tuple[Any, ...]) -> Attentive:
        channel = Attentive(self, connection, client, self.adj, map=self._map)
        channel.network = network(client[0])
        return channel

    def weigh(self, channel: Attentive) -> None:
        """Count again what of `channel` is in memory. From any thread."""
        with self._weighing:
            weight = channel.size() if channel.connected else 0
            self._load += weight - channel.weight
            channel.weight = weight

    def forget(self, channel: Attentive) -> None:
        """Of `channel` nothing is in memory any more."""
        self.places.leave(channel.network, channel)
        with self._weighing:
            self._load -= channel.weight
            channel.weight = 0

    def readable(self) -> bool:
        """Whether to accept. Called once in each round, before the connections."""
        self._read.clear()
        self._make_room()
        return bool(super().readable())

    def may_read(self, channel: Attentive) -> bool:
        """Whether the network of `channel` has a read left in this round. Its other connections then come first."""
        if channel.addr[0] == self.adj.trusted_proxy:  # a proxy brings the requests of many clients
            return True
        if self._read[channel.network] >= READS:
            return False
        self._read[channel.network] += 1
        if self._map.pop(channel._fileno, None) is not None:
            self._map[channel._fileno] = channel
        return True

    def _make_room(self) -> None:
        """Beyond the budget the network with most bytes loses its largest connection that nobody is answering.

        If all of them are being answered, nothing more is read until one is done.
        """
        while self._load > self.budget:
            channels = [each for each in self.active_channels.values() if not each.will_close]
            heavy: Counter[str] = Counter()
            for each in channels:
                heavy[each.network] += each.weight
            name = heavy.most_common(1)[0][0] if heavy else ""
            quiet = [each for each in channels if each.network == name and each.weight and not each.requests]
            if not quiet:
                self.is_crowded = True
                return
            goes = max(quiet, key=lambda each: each.weight)
            _send_away(goes)
            self.forget(goes)
        self.is_crowded = False

    def maintenance(self, now: float) -> None:
        super().maintenance(now)
        here = time.monotonic()
        for channel in self.active_channels.values():
            if channel.is_late(here):
                channel.will_close = True


def make_server(
    app: WSGIApplication,
    listener: socket.socket,
    *,
    places: int = PLACES,
    budget: int = BUDGET,
    known: dict[int, Any] | None = None,
    **options: Any,
) -> StationServer:
    """A server of `app` on `listener`; `run` it. `places`: connections on `listener`; `budget`: bytes in memory for all
    clients together; `known`: keeps its channels. `options` are waitress's.
    """
    return StationServer(app, listener, {} if known is None else known, places=places, budget=budget, **options)


def run(server: StationServer, beat: Callable[[], None] | None = None) -> bool:
    """Answer until the process is told to stop (False), or until `leave` (True). `beat` is called in each round."""
    try:
        while not server.leaving.is_set():
            one_round(server, server.adj.asyncore_loop_timeout)
            if beat is not None:
                beat()
    except (SystemExit, KeyboardInterrupt):
        _answer_all(server)
        server.task_dispatcher.shutdown()
        return False
    server.task_dispatcher.shutdown(timeout=LEAVING)
    return True


def leave(server: StationServer) -> None:
    """Let `run` return, from any thread. From now on nobody is taken in: the next process answers those who come."""
    server.leaving.set()
    server.pull_trigger()


def finish(server: StationServer, seconds: float = FINISHING) -> None:
    """After `run` has returned: take nobody in any more, and send what was answered to its end.

    Waitress waits five seconds for its threads, and sends no more of an answer than fits into a socket.
    """
    server.accepting = False
    until = time.monotonic() + seconds
    while time.monotonic() < until and _is_at_work(server):
        one_round(server, GLANCE)


def _answer_all(server: StationServer) -> None:
    """Accept no more connections, and answer the requests that have arrived. Each answer closes its connection.

    The threads of waitress alone would drop requests that wait. A client in the middle of a request may finish it.
    """
    server.accepting = False
    server.leaving.set()
    began = time.monotonic()
    while (waited := time.monotonic() - began) < FINISHING:
        channels = list(server.active_channels.values())
        asked = any(each.requests or each.total_outbufs_len for each in channels)
        asking = any(each.request is not None for each in channels)
        if not asked and (waited >= LEAVING or (waited >= PARTING and not asking)):
            return
        one_round(server, GLANCE)


def one_round(server: StationServer, seconds: float) -> None:
    """Accept, read and write what is ready. Waits `seconds` at most until something is."""
    options = {"map": server._map, "use_poll": server.adj.asyncore_use_poll}
    server.asyncore.loop(timeout=seconds, count=1, **options)


def stop(server: StationServer, known: dict[int, Any], running: threading.Thread, seconds: float = STOPPING) -> None:
    """Stop a server that `running` runs, whose channels are in `known`: its threads first, then its sockets.

    A thread that has just answered still wakes the server up; if that were closed already, it would fail.
    """
    server.task_dispatcher.shutdown(timeout=seconds)
    server.trigger.pull_trigger(lambda: waitress.server.wasyncore.close_all(known, ignore_all=True))
    running.join(seconds)


def _send_away(channel: Attentive) -> None:
    channel.will_close = True


def _is_at_work(server: StationServer) -> bool:
    channels = list(server.active_channels.values())
    return bool(server.task_dispatcher.threads) or any(one.total_outbufs_len for one in channels)
