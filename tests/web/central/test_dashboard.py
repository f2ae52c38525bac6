"""Central's dashboard: weeks, stations and what waits, by numbers that point at nobody; each role sees its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import event, update

from testimony.services.monitoring import backlog, intake_statistics, overview
from testimony.station.station import Station
from testimony.store.models.records import RecordRow
from testimony.web import charts
from testimony.web.charts import Counted
from tests.support.web.accounts import hold
from tests.support.web.browser import Browser, Filled

MONDAY = date(2026, 1, 5)


def came(station: Station, *weeks: int) -> None:
    """So many testimonies in each week from MONDAY on: rows as intake leaves them, of which only the day counts."""
    with station.database.transaction() as db:
        db.execute(update(RecordRow).values(received=MONDAY.isoformat()))
        number = 0
        for place, many in enumerate(weeks):
            for _ in range(many):
                number += 1
                day = (MONDAY + intake_statistics.WEEK * place).isoformat()
                row = {"name": f"{number:064x}", "kind": "manifest", "subject": f"{number:032x}", "signer": "f" * 16}
                db.add(RecordRow(**row, arrival=1000 + number, received=day, progress=1, data=b"x"))


def counts_of(page: str, chart: str) -> list[str]:
    block = page.split(f'data-chart="{chart}"')[1].split("</figure>")[0]
    return re.findall(r'<tr data-count="(\w+)">', block)


@pytest.fixture
def as_role(app: Callable[[str], Flask]) -> Callable[[str], Browser]:
    def sign_in(role: str) -> Browser:
        one = Browser(app("central"), "central")
        hold(one, role)
        return one

    return sign_in


def test_weeks_are_drawn_and_said_in_a_table_and_small_ones_are_not(
    as_role: Callable[[str], Browser], opened: Callable[[str], Station]
) -> None:
    came(opened("central"), 1, 0, 12, 3, 9, 30)  # and five in the first week
    with opened("central").database.reading() as db:
        found = intake_statistics.count(db, today=date(2026, 2, 15))
    assert [week.number for week in found.weeks] == [None, 0, 12, None, None, 30]
    assert found.limit == 10
    page = as_role("observer").get("/en/dashboard").text
    assert counts_of(page, "weeks")[:6] == ["few", "0", "12", "few", "few", "30"]
    assert page.count("fewer than 10") >= 3
    drawn = page.split('data-chart="weeks"')[1].split("</svg>")[0]
    assert (drawn.count('class="counted"'), drawn.count('class="few"')) == (2, 3)
    assert not re.search(r'class="number">(6|3|9)<', drawn)
    assert '<title id="weeks-name">' in drawn
    assert "Most: 30, from 9 February 2026." in drawn


def test_a_hidden_week_is_drawn_as_high_as_every_other_hidden_one(
    as_role: Callable[[str], Browser], opened: Callable[[str], Station]
) -> None:
    """The picture says no more than the table."""
    came(opened("central"), 1, 0, 12, 3, 9, 30)
    page = as_role("observer").get("/en/dashboard").text
    assert (
        len(set(re.findall(r'y="[\d.]+" width="[\d.]+" height="([\d.]+)" class="few"', page.split("<table")[0]))) == 1
    )


def test_too_few_altogether_are_no_chart(as_role: Callable[[str], Browser], opened: Callable[[str], Station]) -> None:
    central = opened("central")
    with central.database.transaction() as db:
        db.execute(update(RecordRow).where(RecordRow.arrival > 3).values(kind="gone"))
    page = as_role("observer").get("/en/dashboard").text
    assert "data-few" in page
    assert 'data-chart="weeks"' not in page


def test_a_withdrawal_does_not_change_the_week_of_its_arrival(opened: Callable[[str], Station]) -> None:
    """If an old week went down by one, everybody would see when the one who took it back had come."""
    central = opened("central")
    with central.database.reading() as db:
        before = intake_statistics.count(db, today=date.today())
    with central.database.transaction() as db:
        one = db.query(RecordRow).filter_by(kind="manifest").first()
        assert one is not None
        one.data, one.progress = b"", 3
    with central.database.reading() as db:
        assert intake_statistics.count(db, today=date.today()) == before


def test_older_weeks_are_on_pages_of_a_quarter(
    as_role: Callable[[str], Browser], opened: Callable[[str], Station]
) -> None:
    came(opened("central"), *[5] * 40)
    one = as_role("registrar")
    assert len(counts_of(one.get("/en/dashboard").text, "weeks")) == 13
    for wrong in ("x", "-3", "9999"):
        assert one.get(f"/en/dashboard?page={wrong}").status_code == 200
    assert "?page=2" in one.get("/en/dashboard?page=1").text


def test_who_sees_no_stations_sees_numbers_and_no_station(as_role: Callable[[str], Browser]) -> None:
    observer, registrar = as_role("observer").get("/en/dashboard").text, as_role("registrar").get("/en/dashboard").text
    for page, sees in ((observer, False), (registrar, True)):
        assert ("node-1" in page) is sees
        assert ('href="/en/alarms"' in page) is sees
        assert 'data-number="silent"' in page
    assert observer.count("data-number=") == registrar.count("data-number=")


@pytest.mark.parametrize("role", ["observer", "administrator"])
def test_it_names_no_testimony_no_person_and_nothing_that_is_sealed(
    role: str, as_role: Callable[[str], Browser], filled: Filled
) -> None:
    page = re.sub(r'<a href="[^"]*" lang="\w+" hreflang="\w+".*?</a>', "", as_role(role).get("/en/dashboard").text)
    for number, sealed in enumerate(filled.sealed):
        assert filled.tid(number) not in page
        assert sealed.record.id not in page
    for word in ("interviewer-", "lawyer-1", "coordinator-1", "HRV", "Croatia", "GRC", "العربية"):
        assert word not in page


def test_what_waits_is_counted(as_role: Callable[[str], Browser], opened: Callable[[str], Station]) -> None:
    """Five testimonies came, and no desk of this copy has read on since it fetched."""
    page = as_role("observer").get("/en/dashboard").text
    said = dict(re.findall(r'data-number="([\w-]+)"><b>([^<]*)</b>', page))
    assert said["whole"] == "5"
    assert (said["stations"], said["silent"]) == ("1", "1")
    assert (said["waiting"], said["text"], said["begun"], said["unproven"]) == ("0", "0", "0", "0")


def test_on_a_page_that_runs_from_the_right_the_oldest_week_stands_there() -> None:
    some = [Counted(name=str(number), number=number) for number in (5, 9, 7)]
    straight, turned = (charts.columns(some, limit=1, turned=way) for way in (False, True))
    assert [shape.x for shape in straight.shapes] == sorted(shape.x for shape in straight.shapes)
    mirrored = [round(charts.WIDTH - shape.x - shape.width, 1) for shape in turned.shapes]
    assert mirrored == pytest.approx([shape.x for shape in straight.shapes], abs=0.2)
    for one, other in zip(
        charts.bars(some, limit=1, turned=False).shapes, charts.bars(some, limit=1, turned=True).shapes, strict=True
    ):
        assert (one.x, other.x + other.width) == (0, charts.WIDTH)


@pytest.mark.sqlite_file
@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("many", range(1, 25))
def test_words_below_columns_have_room_beside_each_other_and_the_last_column_has_one(many: int, turned: bool) -> None:
    some = [Counted(name=str(one), short="2026-11", number=1) for one in range(many)]
    drawn = charts.columns(some, limit=1, turned=turned).shapes
    named = sorted(one.x_of_word for one in drawn if one.has_word)
    assert all(right - left >= charts.WORD - 0.1 for left, right in pairwise(named))
    assert drawn[-1].has_word
    assert len(named) >= min(many, 3)


def test_counting_takes_an_index_and_reads_no_testimony(opened: Callable[[str], Station]) -> None:
    """With a hundred thousand of them a look would else read each."""
    asked: list[tuple[str, object]] = []

    def hear(_: object, __: object, statement: str, given: object, *___: object) -> None:
        asked.append((statement, given))

    with opened("central").database.reading() as db:
        event.listen(db.connection(), "before_cursor_execute", hear)
        intake_statistics.count(db, today=date.today())
        overview._brought(db)
        backlog._by_progress(db)
        event.remove(db.connection(), "before_cursor_execute", hear)
        assert len(asked) == 3
        for statement, given in asked:
            plan = str(db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all())  # type: ignore[arg-type]
            assert "USING COVERING INDEX ix_records_kind_subject_received_progress" in plan, plan
