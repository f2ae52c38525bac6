"""`make screenshots`: every screen in every language as a small phone shows it, and a page to look through them."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.services.demo import demo
from tests.bench.node import organisation_of
from tests.bench.support.addresses import free_port
from tests.screenshots import captures, index, stations, witnesses
from tests.screenshots.camera import Camera, Look
from tests.screenshots.gallery import write
from tests.support.journeys.phones import WITH_EARS
from tests.support.journeys.stations import ROOT, Server
from tests.support.web.browsers.chromium import FLAGS

FOLDER = ROOT / "var" / "screenshots"
PROGRAM = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
PERSON = "interviewer-1"
PLAIN = [Look(lang) for lang in INTERVIEWERS]
SUBSET = {
    "sign-in", "home", "outbox", "languages", "safety", "told-1", "purpose-P01", "teach-1", "w_gender", "i_date",
    "i_segment", "g_size", "v_injury", "x_equip", "review", "readers", "code", "finish", "voice", "pictures",
}  # fmt: skip
WITNESS = "witness"
"""The argument that asks for what a witness reads alone, in all languages of witnesses."""
OTHERS = [
    Look("en", look="sun"),
    Look("ar", look="dark"),
    Look("fr", width=320, text=200),
    Look("fa", width=320),
    Look("ar", width=320),
]
"""Looks in which one card of each kind is enough."""


def main(arguments: Sequence[str]) -> int:
    """All of it, or the languages named, or `witness`."""
    wanted = [look for look in PLAIN if not arguments or look.lang in arguments]
    shutil.rmtree(FOLDER, ignore_errors=True)  # a screen that is no more should not be looked at
    if wanted:
        _of_interviewers(wanted, everything=not arguments)
    if not arguments or WITNESS in arguments:
        with _node() as (browser, port, passphrase):
            witnesses.shoot(browser, port, FOLDER, PERSON, passphrase)
    print(f"  screenshots   {write(FOLDER)}, {index.write(FOLDER)}")
    return 0


def _of_interviewers(wanted: Sequence[Look], *, everything: bool) -> None:
    """Every screen of stations and interview, in the looks `wanted`."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        stations.shoot(playwright, PROGRAM, Path(folder), FOLDER, [look.lang for look in wanted])
    with _node() as (browser, port, passphrase):
        for look in wanted:
            with Camera(browser, port, FOLDER, look) as camera:
                camera.pages()
                camera.cards()
                camera.dialogs()
                camera.interview(PERSON, passphrase)
        for look in wanted:
            with Camera(browser, port, FOLDER, look) as camera:
                captures.shoot(camera, PERSON, passphrase)
        for look in OTHERS if everything else []:
            with Camera(browser, port, FOLDER, look) as camera:
                camera.pages()
                camera.cards(SUBSET)
                camera.dialogs()


@contextmanager
def _node() -> Iterator[tuple[Browser, int, str]]:
    """A browser, the port of a node that asks for everything, and the passphrase of who takes testimony there."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _station(Path(folder)) as (server, passphrase),
        _chromium() as browser,
    ):
        yield browser, server.port, passphrase


@contextmanager
def _station(folder: Path) -> Iterator[tuple[Server, str]]:
    made = organisation_of(folder, **json.loads(demo.ASKING.read_text(encoding="utf-8")))
    server = Server("field", made.folder / "field", folder, free_port)
    server.start()
    try:
        yield server, next(keeper.passphrase for keeper in made.keepers if keeper.id == PERSON)
    finally:
        server.stop()


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*FLAGS, *WITH_EARS])
        yield browser
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
