"""A whole interview on a small phone, in English and Arabic: what was answered is what the readers open, no more."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.form import Form
from testimony.sealing.keys import withdrawal_code
from tests.support.interview.driver import TALK, WITH_INTERPRETER, Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.questionnaire import jump
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.stations import Server, wait_until


def held(answers: dict[str, Any], compartment: str) -> dict[str, Any]:
    """`answers` of `compartment` in the form in which they are sealed."""
    form = Form.load()
    own = {name: value for name, value in answers.items() if form.field(name).compartment == compartment}
    return {name: _held(value) for name, value in own.items()}


def _held(value: Any) -> dict[str, Any]:
    code = value[0] if isinstance(value, list) and len(value) == 1 else value
    return {"missing": code} if code in ("unk", "ref", "nask") else {"value": value}


def seal_all(interviewer: Interviewer, answers: dict[str, Any], **how: Any) -> str:
    """From home to a delivered testimony. Returns the withdrawal code."""
    interviewer.to_account(**how)
    interviewer.answer(answers)
    code = interviewer.seal()
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")
    return code


def keep_little(interviewer: Interviewer, **how: Any) -> None:
    """The same with an interview that stops after the account."""
    interviewer.to_account(**how)
    interviewer.answer(ANSWERS, until="w_role")
    interviewer.act("stop")
    interviewer.act("keep")
    interviewer.seal()
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")


@pytest.fixture(params=[Hurried, Interviewer], ids=("hurried", "tapping"))
def someone(request: pytest.FixtureRequest, page: Page, node_server: Server) -> Interviewer:
    """Somebody in a hurry, or whose fingers tap whatever is tapped."""
    who: Interviewer = request.param(page, f"http://localhost:{node_server.port}")
    return who


@pytest.mark.long(
    short="tests/journeys/test_journey.py::test_who_agreed_to_everything_is_read_word_for_word_by_the_lawyer"
)
@pytest.mark.comes_home
def test_everything_said_reaches_the_lawyer_and_only_rough_facts_the_coordinator(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    code = seal_all(signed_in, ANSWERS, purposes=ALL)
    lawyer, coordinator = reader("lawyer-1"), reader("coordinator-1")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")

    assert set(opened) == {"coded", "consent", "identity", "incident", "narrative", "provenance"}
    assert opened["incident"]["answers"] == held(ANSWERS, "incident")
    assert opened["identity"]["answers"] == held(ANSWERS, "identity")
    (statement,) = opened["narrative"]["statements"]
    assert (statement["lang"], statement["dir"], statement["text"]) == ("prs", "rtl", ANSWERS["n_text"])
    assert opened["provenance"]["interviewer"] == "interviewer-1"
    assert opened["provenance"]["partial"] is False
    assert set(coordinator.open(record, "coordinators")) == {"coded", "consent"}
    assert opened["coded"]["answers"]["i_date"] == {"value": "2020-10"}
    key = withdrawal_code.key_of(code, lawyer.chain.root.fingerprint)  # what the witness holds
    assert record.value["withdraw"] == key.public_keys[0].pub.hex()


@pytest.mark.long(
    short="tests/web/interview/form/test_read_back.py::test_a_correction_takes_the_mark_of_its_part_and_a_killed_browser_keeps_the_others"
)
def test_an_interview_in_arabic_with_a_draft_script_and_an_interpreter(
    someone: Interviewer, passphrase: str, node_server: Server, reader: Callable[[str], Reader]
) -> None:
    someone.open("ar")
    someone.sign_in("interviewer-1", passphrase)
    assert someone.page.locator("html").get_attribute("dir") == "rtl"
    arabic = ANSWERS | {"w_lang": "ar", "n_text": "أخذونا إلى النهر ليلًا.", "g_size": "٢٠"}
    seal_all(someone, arabic, purposes=ALL, witness_language="ar", circumstances=WITH_INTERPRETER)
    node_server.stop()
    lawyer = reader("lawyer-2")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")

    assert opened["incident"]["answers"] == held(ANSWERS, "incident")  # Arabic digits are digits
    assert opened["narrative"]["statements"][0]["dir"] == "rtl"
    assert opened["consent"]["script"]["draft"] is True
    assert opened["consent"]["interpreter"]["used"] is True


@pytest.mark.comes_home
def test_consent_is_recorded_purpose_by_purpose_with_the_exact_wording(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    keep_little(signed_in, purposes={"P01", "P06"})
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")

    assert set(opened) == {"coded", "consent", "incident"}  # no P04: no name, no words, not who took it down
    consent = opened["consent"]
    given = {event["purpose"]: event["event"] for event in consent["events"] if event["event"] != "ASK"}
    assert given == {"P01": "GRANT", "P04": "REFUSE", "P06": "GRANT", "P07": "REFUSE"}
    asked = {event["id"] for event in consent["events"] if event["event"] == "ASK"}
    assert all(event["after"][0] in asked for event in consent["events"] if event["event"] != "ASK")
    script = Script.load("en")
    assert consent["script"] == {
        "id": script.id,
        "version": script.version,
        "lang": "en",
        "sha256": script.sha256,
        "draft": False,
        "heard": "read",
        "state": "checked",
    }
    assert consent["told"] == [item.id for item in script.told]
    assert consent["interpreter"] == {"used": False}


FIRST: dict[str, Any] = {
    "n_text": ANSWERS["n_text"], "w_role": "victim", "i_date_prec": "month", "i_date": "2020-10",
    "i_segment": "HRV-BIH:all", "x_actors": ["police"], "g_size": 20, "a_expr": "no", "p_exam": "none",
    "i_ret": ["walk"], "v_acts": ["insult"], "v_injury": ["none"], "v_prop": ["phone"], "d_any": "no",
    "w_age": "a25to34", "w_gender": "m", "w_nat": "AFG",
}  # fmt: skip
"""What somebody says who did not ask for protection, on the default path."""


@pytest.mark.comes_home
def test_the_default_path_seals_what_was_said_and_what_earlier_answers_gave_and_nothing_that_nobody_asked(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.everything = False
    signed_in.to_account(purposes=ALL)
    signed_in.answer(FIRST, until="rest")
    signed_in.act("desk-codes")
    signed_in.next()
    signed_in.seal()
    wait_until(lambda: signed_in.states() == ["node"], "the node's receipt")
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")
    given = {"i_from": "HRV", "i_to": "BIH", "d_dead": 0, "d_missing": 0}
    assert opened["incident"]["answers"] == held(FIRST | given, "incident")
    assert opened["narrative"]["answers"]["w_lang"] == {"value": "en"}
    assert opened["provenance"]["coding"] == "desk"
    asked = opened["provenance"]["questions"]["en"]
    assert {"w_role", "g_size", "v_acts"} <= {*asked["checked"]}  # the source was not translated
    assert set(asked) == {"checked"}


@pytest.mark.comes_home
def test_keeping_alone_is_readable_by_recovery_only(signed_in: Interviewer, reader: Callable[[str], Reader]) -> None:
    keep_little(signed_in, purposes={"P01"})
    (record,) = reader("lawyer-1").manifests()
    assert reader("lawyer-1").open(record, "lawyers") == {}
    assert reader("coordinator-1").open(record, "coordinators") == {}
    assert "narrative" in reader("recovery").open(record, "recovery")


Stop = tuple[str, dict[str, Any], str]
OFFICER: Stop = ("en", TALK | {"cs_present": ["officer"]}, "officer_present")
DRAFT: Stop = ("ti", TALK, "script_draft")
OTHERS: tuple[Stop, ...] = (
    ("en", TALK | {"cs_capacity": ["intox"]}, "capacity"),
    ("en", TALK | {"cs_incentive": "other"}, "incentive"),
    ("fr", TALK, "script_draft"),
)
"""The witness's language, the talk, and what stands in the way: the last two, a draft script and no interpreter."""


@pytest.mark.comes_home
@pytest.mark.parametrize(
    "stops", [(OFFICER, DRAFT), pytest.param(OTHERS, marks=pytest.mark.long)], ids=("telling", "others")
)
def test_what_forbids_a_consent_stops_the_interview_before_anything_is_told(
    signed_in: Interviewer, stops: tuple[Stop, ...]
) -> None:
    for lang, talk, obstacle in stops:
        signed_in.to_account(purposes=ALL, witness_language=lang, circumstances=talk)
        assert signed_in.card == "talk-stopped"
        assert signed_in.page.locator(f'[data-card="talk-stopped"] [data-obstacle="{obstacle}"]').is_visible(), obstacle
        assert not signed_in.page.locator('[data-act="next"]').is_visible()
        throw_away(signed_in)


def throw_away(interviewer: Interviewer) -> None:
    """Delete the interview at work, and go home."""
    for act in ("stop", "delete", "delete-really"):
        interviewer.act(act)
    interviewer.wait_for("outbox")
    interviewer.act("home")
    interviewer.wait_for("home")


@pytest.mark.comes_home
def test_the_name_of_an_interpreter_who_is_none_after_all_is_sealed_nowhere(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes=ALL, circumstances=WITH_INTERPRETER)
    jump(signed_in, "interpreter_name")
    signed_in.page.locator('[data-field="interpreter_name"] [data-input]').fill("Zarkova Tinderwick")
    signed_in.next()
    jump(signed_in, "talk-setting")
    signed_in.choose("interpreter", "no")
    signed_in.next()
    jump(signed_in, "n_text")
    signed_in.answer(ANSWERS)
    signed_in.seal()
    wait_until(lambda: signed_in.states() == ["node"], "the node's receipt")
    (record,) = reader("lawyer-1").manifests()
    contents = reader("lawyer-1").open(record, "lawyers")
    assert contents["consent"]["interpreter"] == {"used": False}
    assert "Zarkova" not in json.dumps(contents)


@pytest.mark.comes_home
def test_no_purpose_is_ticked_beforehand_and_what_was_not_understood_is_explained_again(signed_in: Interviewer) -> None:
    signed_in.begin()
    assert signed_in.page.locator('[data-field^="purpose_"] input:checked').count() == 0
    signed_in.safety()
    signed_in.tell()
    signed_in.consent(ALL)
    signed_in.choose("teach_1", "not")
    assert "Explain it again" in signed_in.wait_for_complaint()
    assert signed_in.card == "teach-1"


@pytest.mark.comes_home
def test_a_required_question_wants_an_answer_impossible_is_blocked_and_unlikely_asked_about_once(
    signed_in: Interviewer,
) -> None:
    signed_in.to_account(purposes=ALL)
    signed_in.answer(ANSWERS, until="w_role")
    signed_in.tap_next()
    assert signed_in.card == "w_role"
    assert signed_in.complaint() != ""
    signed_in.take("w_role", "ref")
    assert signed_in.card == "w_age"
    signed_in.answer(ANSWERS, until="g_size")
    for number, times in (("0", 2), ("90000", 1)):
        signed_in.give("g_size", number)
        for _ in range(times):
            signed_in.tap_next()
            assert signed_in.card == "g_size"
            assert signed_in.complaint() != ""
    signed_in.next()


@pytest.mark.comes_home
def test_stop_and_keep_seals_what_was_said_as_partial(signed_in: Interviewer, reader: Callable[[str], Reader]) -> None:
    signed_in.to_account(purposes=ALL)
    signed_in.answer(ANSWERS, until="w_age")
    signed_in.choose("w_age", "a25to34")
    signed_in.choose("w_gender", "m")
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.seal()
    assert "What you told until now is kept" in signed_in.page.locator("[data-parting-words]").inner_text()
    wait_until(lambda: signed_in.states() == ["node"], "the node's receipt")
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")
    assert opened["provenance"]["partial"] is True
    assert opened["narrative"]["statements"][0]["text"] == ANSWERS["n_text"]
    assert set(opened["incident"]["answers"]) == {"w_role", "w_age", "w_gender"}
