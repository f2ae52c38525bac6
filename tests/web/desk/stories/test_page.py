"""Stories at a lawyer's desk: words are proposed to be taken out, the page shows all that leaves, and the register."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

import pytest

from testimony.domain.stories.beside_tables import Told
from testimony.domain.tables.acts import member
from testimony.domain.tables.membership import PrintedFile
from testimony.domain.tables.periods import Period
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.records import queries as record_queries
from testimony.services.stories import beside_tables, stories
from testimony.services.tables import membership
from testimony.station.station import Station
from tests.support.publication.zip_reader import unpacked
from tests.support.services.batches import bring
from tests.support.services.desks import TODAY, reader_of
from tests.support.services.stories import agree_to_stories, told
from tests.support.web.browser import Browser


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation, monkeypatch: pytest.MonkeyPatch) -> str:
    agree_to_stories(monkeypatch)
    (agreed,) = bring(organisation, opened("lawyer"), [told()])
    return str(agreed.record.value["tid"])


def body(tid: str, **more: object) -> dict[str, object]:
    said = {"text": "said-0", "marks": [], "title": "At night", "month": "", "border": "", "people": "12"}
    return {"tid": tid, **said, "answers": {}, "losses": {}, **more}


def test_a_story_goes_from_the_words_to_a_file_that_the_register_names(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation, tid: str
) -> None:
    desk = browser("lawyer")
    assert tid in desk.get("/en/stories/").text
    page = desk.get(f"/en/stories/of/{tid}").text
    chosen = re.findall(r'aria-selected="true"[^>]* data-sort="(\w+)" data-word="([^"]+)">([^<]+)<', page)
    assert ("place", "[place]", "Serbia.") in chosen
    assert ("number", "[number]", "12") in chosen
    made = desk.post_json("/stories/propose", body(tid, month="2025"))
    assert made.status_code == 200, made.text
    where = made.json["location"]
    shown = desk.get(where).text
    assert "[name] was hurt." in shown
    assert "Sam" not in re.sub(r"<[^>]+>", "", shown)
    story = where.rpartition("/")[2]
    (digest,) = set(re.findall(r'name="digest" value="(\w{64})"', shown))
    own = desk.post(f"/stories/{story}/approve", {"digest": digest, "lang": "en"})
    assert own.status_code == 409
    assert desk.get(f"/stories/{story}/file").status_code == 409
    _approve(opened("lawyer"), organisation, story, digest)
    assert 'data-state="published"' in desk.get(where).text
    data = desk.get(f"/stories/{story}/file").data
    assert json.loads(unpacked(data)["story.json"])["month"] == "2025"
    assert hashlib.sha256(data).hexdigest() in desk.get("/en/disclosures").text
    desk.post(f"/stories/{story}/take-back", {"lang": "en"})
    page = desk.get(where).text
    assert 'data-state="taken_back"' in page
    assert "was hurt" not in page
    listed = unpacked(desk.get("/stories/list").data)
    assert json.loads(listed["list.json"])["taken_back"][0]["id"] == story


def _approve(station: Station, organisation: Organisation, story: str, digest: str) -> None:
    """As the second lawyer would at their own desk, whose act came with the exchange."""
    reader, annexes = reader_of(organisation, "lawyer-2"), AnnexIndex()
    with station.database.reading() as session:
        held = stories.read(station, session, reader, annexes, at=TODAY)
    stories.approve(station, reader, held, story, digest, annexes=annexes, day=TODAY)


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"people": "many"}, 409),
        ({"people": "41"}, 409),
        ({"title": "What Sam told"}, 409),
        ({"month": "2031-01"}, 409),
        ({"marks": [{"sentence": 0}]}, 409),
        ({"text": 7}, 400),
        ({"answers": "police"}, 400),
        ({"answers": {"x_actors": "police"}}, 400),
        ({"answers": {"x_actors": [1]}}, 400),
        ({"losses": {"d_dead": "2"}}, 409),
        ({"losses": {"d_dead": 2}}, 400),
        ({"losses": "2"}, 400),
    ],
)
def test_what_cannot_be_a_story_is_refused_and_nothing_is_kept(
    browser: Callable[..., Browser], tid: str, more: dict[str, object], status: int
) -> None:
    desk = browser("lawyer")
    assert desk.post_json("/stories/propose", body(tid, **more)).status_code == status
    assert "At night" not in desk.get("/en/stories/").text


def beside_tables_page(desk: Browser, tid: str, monkeypatch: pytest.MonkeyPatch, counted: list[Told]) -> str:
    """The page of a story that says its border and month, beside tables of `counted`."""
    monkeypatch.setattr(beside_tables, "counted", lambda *_given, **_named: counted)
    return str(desk.get(desk.post_json("/stories/propose", body(tid, border="HRV-BIH:all")).json["location"]).text)


def test_the_page_names_the_file_and_the_answer_that_only_a_few_others_give(
    browser: Callable[..., Browser], opened: Callable[[str], Station], tid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = browser("lawyer")
    place = desk.post_json("/stories/propose", body(tid, answers={"v_acts": ["beat"]})).json["location"]
    with opened("lawyer").database.reading() as session:
        (manifest,) = [one.id for one in record_queries.records_about(session, tid) if one.kind == "manifest"]
    names = [manifest, *(f"other-{n}" for n in range(203))]
    acts = [frozenset({"force_body"} if n < 4 else ()) for n in range(204)]
    counted = [
        Told(name=name, border="GRC-TUR", when="2025-07", told={"act": act})
        for name, act in zip(names, acts, strict=True)
    ]
    file = PrintedFile(period=Period.of("2025"), layer=2, members=frozenset(member(name) for name in names))
    monkeypatch.setattr(beside_tables, "counted", lambda *_given, **_named: counted)
    monkeypatch.setattr(membership, "read", lambda *_given: [file])
    shown = desk.get(place).text
    rows = [
        " ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in re.findall(r"<tr><th scope=\"row\">.*?</tr>", shown)
    ]
    assert rows == ["All 2025 All All 204 203 203", "All 2025 All Beating and other bodily force 4 3 3"]
    assert "data-few" in shown
    gone = PrintedFile(
        period=Period.of("2025"), layer=2, members=file.members | {member(f"gone-{n}") for n in range(2)}
    )
    monkeypatch.setattr(membership, "read", lambda *_given: [gone])
    (row, *_) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", desk.get(place).text)
    assert re.sub(r"<[^>]+>", " ", row).split()[-5:] == ["203", "·", "not", "known:", "2"], "accounts that withdrew"


def test_the_page_names_the_numbers_of_tables_that_the_story_makes_smaller(
    browser: Callable[..., Browser], tid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [Told(name=f"other-{n}", border="HRV-BIH", when="2025-07") for n in range(4)]
    others += [Told(name=f"far-{n}", border="GRC-TUR", when="2025-07") for n in range(200)]
    monkeypatch.setattr(beside_tables, "counted", lambda *_given, **_named: others)
    desk = browser("lawyer")
    shown = desk.get(desk.post_json("/stories/propose", body(tid, month="2025")).json["location"]).text
    (row,) = re.findall(r"<tr><th scope=\"row\">.*?</tr>", shown)
    assert re.sub(r"<[^>]+>", " ", row).split() == ["All", "All", "2025", "All", "204", "204", "204"]
    assert "data-few" not in shown
    monkeypatch.setattr(beside_tables, "counted", lambda *_given, **_named: others[:8])
    assert (
        "data-cells" not in desk.get(desk.post_json("/stories/propose", body(tid, month="2025")).json["location"]).text
    )
    few = beside_tables_page(desk, tid, monkeypatch, others[:4])
    assert "data-few" in few
    assert "fewer than five other people" in few
