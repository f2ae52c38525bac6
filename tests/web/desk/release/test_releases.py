"""Releases in the browser: what is shown is what leaves, nothing leaves on one person's word, and every no is said."""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.coding import opened_accounts
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.release.jobs import Job
from testimony.web.desk.release import acts as release_acts
from testimony.web.desk.release import published_accounts
from testimony.web.factory import create_app
from tests.support.services.release.releases import Centre
from tests.support.web.browser import Browser, passphrase_of
from tests.support.web.desk.releases import NOW


@pytest.fixture
def sits(at: Centre) -> Callable[[int], Browser]:
    """A function that gives the browser of coordinator 1 or 2, at their own desk, unlocked."""

    def sit(number: int) -> Browser:
        desk = at[number]
        one = Browser(create_app(STATION=desk.station, CLOCK=lambda: NOW), "coordinator")
        assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        words = passphrase_of(at.organisation, f"coordinator-{number}")
        assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
        return one

    return sit


CHOICES = {"to": ["P06", "P07"], "pace": "sooner"}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, an act ends in its moment: which page comes then is what these tests are about."""
    monkeypatch.setattr(release_acts, "MOMENT", 120)


def settled(desk: Browser, **choices: Any) -> str:
    """The builder's page once nothing goes on any more."""
    page = desk.get("/en/releases/new", query_string=choices).text
    if "data-running" in page:
        wait(desk)
        page = desk.get("/en/releases/new", query_string=choices | {"again": "no"}).text
    return str(page)


def wait(desk: Browser) -> Job:
    """What the desk does about releases, once it has ended."""
    job: Job | None = desk.app.extensions["testimony.releases"].last
    assert job is not None
    assert job.wait(120)
    return job


def act(desk: Browser, path: str, **said: Any) -> str:
    """Press a button; what the desk said when it was done, or why it was not."""
    form = {"csrf_token": desk.csrf(), "lang": "en", **said}
    answer = desk.client.post(path, base_url=desk.base, data=form)
    assert answer.status_code == 303, answer.text
    wait(desk)
    page = desk.get(answer.location).text
    return " ".join(re.findall(r'<p class="note[^"]*"[^>]*role="(?:status|alert)"[^>]*>(.*?)</p>', page))


def state(desk: Browser) -> list[str]:
    """Of each release, the newest first."""
    return re.findall(r'data-release="\w+" data-state="([\w-]+)"', desk.get("/en/releases/").text)


def name_of(page: str) -> str:
    found = re.search(r"/releases/preview/([0-9a-f]{32})", page)
    assert found
    return found[1]


def sums(page: str) -> dict[str, str]:
    """Recipient -> SHA-256 of the file that is shown."""
    return dict(re.findall(r'data-file="(P\d+)" data-sha256="([0-9a-f]{64})"', page))


def proposed(desk: Browser) -> str:
    """Built, previewed and proposed; its name."""
    name = name_of(settled(desk, **CHOICES))
    assert desk.get(f"/en/releases/preview/{name}").status_code == 200
    act(desk, "/releases/propose", release=name)
    assert state(desk) == ["proposed"]
    return name


def files(desk: Browser, name: str) -> str:
    """The page on which this desk made the files anew."""
    desk.get(f"/en/releases/of/{name}/files")
    wait(desk)
    return str(desk.get(f"/en/releases/of/{name}/files").text)


def hand_out(desk: Browser, name: str, to: str) -> bytes:
    answer = desk.post(f"/releases/of/{name}/hand-out", {"to": to, "lang": "en"})
    if answer.status_code == 303:
        wait(desk)
        answer = desk.post(f"/releases/of/{name}/hand-out", {"to": to, "lang": "en"})
    assert answer.mimetype == "application/zip"
    return bytes(answer.data)


def test_the_picture_says_what_would_leave_and_what_not(sits: Callable[[int], Browser]) -> None:
    page = settled(sits(1), **CHOICES)
    assert "Of 24 testimonies that may be used for this, 24 would leave" in page
    assert "That makes 2 lines." in page
    assert "at least 11 different people from at least 3 different pushbacks" in page
    assert re.findall(r'data-chart="(\w+)"', page) == ["where", "lost", "steps"]
    assert page.count("<table") >= 3, "each chart has the same as a table"


def test_what_is_previewed_is_byte_for_byte_what_is_handed_out(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    name = name_of(settled(one, **CHOICES))
    shown = sums(one.get(f"/en/releases/preview/{name}").text)
    assert set(shown) == {"P06", "P07"}
    act(one, "/releases/propose", release=name)
    assert state(one) == ["proposed"]
    at.meet()
    assert state(one) == state(two) == ["waits"]
    page = files(two, name)
    assert "the bytes are the same" in page
    assert sums(page) == shown
    act(two, f"/releases/of/{name}/approve")
    at.meet()
    assert state(one) == ["agreed"]
    act(one, f"/releases/of/{name}/send", to=["P06", "P07"])
    assert state(one) == ["way"]
    assert "not yet in central" in act(one, f"/releases/of/{name}/hand-out", to="P06"), "nothing before it came back"
    at.meet()
    assert state(one) == state(two) == ["may"]
    for to in ("P06", "P07"):
        assert hashlib.sha256(hand_out(one, name, to)).hexdigest() == shown[to]
    assert state(one) == ["left"]


def test_what_may_not_leave_is_said_with_its_reason_and_written_down_for_everybody(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    one, two = sits(1), sits(2)
    page = settled(one, to="P06", period="2019")
    assert "No testimony may be used for this purpose now" in page
    assert 'data-reason="period"><strong>24</strong>' in page
    act(one, "/releases/begin", floor="trusted")
    assert one.post("/releases/refuse", {"to": "P06", "lang": "en"}).status_code == 409, "it was not looked at"
    settled(one, to="P06", period="2019")
    assert "written down" in act(one, "/releases/refuse", to="P06", period="2019")
    at.meet()
    assert len(re.findall("data-refusal", two.get("/en/releases/").text)) == 1


def test_only_what_was_looked_at_is_proposed(sits: Callable[[int], Browser]) -> None:
    one = sits(1)
    settled(one, to="P07")
    answer = one.post("/releases/propose", {"release": "0" * 32, "lang": "en"})
    assert answer.status_code == 409
    assert "Look again" in answer.text
    assert state(one) == []


def test_what_somebody_looks_at_may_be_proposed_though_another_picture_was_asked_for_since(
    sits: Callable[[int], Browser],
) -> None:
    one = sits(1)
    name = name_of(settled(one, **CHOICES))
    settled(one, to="P07")
    act(one, "/releases/propose", release=name)
    assert state(one) == ["proposed"]


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Testimonies are opened once this is set: until then every act is one under way, and no page waits for it."""
    free, opening = threading.Event(), opened_accounts.open_accounts

    def opened(*given: Any, **named: Any) -> Any:
        assert free.wait(60)
        return opening(*given, **named)

    monkeypatch.setattr(opened_accounts, "open_accounts", opened)
    monkeypatch.setattr(release_acts, "MOMENT", 0)
    return free


def asked_of(page: str, number: int) -> dict[str, str]:
    """What the script of this page says of its question of that number."""
    found = re.search(r'data-page="(\d+)"', page)
    assert found
    return {"page": found[1], "asked": str(number)}


def test_a_picture_of_an_earlier_choice_that_is_asked_for_late_stops_nothing(
    sits: Callable[[int], Browser], gate: threading.Event
) -> None:
    one = sits(1)
    before = one.get("/en/releases/new").text
    submitted = one.get("/en/releases/new", query_string=CHOICES).text
    late = one.get("/en/releases/picture", query_string={"to": "P07", **asked_of(before, 1)}).text
    assert "data-late" in late
    gate.set()
    assert wait(one).done, "it was not stopped"
    page = one.get("/en/releases/picture", query_string=CHOICES | {"again": "no"} | asked_of(submitted, 0)).text
    assert "24 would leave" in page
    assert "Go on" not in page


def test_of_two_choices_on_one_page_the_later_is_worked_at_in_whatever_order_they_come(
    sits: Callable[[int], Browser], gate: threading.Event
) -> None:
    one = sits(1)
    page = one.get("/en/releases/new").text
    one.get("/en/releases/picture", query_string=CHOICES | asked_of(page, 2))
    assert "data-late" in one.get("/en/releases/picture", query_string={"to": "P07", **asked_of(page, 1)}).text
    gate.set()
    assert wait(one).done
    now = one.get("/en/releases/picture", query_string=CHOICES | {"again": "no"} | asked_of(page, 2)).text
    assert "24 would leave" in now
    later = one.get("/en/releases/picture", query_string={"to": "P07", **asked_of(page, 3)}).text
    assert "data-late" not in later, "what is chosen afterwards is worked at"
    for wrong in ({}, {"page": "1"}, {"page": "x", "asked": "1"}, {"page": "9" * 30, "asked": "1"}):
        assert one.get("/en/releases/picture", query_string={"to": "P07", **wrong}).status_code == 400


def test_nobody_agrees_to_what_they_proposed(at: Centre, sits: Callable[[int], Browser]) -> None:
    one = sits(1)
    name = proposed(one)
    at.meet()
    assert "Make it here and compare" not in one.get(f"/en/releases/of/{name}").text
    assert "/approve" not in files(one, name)
    assert "Another person" in act(one, f"/releases/of/{name}/approve")
    assert state(one) == ["waits"]


def test_a_desk_that_knows_of_a_withdrawal_says_so_and_offers_no_agreement(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    name = proposed(sits(1))
    at.meet()
    two = sits(2)
    at.withdraw(at.tids[0], at[2].station)
    page = files(two, name)
    assert "may no longer be used" in page
    assert "data-differs" in page
    assert "/approve" not in page


def test_charts_alone_are_given_of_a_file_that_has_not_left(sits: Callable[[int], Browser]) -> None:
    one = sits(1)
    name = name_of(settled(one, **CHOICES))
    page = one.get(f"/en/releases/preview/{name}").text
    charts = re.findall(r'<img src="(/releases/file/[^"]+)"', page)
    assert len(charts) == 6
    for address in charts:
        answer = one.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert one.get(f"/releases/file/{name}/P06/table.csv").status_code == 404
    one.post("/lock")
    assert one.get(charts[0]).status_code == 303, "to where the key is unlocked"


def test_a_release_is_given_up_and_its_testimonies_may_be_in_the_next(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    one = sits(1)
    name = proposed(one)
    at.meet()
    act(one, f"/releases/of/{name}/cancel")
    at.meet()
    assert state(one) == ["given-up"]
    assert "Of 24 testimonies" in settled(one, **CHOICES)


def test_a_line_is_taken_back_and_who_withdrew_since_is_written_down(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    name = at.left()
    one = sits(1)
    page = one.get(f"/en/releases/of/{name}").text
    lines = re.findall(r'<option[^>]*value="([0-9a-f]{32})"', page)
    assert len(lines) == 2
    act(one, f"/releases/of/{name}/recall", line=lines[0], reason="danger")
    at.meet()
    page = one.get(f"/en/releases/of/{name}").text
    assert re.findall(r'data-line="([0-9a-f]{32})"', page) == [lines[0]]
    assert "It puts somebody in danger" in page
    at.withdraw(at.tids[0])
    at.meet()
    at.destroy_what_is_due()
    assert "1" in act(one, "/releases/revoke")
    at.meet()
    assert "people who withdrew: 1" in sits(2).get("/en/releases/").text
    notice = one.get("/releases/notice/P06")
    assert notice.mimetype == "text/csv"
    assert sorted(line.split(",")[2] for line in notice.text.splitlines()[2:]) == ["recalled", "withdrawn"]


def test_a_testimony_to_take_back_is_chosen_by_its_face_and_its_line_is_found(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    name = at.left()
    one = sits(1)
    page = one.get(f"/en/releases/of/{name}").text
    inside = re.findall(r'<input type="radio" name="tid" value="(\w{32})"[^>]*> <span><span class="face"', page)
    assert sorted(inside) == sorted(at.tids), "those that left in it"
    said = act(one, f"/releases/of/{name}/recall", tid=inside[0], reason="demand")
    assert "Take back all of it" in said, "its line was found, and is too small to leave a group behind"
    refused = one.post(f"/releases/of/{name}/recall", {"tid": "f" * 32, "reason": "demand", "lang": "en"})
    assert refused.status_code == 404


def test_a_release_is_named_by_its_day_recipients_and_lines(at: Centre, sits: Callable[[int], Browser]) -> None:
    name = at.left()
    one = sits(1)
    for path in ("", f"of/{name}", f"of/{name}/files"):
        page = one.get(f"/en/releases/{path}").text if not path.endswith("files") else files(one, name)
        (said,) = re.findall(rf'<span class="face" data-face-of="{name}">(.*?)</small></span>', page, re.DOTALL)
        words = " ".join(re.sub(r"<[^>]*>", " ", said).split())
        assert re.match(r"\d+ \w+ 20\d\d .+ lines: 2 ID [0-9a-f]{8}$", words), words


def test_what_was_corrected_after_it_left_is_advised_to_be_taken_back_and_no_answer_is_said(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    name = at.left()
    assert "data-advised" not in sits(2).get("/en/releases/").text
    at.recode(at.tids[0], w_nat={"value": "NGA"})
    page = sits(2).get("/en/releases/").text
    (line,) = re.findall(r'data-advised="([0-9a-f]{32})"', page)
    assert "A lawyer corrected what it counts." in page
    assert f"/releases/of/{name}" in page
    assert at.tids[0][:8] in page
    assert "NGA" not in page
    assert "Nigeria" not in re.sub(r"<bdi[^>]*>[^<]*</bdi>", "", page), "beside the face, which the desk reads anyway"
    act(sits(1), f"/releases/of/{name}/recall", line=line, reason="correction")
    at.meet()
    assert "data-advised" not in sits(2).get("/en/releases/").text


def test_of_whom_words_were_published_the_coded_twin_is_held_back_at_every_desk(
    at: Centre, sits: Callable[[int], Browser]
) -> None:
    one = sits(1)
    tid = at.tids[0]
    refused = one.post("/releases/published-accounts", {"tid": tid[:8], "lang": "en"})
    assert "No ledger" in refused.text
    act_of_begin = one.post("/releases/begin", {"floor": "trusted", "lang": "en"})
    assert act_of_begin.status_code == 303
    assert one.post("/releases/published-accounts", {"tid": "nobody", "lang": "en"}).status_code == 404
    assert one.post("/releases/published-accounts", {"tid": "", "lang": "en"}).status_code == 400
    assert one.post("/releases/published-accounts", {"tid": tid, "lang": "en"}).status_code == 303
    at.meet()
    assert f'data-tid="{tid}"' in sits(2).get("/en/releases/published-accounts").text
    page = settled(sits(2), **CHOICES)
    assert "Of 23 testimonies" in page
    assert "its coded twin is held back" in page


def offered(page: str) -> dict[str, str]:
    """Testimony -> the words by which it is chosen."""
    found = re.findall(r'name="tid" value="(\w+)" required> <span>(.*?)</span></label>', page, re.S)
    return {tid: " ".join(re.sub(r"<[^>]*>", " ", words).split()) for tid, words in found}


def test_a_published_account_is_chosen_by_its_face_and_found_by_its_number(
    at: Centre, sits: Callable[[int], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, address = sits(1), "/en/releases/published-accounts"
    one.post("/releases/begin", {"floor": "trusted", "lang": "en"})
    page = one.get(address).text
    found, tid = offered(page), at.tids[5]
    assert found.keys() == set(at.tids)
    assert all(re.match(r".+ to .+ \w+ 2025 · (wo)?man, ", words) for words in found.values()), found
    assert "Only the first" not in page
    assert list(offered(one.get(f"{address}?number={tid[:8].upper()}").text)) == [tid]
    (link,) = re.findall(
        r'href="([^"]*published-accounts[^"]*)"', one.get(f"/en/testimony/{tid}").text.split("<main")[1]
    )
    assert list(offered(one.get(link).text)) == [tid], "from the page of the testimony"
    unknown = one.get(f"{address}?number=<b>00000").text
    assert "data-unknown" in unknown
    assert "<b>0" not in unknown
    assert not offered(unknown)
    one.post("/releases/published-accounts", {"tid": tid, "lang": "en"})
    assert tid not in offered(one.get(address).text), "it is registered"
    monkeypatch.setattr(published_accounts, "MOST", 2)
    page = one.get(address).text
    assert (len(offered(page)), "Only the first 2 lines are shown here." in page) == (2, True)
    assert "Nothing can be chosen yet." not in page
    assert "Nothing can be chosen yet." not in unknown, "that says itself what is wrong"
    monkeypatch.setattr(InboxIndex, "rows", lambda _index: [])
    assert "Nothing can be chosen yet." in one.get(address).text


def test_a_lawyer_has_no_release(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    for path in ("/en/releases/", "/en/releases/new", "/en/releases/clearing", "/en/releases/quality"):
        assert one.get(path).status_code == 403
    assert "/releases/" not in one.get("/en/").text


def test_an_order_that_no_page_of_ours_makes_is_refused(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    for choices in ({"to": "P06", "preset": "weak"}, {"to": "P06", "pace": "now"}):
        assert one.get("/en/releases/new", query_string=choices).status_code == 400
    for choices in ({"to": "P04"}, {"to": "P06", "period": "2024-01"}, {"to": "P06", "preset": "trusted"}):
        assert "data-refused" in settled(one, **choices)
