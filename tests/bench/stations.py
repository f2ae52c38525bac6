"""A station alone: how soon it answers, what it weighs in memory, what a phone has to load."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from werkzeug.serving import make_server

from testimony.web.factory import create_app
from tests.cli.running import ROOT

IDLE = 5.0  # seconds before memory is read
BUNDLE = ("/js/sealing/", "/vendor/")
LANGUAGES = ("en", "fr", "ar")


def start_and_rest(home: Path, port: int) -> dict[str, float]:
    """Start a field node as a process; units are in the names."""
    command = [sys.executable, "-m", "testimony", "serve", "field", "--home", str(home), "--port", str(port)]
    before = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        if process.stdout is not None:
            process.stdout.readline()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
            answer.read()
        took = time.perf_counter() - before
        time.sleep(IDLE)
        memory = _resident(process.pid)
        process.terminate()
        process.wait(30)
    return {"start-up until the first answer, s": took, "memory of an idle node, MB": memory}


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1000 for line in status.splitlines() if line.startswith("VmRSS"))


class Scale:
    """A WSGI application that writes down how many bytes each address weighs on the wire."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app, self.bytes = app, dict[str, int]()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def weigh(status: str, headers: list[tuple[str, str]], *more: object) -> Any:
            length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
            self.bytes[environ["PATH_INFO"]] = length
            return start_response(status, headers, *more)

        return self.app(environ, weigh)


def first_load(home: Path, port: int) -> dict[str, float]:
    """What Chromium fetches for the interview page with an empty cache, in kB and requests."""
    os.environ["TESTIMONY_PORT"] = str(port)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    scale = Scale(create_app(home))
    server = make_server("127.0.0.1", port, scale, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        asked = _visit(f"http://localhost:{port}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        del os.environ["TESTIMONY_PORT"]
    page = [path for path in asked if not any(piece in path for piece in BUNDLE)]
    pages = {path: size for path, size in scale.bytes.items() if path.startswith("/interview/")}
    bundle = sum(size for path, size in scale.bytes.items() if any(piece in path for piece in BUNDLE))
    return {
        "first load without the sealing bundle, kB": sum(scale.bytes.get(path, 0) for path in page) / 1000,
        "first load without the sealing bundle, requests": len(page),
        "sealing bundle (modules and vendored files), kB": bundle / 1000,
        "everything kept for offline use, kB": sum(scale.bytes.values()) / 1000,
        "heaviest page of a language, kB": max(pages.values(), default=0) / 1000,
    }


def _visit(address: str) -> set[str]:
    """The paths that the page itself asked for until its scripts had started."""
    asked: set[str] = set()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.on("request", lambda request: asked.add(request.url.removeprefix(address)))
        page.goto(f"{address}/interview/{LANGUAGES[0]}/")
        page.wait_for_selector("html[data-ready=true]")
        started = set(asked)
        page.wait_for_selector("html[data-offline=ready]", timeout=60_000)
        browser.close()
    return started
