"""Help lists what the card says; one tap marks a sentence, and the node counts it without the interview."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from testimony.canonical import sha256_hex
from testimony.services.startup import open_station
from testimony.services.wordings import sentences
from testimony.store.state import wrong_sentences
from tests.support.canaries.search import search
from tests.support.interview.accessible_filled import GO
from tests.support.interview.driver import Interviewer
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server

LEFT = "() => document.querySelectorAll('[data-sentence-list] li').length"


# interview/outbox/wrong_sentences.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
@pytest.mark.whole_browser
def test_a_marked_sentence_comes_to_the_node_as_a_count_and_leaves_no_trace_on_the_phone(
    signed_in: Interviewer, phone: Browser, node_server: Server, homes: Path
) -> None:
    page = signed_in.page
    signed_in.begin("ar")
    page.evaluate(GO, "told-1")
    signed_in.act("help")
    page.locator("[data-sentences] summary").click()
    rows = page.locator("[data-sentence-list] li")
    expect(rows).to_have_count(page.locator('[data-card="told-1"] .words').count())
    row = rows.filter(has=page.locator('[data-sentence="told.who"]'))
    words = row.locator("[data-sentence-words]").inner_text()
    expect(row.locator("[data-sentence-state]")).to_have_text("Machine draft")
    row.locator("[data-act=mark-wrong]").click()
    marked = rows.locator("[data-sentence-marked]:visible")
    expect(marked).to_be_focused()
    expect(page.locator("[data-sentence-list] [data-act=mark-wrong]")).to_have_count(rows.count() - 1)
    page.locator("dialog[open] [data-act=close-dialog]").first.click()
    with page.expect_response(
        "**/wrong-sentences"
    ) as answered:  # with the next delivery, whatever becomes of the interview
        for act in ("stop", "delete", "delete-really"):
            signed_in.act(act)
        signed_in.wait_for("outbox")
        assert page.evaluate(LEFT) == 0
        signed_in.act("send-now")
    assert answered.value.status == 200
    node_server.stop()
    with open_station(homes / "field") as station:
        said = sentences.everything(station.chain.latest.organisation, "ar")["told.who"]
        assert said == words
        with station.database.reading() as session:
            assert wrong_sentences.totals(session) == [("ar", "told.who", sha256_hex(said.encode()), 1)]
    phone.kill()
    assert search([phone.folder], [sha256_hex(said.encode())]) == []
