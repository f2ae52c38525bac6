"""Measure sealing in Chromium: `.venv/bin/python -m tests.js.bench.measure [seconds]` prints figures as JSON."""

from __future__ import annotations

import json
import os
import sys

from playwright.sync_api import sync_playwright

from tests.sealing.served import served


def figures(seconds: float = 3.0, slowdown: float = 1.0) -> dict[str, float]:
    """What sealing.mjs measures, in Chromium; `slowdown` is Chromium's CPU throttling (6 is a cheap phone)."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{address}/tests/js/bench/page.html")
        page.wait_for_selector("html[data-ready=true]")
        if slowdown > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        measured: dict[str, float] = page.evaluate("seconds => window.measure({seconds})", seconds)
        browser.close()
        return measured


if __name__ == "__main__":
    arguments = [float(argument) for argument in sys.argv[1:]]
    print(json.dumps(figures(*arguments), indent=2))
