"""A coordinator's month: what came and what of it counts, and the tables that everybody may read, with a colleague.

The month is lived through once; each test then holds what was seen to one promise.
"""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser

from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.journeys.coordinators_month import Seat, seats
from tests.support.services.batches import bring
from tests.support.services.casefiles import text_of
from tests.support.services.release import releases
from tests.support.services.release.releases import PEOPLE, Centre, account

pytestmark = pytest.mark.browser


class Look(NamedTuple):
    """Of both desks."""

    size: tuple[int, int]
    lang: str


WIDE, MIDDLE, SMALL = (1280, 800), (1024, 768), (360, 740)
LOOKS = [Look(size, lang) for size in (WIDE, MIDDLE, SMALL) for lang in ("en", "fr", "ar")]
NAMES, SAID = ("Wrenfield Example", "Larkmoor Example"), "They kept the marmalade lantern."
NEW = len(NAMES)


@dataclass
class Month:
    """What was seen. `steps`: what was next at both desks, in turn; `files`: of each desk, what it saved."""

    listed: list[int] = field(default_factory=list)
    counted: str = ""
    total: str = ""
    accounts: str = ""
    steps: list[tuple[str, ...]] = field(default_factory=list)
    outlook: list[str] = field(default_factory=list)
    coverage: list[str] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    report: bytes = b""
    at_lawyer: str = ""
    pages: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=each_time(LOOKS, Look(WIDE, "en")), ids=lambda one: str(one))
def month(
    request: pytest.FixtureRequest,
    chrome: Browser,
    prepared_for_releases: tuple[Path, Organisation],
    tmp_path_factory: pytest.TempPathFactory,
) -> Month:
    prepared, organisation = prepared_for_releases
    folder = tmp_path_factory.mktemp("month")
    size, lang = request.param
    with releases.opened(Path(shutil.copytree(prepared, folder / "all")), organisation) as at:
        return live(at, chrome, folder, size, lang)


def live(at: Centre, chrome: Browser, folder: Path, size: tuple[int, int], lang: str) -> Month:
    month = Month()
    with seats(at, chrome, size, lang) as (one, two):
        see_what_came(month, at, one)
        see_coverage(month, one)
        agree_to_a_plan(month, one, two)
        make_tables(month, one, two, folder)
        month.pages = [*one.seen.items(), *two.seen.items()]
        month.faults, month.complaints = one.faults + two.faults, one.complaints + two.complaints
    return month


def see_what_came(month: Month, at: Centre, one: Seat) -> None:
    month.listed.append(one.listed())
    told = [
        account(PEOPLE + number, "P04", "P06", "P07")
        | {"lang": "en", "script": "en", "text": SAID, "identity": {"w_name": name}}
        for number, name in enumerate(NAMES)
    ]
    tid = str(bring(at.organisation, at.central, told)[0].record.value["tid"])
    lawyer = at.desks["lawyer-1"]
    lawyer.exchange()
    month.at_lawyer = str([part.content for part in lawyer.open(tid).compartments])
    one.sync()
    month.listed.append(one.listed())
    one.look("data")
    with one.page.expect_navigation():
        one.page.click(f'tr[data-tid="{tid}"] a')
    one.look("account")


def see_coverage(month: Month, one: Seat) -> None:
    one.follow("dashboard/")
    month.counted = one.page.inner_text("[data-number=counted] b")
    one.look("overview")
    one.follow("reports/")
    month.total = one.page.inner_text("[data-total]")
    one.look("reports")
    one.go("reports/?by=border&across=month&count=incidents")
    one.look("report by border and month")
    one.follow("usable/")
    one.look("uses")
    one.follow("releases/")
    one.tab("releases/quality")
    one.past_progress()
    month.accounts = one.page.get_attribute("[data-accounts]", "data-accounts") or ""
    one.look("quality")


def agree_to_a_plan(month: Month, one: Seat, two: Seat) -> None:
    """One gives a share of the secret and proposes the plan, the other agrees and gives theirs."""
    one_does = [one.tables()]
    one.look("share")
    one_does.append(one.press())
    one.look("plan")
    one_does += [one.press(), one.press()]
    two_does = [two.tables(), two.press("exchange")]
    two.look("plan to agree to")
    two_does += [two.press(), two.press(), two.press()]
    month.steps += [tuple(one_does), tuple(two_does)]


def make_tables(month: Month, one: Seat, two: Seat, folder: Path) -> None:
    """One looks whether there are enough accounts and counts them, the other makes the same and agrees."""
    one_does = [one.press("exchange"), one.press("look")]
    month.outlook = one.page.locator("[data-outlook] li").all_inner_texts()
    one.look("enough accounts")
    one_does += [one.press(), one.press()]
    two_does = [two.press("exchange")]
    two.look("numbers to agree to")
    two_does += [two.press(), two.press()]
    one_does.append(one.press("exchange"))
    for seat in (one, two):
        seat.look("printed")
        month.files.append(seat.saved("[data-press=step]", folder / "tables.zip"))
    month.coverage = one.page.locator("[data-coverage] + * tbody tr").all_inner_texts()
    month.report = one.saved("[data-printed] a[href*='/report']", folder / "report.pdf")
    month.steps += [tuple(one_does), tuple(two_does)]


def test_what_came_is_in_the_list_and_counted(month: Month) -> None:
    assert month.listed == [PEOPLE, PEOPLE + NEW]
    assert (month.counted, month.accounts) == (str(PEOPLE + NEW), str(PEOPLE))


def test_two_coordinators_go_one_step_after_the_other(month: Month) -> None:
    assert month.steps == [
        ("share", "propose", "exchange", "wait"),
        ("share", "agree", "share", "exchange", "make"),
        ("make", "make", "exchange", "wait", "save"),
        ("agree", "exchange", "save"),
    ]


def test_both_desks_save_the_same_file_and_the_report(month: Month) -> None:
    one, two = month.files
    assert one == two
    with zipfile.ZipFile(io.BytesIO(one)) as made:
        lines = list(csv.DictReader(io.StringIO(made.read("tables.csv").decode())))
    assert lines
    assert month.report.startswith(b"%PDF")
    assert text_of(month.report).strip()


def test_the_page_says_what_the_tables_do_not_show(month: Month) -> None:
    """And before that, to coordinators alone, exactly how many are held back because no lawyer has cleared them."""
    assert len(month.coverage) > 1
    assert [one for one in month.outlook if str(PEOPLE) in one]
    assert [one for one in month.outlook if one.rstrip(".").endswith(str(NEW))]


def test_no_page_and_no_file_holds_a_name_or_a_word_of_a_witness(month: Month) -> None:
    words = [*NAMES, SAID]
    assert all(one in month.at_lawyer for one in (NAMES[0], SAID)), "where a name is shown, it is found"
    assert [(where, one) for where, page in month.pages for one in words if one in page] == []
    left = [text_of(month.report)]
    for file in month.files:
        with zipfile.ZipFile(io.BytesIO(file)) as made:
            left += [made.read(name).decode() for name in made.namelist() if not name.endswith(".xlsx")]
    assert [one for text in left for one in words if one in text] == []


def test_each_page_fits_with_one_heading_and_no_script_complains(month: Month) -> None:
    assert (month.faults, month.complaints) == ([], [])
