"""Three events of one witness in one sitting: one consent, one code, three testimonies that no station can link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from testimony.sealing.keys import withdrawal_code
from tests.support.interview.consent import MODULE
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.stations import wait_until

pytestmark = pytest.mark.browser
PERSON = ("w_age", "w_gender", "w_nat", "w_name", "w_contact", "w_lang", "w_vuln")
"""What is asked once, whatever else the person tells."""
FURTHER = f"async () => (await ((name) => import({MODULE}))('pages/base/interview_state.js')).sitting.further"
"""What the page would begin another event with."""
WALKED = f"""async () => {{
  const {{ here, path }} = await ((name) => import({MODULE}))("pages/base/interview_state.js");
  return [here().walk, path()].map((cards) => cards.map(({{ id }}) => id));
}}"""
"""The cards that Next goes through from the one on the screen, and all that are read back."""
EVENT = {name: value for name, value in ANSWERS.items() if name not in PERSON}


def tell_another(interviewer: Interviewer, text: str) -> None:
    """From the outbox to the next sealed testimony."""
    interviewer.act("ask-further")
    interviewer.act("further")
    interviewer.wait_for("n_text")
    expect(interviewer.page.locator('[data-field="n_text"] [data-input]')).to_have_value("")
    walked, read_back = interviewer.page.evaluate(WALKED)
    known = {*PERSON} & {*read_back}
    assert {"w_age", "w_name"} <= known
    assert known.isdisjoint(walked), "what the witness said of themselves is asked once"
    assert "w_role" in walked, "one may have lived through one event and only seen another"
    interviewer.answer(EVENT | {"n_text": text})
    interviewer.pass_readers()
    interviewer.wait_for("finish")
    interviewer.finish()


BUTTONS = "[data-outbox] :is([data-act=come-back], [data-act=take-back], [data-act=take-back-uses]):visible"
"""What can be done for the witness of a row."""


@pytest.mark.comes_home
def test_three_events_of_one_witness_have_one_consent_keys_of_their_own_and_one_code_that_takes_back_all(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    """Also the one that is told while the code is used; and what is taken back offers nothing more."""
    signed_in.to_account(purposes=ALL)
    signed_in.fill(ANSWERS)
    code = signed_in.seal()
    tell_another(signed_in, "At the second border.")
    wait_until(lambda: signed_in.states() == ["node"] * 2, "the node's receipts")
    _each_has_a_key_of_its_own_and_names_the_one_before(signed_in, code, reader)
    assert signed_in.page.locator(BUTTONS).count() > 0
    _each_row_and_the_card_of_withdrawing_name_the_other(signed_in)
    signed_in.act("label")
    signed_in.act("keep-label")
    signed_in.act("ask-further")  # a label leaves the offer where it is
    signed_in.act("further")
    signed_in.wait_for("n_text")
    _take_back(signed_in, code)
    signed_in.fill(EVENT | {"n_text": "At the third border."})
    signed_in.pass_readers()
    signed_in.wait_for("finish")
    signed_in.finish()
    wait_until(lambda: signed_in.states() == ["withdrawn"] * 3, "the phone to hear that all are gone")
    assert signed_in.page.locator(BUTTONS).count() == 0
    expect(signed_in.page.locator("[data-act=ask-further]")).to_be_hidden()  # what was agreed to has ended
    signed_in.act("clear-delivered")
    wait_until(lambda: signed_in.states() == [], "the list to be empty")
    expect(signed_in.page.locator("[data-act=ask-further]")).to_be_hidden()  # also once its row is gone
    assert reader("lawyer-1").manifests() == []


def _each_row_and_the_card_of_withdrawing_name_the_other(interviewer: Interviewer) -> None:
    """By number: a withdrawal from the list is of one testimony, and the code's is of all."""
    rows = interviewer.page.locator("[data-outbox] li")
    for at, number, other in ((0, 2, 1), (1, 1, 2)):
        row = rows.filter(has_text=f"No. {number} of").filter(has_text=f"Same witness: No. {other} of")
        expect(row).to_have_count(1)
        rows.nth(at).locator("[data-act=take-back]").click()
        interviewer.wait_for("take-back")
        others = interviewer.page.locator("[data-others]:visible")
        expect(others).to_contain_text("Only this testimony is withdrawn.")
        named = str(interviewer.page.locator("[data-card=take-back] [data-row-named]").text_content())
        expect(others).not_to_contain_text(named.split(" of ")[0])
        interviewer.act("keep-row")
        interviewer.wait_for("outbox")


def _another_that_is_deleted_leaves_the_others(interviewer: Interviewer) -> None:
    page = interviewer.page
    interviewer.act("ask-further")
    interviewer.act("further")
    interviewer.wait_for("n_text")
    interviewer.act("stop")
    for all_is_gone in page.locator("[data-deletes-all]").all():
        expect(all_is_gone).to_be_hidden()
    expect(page.locator("[data-deletes-later]")).to_be_visible()
    interviewer.act("delete")
    interviewer.act("delete-really")
    interviewer.wait_for("outbox")
    expect(page.locator("[data-later-deleted]")).to_be_visible()
    for all_is_gone in ("[data-refused-now]", "[data-parting-words]"):
        expect(page.locator(all_is_gone)).to_be_hidden()


def _each_has_a_key_of_its_own_and_names_the_one_before(
    signed_in: Interviewer, code: str, reader: Callable[[str], Reader]
) -> None:
    assert code not in signed_in.page.content()
    lawyer, coordinator = reader("lawyer-1"), reader("coordinator-1")
    first, second = lawyer.manifests()
    keys = withdrawal_code.keys_of(code, lawyer.chain.root.fingerprint)
    assert [one.value["withdraw"] for one in (first, second)] == [key.public_keys[0].pub.hex() for key in keys[:2]]
    one, other = (lawyer.open(record, "lawyers") for record in (first, second))
    assert "further" not in one["provenance"]
    assert other["provenance"]["further"] == first.id
    assert other["identity"]["answers"] == one["identity"]["answers"]
    assert [event["purpose"] for event in other["consent"]["events"]] == [
        event["purpose"] for event in one["consent"]["events"]
    ]
    assert {event["id"] for event in other["consent"]["events"]}.isdisjoint(
        event["id"] for event in one["consent"]["events"]
    )
    (statement,) = other["narrative"]["statements"]
    assert statement["text"] == "At the second border."
    assert first.id not in str(coordinator.open(second, "coordinators"))


@pytest.mark.comes_home
def test_a_witness_who_comes_back_is_asked_everything_again_and_keeps_the_code(
    signed_in: Interviewer, passphrase: str, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes=ALL)
    signed_in.fill(ANSWERS)
    code = signed_in.seal()
    assert signed_in.page.evaluate(FURTHER) is not None
    signed_in.act("home")
    signed_in.wait_for("home")
    assert signed_in.page.evaluate(FURTHER) is None  # nothing of the witness stays in the page's memory
    signed_in.act("sign-out")
    signed_in.sign_in("interviewer-1", passphrase)
    signed_in.act("outbox")
    signed_in.act("come-back")
    signed_in.wait_for("come-back")
    expect(signed_in.page.locator("[data-card=come-back] [data-row-named]")).to_contain_text("No. 1 of")
    signed_in.begins = "begin-again"
    signed_in.to_account(purposes=["P01", "P04"])
    _begin_once_more(signed_in, passphrase)
    assert "not finished" in signed_in.wait_for_complaint(), "or two testimonies would have one key"
    signed_in.act("keep-row")
    signed_in.act("home")
    signed_in.resume()
    signed_in.fill(ANSWERS | {"n_text": "I had forgotten the dogs."})
    signed_in.pass_readers()
    signed_in.wait_for("finish")
    signed_in.finish()
    wait_until(lambda: signed_in.states() == ["node"] * 2, "the node's receipts")
    assert signed_in.page.locator("[data-act=come-back]:visible").count() == 1  # the keys went on to the newer row
    _another_that_is_deleted_leaves_the_others(signed_in)
    lawyer = reader("lawyer-1")
    first, second = lawyer.manifests()
    keys = withdrawal_code.keys_of(code, lawyer.chain.root.fingerprint)
    assert [one.value["withdraw"] for one in (first, second)] == [key.public_keys[0].pub.hex() for key in keys[:2]]
    opened = lawyer.open(second, "lawyers")
    assert opened["provenance"]["further"] == first.id
    assert {event["purpose"] for event in opened["consent"]["events"] if event["event"] == "GRANT"} == {"P01", "P04"}


def _begin_once_more(interviewer: Interviewer, passphrase: str) -> None:
    """From the same row, while the interview that was begun from it waits on the phone."""
    interviewer.saved()
    interviewer.act("pause")
    interviewer.wait_for("locked")
    interviewer.act("other-person")
    interviewer.wait_for("sign-in")
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.act("outbox")
    interviewer.act("come-back")
    interviewer.wait_for("come-back")
    interviewer.act("begin-again")


def _take_back(interviewer: Interviewer, code: str) -> None:
    """With the code alone, on the node's page, in another tab of the same browser."""
    page = interviewer.page.context.new_page()
    page.goto(f"{interviewer.address}/withdraw/en")
    page.locator("[data-group]").first.click()
    for digit in code:
        page.keyboard.insert_text(digit)
    page.locator('[data-act="yes"]').click()
    expect(page.locator("[data-known]")).to_be_visible(timeout=60_000)
    page.close()
