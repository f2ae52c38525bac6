"""A TLS proxy in front of a station's HTTP server: one thread ends TLS and forwards bytes, even for slow clients.

A renewed certificate is used for new connections; open connections keep theirs. Nothing of a connection is ever
logged. For its limits, and why it is here and not in a separate proxy: docs/certificate-format.md,
docs/decisions/https-in-process.md.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import threading
import traceback
from asyncio import sslproto
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from testimony.services.accounts.errors import TooFast
from testimony.services.accounts.rate_limit import Rate, RateLimiter
from testimony.web.networks import network
from testimony.web.server.places import Places

log = logging.getLogger("testimony.web")

MOST = 192  # connections at a time: three descriptors each, of the usual 1,024
MOST_FROM_ONE = 32  # of them from one network; a phone's browser opens six
OFTEN = Rate(burst=64, period=0.05)  # new ones of one network: a handshake takes milliseconds of the processor
GREETING = 10.0  # seconds for a whole handshake
SILENCE = 20.0  # seconds after it until the first byte of a request
STALLED = 120.0  # seconds in which the other side takes nothing
LINGER = 30.0  # seconds for the last bytes of an answer
PARTING = 5.0  # seconds for what is under way when the station stops
CHUNK = 16 * 1024  # as much as one record of TLS
TLS_BUFFER = 2 * CHUNK  # bytes for each connection, opened and again still sealed; asyncio takes 256 kB of each
WATCH = 2.0  # seconds between looks at the certificate's file
HELLO = b"\x16"  # the first byte of every TLS handshake
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # for TLS 1.2; 1.3 has none that are weak

HandOver = Callable[[socket.socket, str], None]
"""Takes a connection, and the address of the client who is at its other end."""
Reach = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


def context(certificate: Path) -> ssl.SSLContext:
    """What a handshake is made with: TLS 1.2 or 1.3, forward secrecy, no compression, no renegotiation.

    Raises `OSError` (`ssl.SSLError` among it) for a file that is no key with its certificate.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers(CIPHERS)
    made.set_alpn_protocols(["http/1.1"])
    made.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    made.load_cert_chain(certificate)
    return made


class Front:
    """Takes connections on `listener`; `near` is the http server. `plain`: who answers those that speak no TLS.

    Each of the two is handed a connection of its own for each client, with the client's address beside it. So no header
    says the address, and none that a client sends is believed.
    """

    def __init__(
        self, listener: socket.socket, certificate: Path, near: HandOver, plain: HandOver | None = None
    ) -> None:
        """Raises `OSError` for an unusable certificate, so that no station starts with one."""
        self.listener, self.certificate, self.near, self.plain = listener, certificate, near, plain
        self._seen = _mark(certificate)
        self._context = context(certificate)
        self._places: Places[socket.socket] = Places(MOST, MOST_FROM_ONE, _hang_up)
        self._rate = RateLimiter(OFTEN)
        self._ended = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="https", daemon=True)
        self._up = threading.Event()

    def start(self) -> None:
        """Return once connections are taken."""
        self.listener.setblocking(False)
        self._thread.start()
        self._up.wait()

    def stop(self) -> None:
        """Take no more; let what is under way end, for a few seconds."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(2 * PARTING)

    def _run(self) -> None:
        sslproto.SSLProtocol.max_size = TLS_BUFFER
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # the one that can wait for a peek
            runner.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        talks: set[asyncio.Task[None]] = set()
        chores = [asyncio.create_task(self._watch()), asyncio.create_task(self._accept(talks))]
        self._up.set()
        await self._ended.wait()
        for chore in chores:
            chore.cancel()
        if talks:
            await asyncio.wait(talks, timeout=PARTING)
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*chores, *talks, return_exceptions=True)

    async def _accept(self, talks: set[asyncio.Task[None]]) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                taken, peer = await loop.sock_accept(self.listener)
            except OSError as error:  # no descriptor left, or the other side was gone before we looked
                log.warning("https: a connection could not be taken (%s)", type(error).__name__)
                await asyncio.sleep(0.5)
                continue
            one = network(peer[0])
            if not self._may_come(one) or not self._places.take(one, taken):
                taken.close()
                continue
            talk = asyncio.create_task(self._talk(taken, peer[0]))
            talks.add(talk)
            talk.add_done_callback(partial(self._forget, talks, one, taken))

    def _may_come(self, one: str) -> bool:
        try:
            self._rate.require(one)
        except TooFast:
            return False
        return True

    def _forget(self, talks: set[asyncio.Task[None]], one: str, taken: socket.socket, talk: asyncio.Task[None]) -> None:
        talks.discard(talk)
        self._places.leave(one, taken)

    async def _talk(self, taken: socket.socket, client: str) -> None:
        try:
            secure = await _speaks_tls(taken)
            to = self.near if secure else self.plain
            if to is None:
                taken.close()
                return
            await self._greet(taken, self._context if secure else None, partial(_reach, to, client))
        except (OSError, TimeoutError, EOFError) as error:  # theirs to mend: garbage, a wrong version, a lost link
            log.debug("https: a connection ended (%s)", type(error).__name__)
            traceback.clear_frames(error.__traceback__)  # they and the error hold each other, and all that TLS needs

    async def _greet(self, taken: socket.socket, secure: ssl.SSLContext | None, reach: Reach) -> None:
        loop = asyncio.get_running_loop()
        # asyncio does it for sockets that name their protocol, and an accepted one need not: 40 ms for many an answer.
        taken.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = asyncio.StreamReader(limit=CHUNK)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol,
            taken,
            ssl=secure,
            ssl_handshake_timeout=GREETING if secure else None,
            ssl_shutdown_timeout=LINGER if secure else None,
        )
        transport.set_write_buffer_limits(CHUNK)  # over TLS asyncio would keep half a megabyte that nobody reads
        if secure:
            transport.set_read_buffer_limits(TLS_BUFFER)  # type: ignore[attr-defined]
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        try:
            await self._pass_on(reader, writer, reach)
            writer.close()
            async with asyncio.timeout(LINGER):
                await writer.wait_closed()
        finally:
            transport.abort()  # nothing any more when it closed in peace

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reach: Reach) -> None:
        """Both ways until one side ends. The near server hears of nobody who has not said a word."""
        async with asyncio.timeout(SILENCE):
            first = await reader.read(CHUNK)
        if not first:
            return
        near_reader, near_writer = await reach()
        near_writer.write(first)
        ways = {
            asyncio.create_task(_copy(reader, near_writer)),
            asyncio.create_task(_copy(near_reader, writer)),
        }
        try:
            done, _ = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for way in done:
                way.result()
            near_writer.close()
            async with asyncio.timeout(LINGER):
                await near_writer.wait_closed()
        finally:
            near_writer.transport.abort()  # nothing any more when it closed in peace
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _watch(self) -> None:
        """Take up another certificate when its file was replaced; an unusable one is said once and passed over."""
        while True:
            await asyncio.sleep(WATCH)
            try:
                seen = _mark(self.certificate)
                if seen == self._seen:
                    continue
                self._seen = seen
                self._context = context(self.certificate)
                log.warning("https: another certificate is in force")
            except OSError as error:
                log.warning("https: the new certificate is of no use (%s); the old one serves on", type(error).__name__)


def _mark(file: Path) -> tuple[int, int, int]:
    """Changes when the file was replaced."""
    state = file.stat()
    return state.st_ino, state.st_mtime_ns, state.st_size


async def _speaks_tls(taken: socket.socket) -> bool:
    """Whether the first byte that comes, left where it is, begins a handshake. Closes what says nothing."""
    loop = asyncio.get_running_loop()
    taken.setblocking(False)
    readable = asyncio.Event()
    loop.add_reader(taken, readable.set)
    try:
        async with asyncio.timeout(GREETING):
            await readable.wait()
        first = taken.recv(1, socket.MSG_PEEK)
        if not first:
            raise EOFError
    except BaseException:
        loop.remove_reader(taken)
        taken.close()
        raise
    loop.remove_reader(taken)
    return first == HELLO


async def _reach(to: HandOver, client: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """This end of a new connection, whose other end `to` was handed."""
    here, there = socket.socketpair()
    to(there, client)
    reader, writer = await asyncio.open_connection(sock=here, limit=CHUNK)
    writer.transport.set_write_buffer_limits(0)  # asyncio keeps 64 kB for each before `drain` waits
    return reader, writer


def _hang_up(taken: socket.socket) -> None:
    """End the connection for the task that reads or writes on it. Its task then closes it."""
    with suppress(OSError):  # it is closed already
        taken.shutdown(socket.SHUT_RDWR)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until `reader` ends; never more in memory than one chunk and what the sockets hold."""
    while data := await reader.read(CHUNK):
        writer.write(data)
        async with asyncio.timeout(STALLED):
            await writer.drain()
