"""Lawyers' questions on the phone: beside their testimony, in Arabic, answered there and signed by the phone."""

from __future__ import annotations

import os
import re
from pathlib import Path

from playwright.sync_api import expect

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.receiving_key import receiving_key
from testimony.sealing.statements import questions as statement_questions
from testimony.sealing.statements.question_words import Words, seal_words
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server, wait_until

CALL, NEWER = "اتصل بي بشأن هذه الشهادة.", "سؤال لا تعرفه هذه النسخة: حدّث هذه المحطة."


def put(organisation: Organisation, home: Path, *codes: str, words: Words) -> str:
    """A lawyer's questions come to the node with an exchange; the number of the testimony."""
    keeper = next(one for one in organisation.keepers if one.id == "lawyer-1")
    signer = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None
    with open_station(home) as node:
        with node.database.reading() as session:
            [(_, manifest)] = record_queries.records_of_kind(session, "manifest")
        tid = str(manifest.value["tid"])
        days = ("2026-01-20", "2026-01-21")  # by which a page orders them
        asked = [
            statement_questions.question(tid=tid, code=code, day=day, signer=signer)
            for code, day in zip(codes, days, strict=True)
        ]
        phone, id = receiving_key(organisation.signers["phone-1"].seed), "5" * 32
        sealed = seal_words(words, tid=tid, id=id, recipient=phone.recipient)
        asked.append(
            statement_questions.question_in_words(tid=tid, id=id, sealed=sealed, day="2026-01-22", signer=signer)
        )
        outcome = take_in(node, [Incoming("record", one.encode()) for one in asked])
        assert {one.status for one in outcome.statuses} == {"stored"}
    return tid


def test_it_is_shown_beside_its_testimony_in_arabic_and_marked_seen(
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    organisation: Organisation,
    homes: Path,
) -> None:
    interviewer.open("ar")
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes=["P01"])
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")
    node_server.stop()
    words = Words(text="Which river? أي نهر؟", bind=bytes(16))
    tid = put(organisation, homes / "field", "call-me", "of-a-newer-version", words=words)
    node_server.start()
    interviewer.act("send-now")
    page = interviewer.page
    line, shown = page.locator("[data-outbox] [data-kind=testimony]"), [CALL, NEWER, re.compile(".")]
    expect(line.locator("[data-asked-text]")).to_have_text(shown)
    expect(line.locator("[data-answering]").nth(1)).to_be_hidden()  # nobody answers what cannot be read
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if shots := os.environ.get("QUESTIONS_SHOTS"):
        page.screenshot(path=f"{shots}/phone.png", full_page=True)
    line.locator("[data-question]").first.locator("[data-code=seen]").click()
    expect(line.locator("[data-answers]").first).to_contain_text("تم الاطلاع")
    expect(line.locator("[data-question]").first.locator("[data-code=seen]")).to_be_hidden()
    wait_until(lambda: interviewer.states() == ["node"], "the answer to be delivered, and to leave the list")
    line.locator("[data-act=read-question]:visible").click()
    card = interviewer.wait_for("question-words")
    expect(card.locator("[data-asked-words]")).to_have_text(words.text)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    interviewer.act("seal-answer")
    expect(page.locator("[data-error]")).not_to_be_empty()  # nothing is written yet
    card.locator("textarea").fill("النهر الكبير")
    interviewer.act("seal-answer")
    expect(line.locator("[data-answers]").nth(2).locator("p")).to_have_count(1)
    expect(line.locator("[data-act=read-question]:visible")).to_have_count(0)
    assert words.text not in page.content()
    assert "النهر" not in page.content()
    wait_until(lambda: interviewer.states() == ["node"], "the answer in words to be delivered")
    node_server.stop()
    expect(line.locator("[data-asked-text]")).to_have_text(shown)  # out of reach, what it learned last
    with open_station(homes / "field") as node, node.database.reading() as session:
        asked = questions.questions_about(session, tid)
    phone = organisation.signers["phone-1"].kid
    answers = {one.code: [(each.code, each.by) for each in one.answers] for one in asked}
    assert answers == {"call-me": [("seen", phone)], "of-a-newer-version": [], "words": [("written", phone)]}
    with open_station(homes / "field") as node, node.database.reading() as session:
        annexes = [record for _, record in record_queries.records_of_kind(session, "annex")]
    assert [(one.by, sorted(one.value["part"]["heads"])) for one in annexes] == [(phone, ["lawyers", "recovery"])]
