"""The program of the ceremonies, served on this machine as if it had no network, and papers with what it showed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from werkzeug.serving import make_server

from testimony.web.factory import create_ceremony_app
from tests.support.web.browser import NOW, Served
from tests.support.web.ceremony import Room


@pytest.fixture
def networks() -> list[str]:
    """Names of networks that the program finds; empty: it is apart."""
    return []


@pytest.fixture
def served(free_port: Callable[[], int], networks: list[str], quick_key_files: None) -> Iterator[Served]:
    port = free_port()
    app = create_ceremony_app(port, NETWORKS=lambda: tuple(networks), CLOCK=lambda: NOW)
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(f"http://localhost:{port}", app.config["START_TOKEN"], app)
    server.shutdown()
    server.server_close()
    thread.join(10)


@pytest.fixture
def at(served: Served) -> Room:
    return Room(served)
