"""The accounts of two years are ones that interviews could have taken down, and a desk opens all that was done."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from testimony.domain.consent.events import ConsentEvent
from testimony.domain.testimony import translation
from testimony.questionnaire import conditions
from testimony.questionnaire.form import Form
from testimony.services.demo import demo, demo_accounts
from testimony.services.demo.demo_accounts import Account
from testimony.services.enrolment.organisation import Plan

DAYS = (datetime(2026, 1, 20, 12, tzinfo=UTC), datetime(2028, 2, 29, 23, 59, tzinfo=UTC))


@pytest.fixture(scope="module", params=DAYS, ids=lambda day: day.date().isoformat())
def accounts(request: pytest.FixtureRequest) -> list[Account]:
    return list(demo_accounts.invented_accounts(request.param))


def of(accounts: list[Account], name: str) -> set[Any]:
    return {account.told["incident"][name] for account in accounts}


def test_they_fill_charts_and_lists(accounts: list[Account]) -> None:
    """Counted with the five and the 48: 120."""
    assert len(accounts) == 67
    assert len(of(accounts, "i_segment")) == 6
    assert len({account.told["lang"] for account in accounts}) == 8
    assert len({day[:7] for day in of(accounts, "i_date")}) >= 18, "of 24 months"
    assert len({account.told["text"] for account in accounts}) > 60


def test_each_could_be_finished_in_an_interview(accounts: list[Account]) -> None:
    form = Form.load()
    for account in accounts:
        told = account.told["incident"]
        for name, value in told.items():
            if form.field(name).options:
                assert set(value if isinstance(value, list) else [value]) <= set(form.field(name).options), name
        answers = {name: {"value": value} for name, value in told.items()}
        assert set(conditions.needed(form.value, answers, account.told["purposes"])) <= {"n_text"}


def test_both_countries_are_those_of_the_border(accounts: list[Account]) -> None:
    for account in accounts:
        told = account.told["incident"]
        assert told["i_segment"].partition(":")[0] == f"{told['i_from']}-{told['i_to']}"


def test_a_translation_has_one_sentence_for_each_of_the_account(accounts: list[Account]) -> None:
    for account in accounts:
        spans = translation.spans(account.told["text"])
        assert len(account.translation) in (len(spans), 0), account.told["text"]
        assert (account.told["lang"] == "en") is (not account.translation)


def test_two_incidents_have_three_accounts_each_that_agree(accounts: list[Account]) -> None:
    for name in ("evros", "road"):
        shared = [account.told["incident"] for account in accounts if account.incident == name]
        assert len(shared) == 3
        for field in ("i_date", "i_segment", "v_acts", "g_size"):
            assert len({str(one[field]) for one in shared}) == 1, field


def test_lawyers_named_both_incidents_and_labelled_three_accounts(accounts: list[Account]) -> None:
    assert demo_accounts.TITLES.keys() == demo_accounts.IDS.keys() == {one.incident for one in accounts} - {""}
    assert len({account.label for account in accounts} - {""}) == 3


def test_two_were_recorded_and_six_brought_pictures(accounts: list[Account]) -> None:
    kinds = [(medium.kind, account.told["purposes"]) for account in accounts for medium in account.media]
    assert [kind for kind, _ in kinds].count("voice") == 2
    assert [kind for kind, _ in kinds].count("picture") == 6
    for kind, purposes in kinds:
        assert {"voice": "P02", "picture": "P03"}[kind] in purposes


def test_some_agree_to_a_service_so_that_a_referral_can_be_tried(accounts: list[Account]) -> None:
    referred = [one for one in accounts if demo_accounts.CLINIC in one.told["also"]]
    assert len(referred) > 3
    assert all(one.told["identity"]["w_name"] for one in referred)


def test_some_agree_to_journalists_so_that_words_without_the_name_can_be_tried(accounts: list[Account]) -> None:
    asked = [one for one in accounts if demo_accounts.PRESS in one.told["also"]]
    assert len(asked) > 3
    assert all(one.told["identity"]["w_name"] for one in asked)


def test_one_is_withdrawn_and_one_was_asked_about(accounts: list[Account]) -> None:
    assert [account.withdrawn for account in accounts].count(True) == 1
    assert [account.asked for account in accounts].count(True) == 1
    assert all(not account.cleared for account in accounts if account.withdrawn or account.asked)


def test_weak_keys_are_for_the_demonstration_alone() -> None:
    """A key file of a real organisation takes more than sixty times the work of an invented one."""
    real = inspect.signature(Plan).parameters["key_file_work"].default
    assert real - demo.KEY_FILE_WORK >= 6


def test_what_waits_at_the_second_node_has_seen_no_lawyer(accounts: list[Account]) -> None:
    for number in demo_accounts.AT_SECOND_NODE:
        one = accounts[number]
        assert (one.cleared, one.incident, one.asked, one.withdrawn, one.media) == (False, "", False, False, ())


def test_the_keeping_of_one_ends_within_the_weeks_that_a_desk_lists(accounts: list[Account]) -> None:
    now, soon = datetime(2026, 1, 20, 12, tzinfo=UTC), []
    for number, account in enumerate(accounts):
        taken_down = now - timedelta(days=account.told["days_ago"])
        events = demo.contents(account.told, Form.load(), taken_down)["consent"]["events"]
        until = {ConsentEvent.parse(one).last_day for one in events if one["purpose"] == "P01"}
        soon += [number for last in until if last is not None and last <= (now + timedelta(weeks=4)).date()]
    assert soon == [demo_accounts.ENDING]
