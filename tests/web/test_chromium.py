"""The browser of the tests is Playwright's in all but what nobody sees."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.support.web.browsers.chromium import FLAGS

SWITCH = "--disable-features="


def test_what_playwright_switches_off_stays_off(chrome: Browser) -> None:
    assert chrome.is_connected()
    running = [words for words in commands() if FLAGS[-1] in words]
    assert running
    for words in running:
        theirs, ours = (set(word.removeprefix(SWITCH).split(",")) for word in words if word.startswith(SWITCH))
        assert words.index(FLAGS[-1]) == max(at for at, word in enumerate(words) if word.startswith(SWITCH))
        assert theirs <= ours, theirs - ours


def commands() -> list[list[str]]:
    """The command line of every browser on this machine; those of its helpers say what `--type` they are."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_text("utf-8").split("\0") if entry.name.isdigit() else []
        except (OSError, UnicodeDecodeError):
            continue  # ended while we looked, or no words
        if not any("--type=" in word for word in words):
            found.append(words)
    return found
