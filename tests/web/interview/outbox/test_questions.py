"""A lawyer's question on the phone: beside its testimony, in Arabic, answered there and signed by the phone."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import expect

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.statements import questions as statement_questions
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake import questions
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from tests.support.interview.driver import Interviewer
from tests.support.journeys.stations import Server, wait_until

CALL, NEWER = "اتصل بي بشأن هذه الشهادة.", "سؤال لا تعرفه هذه النسخة: حدّث هذه المحطة."


def put(organisation: Organisation, home: Path, *codes: str) -> str:
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
    tid = put(organisation, homes / "field", "call-me", "of-a-newer-version")
    node_server.start()
    interviewer.act("send-now")
    page = interviewer.page
    line = page.locator("[data-outbox] [data-kind=testimony]")
    expect(line.locator("[data-asked-text]")).to_have_text([CALL, NEWER])
    expect(line.locator("[data-answering]").nth(1)).to_be_hidden()  # nobody answers what cannot be read
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if shots := os.environ.get("QUESTIONS_SHOTS"):
        page.screenshot(path=f"{shots}/phone.png", full_page=True)
    line.locator("[data-question]").first.locator("[data-code=seen]").click()
    expect(line.locator("[data-answers]").first).to_contain_text("تم الاطلاع")
    expect(line.locator("[data-question]").first.locator("[data-code=seen]")).to_be_hidden()
    wait_until(lambda: interviewer.states() == ["node"], "the answer to be delivered, and to leave the list")
    node_server.stop()
    expect(line.locator("[data-asked-text]")).to_have_text([CALL, NEWER])  # out of reach, what it learned last
    with open_station(homes / "field") as node, node.database.reading() as session:
        asked = questions.questions_about(session, tid)
    phone = organisation.signers["phone-1"].kid
    answers = {one.code: [(each.code, each.by) for each in one.answers] for one in asked}
    assert answers == {"call-me": [("seen", phone)], "of-a-newer-version": []}
