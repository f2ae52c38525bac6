"""Works at a lawyer's and at a coordinator's desk, and keeps the screens that the guides show."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.cli.demo import Said
from tests.support.journeys.coordinator import ReleaseDesk
from tests.support.journeys.desks import Desk

Keep = Callable[[Page, str], None]
LAWYER = (
    "desk-list",
    "desk-translate",
    "desk-testimony",
    "desk-label",
    "desk-consent",
    "desk-case",
    "desk-case-file",
    "desk-what-left",
    "desk-reports",
)
COORDINATOR = ("release",)
NAMES = (*LAWYER, *COORDINATOR)
CASE = "P09 case-river"
WORDS = (
    "This testimony is invented for the demonstration.",
    "We were seven people.",
    "We walked at night through the forest.",
    "Masked men stopped us, took our telephones and made us walk back across the border.",
    "I asked for protection and nobody answered me.",
)
"""The newest account in Arabic of the demonstration from the border of Croatia, sentence by sentence."""


def take(context: BrowserContext, said: Said, keep: Keep) -> None:
    _lawyer(context, said, keep)
    _coordinator(context, said, keep)


def _lawyer(context: BrowserContext, said: Said, keep: Keep) -> None:
    desk = Desk(context.new_page(), said.address("lawyer-1"))
    page = desk.page
    desk.enter(said.passphrase("lawyer-1"))
    desk.pull()
    page.goto(f"{desk.address}en/")
    expect(page.locator("[data-tid]").first).to_contain_text("Croatia")
    expect(page.locator("main")).not_to_contain_text("Opened so far", timeout=60_000)
    keep(page, "desk-list")
    rows = page.locator("[data-tid]").filter(has_text="Croatia").filter(has_text="Arabic")
    arabic = rows.first.get_attribute("data-tid")
    _translate(page, f"{desk.address}en/testimony/{arabic}", keep)
    page.goto(f"{desk.address}en/cases/{CASE}")
    keep(page, "desk-case")
    _case_file(page, desk.address, keep)
    page.goto(f"{desk.address}en/reports/?by=border&across=gender")
    keep(page, "desk-reports")


def _translate(page: Page, testimony: str, keep: Keep) -> None:
    """Translate, label and look at one testimony."""
    page.goto(f"{testimony}/translate/s1/en")
    for field, words in zip(page.locator("main textarea").all(), WORDS, strict=True):
        field.fill(words)
    page.evaluate("() => scrollTo(0, 0)")
    keep(page, "desk-translate")
    page.get_by_role("button", name="Sign and save").click()
    expect(page.locator("main")).to_contain_text("Signed and sealed")
    page.goto(f"{testimony}#notes")
    page.fill("#one-line", "red jacket, two brothers")
    page.locator("#one-line").evaluate("field => field.closest('section').scrollIntoView({block: 'center'})")
    keep(page, "desk-label")
    page.locator("section:has(#one-line) button").first.click()
    expect(page.locator("h1")).to_contain_text("red jacket")
    page.goto(testimony)
    keep(page, "desk-testimony")
    page.get_by_role("tab", name="Consent").click()
    keep(page, "desk-consent")


def _case_file(page: Page, desk: str, keep: Keep) -> None:
    """A case file of what is in the case, and the page that lists it."""
    page.goto(f"{desk}en/casefile/?case={CASE.replace(' ', '+')}")
    for choice in page.locator("label.choice", has_text="Urdu").all():
        choice.locator("input").uncheck()  # few machines that make pictures have its letters
    page.get_by_role("button", name="Go on").click()
    page.wait_for_selector("[data-act=make]")
    page.wait_for_load_state()  # its script answers to clicks
    account = page.locator("[data-tid]:visible").first
    for word in ("batons", "river"):
        account.get_by_role("option", name=word, exact=False).first.click()
    expect(account.locator("[aria-selected=true]")).to_have_count(2)
    account.evaluate("section => section.scrollIntoView()")
    keep(page, "desk-case-file")
    page.click("[data-act=make]")
    page.locator("a[data-save]").wait_for(timeout=120_000)
    page.goto(f"{desk}en/disclosures")
    keep(page, "desk-what-left")


def _coordinator(context: BrowserContext, said: Said, keep: Keep) -> None:
    desk = ReleaseDesk(context.new_page(), said.address("coordinator-1"))
    desk.enter(said.passphrase("coordinator-1"))
    desk.pull()
    desk.begin("trusted")
    desk.page.goto(f"{desk.address}en/releases/new?to=P06&to=P07&pace=sooner")
    desk.page.locator("[data-picture] [data-sentence]").first.wait_for()
    keep(desk.page, "release")
