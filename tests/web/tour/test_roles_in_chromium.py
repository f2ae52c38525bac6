"""In a real browser: what the start page says of its passphrases is true."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page
from werkzeug.serving import make_server

from testimony.services.demo import secrets
from testimony.web.factory import create_tour_app
from testimony.web.tour.roles import Running
from tests.support.web.browsers.pages_in_chromium import page

__all__ = ["page"]

PASSPHRASE = "six words of a passphrase here"


@pytest.fixture
def address(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[str]:
    """Of the start page of a demonstration of which nothing runs."""
    people = [*secrets.DESKS.values(), "interviewer-1"]
    keepers = "\n".join(f"  {person:<15} {PASSPHRASE:<58} keys/{person}.key" for person in people)
    (tmp_path / secrets.FILE).write_text(f"{keepers}\n  11111 22222 33333 44444 55555  the last\n", encoding="utf-8")
    addresses = dict.fromkeys(("field", "central", *secrets.DESKS), "http://localhost:9/")
    port = free_port()
    app = create_tour_app(Running(folder=tmp_path, addresses=addresses), port)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{port}/en/"
    server.shutdown()
    server.server_close()
    thread.join(10)


def test_one_tap_selects_a_whole_passphrase(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("[data-role=interviewer] .passphrase").click()
    assert page.evaluate("getSelection().toString()") == PASSPHRASE
