"""Own tables: what this reader may use today, by one or two codes, on the page and in files that open elsewhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest

from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import exports
from testimony.station.station import Station
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


def saved(desk: Browser, form: str, *, seal: str = "plain", **asked: str) -> Any:
    headers = {"Referer": f"{desk.base}/en/reports/?by=border"}
    data = {"csrf_token": desk.csrf(), "lang": "en", "as": form, "seal": seal, "by": "border", **asked}
    return desk.client.post("/reports/file", base_url=desk.base, data=data, headers=headers)


def made(desk: Browser, form: str, **asked: str) -> bytes:
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


@pytest.mark.parametrize("role", ["lawyer", "coordinator"])
def test_every_pair_of_codes_has_a_page_in_every_language(role: str, browser: Callable[..., Browser]) -> None:
    one = browser(role)
    names = re.findall(r'<option value="([a-z]+)"', one.get("/en/reports/").text.split("</select>")[0])
    assert len(names) == 10
    for at, by in enumerate(names):
        for lang in ("en", "fr", "es"):
            page = one.get(f"/{lang}/reports/?by={by}&across={names[at - 1]}")
            assert page.status_code == 200, (by, lang)
            assert "data-own-table" in page.text


def test_what_is_no_code_asks_for_borders_and_no_file_is_made_of_another_kind(coordinator: Browser) -> None:
    page = coordinator.get("/en/reports/?by=w_name&across=<b>").text
    assert '<option value="border" selected>' in page
    assert saved(coordinator, "exe", sure="yes").status_code == 400


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
