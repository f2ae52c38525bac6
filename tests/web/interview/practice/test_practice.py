"""A practice from the sign-in page to its end, without the node: the cards of an interview, and nothing is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.support.canaries.search import search
from tests.support.interview.driver import WITH_INTERPRETER
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

TYPED = ("مرجانالنهر الطويل", "brambleworth quenching")
ENTERED: dict[str, Any] = {
    "n_text": "\n".join(TYPED), "w_role": "victim", "i_date_prec": "day", "i_date": "2025-04-12", "i_segment": "unk",
    "i_from": "unk", "i_to": "ref", "i_place_found": "river", "x_actors": ["police"], "g_size": 7, "i_held": "h1to6",
    "a_expr": "yes", "a_resp": ["mocked"], "p_exam": "none", "p_signed": "notreq", "p_legal": "notinf",
    "i_ret": ["walk"], "v_acts": ["beat"], "v_injury": ["bruise"], "v_care": "ngo", "v_prop": ["phone"], "d_dead": 0,
    "d_missing": 0, "w_age": "a25to34", "w_gender": "m", "w_nat": "ref", "r_wish": ["record"],
}  # fmt: skip
"""What the invented witness tells, as codes."""
AGREED = ("P01", "P04", "P06")
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
SILENT = """(cards) => cards.filter((card) => !document.querySelector(`[data-card="${card}"] .witness-line`))"""
COMPARED = "rows => rows.map(row => [row.querySelector('q').textContent, row.querySelector('b').textContent])"


def to_the_end(who: Hurried) -> None:
    """From the first card of a practice to the card on which it would be sealed."""
    who.wait_for("languages")
    who.choose("witness_language", "ar")
    who.next()
    who.safety(circumstances=WITH_INTERPRETER)
    who.tell()
    who.consent(AGREED)
    who.teach_back()
    who.talk(WITH_INTERPRETER)
    assert who.card == "n_text"
    who.answer(ENTERED, until="rest")
    who.next()
    who.to_sealing()


def test_a_practice_in_arabic_without_the_node_shows_all_cards_and_keeps_nothing(
    phone: Browser, interviewer: Hurried, node_server: Server, reader: Callable[[str], Reader], homes: Path
) -> None:
    page = interviewer.page
    interviewer.everything = False
    interviewer.open("ar")
    node_server.stop()
    page.context.set_offline(True)

    interviewer.act("practise")
    to_the_end(interviewer)
    assert page.locator(".top .practice-mark").is_visible()
    assert page.evaluate(UNMARKED) == []
    assert page.evaluate(SILENT, [*(card for card in ENTERED if not card.endswith("_prec")), "safety", "told-1"]) == []
    assert page.evaluate(KEPT)["rows"] == NO_ROWS, "no draft while somebody practises"

    interviewer.act("seal")
    interviewer.wait_for("practice-end")
    told = dict(page.locator("[data-comparison] > div").evaluate_all(COMPARED))
    assert told["كنا سبعة وأنا معهم."] == "7"
    assert "لا أعرف أي حدود كانت." in told
    assert page.locator("[data-card=practice-end] .practice-example").is_visible()
    assert page.evaluate(KEPT)["rows"] == NO_ROWS

    interviewer.act("practice-leave")
    page.wait_for_selector("html:not([data-practice])")
    interviewer.wait_for("sign-in")
    assert page.evaluate(KEPT)["names"] == ["interview"]
    phone.close()
    assert search([phone.folder, homes], TYPED) == []
    assert reader("lawyer-1").manifests() == []
    assert reader("lawyer-1").refusals() == 0


def test_who_stops_a_practice_comes_to_its_end_and_no_refusal_is_counted(
    phone: Browser, interviewer: Hurried, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    page = interviewer.page
    interviewer.open()
    interviewer.act("practise")
    interviewer.wait_for("languages")
    for lang in ("fr", "en"):
        page.locator(f'a[data-language="{lang}"]:visible').click()
        page.wait_for_selector(f'html[lang="{lang}"] .top .practice-mark')
        assert page.locator(f'[data-card="languages"] .witness-line q[lang="{lang}"]').count() == 1
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
    assert not page.locator("[data-compared]").is_visible()
    interviewer.act("practice-again")
    interviewer.wait_for("languages")
    interviewer.act("stop")
    interviewer.act("practice-leave")
    interviewer.wait_for("sign-in")
    phone.close()
    node_server.stop()
    assert reader("lawyer-1").refusals() == 0
