"""A new version of the page waits until the old one is closed: nothing is exchanged under somebody's hands."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

CACHES = "() => caches.keys().then(names => names.filter(name => name.startsWith('interview-')).sort())"
WAITING = "() => navigator.serviceWorker.getRegistration().then(found => Boolean(found?.waiting))"


class Updated:
    """The node behind another address, where a switch makes its service worker that of the next version."""

    def __init__(self, node: Server) -> None:
        self.newer = False
        front = self

        class Forward(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}{self.path}") as answer:
                        status, headers, body = answer.status, answer.headers, answer.read()
                except urllib.error.HTTPError as error:
                    status, headers, body = error.code, error.headers, error.read()
                if front.newer and self.path == "/interview/sw.js":
                    body = body.replace(b'"interview-', b'"interview-newer-', 1)
                self.send_response(status)
                for name in ("Content-Type", "Content-Security-Policy", "Cache-Control"):
                    self.send_header(name, headers.get(name, ""))
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
        self.address = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


@pytest.fixture
def front(node_server: Server) -> Iterator[Updated]:
    updated = Updated(node_server)
    yield updated
    updated.server.shutdown()
    updated.server.server_close()


def test_a_new_version_waits_until_the_page_is_closed_and_opened_again(
    front: Updated, phone: Browser, page: Page, passphrase: str
) -> None:
    interviewer = Interviewer(page, front.address)
    interviewer.open()
    [old] = page.evaluate(CACHES)
    front.newer = True
    page.evaluate("() => navigator.serviceWorker.getRegistration().then(found => found.update())")
    wait_until(lambda: bool(page.evaluate(WAITING)), "the new version to be there")
    interviewer.sign_in("interviewer-1", passphrase)  # the old page goes on with its own pieces
    interviewer.begin()
    interviewer.saved()
    assert old in page.evaluate(CACHES)
    phone.close()
    again = phone.start()
    again.goto(f"{front.address}/interview/")
    wait_until(
        lambda: again.evaluate(CACHES) != [] and old not in again.evaluate(CACHES), "the new version to take over"
    )
    again.wait_for_selector("html[data-ready=true]")
