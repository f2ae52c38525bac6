"""What is said about a consent at a desk: it counts at once, goes out by the button, and reaches the other desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.testimony.languages import DESKS
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.consent import erasures
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening.annexes import NOWHERE
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.errors import StationUnreachable
from testimony.sync.http.channel import Answer, InProcess
from testimony.sync.http.transport import Transport
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.each_time import each_time
from tests.support.services.desks import reader_of
from tests.support.web.browser import EVERYTHING, LAWYERS, Browser, Filled
from tests.support.web.desk.acts import late, page, standing

ERASING = "Somebody proposes to erase this testimony for ever."
WITHDRAWN = "Somebody said that the witness withdraws this testimony"
PASSED_ON = "The witness told me that they withdraw their consent."
SECOND = "This counts once a second person has signed it. Until then what it takes back is on hold."
WHOLE = (
    "The whole testimony is set aside at once and destroyed after 14 days, unless a lawyer and a coordinator say that "
    "it is false. A second person who confirms it destroys it at once."
)
AT_ONCE = "A second signature destroys it at once."
COUNT, MECHANISM, CONTACT = "P06 public", "P07 mechanism", "P13 organisation"
KEEPING = "P01 organisation"


@pytest.fixture
def reached(opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both desks reach central."""
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    with_address(opened)


@pytest.fixture
def cut_off(opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch) -> None:
    class Nowhere:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            raise StationUnreachable(url="http://central.example")

    made = lambda url, signer, **_: Transport(url, signer, channel=Nowhere(), pause=lambda _: None)  # noqa: E731
    monkeypatch.setattr(session_sync, "Transport", made)
    with_address(opened)


def with_address(opened: Callable[[str], Station]) -> None:
    for role in ("lawyer", "coordinator"):
        object.__setattr__(opened(role).settings, "central_url", "http://central.example")


def say(desk: Browser, tid: str, act: str, about: str = COUNT, reason: str = "pressure") -> Any:
    said = {"act": act, "about": about, "reason": reason, "lang": "en"}
    return desk.post(f"/testimony/{tid}/consent/say", said)


def headings(text: str) -> list[str]:
    """Why it is held back, as the page says it."""
    return re.findall(r'data-suspension="\w+">\s*<h2>([^<]+)</h2>', text)


def contest(desk: Browser, tid: str, heading: str) -> None:
    card = re.search(rf'<h2>{heading}</h2>.*?name="withdrawal" value="([0-9a-f]{{64}})"', page(desk, tid), re.DOTALL)
    assert card is not None
    said = {"withdrawal": card[1], "reason": "wrong_person", "lang": "en"}
    assert desk.post(f"/testimony/{tid}/consent/contest", said).status_code == 303


def a_day_later(desk: Browser) -> None:
    later = desk.app.config["CLOCK"]() + timedelta(days=1)
    desk.app.config["CLOCK"] = lambda: later


def test_a_hold_goes_from_the_lawyers_desk_to_the_coordinators_and_is_lifted_by_both(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    assert say(lawyer, tid, "HOLD").status_code == 303
    text = page(lawyer, tid)
    assert standing(text)["P06"] == "no"
    assert "There were signs of pressure" in text
    assert 'data-act="HOLD"' in lawyer.get(f"/en/testimony/{tid}").text, "on the testimony's own page too"
    assert standing(page(coordinator, tid))["P06"] == "yes", "nobody else knows yet"
    assert lawyer.post("/pull", {"lang": "en"}).status_code == 303
    sent = "Delivered to headquarters, with its receipt: 5."  # the hold, and until when four testimonies are kept
    assert sent in lawyer.get("/en/").text
    coordinator.post("/pull", {"lang": "en"})
    assert standing(page(coordinator, tid))["P06"] == "no"
    usable = coordinator.get("/en/usable/").text
    assert f'data-use="{COUNT}" data-usable="2"' in usable
    assert 'data-reason="on_hold"' in usable
    say(coordinator, tid, "RELEASE")
    coordinator.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    text = page(lawyer, tid)
    event = re.search(r'name="event" value="([0-9a-f]{32})"', text)
    assert event is not None
    assert standing(text)["P06"] == "no"
    assert lawyer.post(f"/testimony/{tid}/consent/confirm", {"event": event[1], "lang": "en"}).status_code == 303
    assert standing(page(lawyer, tid))["P06"] == "yes"
    assert "data-waiting" not in page(lawyer, tid)


def test_out_of_reach_one_sentence_says_so_and_everything_waits(
    browser: Callable[..., Browser], filled: Filled, cut_off: None
) -> None:
    lawyer, tid = browser("lawyer"), filled.tid(EVERYTHING)
    say(lawyer, tid, "WITHDRAW")
    lawyer.post("/pull", {"lang": "en"})
    text = lawyer.get("/en/").text
    assert "http://central.example cannot be reached." in text
    assert "Still waiting here for headquarters: 1. Nothing is lost." in text
    assert standing(page(lawyer, tid))["P06"] == "no", "it holds here all the same"


def test_a_withdrawal_of_everything_can_be_contested_by_both_roles(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "WITHDRAW", "all")
    assert "This testimony is withdrawn or set aside." in page(lawyer, tid)
    assert say(lawyer, tid, "HOLD").status_code == 409
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        found = re.search(r'name="withdrawal" value="([0-9a-f]{64})"', page(desk, tid))
        assert found is not None
        said = {"withdrawal": found[1], "reason": "wrong_person", "lang": "en"}
        assert desk.post(f"/testimony/{tid}/consent/contest", {**said, "reason": "x"}).status_code == 400
        assert desk.post(f"/testimony/{tid}/consent/contest", said).status_code == 303
        desk.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        assert standing(page(desk, tid))["P06"] == "yes"


def test_who_cannot_read_the_consent_may_still_pass_on_that_everything_is_taken_back(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    coordinator, tid = browser("coordinator"), filled.tid(LAWYERS)
    assert "The consent cannot be read here." in page(coordinator, tid)
    assert say(coordinator, tid, "HOLD", "all").status_code == 409
    assert say(coordinator, tid, "WITHDRAW", "all").status_code == 303
    assert "This testimony is withdrawn or set aside." in page(coordinator, tid)


def test_the_second_signature_under_erasing_destroys_it(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
    event = re.search(r'name="event" value="([0-9a-f]{32})"', page(coordinator, tid))
    assert event is not None
    answer = coordinator.post(f"/testimony/{tid}/consent/confirm", {"event": event[1], "lang": "en"})
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert coordinator.get(f"/en/testimony/{tid}/consent").status_code == 404
    for desk in (coordinator, lawyer):
        desk.post("/pull", {"lang": "en"})
    assert lawyer.get(f"/en/testimony/{tid}").status_code == 404


def test_the_proposal_to_erase_one_use_says_that_it_is_on_hold_and_names_no_day_until_it_is_confirmed(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    assert say(lawyer, tid, "WITHDRAW", MECHANISM).status_code == 303, "P06 alone keeps the coordinators from now on"
    say(lawyer, tid, "ERASE")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        text = page(desk, tid)
        assert 'data-waiting="ERASE"' in text
        assert standing(text)["P06"] == "no"
        for lie in ("data-suspension", "destroyed on", "that the witness withdraws", "was taken back or erased"):
            assert lie not in text, lie
        assert "was taken back or erased" not in desk.get(f"/en/testimony/{tid}").text
    event = re.search(r'name="event" value="([0-9a-f]{32})"', page(coordinator, tid))
    assert event is not None
    coordinator.post(f"/testimony/{tid}/consent/confirm", {"event": event[1], "lang": "en"})
    for desk in (coordinator, lawyer):
        desk.post("/pull", {"lang": "en"})
        text = page(desk, tid)
        assert "A part was taken back or erased. Some readers cannot open it any more." in text
        assert "that the witness withdraws" not in text
    assert "This part was taken back or erased." in coordinator.get(f"/en/testimony/{tid}").text


def test_the_proposal_to_erase_everything_is_not_called_a_withdrawal_by_the_witness(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        text = page(desk, tid)
        assert "Somebody proposes to erase this testimony for ever." in text
        assert "destroyed on" in text, "it is held back at once, and destroyed unless both roles say that this is wrong"
        assert "that the witness withdraws" not in text


def test_what_is_said_of_erasing_everything_is_that_one_signature_destroys_it_after_the_grace_period(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    (choice,) = re.findall(r'value="ERASE"> <span>([^<]+)</span>', page(lawyer, tid))
    assert choice == f"Erase for ever. One use is on hold until a second person confirms it. {WHOLE}"
    say(lawyer, tid, "ERASE")
    assert SECOND in page(lawyer, tid), "of one use that is so"
    other = filled.tid(LAWYERS)
    say(lawyer, other, "ERASE", "all")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        text = page(desk, other)
        (card,) = re.findall(r'data-waiting="ERASE">(.*?)</section>', text, re.DOTALL)
        assert f"<h2>{AT_ONCE}</h2>" in card
        assert WHOLE in card
        assert text.count(WHOLE) == 2, "in the history too"
        for untrue in (SECOND, "Waits for a second signature", "must confirm it", "is on hold"):
            assert untrue not in text, untrue
        contest(desk, other, ERASING)
        desk.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        (line,) = re.findall(r'data-act="ERASE".*?</li>', page(desk, other), re.DOTALL)
        assert "said that this is false. The hold stays until both lift it." in line


def test_the_witness_may_withdraw_what_a_proposal_to_erase_holds_back_and_that_stays_when_the_proposal_is_false(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    assert say(lawyer, tid, "WITHDRAW", "all").status_code == 409, "of one day it would be the same record"
    assert PASSED_ON in page(lawyer, tid)
    a_day_later(lawyer)
    assert say(lawyer, tid, "WITHDRAW", "all").status_code == 303
    text = page(lawyer, tid)
    assert sorted(headings(text)) == [ERASING, WITHDRAWN]
    assert PASSED_ON not in text, "said once"
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        contest(desk, tid, ERASING)
        desk.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        text = page(desk, tid)
        assert headings(text) == [WITHDRAWN]
        assert "This testimony is withdrawn or set aside." in text


def test_that_the_record_may_not_be_kept_is_passed_on_while_a_false_withdrawal_suspends_it(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    a_day_later(lawyer)
    assert say(lawyer, tid, "HOLD", KEEPING).status_code == 409
    assert say(lawyer, tid, "WITHDRAW", KEEPING).status_code == 303
    assert sorted(headings(page(lawyer, tid))) == [ERASING, WITHDRAWN]
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        contest(desk, tid, ERASING)
        desk.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        assert headings(page(desk, tid)) == [WITHDRAWN]


def test_who_cannot_read_the_consent_may_pass_on_that_the_record_may_not_be_kept(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    coordinator, tid = browser("coordinator"), filled.tid(LAWYERS)
    assert say(coordinator, tid, "WITHDRAW", KEEPING).status_code == 303
    assert "This testimony is withdrawn or set aside." in page(coordinator, tid)


def test_a_proposal_to_erase_that_names_no_withdrawal_leaves_its_signer_the_way_to_pass_the_withdrawal_on(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    lawyer, tid = browser("lawyer"), filled.tid(EVERYTHING)
    monkeypatch.setattr(erasures, "link_to", lambda _: {})  # as earlier versions sealed it
    say(lawyer, tid, "ERASE", "all")
    text = page(lawyer, tid)
    assert headings(text) == [ERASING]
    assert PASSED_ON in text
    a_day_later(lawyer)
    assert say(lawyer, tid, "WITHDRAW", "all").status_code == 303
    text = page(lawyer, tid)
    assert sorted(headings(text)) == [ERASING, WITHDRAWN]
    assert PASSED_ON not in text, "said once"


def test_a_second_reader_is_told_that_passing_on_the_witnesss_withdrawal_destroys_at_once(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
    form = re.compile(rf'{AT_ONCE}</p>\s*<form[^>]*>\s*(<input type="hidden"[^>]*>\s*)+')
    found = form.search(page(coordinator, tid))
    assert found is not None
    assert 'name="act" value="WITHDRAW"' in found[0]
    assert form.search(page(lawyer, tid)) is None, "one person's second signature destroys nothing"
    answer = say(coordinator, tid, "WITHDRAW", "all")
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert coordinator.get(f"/en/testimony/{tid}/consent").status_code == 404


def test_a_withdrawal_is_not_called_an_erasure_because_its_signer_once_proposed_one_that_was_false(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    say(lawyer, tid, "ERASE", "all")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
        assert 'data-waiting="ERASE"' in page(desk, tid)
        contest(desk, tid, ERASING)
        desk.post("/pull", {"lang": "en"})
    lawyer.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        text = page(desk, tid)
        assert headings(text) == []
        assert "data-waiting" not in text, "nobody can confirm what two roles called false"
    assert say(lawyer, tid, "ERASE", "all").status_code == 409, "it would name the same void record"
    a_day_later(lawyer)
    assert say(lawyer, tid, "WITHDRAW", "all").status_code == 303
    lawyer.post("/pull", {"lang": "en"})
    coordinator.post("/pull", {"lang": "en"})
    for desk in (lawyer, coordinator):
        assert headings(page(desk, tid)) == [WITHDRAWN]


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_the_pages_come_up_in_every_language(lang: str, browser: Callable[..., Browser], filled: Filled) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    for act in ("HOLD", "WITHDRAW", "ERASE"):
        say(lawyer, filled.tid(LAWYERS) if act == "ERASE" else tid, act, "all" if act == "ERASE" else COUNT)
    page = lawyer.get(f"/{lang}/testimony/{tid}/consent").text
    assert page.index('id="change"') < page.index('id="stands"'), "what the button led here for stands first"
    for path in (f"testimony/{tid}/consent", f"testimony/{filled.tid(LAWYERS)}/consent", f"testimony/{tid}/ask"):
        assert lawyer.get(f"/{lang}/{path}").status_code == 200
    for one in (lawyer, coordinator):
        assert one.get(f"/{lang}/ending/").status_code == 200
    assert 'id="requests"' in lawyer.get(f"/{lang}/withdrawals/").text
    assert 'id="requests"' not in coordinator.get(f"/{lang}/withdrawals/").text
    assert coordinator.get(f"/{lang}/usable/").status_code == 200
    assert lawyer.get(f"/{lang}/usable/").status_code == 403


def test_what_is_no_act_and_nothing_that_was_asked_is_refused_and_changes_nothing(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    before = standing(page(lawyer, tid))
    assert say(lawyer, tid, "GRANT").status_code == 409
    assert say(lawyer, tid, "SHRED").status_code == 400
    assert say(lawyer, tid, "HOLD", reason="because I say so").status_code == 400
    assert say(lawyer, tid, "HOLD", about="P99 public").status_code == 409
    assert say(coordinator, tid, "INVALIDATE").status_code == 409
    assert say(lawyer, "0" * 32, "HOLD").status_code == 404
    assert lawyer.post(f"/testimony/{tid}/consent/confirm", {"event": "x"}).status_code == 409
    assert standing(page(lawyer, tid)) == before
    assert browser("lawyer", unlocked=False).get(f"/en/testimony/{tid}/consent").status_code == 303


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Written down and signed: yes."),
        ({"answer": "no"}, "Written down and signed: no."),
        ({"told": ["who"]}, "Written down as asked and refused: Something that the witness must hear"),
        ({"cs_age": ""}, "Written down as asked and refused: Something about this consent was not written down."),
        ({"script": "ps"}, "Written down as asked and refused: A wording that was used was not checked"),
    ],
)
def test_a_late_yes_is_judged_like_one_at_the_interview(
    browser: Callable[..., Browser], filled: Filled, changes: dict[str, Any], sentence: str
) -> None:
    lawyer, tid = browser("lawyer"), keeping(filled)
    answer = lawyer.post(f"/testimony/{tid}/consent/ask", late(**changes))
    assert answer.status_code == 303
    text = page(lawyer, tid)
    assert sentence in text
    assert standing(text)["P06"] == ("yes" if not changes else "no")


def keeping(filled: Filled) -> str:
    """For lawyers alone, an adult's."""
    return filled.tid(LAWYERS)


def test_without_headquarters_for_a_week_nobody_is_asked(
    browser: Callable[..., Browser], filled: Filled, cut_off: None
) -> None:
    lawyer, tid = browser("lawyer"), keeping(filled)
    assert "was not reached within the last seven days" in lawyer.get(f"/en/testimony/{tid}/ask").text
    answer = lawyer.post(f"/testimony/{tid}/consent/ask", late())
    assert answer.status_code == 409
    assert "Something that was said may not have arrived here." in answer.text
    assert standing(page(lawyer, tid))["P06"] == "no"


def test_consent_that_ends_soon_says_whether_the_witness_may_be_contacted(
    app: Callable[..., Any], browser: Callable[..., Browser], filled: Filled
) -> None:
    lawyer = browser("lawyer")
    assert "Nothing ends in that time." in lawyer.get("/en/ending/").text
    lawyer.app.config["CLOCK"] = lambda: datetime(2026, 4, 10, 12, tzinfo=UTC)
    found = dict(re.findall(r'data-tid="(\w+)" data-contact="(\w+)"', lawyer.get("/en/ending/").text))
    assert found == {filled.tid(LAWYERS): "yes"}, "the clinic's three months, and P13 stands"
    say(lawyer, filled.tid(LAWYERS), "WITHDRAW", CONTACT)
    assert "Do not contact the witness" in lawyer.get("/en/ending/").text
    lawyer.app.config["CLOCK"] = lambda: datetime(2026, 4, 21, 0, 0, tzinfo=UTC)
    assert "Nothing ends in that time." in lawyer.get("/en/ending/").text, "it ended at midnight"
    assert standing(page(lawyer, filled.tid(LAWYERS)))["P05"] == "no"
    assert "This yes ended on 20 April 2026." in page(lawyer, filled.tid(LAWYERS))


def test_the_page_says_when_keeping_ends_and_of_how_many_nobody_said_it(
    browser: Callable[..., Browser], filled: Filled, reached: None
) -> None:
    lawyer = browser("lawyer")
    assert 'id="unknown"' in lawyer.get("/en/ending/").text
    lawyer.post("/pull", {"lang": "en"})  # the desk says until when, where it can open the consent
    assert "No consent to keep a testimony ends within 30 days." in lawyer.get("/en/ending/").text
    lawyer.app.config["CLOCK"] = lambda: datetime(2028, 1, 5, 12, tzinfo=UTC)
    text = lawyer.get("/en/ending/").text
    assert dict(re.findall(r'data-tid="(\w+)" data-over="(\w+)"', text))[filled.tid(LAWYERS)] == "no"
    assert "31 January 2028" in text
    assert "1 March 2028" in text
    lawyer.app.config["CLOCK"] = lambda: datetime(2028, 2, 5, 12, tzinfo=UTC)
    text = lawyer.get("/en/ending/").text
    assert dict(re.findall(r'data-tid="(\w+)" data-over="(\w+)"', text))[filled.tid(LAWYERS)] == "yes"


def test_a_request_without_a_code_is_read_by_lawyers(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    lawyer, station = browser("lawyer"), opened("lawyer")
    roster = station.chain.latest
    signer = reader_of(organisation, "lawyer-1").signer
    assert signer is not None
    text = "I told it in autumn, at the fence. <b>Please</b> take it back."
    sealed = seal_annex(
        canonical.encode({"kind": "withdrawal-request", "text": text, "day": "2026-01-19"}),
        tid=NOWHERE,
        day="2026-01-19",
        roster=roster.sha256,
        audiences={"lawyers": (roster.recipients("lawyers"), roster.slots["lawyers"])},
        signer=signer,
    )
    objects = (sealed.part.heads["lawyers"], sealed.part.body)
    take_in(station, [Incoming("record", sealed.record.encode()), *(Incoming("object", data) for data in objects)])
    shown = lawyer.get("/en/withdrawals/").text
    assert "at the fence. &lt;b&gt;Please&lt;/b&gt; take it back." in shown
    assert "19 January 2026" in shown
    assert lawyer.post("/withdrawals/0/done", {"lang": "en"}).status_code == 409
    assert lawyer.post(f"/withdrawals/{sealed.record.id}/done", {"lang": "en"}).status_code == 303
    assert "Nobody has asked." in lawyer.get("/en/withdrawals/").text


def test_no_word_of_a_testimony_is_in_the_desks_database_after_all_this(
    browser: Callable[..., Browser], filled: Filled, opened: Callable[[str], Station]
) -> None:
    lawyer, tid = browser("lawyer"), filled.tid(EVERYTHING)
    say(lawyer, tid, "HOLD", reason="danger")
    page(lawyer, tid)
    for path in opened("lawyer").settings.home.rglob("*"):
        if path.is_file():
            assert b'"danger"' not in path.read_bytes(), path.name


def test_the_choice_names_recipients_as_the_roster_does(browser: Callable[..., Browser], filled: Filled) -> None:
    """As everywhere else on the page, and not by a code or as "our organisation"."""
    text = page(browser("lawyer"), filled.tid(EVERYTHING))
    (chosen,) = re.findall(rf'<option value="{COUNT}">([^<]+)</option>', text)
    (kept,) = re.findall(r'<option value="P01 organisation">([^<]+)</option>', text)
    assert "the public" in chosen
    assert "Border Watch" in kept
