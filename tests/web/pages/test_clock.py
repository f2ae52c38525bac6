"""A person who confirms the date on the page of a station is a clock of two; nobody at a field node is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from testimony.domain.time import Clock
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.statements import statements
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.batch import Incoming
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from testimony.store.state import clocks as kept_clocks
from testimony.web.text import labels
from tests.support.services import clocks
from tests.support.services.desks import reader_of
from tests.support.web.browser import Browser, Filled
from tests.support.web.pages import sign_in


def today() -> date:
    """Asked anew each time: a run of all tests may last across midnight."""
    return datetime.now(UTC).date()


def in_words(one: Browser, text: str) -> str:
    with one.app.test_request_context("/en/doctor"):
        return labels.day(text)


def give(one: Browser, lang: str = "en", **form: str) -> str:
    """The page after the form was sent."""
    one.get(f"/{lang}/doctor")
    answer = one.post(f"/{lang}/doctor", form)
    assert answer.status_code == 200
    return str(answer.text)


def person_of(station: Station) -> str | None:
    with station.database.reading() as session:
        return kept_clocks.days(session).get(Clock.PERSON)


@pytest.mark.parametrize("role", ["central", "lawyer", "coordinator"])
def test_the_dates_of_all_clocks_are_shown_and_only_a_yes_to_the_date_in_words_counts(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    one, station = browser(role), opened(role)
    page = one.get("/en/doctor").text
    shown = page.split("data-dates>")[1].split("</dl>")[0]
    assert in_words(one, today().isoformat()) in shown
    assert in_words(one, station.chain.latest.issued) in shown
    page = give(one, day=today().isoformat())
    assert f"Is today {in_words(one, today().isoformat())}?" in page
    assert person_of(station) is None, "it was only asked"
    assert 'data-date-said="warn"' in give(one, day=today().isoformat(), answer="no")
    assert person_of(station) is None
    assert 'data-date-said="good"' in give(one, day=today().isoformat(), answer="yes")
    assert person_of(station) == today().isoformat()
    assert "the person who confirmed it here" in one.get("/en/doctor").text


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_what_is_due_by_one_clock_is_destroyed_when_a_person_is_the_second(
    answer: str,
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    filled: Filled,
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    central, tid = opened("central"), filled.tid(0)
    with monkeypatch.context() as then:
        clocks.show(then, (today() - GRACE_PERIOD).isoformat(), {}, of=central)
        signer = reader_of(organisation, "lawyer-1").signer
        record = statements.withdrawal(tid=tid, scope="all", day=(today() - GRACE_PERIOD).isoformat(), signer=signer)
        take_in(central, [Incoming("record", record.encode())])
    central.others = {}
    page = give(browser("central"), day=today().isoformat(), answer=answer)
    assert (central.shred_keys.find(tid) is None) is (answer == "yes")
    assert ("carried out because of it: 1." in page) is (answer == "yes")


@pytest.mark.parametrize("text", ["", "tomorrow", "2026-02-30", "1970-01-01", "9999-12-31", "20261129T00", "<b>"])
def test_what_is_no_date_gets_one_sentence(
    text: str, browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    for answer in ("", "yes"):
        page = give(browser("central"), day=text, answer=answer)
        assert "This is no date from 2026 on." in page
        assert 'data-date="asked"' not in page
        assert person_of(opened("central")) is None


def test_a_date_that_no_other_clock_confirms_is_doubted_before_it_counts(browser: Callable[..., Browser]) -> None:
    one, far = browser("central"), (today() + timedelta(days=400)).isoformat()
    page = give(one, day=far)
    (doubt,) = re.findall(r"data-doubt>(.*?)</p>", page)
    assert in_words(one, far) in doubt
    assert "data-doubt" not in give(one, day=today().isoformat())


def test_nobody_confirms_it_at_a_field_node(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    """An interviewer's phone is a clock there already: one person would be two."""
    one, stranger = browser("field"), browser("field")
    assert stranger.post("/en/doctor", {"day": today().isoformat(), "answer": "yes"}).status_code != 200
    sign_in(one, organisation)
    page = one.get("/en/doctor").text
    assert "data-date-elsewhere" in page
    assert "data-date=" not in page
    assert one.post("/en/doctor", {"day": today().isoformat(), "answer": "yes"}).status_code == 405
    assert person_of(opened("field")) is None


@pytest.mark.parametrize("role", ["central", "lawyer"])
def test_a_stranger_and_another_site_say_nothing(
    role: str, browser: Callable[..., Browser], opened: Callable[[str], Station]
) -> None:
    said = {"day": today().isoformat(), "answer": "yes"}
    stranger = browser(role, started=False, unlocked=False)
    assert stranger.post("/en/doctor", said).status_code != 200
    one = browser(role)
    one.get("/en/doctor")
    assert one.client.post("/en/doctor", base_url=one.base, data=said).status_code == 400, "without the form's token"
    assert person_of(opened(role)) is None
