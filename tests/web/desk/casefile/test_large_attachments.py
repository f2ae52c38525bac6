"""A file of 2 GB at the page of a case, with the server that desks ship: one sentence, and hardly a byte of it read."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.client import HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from testimony.domain.consent.purposes import Key, Purpose
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import cases
from testimony.services.review.cases import Cases
from testimony.station.station import Station
from testimony.web.factory import create_app
from testimony.web.server.http import make_server, stop
from testimony.web.server.options import server_options
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import NOW, Served, passphrase_of
from tests.support.web.browsers.pages_in_chromium import enter, page

__all__ = ["page"]

RIVER = Key(Purpose.COURT, "case-river")
HUGE = 2 * 1024**3
READ_AT_MOST = 8 * 1024**2
"""Bytes that leave before the answer is there: what waits in the sockets of both ends."""
PATIENCE = 60


@pytest.fixture
def desk(
    opened: Callable[[str], Station],
    organisation: Organisation,
    free_port: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Served]:
    """A lawyer's, with a testimony in a case, behind the server and the limits of a desk that is started."""
    port, known = free_port(), dict[int, Any]()
    monkeypatch.setenv("TESTIMONY_PORT", str(port))
    station = opened("lawyer")
    (sealed,) = bring(organisation, station, [told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}])
    outside = Cases(tid=str(sealed.record.value["tid"]), within=frozenset(), said=(), unread=0)
    cases.take(station, reader_of(organisation, "lawyer-1"), outside, RIVER, usable=frozenset({RIVER}), day=NOW.date())
    app = create_app(STATION=station, CLOCK=lambda: NOW)
    with socket.create_server(("127.0.0.1", port)) as listener:
        server = make_server(app, listener, known=known, **server_options(station.settings))
        running = threading.Thread(target=server.run, daemon=True)
        running.start()
        yield Served(f"http://localhost:{port}", app.config["START_TOKEN"], app)
        stop(server, known, running)


@pytest.fixture
def huge(tmp_path: Path) -> Path:
    """It takes no room on the disk."""
    path = tmp_path / "Report of the clinic.pdf"
    with path.open("wb") as file:
        file.truncate(HUGE)
    return path


def test_a_file_of_two_gigabytes_is_refused_in_one_sentence_and_never_leaves_the_browser(
    page: Page, desk: Served, organisation: Organisation, huge: Path
) -> None:
    enter(page, desk, passphrase_of(organisation, "lawyer-1"), "en")
    page.goto(f"{desk.address}/en/cases/P09%20case-river")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.get_by_text("Attach a file").click()
    page.set_input_files("[data-file]", huge)
    page.select_option("[data-field=sort]", "MEDICAL")
    page.click("[data-act=attach]")
    said = page.locator("[data-attaching] [data-said]")
    expect(said).to_have_text("A file may have 20 MB. Make it smaller or divide it; nothing was attached.")
    assert sent == []
    kept = [page.input_value(f"[data-field={name}]") for name in ("title", "sort")]
    assert kept == ["Report of the clinic", "MEDICAL"]


def test_the_server_of_a_desk_refuses_two_gigabytes_before_it_has_read_them(desk: Served) -> None:
    head = f"POST /attachments/add HTTP/1.1\r\nHost: localhost\r\nContent-Length: {HUGE}\r\n\r\n"
    host, _, port = desk.address.removeprefix("http://").partition(":")
    sent, piece = 0, bytes(64 * 1024)
    with socket.create_connection((host, int(port)), PATIENCE) as link:
        link.sendall(head.encode())
        answer = HTTPResponse(link)
        answer.begin()
        link.setblocking(False)
        try:
            while sent <= READ_AT_MOST:
                sent += link.send(piece)
        except (BlockingIOError, ConnectionError):
            pass  # nobody reads any more
    assert (answer.status, sent <= READ_AT_MOST) == (413, True)
