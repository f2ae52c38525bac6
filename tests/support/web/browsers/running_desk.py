"""A lawyer's desk as people run it: a process of its own, with the testimonies of `filled`."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.cli.program import ROOT
from tests.support.journeys.desks import Desk
from tests.support.web.browser import LAWYERS, Filled


@contextmanager
def running(home: Path, port: int, *start: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process of a desk, and its start address. `start`: what Python runs, unless the program itself."""
    command = [sys.executable, *(start or ("-m", "testimony")), "serve", "desk", "--home", str(home)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([*command, "--port", str(port)], **pipes, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def home(filled: Filled, tmp_path: Path) -> Path:
    """A lawyer's desk with the testimonies, and the keys where it finds its own."""
    shutil.copytree(filled.folder / "keys", tmp_path / "org" / "keys")
    return Path(shutil.copytree(filled.folder / "desk-lawyer", tmp_path / "org" / "desk-lawyer"))


def read(page: Page, address: str, words: str, filled: Filled) -> str:
    """Open a testimony before the reader. What it says."""
    desk = Desk(page, address)
    desk.enter(words)
    page.goto(f"{desk.address}en/testimony/{filled.tid(LAWYERS)}")
    said = str(filled.told[LAWYERS]["text"])
    expect(page.locator("[data-compartment=narrative]")).to_contain_text(said)
    return said
