"""Consent on the page: each recipient apart, a changed mind, a child with a guardian, help that comes by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from testimony.services.enrolment.organisation import Organisation
from tests.support.interview.consent import GO, MODULE, PATH
from tests.support.interview.driver import FIELDS, TALK, Interviewer
from tests.support.interview.languages import ANSWERS
from tests.support.interview.opened_testimonies import Reader

pytestmark = pytest.mark.comes_home

ASKED = [
    "P01", "P04", "P06", "P07", "P10-partners", "P02", "P03", "P05-camp-clinic", "P05-legal-desk", "P14-tracing", "P13",
    "P08a-un-mandate", "P08b-un-mandate", "P08c-un-mandate", "P08d-un-mandate", "P09-case-river", "P11", "P16",
    "P12-border-news",
]  # fmt: skip
NOT_FOR_CHILDREN = {"P08d-un-mandate", "P11", "P16", "P12-border-news"}


@pytest.fixture(scope="module")
def organisation(asking: Organisation) -> Organisation:
    """One that asks for everything, of named recipients, and knows places of help."""
    return asking


ANSWER_AND_GO = f"""async ([field, codes, card]) => {{
  const load = (name) => import({MODULE});
  (await load('pages/base/interview_state.js')).answer(field, {{ value: codes }});
  await (await load('pages/cards/card.js')).go(card);
}}"""
TICK_ALL = "options => options.forEach(option => option.click())"
DETAIL = {"v_other", "v_stage", "v_duration", "v_kids", "v_resist", "v_injury", "v_care"}


def detail(phone: Interviewer) -> set[str]:
    """The questions about details of violence that this interview goes through."""
    return DETAIL & set(phone.page.evaluate(PATH))


def to_purposes(phone: Interviewer, age: str = "adult") -> None:
    phone.begin()
    phone.safety(age)
    phone.tell()


def asked(phone: Interviewer, answer: Callable[[str], str]) -> Iterator[str]:
    """Answer purpose by purpose; gives the ids in the order of asking."""
    while phone.card.startswith("purpose-") or phone.card in ("contact_safe", "uses-counted", "uses-more"):
        if phone.card == "contact_safe":
            phone.choose("contact_safe", "message", "no_voice")
            phone.next()
            continue
        if phone.card == "uses-counted":
            lines = phone.page.locator("[data-card=uses-counted] [data-field]:visible").evaluate_all(FIELDS)
            for id in (field.removeprefix("purpose_") for field in lines):
                yield id
                phone.choose(f"purpose_{id}", answer(id))
            phone.next()
            continue
        if phone.card == "uses-more":
            phone.page.locator("[data-field=page_uses] [data-option]:visible").evaluate_all(TICK_ALL)
            phone.next()
            continue
        id = phone.card.removeprefix("purpose-")
        yield id
        phone.take(f"purpose_{id}", answer(id))


def finish(phone: Interviewer) -> None:
    """From the teach-back to the outbox, with an account and nothing coded."""
    phone.teach_back()
    phone.talk()
    phone.act("stop")
    phone.act("keep")
    phone.seal()
    phone.page.wait_for_selector('[data-outbox] [data-state="node"]', timeout=60_000)


def sealed(reader: Callable[[str], Reader]) -> dict[str, Any]:
    """The content of every part of the one testimony, as a lawyer opens it."""
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    return lawyer.open(record, "lawyers")


def answers_in(consent: dict[str, Any]) -> dict[tuple[str, str], list[str]]:
    """What was said on each purpose and recipient, in the order of the causes."""
    found: dict[tuple[str, str], list[str]] = {}
    for event in consent["events"]:
        found.setdefault((event["purpose"], event["recipient"]), []).append(event["event"])
    return found


def test_each_use_is_asked_apart_of_its_recipient_and_a_changed_mind_is_a_second_answer(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    to_purposes(signed_in)
    no = {"P05-legal-desk": "no", "P08d-un-mandate": "initials", "P11": "no", "P12-border-news": "no"}
    expect(signed_in.page.locator("[data-card=purpose-P01] input:checked")).to_have_count(0)
    assert list(asked(signed_in, lambda id: no.get(id, "yes"))) == ASKED
    for _ in range(5):
        signed_in.act("back")
    assert signed_in.card == "purpose-P08d-un-mandate"
    while signed_in.card != "purpose-P05-camp-clinic":
        signed_in.act("back")
    signed_in.take("purpose_P05-camp-clinic", "no")
    while signed_in.card.startswith(("purpose-", "contact_safe", "uses-counted", "uses-more")):
        signed_in.next()
    finish(signed_in)
    parts = sealed(reader)
    consent = parts["consent"]
    said = answers_in(consent)
    assert said["P05", "camp-clinic"] == ["ASK", "GRANT", "REFUSE"]
    assert said["P05", "legal-desk"] == ["ASK", "REFUSE"]
    by_id = {event["id"]: event for event in consent["events"]}
    last = next(one for one in consent["events"] if one["event"] == "REFUSE" and one["recipient"] == "camp-clinic")
    assert [by_id[id]["event"] for id in last["after"]] == ["GRANT"]
    shown = [one["name_shown"] for one in consent["events"] if one["purpose"] == "P08d" and one["event"] == "GRANT"]
    assert shown == ["initials"]
    assert parts["identity"]["answers"]["contact_safe"] == {"value": ["message", "no_voice"]}


def test_ask_no_more_leaves_the_rest_not_asked_and_one_may_come_back_to_it(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    to_purposes(signed_in)
    signed_in.take("purpose_P01", "yes")
    signed_in.take("purpose_P04", "yes")
    signed_in.act("ask-no-more")
    assert signed_in.card == "teach-1"
    signed_in.page.evaluate(GO, "review")
    signed_in.act("ask-again")
    assert signed_in.card == "uses-counted"
    signed_in.act("ask-no-more")
    finish(signed_in)
    assert answers_in(sealed(reader)["consent"]) == {
        ("P01", "organisation"): ["ASK", "GRANT"],
        ("P04", "lawyers"): ["ASK", "GRANT"],
    }


def test_a_child_is_asked_with_the_guardian_and_not_for_everything(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    to_purposes(signed_in, "minor")
    signed_in.consent(ASKED)
    signed_in.choose("contact_safe", "message", "no_voice")
    signed_in.next()
    signed_in.consent(ASKED)
    answered = {
        name.removeprefix("purpose_") for name in signed_in.page.evaluate(ANSWERS) if name.startswith("purpose_")
    }
    assert answered == {*ASKED} - NOT_FOR_CHILDREN
    signed_in.teach_back()
    signed_in.talk(telling=())
    assert signed_in.card == "guardian_name"
    signed_in.page.fill('[data-field="guardian_name"] [data-input]', "Halyna Guardian")
    signed_in.next()
    signed_in.talk()
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    signed_in.page.wait_for_selector('[data-outbox] [data-state="node"]', timeout=60_000)
    parts = sealed(reader)
    consent = parts["consent"]
    assert (consent["age"], consent["guardian"], consent["assent"]) == ("minor", True, True)
    assert "Halyna" not in json.dumps(consent)
    assert parts["identity"]["answers"]["guardian_name"] == {"value": "Halyna Guardian"}


def test_a_yes_from_before_the_age_was_corrected_is_a_no_of_the_child_and_holds_nothing_up(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes=ASKED, circumstances=TALK | {"contact_safe": ["message"]})
    signed_in.page.evaluate(GO, "safety")
    signed_in.choose("cs_age", "minor")
    signed_in.next()
    for agreed in ("cs_guardian", "cs_assent"):
        signed_in.page.evaluate(GO, agreed)
        signed_in.take(agreed, "yes")
    signed_in.page.evaluate(GO, "guardian_relation")
    signed_in.take("guardian_relation", "parent")
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.wait_for("readers")
    expect(signed_in.page.locator('[data-not="P11"]')).to_contain_text("under 18")
    signed_in.seal()
    signed_in.page.wait_for_selector('[data-outbox] [data-state="node"]', timeout=60_000)
    said = answers_in(sealed(reader)["consent"])
    for closed in (("P11", "public"), ("P12", "border-news"), ("P08d", "un-mandate")):
        assert said[closed] == ["ASK", "GRANT", "REFUSE"]
    assert said["P05", "camp-clinic"] == ["ASK", "GRANT"]


def test_a_childs_no_ends_it_as_a_normal_answer_whatever_the_guardian_said(signed_in: Interviewer) -> None:
    signed_in.begin()
    _an_officer_near_ends_the_questions(signed_in)
    signed_in.safety("minor")
    while signed_in.card.startswith("told-"):
        signed_in.told()
    signed_in.take("cs_guardian", "yes")
    signed_in.take("cs_assent", "no")
    assert signed_in.card == "refused-child"
    signed_in.act("help")
    expect(signed_in.page.locator('dialog[data-dialog="help"] [data-place-of-help="camp-clinic"]')).to_be_visible()
    signed_in.page.keyboard.press("Escape")
    signed_in.act("end-refused")
    signed_in.wait_for("outbox")


def _an_officer_near_ends_the_questions(who: Interviewer) -> None:
    who.choose("safety_private", "yes")
    who.choose("safety_officer", "yes")
    expect(who.page.locator('[data-field="cs_age"]')).to_be_hidden()
    who.choose("safety_officer", "no")
    expect(who.page.locator('[data-field="cs_age"]')).to_be_visible()
    who.choose("cs_age", "alone")  # which asks for two adults, and only where it is safe
    who.choose("safety_officer", "yes")
    who.next()
    who.wait_for("unsafe")
    who.act("back")
    who.wait_for("safety")
    who.choose("safety_officer", "no")


def test_for_a_child_under_12_the_guardian_may_tell_their_own_account(signed_in: Interviewer) -> None:
    to_purposes(signed_in, "under12")
    assert signed_in.card == "purpose-P01"


def test_without_the_lawyers_nothing_is_asked_that_needs_them_and_sexual_violence_brings_help_once_alone(
    signed_in: Interviewer,
) -> None:
    """And no further question about it."""
    to_purposes(signed_in)
    assert list(asked(signed_in, lambda id: "no" if id == "P04" else "yes")) == [
        "P01",
        "P04",
        "P06",
        "P07",
        "P10-partners",
    ]
    signed_in.teach_back()
    signed_in.talk()
    signed_in.page.evaluate(ANSWER_AND_GO, ["v_acts", ["beat"], "v_acts"])
    asked_then = detail(signed_in)
    signed_in.leave_prompts_open()
    signed_in.page.evaluate(ANSWER_AND_GO, ["v_acts", ["beat", "sexual"], "x_actors"])
    prompt = signed_in.page.locator('dialog[data-prompt="sexual"]')
    expect(prompt).to_contain_text("72 hours")
    expect(prompt.locator('[data-place-of-help="camp-clinic"]')).to_be_visible()
    prompt.locator('[data-place-of-help="camp-clinic"] [data-outcome="accepted"]').click()
    prompt.locator('[data-act="close-prompt"]').click()
    assert asked_then - detail(signed_in) == asked_then != set()
    signed_in.page.evaluate(ANSWER_AND_GO, ["v_acts", ["beat", "sexual"], "x_actors"])
    expect(prompt).to_be_hidden()


def test_what_is_still_needed_names_no_two_cards_alike(signed_in: Interviewer) -> None:
    signed_in.begin()
    signed_in.act("needed")
    names = signed_in.page.locator("ul[data-needed] li").all_inner_texts()
    assert any("1/4" in name for name in names)
    assert len({*names}) == len(names)
