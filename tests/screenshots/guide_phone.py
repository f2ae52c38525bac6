"""Takes an interview on a phone, with an Arabic-speaking witness, and keeps the screens that the guides show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from playwright.sync_api import BrowserContext, Page

from tests.support.cli.demo import Said
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.journeys.walkthrough import Walk
from tests.support.stories.stories import ARABIC

Keep = Callable[[Page, str], None]
CARDS = {
    "safety": "interview-safety",
    "told-1": "interview-explain",
    "purpose-P01": "interview-ask",
    "uses-counted": "interview-uses",
    "uses-more": "interview-more-uses",
    "teach-1": "interview-say-back",
    "n_text": "interview-account",
    "i_date": "interview-date",
    "a_expr": "interview-protection",
    "rest": "interview-rest",
    "review": "interview-read-back",
}
"""Cards on the way to the read-back, and their pictures."""
AFTER = ("interview-readers", "interview-code", "interview-seal", "interview-outbox", "interview-another-event")
OTHERS = (
    "interview-sign-in",
    "interview-child-alone",
    "interview-interpreter",
    "interview-paused",
    "interview-stop",
    "interview-draft",
    "interview-under-12",
    "interview-withdraw",
    "node",
    "withdraw-code",
)
NAMES = (*CARDS.values(), *AFTER, *OTHERS)
PERSON = "interviewer-1"
SAFE = {"safety_private": "yes", "safety_officer": "no", "safety_urgent": "no", "safety_return": "no"}


def take(context: BrowserContext, said: Said, keep: Keep, lang: str = "en") -> None:
    """From the sign-in to a testimony that was delivered; a child, a draft, a withdrawal. The page is in `lang`."""
    passphrase = said.passphrase(PERSON)
    node = said.address(f"{PERSON},").rstrip("/")
    who = _signed_in(context, node, passphrase, keep, lang)
    _interview(who, keep)
    _child(who, passphrase, keep)
    who.page.close()
    again = Interviewer(context.new_page(), node)
    again.open(lang)
    again.sign_in(PERSON, passphrase)
    again.online()
    again.find('[data-draft-list] [data-state="open"]').wait_for(timeout=60_000)
    again.find("[data-draft-list]").scroll_into_view_if_needed()
    keep(again.page, "interview-draft")
    _too_young(again, keep)
    again.page.goto(f"{node}/{lang}/")
    keep(again.page, "node")
    again.page.goto(f"{node}/withdraw/{lang}")
    keep(again.page, "withdraw-code")


def _signed_in(context: BrowserContext, node: str, passphrase: str, keep: Keep, lang: str) -> Interviewer:
    who = Interviewer(context.new_page(), node)
    who.everything = False
    who.open(lang)
    who.find("#person").fill(PERSON)
    keep(who.page, "interview-sign-in")
    who.find("#passphrase").fill(passphrase)
    who.act("sign-in")
    who.second_step("")
    who.wait_for("home")
    who.online()
    return who


def _interview(who: Interviewer, keep: Keep) -> None:
    who.act("new-interview")
    who.wait_for("languages")

    def between(card: str) -> None:
        if card in CARDS:
            keep(who.page, CARDS[card])

    Walk(replace(ARABIC, hurried=True)).go(who, between=between)
    keep(who.page, CARDS["review"])
    who.next_if_sure()
    who.wait_for("readers")
    keep(who.page, "interview-readers")
    who.next()
    who.wait_for("code")
    who.page.wait_for_function("() => document.querySelector('[data-code]').textContent !== ''")
    keep(who.page, "interview-code")
    who.to_finish()
    keep(who.page, "interview-seal")
    who.finish()
    who.deliver()
    who.page.evaluate("() => scrollTo(0, 0)")
    keep(who.page, "interview-outbox")
    who.act("ask-further")  # first: it is offered right after sealing alone
    who.wait_for("further-event")
    keep(who.page, "interview-another-event")
    who.act("leave-further")
    who.wait_for("outbox")
    who.act("take-back")
    keep(who.page, "interview-withdraw")
    who.act("keep-row")
    who.wait_for("outbox")
    who.act("home")


def _child(who: Interviewer, passphrase: str, keep: Keep) -> None:
    """A child alone, until consent is asked: the interview that is left as a draft."""
    _to_age(who, "alone")
    keep(who.page, "interview-child-alone")
    for card in ("cs_focal_point", "cs_second_adult"):
        who.take(card, "yes")
    who.choose("interpreter", "yes")
    who.choose("cs_present", "interpreter")
    who.choose("cs_capacity", "none")
    who.choose("cs_incentive", "none")
    who.next()
    keep(who.page, "interview-interpreter")
    who.answer_several(WITH_INTERPRETER)
    who.tell()
    who.act("stop")
    keep(who.page, "interview-stop")
    who.act("go-on")
    who.act("pause")
    who.wait_for("locked")
    keep(who.page, "interview-paused")
    who.unlock(passphrase)
    who.wait_for("purpose-P01")
    who.saved()


def _too_young(who: Interviewer, keep: Keep) -> None:
    _to_age(who, "under12")
    keep(who.page, "interview-under-12")


def _to_age(who: Interviewer, age: str) -> None:
    who.begin("ar")
    for field, answer in SAFE.items():
        who.choose(field, answer)
    who.choose("cs_age", age)
    who.next()
