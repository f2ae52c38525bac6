"""A client's connection: its requests and answers, what of them is in memory, and how long they may take."""

from __future__ import annotations

import time
from typing import Any, Final

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask

from testimony.web.headers import BARE

MOST: Final = 2
"""Requests of a connection that are not done with: who has read an answer may be quicker than its clearing away."""
UNREAD: Final = 1 << 20
"""Bytes of earlier answers that still wait for the reader when the next request comes."""
LARGE: Final = 2 << 20
"""Bytes of an answer that count: a longer one comes from a file, and only at a desk."""
HEAD: Final = 20.0
"""Seconds from the first byte of a request to the end of its head."""
BODY: Final = 600.0
"""Seconds from the first byte of a request to its last: as long as stations themselves wait for a whole request."""


class Parting(WSGITask):  # type: ignore[misc]
    """Asks the browser to come with its next request on a new connection once the server leaves."""

    def build_response_header(self) -> Any:
        if self.channel.server.leaving.is_set():
            self.request.headers["CONNECTION"] = "close"
        return super().build_response_header()


class OneLength(HTTPRequestParser):  # type: ignore[misc]
    """Refuses a body of two lengths: what one of them leaves over, a proxy would take for the next client's request."""

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked and "CONTENT_LENGTH" in self.headers:
            raise ParsingError("Content-Length beside Transfer-Encoding")


class Refusing(ErrorTask):  # type: ignore[misc]
    """Answers what never reaches the application, such as a body beyond the limit, with the headers of every answer."""

    def execute(self) -> None:
        self.response_headers.extend(BARE.items())
        super().execute()


class Attentive(HTTPChannel):  # type: ignore[misc]
    """A connection: disconnected when its client sends requests and does not read the responses.

    Their responses would be buffered; after a few megabytes waitress makes the thread wait for the reader for ever:
    eight connections of anybody would stand still a whole station. Browsers, proxies and stations send the next request
    when they have read the answer.
    """

    parser_class = OneLength
    task_class = Parting
    error_task_class = Refusing
    network: str = ""
    weight = 0  # bytes of it that are in memory
    begun = 0.0  # when the first byte of the unfinished request came, by the monotonic clock

    def received(self, data: bytes) -> Any:
        before = self.request
        taken = super().received(data)
        if self.request is not before:
            self.begun = time.monotonic()
        if len(self.requests) > MOST or (self.requests and self.total_outbufs_len > UNREAD):
            self.will_close = True
        self.server.weigh(self)
        return taken

    def readable(self) -> bool:
        return not self.server.is_crowded and super().readable()

    def handle_read(self) -> None:
        if self.server.may_read(self):
            super().handle_read()

    def handle_write(self) -> None:
        super().handle_write()
        self.server.weigh(self)

    def service(self) -> None:
        super().service()
        self.begun = time.monotonic()  # what came of the next request had to wait
        self.server.weigh(self)
        if self.server.is_crowded:
            self.server.pull_trigger()

    def handle_close(self) -> None:
        super().handle_close()
        if self.request is not None:
            self.request.close()

    def del_channel(self, *known: Any) -> None:
        super().del_channel(*known)
        self.server.forget(self)

    def size(self) -> int:
        """Bytes of unfinished and waiting requests, and of answers that were not read."""
        asked = [*self.requests, self.request]
        unread: int = min(self.total_outbufs_len, LARGE)
        return unread + sum(int(each.header_bytes_received + each.body_bytes_received) for each in asked if each)

    def is_late(self, now: float) -> bool:
        """Whether the head or the whole of the unfinished request took too long."""
        if self.request is None or self.requests:
            return False
        return now - self.begun > (BODY if self.request.headers_finished else HEAD)
