"""Each reader sees exactly what was sealed to them, and what was verified about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.services.custody import log as custody_log
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.web.text.pieces import LONGEST
from tests.support.damage import last_byte_changed
from tests.support.services import rosters
from tests.support.services.batches import bring, told
from tests.support.web.browser import EVERYTHING, KEEPING, LAWYERS, NUMBERS, Browser, Filled

ALL = {"narrative", "identity", "incident", "coded", "consent", "provenance"}
OPENS = {
    ("lawyer", EVERYTHING): ALL,
    ("lawyer", NUMBERS): {"incident", "coded", "consent"},
    ("lawyer", KEEPING): set(),
    ("lawyer", LAWYERS): ALL,
    ("coordinator", EVERYTHING): {"coded", "consent"},
    ("coordinator", NUMBERS): {"coded", "consent"},
    ("coordinator", KEEPING): set(),
    ("coordinator", LAWYERS): set(),
}


def sections(page: str) -> dict[str, str]:
    """Compartment -> "" where it was opened, else the code."""
    found = re.findall(r'data-compartment="([a-z]+)"(?: data-closed="([a-z_]+)")?', page)
    return dict(found)


@pytest.mark.parametrize(("role", "number"), OPENS)
def test_a_reader_opens_what_the_witness_agreed_to_and_nothing_else(
    role: str, number: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser(role).get(f"/en/testimony/{filled.tid(number)}").text
    shown = sections(page)
    assert {part for part, closed in shown.items() if not closed} == OPENS[role, number]
    assert {closed for closed in shown.values() if closed} <= {"not_for_you", "not_agreed", "incomplete"}
    assert shown.keys() == ALL


def test_what_was_sealed_to_somebody_who_had_been_removed_says_so_and_what_to_do(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    filled: Filled,
    organisation: Organisation,
) -> None:
    """The phone had the list of readers of before: its node withheld the newer one."""
    one = browser("lawyer")
    page = f"/en/testimony/{filled.tid(EVERYTHING)}"
    assert "data-removed" not in one.get(page).text + one.get("/en/").text
    removed = rosters.without(organisation, organisation.roster, "lawyer-2", issued="2026-01-08")
    for station in (opened("lawyer"), opened("central")):
        adoption.adopt_all(station, [removed])
    (said,) = re.findall(r'data-removed="lawyer-2">([^<]*)', one.get(page).text)
    assert "sealed to lawyer-2 too, who was removed on 8 January 2026" in said
    assert "Tell the coordinator" in said
    assert (
        f"/en/testimony/{filled.tid(EVERYTHING)}" in one.get("/en/").text.split("data-removed", 1)[1].split("</ul>")[0]
    )
    assert "data-removed" in browser("central").get("/en/").text


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
@pytest.mark.parametrize("number", [EVERYTHING, NUMBERS, KEEPING, LAWYERS])
def test_words_and_names_are_on_the_page_only_of_a_lawyer_with_consent(
    role: str, number: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser(role).get(f"/en/testimony/{filled.tid(number)}").text
    told = filled.told[number]
    readable = "narrative" in OPENS[role, number]
    assert (told["text"] in page) is readable
    for value in told["identity"].values():
        assert (f">{value}<" in page) is readable


def test_words_keep_their_own_language_and_direction_on_a_page_of_another(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    told = filled.told[EVERYTHING]
    assert told["lang"] == "ar"
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert '<html lang="en" dir="ltr">' in page
    assert re.search(r'<article class="statement" lang="ar" dir="rtl"[^>]*>' + re.escape(told["text"]), page)


def test_consent_is_shown_purpose_by_purpose(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("coordinator").get(f"/en/testimony/{filled.tid(NUMBERS)}").text
    usable = dict(re.findall(r'data-purpose="(P\d+)" data-state="[a-z_]+" data-usable="(yes|no)"', page))
    assert {purpose for purpose, holds in usable.items() if holds == "yes"} == set(filled.told[NUMBERS]["purposes"])
    assert usable["P04"] == "no"


def test_each_recipient_and_what_was_not_asked_is_shown_with_its_end(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(3)}").text
    lines = re.findall(r'<li data-purpose="(P\w+)" data-state="(\w+)".*?</li>', page, re.DOTALL)
    assert ("P05", "granted") in lines
    assert ("P06", "refused") in lines
    assert page.count("until:") == 4  # P01, P04, P05, P13
    assert "The child agreed" in page
    assert re.search(r'data-field="help-camp-clinic".*?<dd>wanted</dd>', page, re.DOTALL)


def test_manifest_attestation_and_log_are_verified_in_words(browser: Callable[..., Browser], filled: Filled) -> None:
    lawyer = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert re.findall(r'data-check="(\w+)"', lawyer) == ["yes"] * 6
    coordinator = browser("coordinator").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert re.findall(r'data-check="(\w+)"', coordinator) == ["yes", "yes", "open", "yes", "yes", "yes"]


def test_a_damaged_body_is_called_altered_and_never_shown(
    opened: Callable[[str], Station], browser: Callable[..., Browser], filled: Filled
) -> None:
    station, sealed = opened("lawyer"), filled.sealed[EVERYTHING]
    body = next(part["body"] for part in sealed.record.value["parts"] if part["part"] == "narrative")
    (file,) = [path for path in station.settings.home.rglob(f"*{body[2:]}") if path.is_file()]
    file.chmod(0o600)
    file.write_bytes(last_byte_changed(file.read_bytes()))
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert sections(page)["narrative"] == "altered"
    assert re.findall(r'data-check="(\w+)"', page) == ["yes", "no", "yes", "yes", "yes", "yes"]
    assert "does not verify" in page
    assert filled.told[EVERYTHING]["text"] not in page


def test_a_missing_body_is_called_incomplete(
    opened: Callable[[str], Station], browser: Callable[..., Browser], filled: Filled
) -> None:
    station, sealed = opened("lawyer"), filled.sealed[EVERYTHING]
    body = next(part["body"] for part in sealed.record.value["parts"] if part["part"] == "identity")
    station.parts.remove(body)
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert sections(page)["identity"] == "incomplete"


def test_opening_is_noted_in_the_desks_own_log_with_ids_only(
    opened: Callable[[str], Station], browser: Callable[..., Browser], filled: Filled
) -> None:
    browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}")
    with opened("lawyer").database.reading() as session:
        entries = [entry for _, entry in custody_log.entries(session, 0, 100)]
    assert b'"kind":"listed"' in entries[-1], "the codes of its face"
    last = entries[-2]
    assert b'"kind":"opened"' in last
    assert filled.sealed[EVERYTHING].record.id.encode() in last
    assert b"lawyer-1" in last


def test_an_unknown_testimony_is_not_found(browser: Callable[..., Browser]) -> None:
    assert browser("lawyer").get(f"/en/testimony/{'0' * 32}").status_code == 404


def test_nothing_readable_is_left_on_the_disk_of_the_desk(
    opened: Callable[[str], Station], browser: Callable[..., Browser], filled: Filled
) -> None:
    home = opened("lawyer").settings.home
    reader = browser("lawyer")
    reader.get("/en/")
    reader.get(f"/en/testimony/{filled.tid(EVERYTHING)}")
    told = filled.told[EVERYTHING]
    needles = [told["text"][:20].encode(), told["identity"]["w_name"].encode()]
    for path in home.rglob("*"):
        if path.is_file():
            assert not any(needle in path.read_bytes() for needle in needles), path.name


def test_the_list_says_what_opens_and_that_it_verifies(browser: Callable[..., Browser], filled: Filled) -> None:
    page = browser("coordinator").get("/en/").text
    entries = re.findall(r'data-tid="([0-9a-f]{32})"[^>]* data-opens="([a-z ]*)"(.*?)</tr>', page, re.DOTALL)
    assert {tid for tid, _, _ in entries} == {filled.tid(number) for number in range(5)}
    opens = {tid: set(parts.split()) for tid, parts, _ in entries}
    for number in (EVERYTHING, NUMBERS, KEEPING, LAWYERS):
        assert opens[filled.tid(number)] == OPENS["coordinator", number]
    for _, parts, row in entries:
        assert ('data-code="closed"' in row) is not bool(parts)
        assert "does not verify" not in row
        assert "not yet verified" not in row


def test_a_coordinators_desk_holds_no_other_part_even_if_somebody_sends_one(
    opened: Callable[[str], Station], filled: Filled, browser: Callable[..., Browser]
) -> None:
    """Code, not the roster and not central, keeps coordinators out of everything but coded and consent."""
    objects = [
        Incoming("object", data)
        for part in filled.sealed[EVERYTHING].parts
        for data in (*part.heads.values(), part.body)
    ]
    take_in(opened("coordinator"), objects)
    page = browser("coordinator").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    assert {part for part, closed in sections(page).items() if not closed} == {"coded", "consent"}


def test_what_a_hostile_device_sealed_is_shown_as_text_and_runs_nowhere(
    opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    account = {
        **told(0, ("P01", "P04")),
        "text": hostile,
        "lang": '"><b>',
        "identity": {"w_name": hostile, "unknown": hostile},
    }
    account["incident"] |= {"v_acts": [hostile], "unknown": hostile}
    (sealed,) = bring(organisation, opened("lawyer"), [{**account, "script": "en"}])
    answer = browser("lawyer").get(f"/en/testimony/{sealed.record.value['tid']}")
    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)" in answer.text
    for raw in ("<script>alert", "<img src=x", '"><b>'):
        assert raw not in answer.text


@pytest.mark.parametrize(("coding", "shown"), [({"coding": "desk"}, 1), ({}, 0)])
def test_what_an_interviewer_left_to_the_desk_to_code_is_said(
    coding: dict[str, str],
    shown: int,
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = demo.contents

    def contents(*arguments: Any) -> dict[str, Any]:
        parts = made(*arguments)
        return {**parts, "provenance": {**parts["provenance"], **coding}}

    monkeypatch.setattr(demo, "contents", contents)
    (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    page = browser("lawyer").get(f"/en/testimony/{sealed.record.value['tid']}").text
    assert page.count("code it from the account") == shown


def test_the_event_that_the_same_witness_told_before_is_one_click_away(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (first,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    made = demo.contents
    for name, expected in [
        (first.record.id, f'href="/en/testimony/{first.record.value["tid"]}"'),
        ("ab" * 32, "That testimony is not here."),
        ("no name", ""),
    ]:

        def contents(*arguments: Any, named: str = name) -> dict[str, Any]:
            parts = made(*arguments)
            return {**parts, "provenance": {**parts["provenance"], "further": named}}

        monkeypatch.setattr(demo, "contents", contents)
        (sealed,) = bring(organisation, opened("lawyer"), [told(1, ("P01", "P04"))])
        page = browser("lawyer").get(f"/en/testimony/{sealed.record.value['tid']}").text
        assert expected in page
        assert ('data-field="further"' in page) == bool(expected)
        assert ("data-same-witness" in page) == ("href" in expected)


def test_a_lawyer_signs_with_one_press_that_the_same_witness_told_both(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (first,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    made = demo.contents

    def contents(*arguments: Any) -> dict[str, Any]:
        parts = made(*arguments)
        return {**parts, "provenance": {**parts["provenance"], "further": first.record.id}}

    monkeypatch.setattr(demo, "contents", contents)
    (second,) = bring(organisation, opened("lawyer"), [told(1, ("P01", "P04"))])
    one, (before, tid) = browser("lawyer"), (str(each.record.value["tid"]) for each in (first, second))
    assert one.post(f"/testimony/{tid}/person", {"who": before}).status_code == 303
    page = one.get(f"/en/testimony/{tid}").text
    assert "data-same-witness" not in page
    fellows = page.partition("data-fellows")[2].partition("</p>")[0]
    assert f"/en/testimony/{before}" in fellows


@pytest.mark.parametrize("path", ["", "/translate/s1/en", "/coding"])
def test_no_block_of_a_page_holds_more_joined_letters_than_a_browser_breaks_at_once(
    path: str, opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    account = {**told(0, ("P01", "P04")), "text": "ه" * 90_000, "lang": "ar", "script": "en"}
    (sealed,) = bring(organisation, opened("lawyer"), [account])
    page = browser("lawyer").get(f"/en/testimony/{sealed.record.value['tid']}{path}").text
    words = re.findall("ه+", page)
    assert sum(map(len, words)) >= 90_000
    assert max(map(len, words)) <= LONGEST


@pytest.mark.parametrize(
    "content",
    [
        {"consent": {"events": "x", "script": 7, "told": {}, "teach_back": [], "interpreter": "y"}},
        {"consent": {"events": [7, None, {"event": "GRANT"}]}},
        {"incident": {"answers": {"v_acts": 7, "i_date": {"value": []}, "g_size": {"value": {}}, "w_age": None}}},
        {"incident": {"answers": [1, 2]}, "coded": {}, "identity": {"answers": "x"}},
        {"narrative": {"statements": [7, {"id": 1}, {"id": "a", "lang": "x" * 999, "text": ""}]}},
        {"provenance": {"started": 7, "finished": [], "interpreter_name": {}}},
    ],
)
def test_malformed_content_is_shown_as_far_as_it_can_be_and_breaks_no_page(
    content: dict[str, Any],
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = demo.contents
    monkeypatch.setattr(demo, "contents", lambda *args: {**made(*args), **content})
    (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    one = browser("lawyer")
    for lang in DESKS:
        answer = one.get(f"/{lang}/testimony/{sealed.record.value['tid']}")
        assert answer.status_code == 200
        assert set(sections(answer.text)) == ALL
