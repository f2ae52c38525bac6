"""Sealing and opening in Chromium, as the interview page does it, also with a processor six times slower."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence

from playwright.sync_api import sync_playwright

from tests.bench.sealing import WHAT
from tests.bench.support.figures import Aim, Figure, each
from tests.support.sealing.static_server import served

ROUNDS = 3
NOBLE = "ML-KEM in JavaScript: a browser that brings ML-KEM itself is four times as fast; a busier machine"


def measure() -> Sequence[Figure]:
    found = rounds(ROUNDS, seconds=1, warmUp=5)
    native = "the browser's own" if found["native"] else "in JavaScript"
    media = Aim(least=300, cause="a busier machine") if found["native"] else None
    return [
        *each(f"seal {WHAT}", found["seal"], Aim(least=26, cause=NOBLE)),
        *each("open it, all six parts, by a lawyer", found["open"], Aim(least=47, cause=NOBLE)),
        Figure("wrap a file key for one reader", 1000 / found["wrap"], "ms"),
        Figure("unwrap it", 1000 / found["unwrap"], "ms"),
        Figure("check root and roster", 1000 / found["chain"], "ms"),
        Figure("Argon2id, 64 MiB", 1000 / found["argon2id"], "ms"),
        Figure(f"seal media, in pieces of 257 kB (ChaCha20 {native})", found["sealBody"], "MB/s", media),
        Figure("the same, where it is only there in JavaScript", found["sealPortably"], "MB/s"),
        Figure("seal an hour of speech, 11 MB: pieces, heads, hashes, manifest", found["sealHour"], "s"),
        Figure("open media", found["openBody"], "MB/s"),
    ]


def on_a_phone() -> Sequence[Figure]:
    found = rounds(1, slowdown=6, seconds=0.6, warmUp=1)
    return [
        *each(f"seal {WHAT}", found["seal"]),
        *each("open it, all six parts, by a lawyer", found["open"]),
        Figure("Argon2id, 64 MiB", 1000 / found["argon2id"], "ms"),
        Figure("seal media, in pieces of 257 kB", found["sealBody"], "MB/s"),
        Figure("seal an hour of speech, 11 MB", found["sealHour"], "s"),
    ]


def rounds(number: int, *, slowdown: float = 1, **options: float) -> dict[str, float]:
    """The medians of what sealing.mjs measures; `slowdown` is Chromium's throttling of the processor."""
    with served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(f"{address}/tests/js/bench/page.html")
        page.wait_for_selector("html[data-ready=true]")
        if slowdown > 1:
            page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        found = [page.evaluate("options => window.measure(options)", options) for _ in range(number)]
        browser.close()
    return {name: statistics.median(one[name] for one in found) for name in found[0]}
