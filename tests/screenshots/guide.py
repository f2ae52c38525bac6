"""`make pictures`: the pictures of the guides and the README, made anew out of a demonstration into docs/pictures."""

from __future__ import annotations

import io
import os
import re
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from testimony.cli.station.demo import PLACES
from tests.screenshots import guide_desk, guide_phone
from tests.support.cli.demo import Said, demonstration
from tests.support.cli.program import free_ports
from tests.support.journeys.phones import WITH_EARS
from tests.support.journeys.stations import ROOT
from tests.support.web.browsers.chromium import FLAGS

FOLDER = ROOT / "docs" / "pictures"
PROGRAM = os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium")
NAMES = (*guide_phone.NAMES, *guide_desk.NAMES)
TRANSLATED = ("fr", "es", "ar")
"""Languages of interviewers' guides, beside English: what these show is taken in their language too."""
GUIDES = ROOT / "docs" / "interviewers"
SHOWN = re.compile(r"/pictures/(?:[a-z]+/)?([a-z0-9-]+)\.webp")
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


class Album:
    """Keeps what stands on a page as a small WebP under one of `NAMES`."""

    def __init__(self, folder: Path, names: Collection[str] = NAMES) -> None:
        self.folder, self.names = folder, names
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, page: Page, name: str) -> None:
        """Raises ValueError if `name` is not one of `NAMES`: a picture that no list names is renewed by nobody."""
        if name not in NAMES:
            raise ValueError(name)
        if name not in self.names:
            return
        page.wait_for_timeout(400)  # what slides or fades is at rest by then
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").save(self.folder / f"{name}.webp", quality=82, method=6)


def main() -> int:
    """All of them; afterwards nothing else lies in the folders."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        with demonstration(home, free_ports(len(PLACES))) as (_, printed), sync_playwright() as playwright:
            said = Said(home, printed)
            browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*FLAGS, *WITH_EARS])
            _take(browser, said)
            browser.close()
    lying = [file for file in FOLDER.rglob("*.*") if not _is_shown(file)]
    for file in lying:
        file.unlink()
    kept = list(FOLDER.rglob("*.webp"))
    print(f"  pictures      {len(kept)} in {FOLDER}: {sum(file.stat().st_size for file in kept) // 1000} kB")
    return 0


def shown_in(lang: str) -> set[str]:
    """The pictures of the guides that are translated into `lang`."""
    return {name for guide in (GUIDES / lang).glob("*.md") for name in SHOWN.findall(guide.read_text("utf-8"))}


def _is_shown(file: Path) -> bool:
    return file.stem in (NAMES if file.parent == FOLDER else shown_in(file.parent.name))


def _take(browser: Browser, said: Said) -> None:
    album = Album(FOLDER)
    for look, take in (
        (DESK, guide_desk.take),
        (PHONE, guide_phone.take),
    ):  # desks first: what the phone seals comes there
        context = browser.new_context(**look)
        take(context, said, album.keep)
        context.close()
    for lang in TRANSLATED:
        context = browser.new_context(**PHONE)
        guide_phone.take(context, said, Album(FOLDER / lang, shown_in(lang)).keep, lang)
        context.close()


if __name__ == "__main__":
    sys.exit(main())
