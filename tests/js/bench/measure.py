"""Measure sealing in Chromium; prints figures as JSON.

.venv/bin/python -m tests.js.bench.measure [--seconds 3] [--slowdown 6] [--portable]
"""

from __future__ import annotations

import argparse
import json
import os

from playwright.sync_api import sync_playwright

from tests.sealing.served import WITHOUT_NATIVE, served


def figures(seconds: float = 3.0, slowdown: float = 1.0, portable: bool = False) -> dict[str, float]:
    """What sealing.mjs measures, in Chromium.

    `slowdown` is Chromium's CPU throttling (6 is a cheap phone); `portable` hides the newer native ciphers.
    """
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        if portable:
            page.add_init_script(WITHOUT_NATIVE)
        page.goto(f"{address}/tests/js/bench/page.html")
        page.wait_for_selector("html[data-ready=true]")
        if slowdown > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        measured: dict[str, float] = page.evaluate("seconds => window.measure({seconds})", seconds)
        browser.close()
        return measured


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Measure sealing in Chromium.")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--slowdown", type=float, default=1.0)
    parser.add_argument("--portable", action="store_true")
    print(json.dumps(figures(**vars(parser.parse_args())), indent=2))
