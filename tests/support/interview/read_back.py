"""Reading back under a driver's fingers: which parts there are, which were read, correcting an answer."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.support.interview.card_driver import Cards

ACCOUNT, MEDIA, EARLIER = "n_text", "kept-media", "asked-earlier"
"""The parts that are no sections of the form (interview/form/read_back.js)."""
PARTS = """() => Object.fromEntries([...document.querySelectorAll('[data-read-parts] > li')]
  .map((row) => [row.querySelector('button').dataset.read, row.dataset.read === 'true']))"""
OPEN = "document.querySelector('[data-reread] h3, [data-media-review]:not([hidden]) h3')?.textContent"


def parts(who: Cards) -> dict[str, bool]:
    """Every part in order, and whether it was read to the witness."""
    found: dict[str, bool] = who.page.evaluate(PARTS)
    return found


def open_part(who: Cards, part: str) -> None:
    """From the list of parts to the answers of one."""
    who.find(f'[data-act="read-part"][data-read="{part}"]').click()
    who.wait_for("read-part")


def correct(who: Cards, field: str, card: str = "") -> None:
    """From the answers of a part to the card of one of them: its own, or `card`."""
    who.find(f'[data-card="read-part"] [data-question="{field}"]').click()
    who.wait_for(card or field)


def mark(who: Cards) -> None:
    """The part that is open was read: on to the next one, or to the list after the last."""
    before = who.page.evaluate(OPEN)
    who.act("was-read")
    who.page.wait_for_function(
        f"before => document.querySelector('[data-card=read-part]').hidden || {OPEN} !== before", arg=before
    )


def read_all(who: Cards) -> None:
    """From the list of parts back to it, with every part read."""
    first = next(part for part, read in parts(who).items() if not read)
    open_part(who, first)
    while who.card == "read-part":
        mark(who)
    expect(who.find("[data-card=review]")).to_be_visible()
