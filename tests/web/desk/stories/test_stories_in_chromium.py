"""In a real browser: words are taken out of a story by the keyboard, and a second lawyer reads all that leaves."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.text import i18n
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID
from tests.support.services.stories import agree_to_stories, told
from tests.support.web.browser import Served, passphrase_of
from tests.support.web.browsers.consent_in_chromium import look
from tests.support.web.browsers.pages_in_chromium import enter

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(
    serve: Callable[[str], Served],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Served, list[str]]:
    """In Arabic too, which no desk speaks yet: its pages bear the other direction already."""
    monkeypatch.setattr(i18n, "LANGUAGES", {**i18n.LANGUAGES, "desk": (*i18n.LANGUAGES["desk"], "ar")})
    agree_to_stories(monkeypatch)
    served = serve("lawyer")
    sealed = bring(organisation, opened("lawyer"), [told(), told(lang="ar", text=SAID["ar"])])
    return served, [str(one.record.value["tid"]) for one in sealed]


def small(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    look(page, f"{name}-360")
    page.set_viewport_size({"width": 1280, "height": 800})
    look(page, f"{name}-1280")


def test_a_story_is_made_with_the_keyboard_and_shows_all_that_leaves(
    desk: tuple[Served, list[str]], organisation: Organisation, chrome: Browser
) -> None:
    with chrome.new_context(bypass_csp=True) as context:  # for axe
        made(context.new_page(), desk, organisation)


def made(page: Page, desk: tuple[Served, list[str]], organisation: Organisation) -> None:
    served, (tid, arabic) = desk
    enter(page, served, passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{served.address}/en/stories/")
    small(page, "stories-en")
    page.goto(f"{served.address}/en/stories/of/{tid}")
    word = page.locator('[data-sentence="4"] [role=option]').nth(2)
    expect(word).to_have_text("hurt.")
    page.check("[name=sort][value=other]")
    word.focus()
    page.keyboard.press("Space")
    expect(word).to_have_attribute("data-word", "[…]")
    small(page, "words-en")
    page.click("[data-act=make]")
    expect(page.locator("[data-said].warn")).to_be_visible()
    page.fill("#title", "At night")
    page.select_option("#month", index=1)
    answer = page.locator("[data-answer=v_acts]").first
    answer.focus()
    page.keyboard.press("Space")
    chosen = answer.locator("xpath=..").inner_text().strip()
    page.focus("[data-act=make]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    story = page.locator("main")
    expect(story).to_contain_text("[name] was […].")
    expect(story).to_contain_text("July 2025")
    expect(story).to_contain_text(chosen)
    assert "Serbia" not in story.inner_text()
    small(page, "story-en")
    page.goto(f"{served.address}/ar/stories/of/{arabic}")
    small(page, "words-ar")
    page.goto(page.url.replace(f"/of/{arabic}", "/"))
    small(page, "stories-ar")
