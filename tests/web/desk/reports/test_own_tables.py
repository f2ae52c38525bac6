"""Own tables: what this reader may use today, by one or two codes, on the page and in files that open elsewhere."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from PIL import Image

from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import exports
from testimony.services.inbox import inbox
from testimony.station.station import Station
from testimony.web.desk.reports import fields
from testimony.web.desk.session import key
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import Browser

BORDERS = ["HRV-BIH:north", "HRV-BIH:south", "GRC-TUR:evros"]


@pytest.fixture
def coordinator(
    opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]
) -> Browser:
    """A desk to which three accounts were brought, two of one border, and one that nobody may count."""
    station = opened("coordinator")
    accounts = [told(number, ("P01", "P06"), i_segment=segment) for number, segment in enumerate(BORDERS)]
    bring(organisation, station, [*accounts, told(9, ("P01", "P04"), i_segment="POL-BLR:all")])
    return browser("coordinator")


def saved(desk: Browser, form: str, *, seal: str = "plain", **asked: Any) -> Any:
    headers = {"Referer": f"{desk.base}/en/reports/?by=border"}
    data = {"csrf_token": desk.csrf(), "lang": "en", "as": form, "seal": seal, "by": "border", **asked}
    return desk.client.post("/reports/file", base_url=desk.base, data=data, headers=headers)


def made(desk: Browser, form: str, **asked: Any) -> bytes:
    answer = saved(desk, form, sure="yes", **asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="own-table-')
    return bytes(answer.data)


def totals(page: str) -> tuple[int, int]:
    """(counted, left out) as the page says it."""
    said = re.search(r"<p data-total>[^0-9]*(\d+)[^0-9]+(\d+)\.", page)
    assert said
    return int(said[1]), int(said[2])


def test_a_table_counts_what_may_be_used_and_says_how_many_it_leaves_out(coordinator: Browser) -> None:
    page = coordinator.get("/en/reports/?by=border").text
    data = json.loads(made(coordinator, "json"))
    found = {row["code"]: row["testimonies"] for row in data["rows"]}
    assert found["HRV-BIH"] >= 2
    assert found["GRC-TUR"] >= 1
    assert "POL-BLR" not in found, "the witness did not agree to counting"
    assert "Croatia to Bosnia &amp; Herzegovina" in page
    assert totals(page) == (data["testimonies"], data["left_out"])
    assert data["left_out"] >= 1


def test_two_codes_cross_and_the_files_say_the_same_numbers(coordinator: Browser) -> None:
    data = json.loads(made(coordinator, "json", across="year"))
    lines = list(csv.reader(io.StringIO(made(coordinator, "csv", across="year").decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(made(coordinator, "xlsx", across="year")))
    cells = [list(row) for row in book.active.iter_rows(values_only=True)]
    assert [line[1] for line in lines[1:-1]] == [row["code"] for row in data["rows"]]
    assert [[int(cell) for cell in line[2:]] for line in lines[1:]] == [row[2:] for row in cells[1:]], "numbers"
    assert all(type(cell) is int for row in cells[1:] for cell in row[2:])
    for row, line in zip(data["rows"], lines[1:-1], strict=True):
        assert [int(cell) for cell in line[2:]] == [*row["of"].values(), row["testimonies"]]
    assert int(lines[-1][-1]) == data["testimonies"]


def test_borders_are_drawn_on_a_map_and_each_drawing_is_a_file_of_its_own(coordinator: Browser) -> None:
    page = coordinator.get("/en/reports/?by=part").text
    assert 'class="chart-map"' in page
    assert "Croatia to Bosnia &amp; Herzegovina, north: " in page, "said to those who do not see it"
    for by, drawn in (("part", "path"), ("month", "rect"), ("gender", "rect")):
        root = ElementTree.fromstring(made(coordinator, "svg", by=by))
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert len(list(root.iter(f"{{http://www.w3.org/2000/svg}}{drawn}"))) > 1
        assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("by", ["part", "gender"])
def test_each_drawing_is_a_picture_too_with_what_it_counts_above_it(by: str, lang: str, coordinator: Browser) -> None:
    drawing = made(coordinator, "svg", by=by, lang=lang)
    with Image.open(io.BytesIO(made(coordinator, "png", by=by, lang=lang))) as picture:
        assert picture.format == "PNG"
        colours = picture.convert("RGB").getcolors(1 << 24)
        size = picture.size
    root = ElementTree.fromstring(drawing)
    assert size[0] > float(root.get("width", "0"))
    assert size[0] / size[1] < float(root.get("width", "0")) / float(root.get("height", "1")), "a title stands above it"
    assert colours is not None
    assert {(0x0A, 0x4A, 0x47), (0xFF, 0xFF, 0xFF)} <= {colour for _, colour in colours}, "drawn, on white"


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
def test_every_pair_of_codes_has_a_page_in_every_language(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role)
    names = re.findall(
        r'<option value="(\w+)"', one.get("/en/reports/").text.split('name="by"')[1].split("</select>")[0]
    )
    assert names[:10] == list(fields.OF_LIST)
    assert ("v_acts" in names, "d_any" in names, "w_name" in names) == (True, role == "lawyer", False)
    names = [*names[:10], "v_acts", "g_size", "x_state"]
    for at, by in enumerate(names):
        for lang in ("en", "fr", "es"):
            page = one.get(f"/{lang}/reports/?by={by}&across={names[at - 1]}")
            assert page.status_code == 200, (by, lang)
            assert "data-own-table" in page.text


def rows_of(desk: Browser, **asked: Any) -> dict[str, int]:
    data = json.loads(made(desk, "json", **asked))
    return {row["code"]: row[asked.get("count", "testimonies")] for row in data["rows"]}


@pytest.fixture
def lawyer(opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]) -> Browser:
    """A desk with two accounts of dogs at one border, one of another kind there, and one of dogs elsewhere."""
    acts = (("HRV-BIH:north", "dog"), ("HRV-BIH:south", "dog"), ("HRV-BIH:north", "beat"), ("POL-BLR:all", "dog"))
    accounts = [
        told(number, ("P01", "P04"), i_segment=place, v_acts=[act], i_date=f"2031-0{number + 1}-10")
        for number, (place, act) in enumerate(acts)
    ]
    sealed = bring(organisation, opened("lawyer"), accounts)
    desk = browser("lawyer")
    desk.tids = [str(one.record.value["tid"]) for one in sealed]  # type: ignore[attr-defined]
    return desk


NEW = ["year:2031"]
"""Only what the fixture brought."""


def test_a_lawyer_counts_one_violence_by_border_and_month(lawyer: Browser) -> None:
    asked = {"by": "border", "across": "month", "only": [*NEW, "v_acts:dog"]}
    data = json.loads(made(lawyer, "json", **asked))
    assert {row["code"]: row["testimonies"] for row in data["rows"]} == {"HRV-BIH": 2, "POL-BLR": 1}
    assert next(row["of"] for row in data["rows"] if row["code"] == "POL-BLR")["2031-04"] == 1
    assert data["only"] == {"year": ["2031"], "v_acts": ["dog"]}
    page = lawyer.get("/en/reports/", query_string=asked).text
    assert totals(page)[0] == 3
    chips = re.findall(r'data-chip="(\w+)".*?</a>', page)
    assert chips == ["year", "v_acts"]
    without = html.unescape(re.findall(r'href="([^"]+)" data-chip="v_acts"', page)[0])
    assert totals(lawyer.get(without).text)[0] == 4
    book = openpyxl.load_workbook(io.BytesIO(made(lawyer, "xlsx", **asked)))
    about = {row[0]: row[1] for row in book.worksheets[1].iter_rows(values_only=True)}
    assert about["What is counted"] == "Testimonies"
    assert about["Year"] == "2031"
    assert "Dog attack or dog used to frighten" in about.values()
    title = ElementTree.fromstring(made(lawyer, "svg", **asked)).findtext("{http://www.w3.org/2000/svg}title")
    assert "Dog attack" in str(title)


def test_the_values_of_a_filter_are_offered_with_their_numbers_and_stay_chosen(lawyer: Browser) -> None:
    page = lawyer.get("/en/reports/", query_string={"where": "v_acts", "only": NEW}).text
    part = page.split('data-where="v_acts"')[1].split("</fieldset>")[0]
    offered = re.findall(r'value="v_acts:(\w+)"( checked)?>.*?<span class="quiet">(\d+)', part)
    assert offered == [("dog", "", "3"), ("beat", "", "1")]
    chosen = lawyer.get("/en/reports/", query_string={"where": "v_acts", "only": [*NEW, "v_acts:beat"]}).text
    part = chosen.split('data-where="v_acts"')[1].split("</fieldset>")[0]
    assert re.findall(r'value="v_acts:(\w+)" checked', part) == ["beat"]
    assert '<input type="hidden" name="only" value="year:2031">' in chosen


def test_persons_and_incidents_are_counted_as_lawyers_linked_them(lawyer: Browser) -> None:
    one, two, three, _four = lawyer.tids  # type: ignore[attr-defined]
    lawyer.post(f"/testimony/{one}/person", {"who": two, "lang": "en"})
    lawyer.post(f"/testimony/{one}/incident", {"incident": "", "lang": "en"})
    (incident,) = re.findall(r'data-incident="(\w{32})"', lawyer.get(f"/en/testimony/{one}").text)
    for tid in (two, three):
        lawyer.post(f"/testimony/{tid}/incident", {"incident": incident, "lang": "en"})
    asked: dict[str, Any] = {"by": "border", "only": NEW}
    assert rows_of(lawyer, **asked) == {"HRV-BIH": 3, "POL-BLR": 1}
    assert rows_of(lawyer, count="persons", **asked) == {"HRV-BIH": 2, "POL-BLR": 1}
    assert rows_of(lawyer, count="incidents", **asked) == {"HRV-BIH": 1, "POL-BLR": 1}
    page = lawyer.get("/en/reports/", query_string={**asked, "count": "incidents"}).text
    assert totals(page)[0] == 2
    assert "nobody linked" in page
    lines = list(csv.reader(io.StringIO(made(lawyer, "csv", count="persons", **asked).decode("utf-8-sig"))))
    assert lines[0][-1] == "People"
    assert lines[-1][-1] == "3"


def test_what_a_lawyer_corrected_is_counted(lawyer: Browser) -> None:
    one = lawyer.tids[0]  # type: ignore[attr-defined]
    for field, value in (("v_acts", ["beat"]), ("i_segment", "POL-BLR:all"), ("i_date", "2031-09-02")):
        answer = lawyer.post_json(
            f"/testimony/{one}/coding/correct",
            {"field": field, "answer": {"value": value}, "reason": "account", "seen": []},
        )
        assert answer.status_code == 200, answer.text
    assert rows_of(lawyer, by="v_acts", only=NEW) == {"beat": 2, "dog": 2}
    assert rows_of(lawyer, by="border", only=NEW) == {"HRV-BIH": 2, "POL-BLR": 2}
    assert rows_of(lawyer, by="month", only=NEW)["2031-09"] == 1


def test_a_coordinator_counts_families_and_never_a_field_of_the_incident(coordinator: Browser) -> None:
    found = rows_of(coordinator, by="v_acts")
    assert found["force_body"] >= 3
    assert "beat" not in found
    assert '<option value="border" selected>' in coordinator.get("/en/reports/?by=d_any").text
    assert coordinator.get("/en/reports/?only=d_any:yes").status_code == 400


@pytest.mark.parametrize(
    "only", ["v_acts:<b>", "w_name:x", "border:HRV-BIH:north", "month:2031-13", "state:x", "language:xx-<b>"]
)
def test_a_filter_that_no_page_makes_is_refused_because_it_would_count_what_it_leaves_out(
    lawyer: Browser, only: str
) -> None:
    assert lawyer.get("/en/reports/", query_string={"only": only}).status_code == 400


def test_a_family_is_called_by_its_own_words_at_a_coordinators_desk_and_in_its_files(
    coordinator: Browser, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    bring(organisation, opened("coordinator"), [told(5, ("P01", "P06"), v_acts=["search_intrusive"])])
    rows = json.loads(made(coordinator, "json", by="v_acts"))["rows"]
    assert {row["code"]: row["name"] for row in rows}["undress"] == "Undressing or body search"
    page = coordinator.get("/en/reports/?by=v_acts&where=v_acts").text
    assert "Undressing or body search" in page
    assert "Forced to undress" not in page


def test_what_is_no_code_asks_for_borders_and_no_file_is_made_of_another_kind(coordinator: Browser) -> None:
    page = coordinator.get("/en/reports/?by=w_name&across=<b>").text
    assert '<option value="border" selected>' in page
    assert saved(coordinator, "exe", sure="yes").status_code == 400


def test_no_file_is_made_while_testimonies_are_still_being_opened(
    coordinator: Browser, opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as slow:
        slow.setattr(inbox, "CHUNK", 1)
        slow.setattr(key, "AT_ONCE", 0)
        answer = saved(coordinator, "csv", sure="yes", only="border:HRV-BIH")
        assert answer.status_code == 303
        page = coordinator.get(answer.headers["Location"]).text
        assert "Count again in a moment." in re.sub(r"<p[^>]*data-unread.*?</p>", "", page)
        assert 'data-chip="border"' in page, "what was asked stays"
    with opened("coordinator").database.reading() as db:
        assert not [one for _, one in custody_log.entries(db, 0, 1_000) if b'"kind":"exported"' in one]
    assert b"HRV-BIH" in made(coordinator, "csv", only="border:HRV-BIH")


def test_a_file_leaves_an_entry_in_the_log_of_the_desk(coordinator: Browser, opened: Callable[[str], Station]) -> None:
    made(coordinator, "csv")
    with opened("coordinator").database.reading() as db:
        entries = [entry for _, entry in custody_log.entries(db, 0, 1_000)]
    assert sum(b'"kind":"exported"' in entry for entry in entries) == 1


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
def test_a_file_is_sealed_to_its_reader_unless_they_confirm_that_anyone_may_read_it(
    role: str, browser: Callable[..., Browser], organisation: Organisation
) -> None:
    desk = browser(role)
    page = desk.get("/en/reports/").text
    assert "/reports/file?" not in page
    assert 'value="sealed" checked' in page
    answer = saved(desk, "csv", seal="sealed")
    assert answer.headers["Content-Disposition"].endswith('.csv.age"')
    opened = io.BytesIO()
    exports.unseal(reader_of(organisation, f"{role}-1"), io.BytesIO(answer.data), opened.write)
    assert opened.getvalue() == made(desk, "csv")
    refused = saved(desk, "csv")
    assert refused.status_code == 409
    assert 'value="plain" checked' in refused.text
    assert 'name="sure" value="yes" aria-invalid="true"' in refused.text, "what lacks is marked"
