"""The code's card and its slip in any language of witnesses, in one interview: nobody signs in anew."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.support.interview.accessible_filled import GO, MODULE
from tests.support.interview.driver import Interviewer

SAID_IN = f"""async (tag) => {{
  const load = (name) => import({MODULE});
  const {{ answers }} = await load('pages/base/interview_state.js');
  const {{ bringWords, sayIn }} = await load('pages/cards/prompts.js');
  await bringWords(tag);
  answers().witness_language = {{ value: tag }};
  sayIn(tag);
  await (await load('pages/cards/withdrawal_code.js')).enterCode();
  document.querySelector('[data-card="code"] .more').open = true;
}}"""
KEEP_SLIP = "() => { window.print = () => { window.printed = true; }; }"


def reach(someone: Interviewer) -> None:
    """From home to the code's card, whatever was agreed to."""
    someone.begin("en")
    someone.page.evaluate(GO, "code")
    someone.page.wait_for_selector("[data-card=code] .qr")


def speak(page: Page, tag: str) -> None:
    """The same card for a witness who speaks `tag`, what can be unfolded unfolded."""
    page.evaluate(SAID_IN, tag)
    page.evaluate("() => document.fonts.ready")


def print_slip(page: Page, size: str) -> None:
    """The slip as paper shows it, until `put_away`."""
    page.evaluate(KEEP_SLIP)
    page.evaluate("() => { window.printed = false; }")
    page.locator(f'[data-act="print-slip"][data-size="{size}"]').click()
    page.wait_for_function("() => window.printed")
    page.emulate_media(media="print")


def put_away(page: Page) -> None:
    page.emulate_media(media="screen")
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
