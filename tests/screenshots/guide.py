"""`make pictures`: the pictures of the guides and the README, made anew out of a demonstration into docs/pictures."""

from __future__ import annotations

import io
import os
import sys
import tempfile
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
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 1.5,
    "is_mobile": True,
    "has_touch": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


class Album:
    """Keeps what stands on a page as a small WebP under one of `NAMES`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)

    def keep(self, page: Page, name: str) -> None:
        """Raises ValueError if `name` is not one of `NAMES`: a picture that no list names is renewed by nobody."""
        if name not in NAMES:
            raise ValueError(name)
        page.wait_for_timeout(400)  # what slides or fades is at rest by then
        picture = Image.open(io.BytesIO(page.screenshot()))
        picture.convert("RGB").save(self.folder / f"{name}.webp", quality=82, method=6)


def main() -> int:
    """All of them; afterwards nothing else lies in the folder."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "demo"
        with demonstration(home, free_ports(len(PLACES))) as (_, printed), sync_playwright() as playwright:
            said = Said(home, printed)
            browser = playwright.chromium.launch(executable_path=PROGRAM, args=[*FLAGS, *WITH_EARS])
            _take(browser, said)
            browser.close()
    for file in FOLDER.iterdir():
        if file.stem not in NAMES:
            file.unlink()
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"  pictures      {len(NAMES)} in {FOLDER}: {size // 1000} kB")
    return 0


def _take(browser: Browser, said: Said) -> None:
    album = Album(FOLDER)
    for look, take in (
        (DESK, guide_desk.take),
        (PHONE, guide_phone.take),
    ):  # desks first: what the phone seals comes there
        context = browser.new_context(**look)
        take(context, said, album.keep)
        context.close()


if __name__ == "__main__":
    sys.exit(main())
