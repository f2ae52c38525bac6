"""A phone: a browser with a profile of its own on the disk, which can be killed and started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.support.journeys.stations import wait_until
from tests.support.web.browsers.chromium import FLAGS

ARGUMENTS = [*FLAGS, "--disable-dev-shm-usage"]
WITH_EARS = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
"""A microphone that beeps once a second, and somebody who allows it."""
SMALL: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
SMALLEST: dict[str, Any] = SMALL | {"viewport": {"width": 320, "height": 568}}
SLOWER = 6
"""How many times slower the processor of a cheap phone is."""
MODELS: dict[str, dict[str, Any]] = {
    "360x740": SMALL,
    "320x568": SMALLEST,
    "360x740 slow": SMALL | {"slowdown": SLOWER},
    "320x568 slow": SMALLEST | {"slowdown": SLOWER},
}
"""Phones by their screen and processor, as `Browser` takes them."""
SLOW = ("360x740 slow", "320x568 slow")
PATIENCE = 120_000  # milliseconds: of a slow phone, each step
LARGE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


class Browser:
    """Chromium over the profile in `folder`. What its pages complain about is in `complaints`.

    `slowdown`: how many times slower its processor is, where it is started without another number.
    """

    def __init__(
        self,
        playwright: Playwright,
        chromium: str,
        folder: Path,
        arguments: Sequence[str] = (),
        *,
        slowdown: int = 1,
        **look: Any,
    ) -> None:
        self.folder = folder
        self.complaints: list[str] = []
        self._playwright = playwright
        self._chromium = chromium
        self._arguments = [*ARGUMENTS, *arguments]
        self._slowdown = slowdown
        self._look = look
        self._context: BrowserContext | None = None

    def start(self, *, slowdown: int | None = None) -> Page:
        """Open it, and its one page, on a processor so many times slower."""
        slowdown = slowdown or self._slowdown
        self._context = self._playwright.chromium.launch_persistent_context(
            self.folder, executable_path=self._chromium, args=self._arguments, **self._look
        )
        page = self._context.pages[0]
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if slowdown > 1:
            page.set_default_timeout(PATIENCE)
            self._context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        return page

    @property
    def page(self) -> Page:
        """The page of a browser that runs."""
        assert self._context is not None
        return self._context.pages[0]

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
            self._context = None

    def kill(self) -> None:
        """SIGKILL to all its processes: nothing more is written, nobody is told."""
        self._context = None
        for process in self._processes():
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue  # went with its parent
        wait_until(lambda: not self._processes(), "the browser to be gone")
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self.folder / name).unlink(missing_ok=True)  # a phone that starts again has no such left-overs

    def _processes(self) -> list[int]:
        """Processes that were started over this very profile."""
        mark = f"--user-data-dir={self.folder}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _has(entry, mark)]


def _has(process: Path, argument: bytes) -> bool:
    try:
        return argument in (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False  # ended while we looked
