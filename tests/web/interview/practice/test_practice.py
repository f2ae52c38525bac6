"""A practice from the sign-in page to its end, without the node: the cards of an interview, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.canaries.search import search
from tests.support.interview.accessible import SHOWN, broken
from tests.support.interview.capture import organisation
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.practice import ENTERED, to_the_end
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

__all__ = ["organisation"]
TYPED = ("مرجانالنهر الطويل", "brambleworth quenching")
AGREED = ("P01", "P04", "P06", "P11")
KEPT = """async () => {
  const names = (await indexedDB.databases()).map(({ name }) => name);
  const database = await new Promise((done, failed) => {
    const opening = indexedDB.open("interview");
    opening.onsuccess = () => done(opening.result);
    opening.onerror = failed;
  });
  const count = (store) => new Promise((done, failed) => {
    const asked = database.transaction(store).objectStore(store).count();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = failed;
  });
  const rows = {};
  for (const store of ["drafts", "outbox", "media", "notices", "locked"]) rows[store] = await count(store);
  database.close();
  return { names, rows };
}"""
"""Which databases the phone has, and how many rows are in those of people and testimonies."""
NO_ROWS = {"drafts": 0, "outbox": 0, "media": 0, "notices": 0, "locked": 0}
UNMARKED = """() => [...document.querySelectorAll("[data-card] :is(h1, h2), dialog h2")]
  .filter((heading) => heading.getAttribute("aria-describedby") !== "practice-mark")
  .map((heading) => heading.textContent)"""
SILENT = """(names) => names.filter((name) =>
  !document.querySelector(`[data-card="${name}"] .witness-line, [data-field="${name}"] .witness-line`))"""
FRAME = """() => {
  const { position, borderTopStyle, pointerEvents } = getComputedStyle(document.body, "::after");
  return [position, borderTopStyle, pointerEvents];
}"""
FILES = """() => [...document.querySelectorAll(
  '[data-card=voice], [data-card=pictures], [data-card=purpose-P02], [data-card=purpose-P03], ' +
  '[data-field=page_uses] [data-option=P02], [data-field=page_uses] [data-option=P03], ' +
  '[data-act=print-slip], [data-media-count]:not([hidden])',
)].map((part) => part.outerHTML.slice(0, 80))"""
"""What would lead to a file."""
TAGS = "headings => headings.map(({ tagName }) => tagName)"
COMPARED = "rows => rows.map(row => [row.querySelector('q').textContent, row.querySelector('b').textContent])"


@pytest.mark.whole_browser
def test_a_practice_in_arabic_without_the_node_shows_all_cards_makes_no_recording_and_keeps_nothing(
    phone: Browser, interviewer: Hurried, node_server: Server, reader: Callable[[str], Reader], homes: Path
) -> None:
    """No refusal of one that was stopped before, either."""
    page = interviewer.page
    _who_stops_a_practice_comes_to_its_end(interviewer)
    interviewer.everything = False
    interviewer.open("ar")
    node_server.stop()
    page.context.set_offline(True)

    interviewer.act("practise")
    to_the_end(interviewer, "ar", "\n".join(TYPED), AGREED)
    assert page.locator("[data-card=uses-more]").count() == 1, "other further uses are asked for"
    assert page.evaluate(FILES) == []
    assert page.locator(".top .practice-mark").is_visible()
    assert page.evaluate(UNMARKED) == []
    facts = [card for card in ENTERED if not card.endswith("_prec")]
    assert page.evaluate(SILENT, ["safety", "told-1", "n_text", *facts]) == []
    assert page.evaluate(KEPT)["rows"] == NO_ROWS, "no draft while somebody practises"

    interviewer.act("seal")
    interviewer.wait_for("practice-end")
    told = dict(page.locator("[data-comparison] > div").evaluate_all(COMPARED))
    assert told["كنا سبعة وأنا معهم."] == "7"
    assert "لا أعرف أي حدود كانت." in told
    assert not page.locator("[data-error]").inner_text()
    assert page.locator("[data-card=practice-end] .practice-example").is_visible()
    assert page.locator("[data-card=practice-end] :is(h1, h2, h3)").evaluate_all(TAGS) == ["H1", "H2"]
    assert "Sealed" not in str(page.locator("[data-live]").text_content()), (
        "nothing was sealed, and nobody hears that it was"
    )
    assert page.evaluate(KEPT)["rows"] == NO_ROWS

    interviewer.act("practice-leave")
    page.wait_for_selector("html:not([data-practice])")
    interviewer.wait_for("sign-in")
    assert page.evaluate(KEPT)["names"] == ["interview"]
    phone.close()
    assert search([phone.folder, homes], TYPED) == []
    assert reader("lawyer-1").manifests() == []
    assert reader("lawyer-1").refusals() == 0


def _who_stops_a_practice_comes_to_its_end(interviewer: Hurried) -> None:
    page = interviewer.page
    interviewer.open()
    interviewer.act("practise")
    interviewer.wait_for("languages")
    for lang in ("fr", "en"):
        page.locator(f'a[data-language="{lang}"]:visible').click()
        page.wait_for_selector(f'html[lang="{lang}"] .top .practice-mark')
        assert page.locator(f'[data-card="languages"] .witness-line q[lang="{lang}"]').count() == 1
    page.emulate_media(forced_colors="active")
    assert page.evaluate(FRAME) == ["fixed", "dashed", "none"], "the frame is no colour alone, and no finger meets it"
    page.emulate_media(forced_colors="none")
    assert broken(page, SHOWN) == []
    interviewer.choose("witness_language", "en")
    interviewer.next()
    interviewer.act("pause")
    assert "Practice keeps nothing" in interviewer.wait_for_complaint()
    page.go_back()
    interviewer.wait_for("languages")
    interviewer.act("stop")
    assert page.locator("dialog[open] .practice-mark").is_visible()
    interviewer.act("delete")
    interviewer.act("delete-really")
    interviewer.wait_for("practice-end")
    assert page.locator("[data-card=practice-end] [data-ended=refusal]").is_visible()
    assert broken(page, SHOWN) == []
    assert not page.locator("[data-compared]").is_visible()
    interviewer.act("practice-again")
    interviewer.wait_for("languages")
    interviewer.act("stop")
    interviewer.act("practice-leave")
    interviewer.wait_for("sign-in")


def test_a_practice_that_nobody_touches_for_ten_minutes_ends_and_leaves_nothing_on_the_page(
    interviewer: Interviewer,
) -> None:
    page = interviewer.page
    page.clock.install()
    interviewer.open()
    interviewer.act("practise")
    interviewer.wait_for("languages")
    page.clock.fast_forward("09:30")
    assert interviewer.card == "languages"
    page.clock.fast_forward("01:00")
    page.wait_for_selector("html:not([data-practice])")
    interviewer.wait_for("sign-in")
