"""Incidents on a desk's pages: linked, compared, counted and named by lawyers, whatever hostile annexes say."""

from __future__ import annotations

import html
import os
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome

from testimony.domain.incidents import events as incident_events
from testimony.domain.incidents import titles
from testimony.domain.incidents.events import NOWHERE
from testimony.services.consent import acts as consent_acts
from testimony.station.station import Station
from testimony.web.desk.incidents import candidates, incidents
from testimony.web.desk.incidents import faces as incident_faces
from tests.support.journeys.desks import Desk
from tests.support.services.batches import bring
from tests.support.services.batches import told as account
from tests.support.services.desks import reader_of
from tests.support.web.browser import EVERYTHING, KEEPING, LAWYERS, NUMBERS, Browser, Filled, Served, passphrase_of

CANARY = "heron-seventeen"
NOBODY = "f" * 32


def section(desk: Browser, tid: str, lang: str = "en") -> str:
    text = desk.get(f"/{lang}/testimony/{tid}").text
    return str(text.split('data-section="incidents"')[1].split("</section>")[0])


def told(desk: Browser, tid: str) -> list[str]:
    return re.findall(r'data-incident="([0-9a-f]{32})"', section(desk, tid))


def tell(desk: Browser, tid: str, incident: str = "", act: str = "") -> Any:
    return desk.post(f"/testimony/{tid}/incident", {"incident": incident, "act": act, "lang": "en"})


def both(desk: Browser, filled: Filled) -> tuple[str, str, str]:
    """Two testimonies and the incident of which both tell."""
    one, two = filled.tid(EVERYTHING), filled.tid(LAWYERS)
    tell(desk, one)
    (incident,) = told(desk, one)
    tell(desk, two, incident)
    return one, two, incident


def test_a_lawyer_says_of_which_incident_it_tells_and_takes_it_back(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert "Nobody said of which incident it tells." in section(desk, tid)
    answer = tell(desk, tid)
    assert (answer.status_code, answer.location.endswith(f"/en/testimony/{tid}#incidents")) == (303, True)
    (incident,) = told(desk, tid)
    assert tell(desk, tid, incident, "away").status_code == 303
    assert told(desk, tid) == []
    assert desk.get(f"/en/incidents/{incident}").status_code == 404


def test_accounts_stand_beside_each_other_each_in_its_own_direction(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    one, two, incident = both(desk, filled)
    page = desk.get(f"/en/incidents/{incident}").text
    assert set(re.findall(r'data-account="([0-9a-f]{32})"', page)) == {one, two}
    assert set(re.findall(r'<p class="statement" lang="(\w+)" dir="(\w+)">', page)) == {("ar", "rtl"), ("prs", "rtl")}
    assert filled.told[EVERYTHING]["text"] in page
    assert filled.told[LAWYERS]["text"] in page
    assert {'href="#account-1"', 'href="#account-2"', 'id="account-1"', 'id="account-2"'} <= set(
        re.findall(r'(?:href="#|id=")account-\d"', page)
    )


def test_the_answers_that_differ_are_marked_with_a_word_and_those_that_agree_are_not(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    *_, incident = both(desk, filled)
    page = desk.get(f"/en/incidents/{incident}").text
    part = page.split('id="compared"')[1].split("</section>")[0]
    rows = [
        row for row in re.findall(r'<tr role="row"( data-differs)?>(.*?)</tr>', part, re.S) if "rowheader" in row[1]
    ]
    marked = {re.findall(r"<span dir=\"auto\">(.*?)</span>", row)[0]: bool(mark) for mark, row in rows}
    assert len(marked) > 20
    assert sum(marked.values()) > 3
    assert marked["Nationality"]
    assert not marked["Type of incident"]
    assert all(("≠" in row) == bool(mark) for mark, row in rows)


def test_map_and_timeline_are_drawn_with_their_tables(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    *_, incident = both(desk, filled)
    page = desk.get(f"/en/incidents/{incident}").text
    assert {'data-chart="map"', 'data-chart="timeline"'} <= set(re.findall(r'data-chart="\w+"', page))
    assert re.findall(r'data-segment="([^"]+)"', page) == ["HRV-BIH:north"]
    assert page.count('class="exact"') == 2
    listed = desk.get("/en/incidents").text
    assert re.findall(r'data-incident="([0-9a-f]{32})"', listed) == [incident]
    assert "2 accounts" in listed
    assert "18 January 2026" in listed


def test_a_list_opens_for_a_moment_only_and_says_what_it_has_not_read(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "OPENING", 0.0)
    monkeypatch.setattr("testimony.services.incidents.candidates.CHUNK", 1)
    desk = browser("lawyer")
    both(desk, filled)
    first = desk.get("/en/incidents").text
    assert "Of 1 account it is not read yet" in first
    monkeypatch.setattr(incidents, "OPENING", 9.0)
    assert "data-unopened" not in desk.get("/en/incidents").text


def test_people_are_counted_by_a_range_beside_what_accounts_say_and_no_sum_is_shown(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    one, two, incident = both(desk, filled)
    body = {"people": "returned", "low": "6", "high": "9", "account": one, "lang": "en"}
    assert desk.post(f"/incidents/{incident}/count", body).status_code == 303
    page = desk.get(f"/en/incidents/{incident}").text
    returned = page.split('data-people="returned"')[1].split('data-people="injured"')[0]
    assert re.findall(r'data-said-range="([^"]+)"', returned) == ["6–9"]
    assert one[:8] in returned
    assert two[:8] not in returned
    numbers = re.findall(r">(\d+)<", returned.replace(one[:8], ""))  # the short form of a name may be all digits
    assert sorted(numbers) == ["5", "7"], "seven and five, and nowhere twelve"
    for low, high in (("9", "6"), ("x", "6"), ("-1", "6"), ("1234567", "")):
        assert desk.post(f"/incidents/{incident}/count", {**body, "low": low, "high": high}).status_code == 409
    assert desk.post(f"/incidents/{incident}/count", {**body, "people": "Amina"}).status_code == 400
    assert desk.post(f"/incidents/{incident}/count", {**body, "low": "", "high": ""}).status_code == 303
    assert "data-said-range" not in desk.get(f"/en/incidents/{incident}").text


def test_incidents_are_merged_taken_apart_and_divided(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, one, two = browser("lawyer"), filled.tid(EVERYTHING), filled.tid(LAWYERS)
    tell(desk, one)
    tell(desk, two)
    first, second = told(desk, one)[0], told(desk, two)[0]
    assert desk.post(f"/incidents/{first}/merge", {"other": second, "lang": "en"}).status_code == 303
    assert told(desk, one) == told(desk, two) == [min(first, second)]
    for name in (first, second):
        assert desk.get(f"/en/incidents/{name}").status_code == 200
    merge = re.findall(r'data-merge="([0-9a-f]{32})"', desk.get(f"/en/incidents/{first}").text)[0]
    assert desk.post(f"/incidents/{first}/split", {"merge": NOBODY, "lang": "en"}).status_code == 409
    assert desk.post(f"/incidents/{first}/split", {"merge": merge, "lang": "en"}).status_code == 303
    assert (told(desk, one), told(desk, two)) == ([first], [second])
    tell(desk, two, first)
    tell(desk, two, second, "away")
    assert desk.post(f"/incidents/{first}/divide", {"account": two, "lang": "en"}).status_code == 303
    assert told(desk, one) == [first]
    assert told(desk, two) not in ([first], [second], [])


def test_one_person_of_two_accounts_is_a_key_and_two_desks_that_differ_are_a_conflict(
    browser: Callable[..., Browser], filled: Filled, opened: Callable[[str], Station], organisation: Any
) -> None:
    desk, one, two = browser("lawyer"), filled.tid(EVERYTHING), filled.tid(LAWYERS)
    say = {"who": two, "lang": "en"}
    assert desk.post(f"/testimony/{one}/person", say).status_code == 303
    assert f'href="/en/testimony/{two}"' in section(desk, one)
    assert "data-conflict" not in section(desk, one)
    for who, status in (("", 400), (two[:8], 404), ("<b>", 404), ("../../etc", 404), (NOBODY, 404), (one, 409)):
        assert desk.post(f"/testimony/{one}/person", {**say, "who": who}).status_code == status
    forge(opened("lawyer"), organisation, one, event("PERSON", person=NOBODY))
    assert "data-conflict" in section(desk, one)
    assert desk.post(f"/testimony/{one}/person", {"who": "nobody", "lang": "en"}).status_code == 303
    assert "Nobody said who told it." in section(desk, one)


def choices(page: str, name: str) -> dict[str, str]:
    """What may be chosen as `name`, and the words of it."""
    found = re.findall(
        rf'<input type="radio" name="{name}" value="([^"]*)"[^>]*> <span>(.*?)</span></label>', page, re.S
    )
    return {value: " ".join(html.unescape(re.sub(r"<[^>]*>", " ", words)).split()) for value, words in found}


def test_an_incident_is_chosen_by_border_day_kind_and_accounts_and_by_its_title(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    _, _, incident = both(desk, filled)
    other = filled.tid(NUMBERS)
    said = choices(desk.get(f"/en/testimony/{other}/links").text, "incident")
    assert said[""] == "a new incident"
    assert said[incident].startswith(
        "Croatia to Bosnia & Herzegovina, north January 2026 · Pushback over a land or river border"
    )
    assert said[incident].endswith(f"2 accounts ID {incident[:8]}")
    desk.get("/en/incidents")  # opens the days
    assert "north 18 January 2026 · " in choices(desk.get(f"/en/testimony/{other}/links").text, "incident")[incident]
    desk.post_json(f"/incidents/{incident}/title", {"title": "The invented bridge"})
    tell(desk, other)
    (second,) = told(desk, other)
    merging = choices(desk.get(f"/en/incidents/{second}").text, "other")
    assert list(merging) == [incident], "an incident is not merged with itself"
    assert merging[incident].startswith("The invented bridge Croatia to Bosnia & Herzegovina, north · 18 January 2026")
    desk.post(f"/incidents/{second}/merge", {"other": incident, "lang": "en"})
    page = desk.get(f"/en/incidents/{second}").text
    undone = page.split("data-merge=")[1].split("</li>")[0]
    assert "The invented bridge" in undone
    assert sorted(re.findall(r"(\d) accounts?<", undone)) == ["1", "2"], "each with its own accounts"


def test_the_person_is_chosen_by_the_faces_of_other_accounts_the_likeliest_first(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    one, two, _ = both(desk, filled)
    said = choices(desk.get(f"/en/testimony/{one}/links").text, "who")
    assert list(said)[:3] == ["new", "nobody", two]
    assert one not in said
    assert said[two].startswith("Croatia to Bosnia & Herzegovina, north")
    desk.post(f"/testimony/{one}/person", {"who": two, "lang": "en"})
    assert two not in choices(desk.get(f"/en/testimony/{one}/links").text, "who")


def test_the_lists_of_choices_have_an_end_and_say_so(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = browser("lawyer")
    one, two, _ = both(desk, filled)
    other = filled.tid(NUMBERS)
    tell(desk, other)
    tell(desk, filled.tid(KEEPING))
    cut = "Only the first 1 lines are shown here."
    assert cut not in desk.get(f"/en/testimony/{other}/links").text
    monkeypatch.setattr(incident_faces, "MOST", 1)
    page = desk.get(f"/en/testimony/{one}/links").text
    assert list(choices(page, "who")) == ["new", "nobody", two], "the likeliest"
    assert len(choices(page, "incident")) == 2
    page = desk.get(f"/en/testimony/{other}/links").text
    assert (len(choices(page, "incident")), len(choices(page, "who")), page.count(cut)) == (2, 3, 2)
    page = desk.get(f"/en/incidents/{told(desk, other)[0]}").text
    assert (len(choices(page, "other")), page.count(cut)) == (1, 1), "of the incidents to merge with"


def test_the_incidents_of_the_same_place_and_the_nearest_months_are_offered_first(
    organisation: Any, opened: Callable[[str], Station], browser: Callable[..., Browser]
) -> None:
    """The border is chosen before the month, and the month before the day on which somebody named the incident."""
    events = [
        ("HRV-BIH:north", "2026-01-18"), ("GRC-TUR:evros", "2026-01-18"), ("HRV-BIH:south", "2026-01-18"),
        ("HRV-BIH:north", "2025-03-02"), ("HRV-BIH:north", "2026-02-02"),
    ]  # fmt: skip
    accounts = [account(n, ("P01", "P04"), i_segment=place, i_date=day) for n, (place, day) in enumerate(events)]
    desk = browser("lawyer")
    tids = [str(one.record.value["tid"]) for one in bring(organisation, opened("lawyer"), accounts)]
    for tid in tids:
        tell(desk, tid)
    named = [told(desk, tid)[0] for tid in tids]
    nearest = [named[at] for at in (4, 3, 2, 1)]
    offered = [one for one in choices(desk.get(f"/en/incidents/{named[0]}").text, "other") if one in named]
    assert offered == nearest
    desk.post(f"/testimony/{tids[0]}/incident", {"incident": named[0], "act": "away", "lang": "en"})
    offered = list(choices(desk.get(f"/en/testimony/{tids[0]}/links").text, "incident"))
    assert [one for one in offered if one in named[1:]] == nearest


def test_a_title_is_sent_by_script_shown_to_lawyers_and_lies_nowhere_unsealed(
    browser: Callable[..., Browser], filled: Filled, opened: Callable[[str], Station]
) -> None:
    desk = browser("lawyer")
    one, _, incident = both(desk, filled)
    answer = desk.post_json(f"/incidents/{incident}/title", {"title": f" <b>{CANARY}\u202e</b> "})
    assert answer.json["title"] == f"<b>{CANARY}</b>"
    for page in ("/en/incidents", f"/en/incidents/{incident}", f"/en/testimony/{one}"):
        text = desk.get(page).text
        assert f"&lt;b&gt;{CANARY}&lt;/b&gt;" in text
        assert f"<b>{CANARY}" not in text
    for title in (7, None, "x" * 121):
        assert desk.post_json(f"/incidents/{incident}/title", {"title": title}).status_code in {400, 409}
    for path in opened("lawyer").settings.home.rglob("*"):
        assert not path.is_file() or CANARY.encode() not in path.read_bytes(), path


def test_suggestions_say_why_and_what_was_decided_is_asked_no_more(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, one, two = browser("lawyer"), filled.tid(EVERYTHING), filled.tid(LAWYERS)
    assert suggested(desk, one) == []
    assert desk.post(f"/testimony/{one}/alike", {"lang": "en"}).status_code == 303
    found = suggested(desk, one)
    assert two in found
    card = desk.get(f"/en/testimony/{one}/alike").text.split(f'data-suggested="{two}"')[1].split("</li>\n</ul>")[0]
    why = re.findall(r'data-reason="(\w+)"', card.split("</ul>")[0])
    assert why == ["segment", "day", "type"]
    assert two in section(desk, one)
    found = [two, *(tid for tid in found if tid != two)]
    decide = {"other": found[-1], "decide": "different", "lang": "en"}
    assert desk.post(f"/testimony/{one}/alike/decide", decide).status_code == 303
    assert sorted(suggested(desk, one)) == sorted(found[:-1])
    assert one not in suggested(desk, found[-1])
    answer = desk.post(f"/testimony/{one}/alike/decide", {"other": two, "decide": "same", "lang": "en"})
    (incident,) = told(desk, one)
    assert answer.location.endswith(f"/en/incidents/{incident}")
    assert told(desk, two) == [incident]
    assert two not in suggested(desk, one)
    for other, said in ((one, "same"), (two, NOBODY), (found[-1], "../x")):
        answer = desk.post(f"/testimony/{one}/alike/decide", {"other": other, "decide": said, "lang": "en"})
        assert answer.status_code == 409
    answer = desk.post(f"/testimony/{one}/alike/decide", {"other": "../x", "decide": "same", "lang": "en"})
    assert answer.status_code == 404


def test_nothing_more_is_offered_to_be_opened_once_everything_was_compared(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "AT_ONCE", 0.0)
    monkeypatch.setattr("testimony.services.inbox.search.CHUNK", 1)
    monkeypatch.setattr("testimony.services.incidents.candidates.CHUNK", 1)
    desk, address = browser("lawyer"), f"/en/testimony/{filled.tid(EVERYTHING)}/alike"
    held = desk.app.extensions["testimony.key"]
    assert "Open the accounts and look" in desk.get(address).text
    while not held.alike.holds(filled.tid(EVERYTHING)):
        desk.post_json("/alike/read", {})
    last = [desk.post_json("/alike/read", {}).json for _ in filled.sealed][-1]
    assert last == {"read": len(filled.sealed), "total": len(filled.sealed)}
    page = desk.get(address).text
    assert "Open more and look again" not in page
    assert "Open the accounts and look" not in page


def suggested(desk: Browser, tid: str) -> list[str]:
    return re.findall(r'data-suggested="([0-9a-f]{32})"', desk.get(f"/en/testimony/{tid}/alike").text)


def test_it_reads_on_while_it_is_asked_and_forgets_with_the_key(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "AT_ONCE", 0.0)
    monkeypatch.setattr("testimony.services.inbox.search.CHUNK", 1)
    monkeypatch.setattr("testimony.services.incidents.candidates.CHUNK", 1)
    desk = browser("lawyer")
    states = [desk.post_json("/alike/read", {}).json for _ in filled.sealed]
    assert [state["read"] for state in states] == [*range(1, len(filled.sealed) + 1)]
    assert {state["total"] for state in states} == {len(filled.sealed)}
    held = desk.app.extensions["testimony.key"]
    assert held.alike.holds(filled.tid(EVERYTHING))
    desk.post("/lock")
    assert not held.alike.holds(filled.tid(EVERYTHING))


def test_what_was_withdrawn_is_neither_suggested_nor_shown_nor_linked(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk = browser("lawyer")
    one, two, incident = both(desk, filled)
    desk.post(f"/testimony/{two}/alike", {"lang": "en"})
    desk.post(f"/testimony/{two}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    page = desk.get(f"/en/incidents/{incident}").text
    assert re.findall(r'data-account="([0-9a-f]{32})"', page) == [one]
    assert "data-gone" in page
    desk.post_json("/alike/read", {})
    other = filled.tid(NUMBERS)
    assert two not in suggested(desk, other)
    assert tell(desk, two).status_code in {404, 409}
    assert desk.get(f"/en/testimony/{two}/alike").status_code in {404, 409}


def test_neither_a_coordinator_nor_a_locked_desk_sees_incidents(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    coordinator, tid = browser("coordinator"), filled.tid(EVERYTHING)
    assert coordinator.get("/en/incidents").status_code == 403
    assert tell(coordinator, tid).status_code == 403
    assert 'data-section="incidents"' not in coordinator.get(f"/en/testimony/{tid}").text
    locked = browser("lawyer", unlocked=False)
    assert locked.get("/en/incidents").status_code == 303
    assert locked.post_json("/alike/read", {}).status_code == 423


def event(act: str, **own: Any) -> dict[str, Any]:
    return {"event": act, "id": os.urandom(16).hex(), "day": "2026-01-20", "after": [], **own}


def forge(station: Station, organisation: Any, tid: str, *events: Any, who: str = "lawyer-2", **content: Any) -> None:
    """What another desk signed, brought here."""
    said = content or {"kind": incident_events.KIND, "events": list(events)}
    reader = reader_of(organisation, who)
    _, items = consent_acts.seal_content(station.chain.latest, reader, tid, said, day=date(2026, 1, 20))
    consent_acts.keep(station, reader, items, [], date(2026, 1, 20))


def test_what_hostile_annexes_say_becomes_neither_path_nor_html_and_is_counted(
    browser: Callable[..., Browser], filled: Filled, opened: Callable[[str], Station], organisation: Any
) -> None:
    desk = browser("lawyer")
    one, _, incident = both(desk, filled)
    station = opened("lawyer")
    for wild in ("../../etc/passwd", "<script>alert(1)</script>", "x" * 50_000, "", None, 7):
        forge(station, organisation, one, event("TELLS", incident=wild))
        forge(station, organisation, one, event("DIFFERENT", other=wild))
    forge(station, organisation, one, event("TELLS", incident=NOBODY), who="coordinator-1")
    forge(station, organisation, NOWHERE, kind=titles.KIND, id="a" * 32, incident=incident,
          text="\u202e" + "y" * 119, day="2026-01-20", after=[])  # fmt: skip
    forge(station, organisation, NOWHERE, kind=titles.KIND, id="b" * 32, incident=incident,
          text="<script>" * 6000, day="2026-01-20", after=[])  # fmt: skip
    for page in ("/en/incidents", f"/en/incidents/{incident}", f"/en/testimony/{one}"):
        answer = desk.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.text
        assert "passwd" not in answer.text
        assert "\u202e" not in answer.text
        assert NOBODY not in answer.text
    assert "no lawyer signed them or they contradict themselves: 1." in section(desk, one)
    assert re.findall(r"cannot be read here, and count for nothing: (\d+)\.", section(desk, one)) == ["13"]


@pytest.mark.parametrize("address", ["incidents/x", "incidents/" + "0" * 32, "incidents/..%2f..%2fetc"])
def test_what_is_no_incident_is_not_found(address: str, browser: Callable[..., Browser]) -> None:
    assert browser("lawyer").get(f"/en/{address}").status_code == 404


@pytest.mark.browser
def test_an_account_is_linked_by_suggestion_and_the_page_fits_a_phone(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    served = serve("lawyer")
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{served.address}/fr/testimony/{filled.tid(EVERYTHING)}/alike")
    page.click("[data-comparing] button")
    page.click("[data-suggested] button[value=same]")
    page.wait_for_url("**/fr/incidents/*")
    assert page.locator("[data-account]").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    arabic = page.locator("[data-account] .statement[lang=ar]").first  # whichever of the two accounts stands first
    assert arabic.evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.fill("#one-line", "نهر / La rivière")
    page.click("[data-act=name]")
    page.wait_for_selector("[data-said].good")
    page.reload()
    assert page.locator("h1").inner_text().startswith("نهر / La rivière")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    context.close()
