"""An administrator at central's pages in Chromium, and the holders of root keys, each at a machine of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import Page

from tests.support.cli.program import run
from tests.support.journeys.world import World
from tests.support.web.browsers.credentials_in_chromium import with_key

SIGNERS = ("root-1", "root-3")


def sign_in(made: World, page: Page, lang: str = "en") -> None:
    """With a key that Chromium invents, by the link of the command line."""
    with_key(page)
    added = run("central", "account", "add", "vera", "--role", "administrator", "--home", made.home("central"))
    token = next(line for line in added.stdout.splitlines() if "/enrol#" in line).rpartition("#")[2]
    page.goto(f"http://localhost:{made.central.port}/{lang}/enrol#{token}")
    page.wait_for_url("**/enrol/ways")
    page.click("#key button")
    page.wait_for_url("**/sign-in")
    page.click("#key button")
    page.wait_for_selector("[data-troubled]")


def saved(page: Page, link: str, target: Path) -> Path:
    """The file that `link` gives, at `target`."""
    with page.expect_download() as download:
        page.click(link)
    shutil.copy(download.value.path(), target)
    return target


def signed(made: World, folder: Path, name: str, file: Path) -> str:
    """A machine apart with one root key, and of the organisation its root alone. Returns what it shows."""
    home = folder / name
    if not home.exists():
        home.mkdir()
        shutil.copy(made.organisation.folder / "root.json", home)
        shutil.copy(made.organisation.folder / "keys" / f"{name}.key", home)
    typed = f"yes\n{made.passphrase(name)}\n"
    done = run("roster", "sign", file, "--org", home, "--key-file", home / f"{name}.key", typed=typed)
    assert done.returncode == 0, done.stderr
    return done.stdout
