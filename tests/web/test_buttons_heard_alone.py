"""Buttons with the same words on one page say what each is about, for somebody who hears them one by one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.accounts import hold
from tests.support.web.browser import EVERYTHING, Browser, Filled
from tests.support.web.heard_alone import heard_twice

CASE = "P09 case-river"


@pytest.mark.parametrize(
    "page", ["testimony", "testimony/links", "testimony/coding", "testimony/consent", "", "ending/"]
)
def test_at_a_lawyers_desk(page: str, browser: Callable[..., Browser], filled: Filled) -> None:
    address = page.replace("testimony", f"testimony/{filled.tid(EVERYTHING)}")
    assert heard_twice(browser("lawyer").get(f"/en/{address}").text) == []


def test_on_the_page_of_a_case_with_two_testimonies_and_two_tasks(
    browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    agreed = {"also": ["P09-case-river"]}
    sealed = bring(organisation, opened("lawyer"), [told(n, ("P01", "P04")) | agreed for n in (0, 1)])
    desk = browser("lawyer")
    for one in sealed:
        desk.post(f"/testimony/{one.record.value['tid']}/case/take", {"case": CASE, "lang": "en"})
    for what in ("Call the clinic", "Answer the court"):
        item = {"case": CASE, "item": "", "sort": "TASK", "what": what, "due": "", "who": ""}
        assert desk.post_json("/agenda/write", item).status_code == 200
    page = desk.get(f"/en/cases/{CASE}").text
    assert page.count("data-within") == 2
    assert page.count('class="agenda-item"') >= 2
    assert heard_twice(page) == []


@pytest.mark.parametrize("page", ["usable/", "releases/", "dashboard/"])
def test_at_a_coordinators_desk(page: str, browser: Callable[..., Browser], filled: Filled) -> None:
    assert heard_twice(browser("coordinator").get(f"/en/{page}").text) == []


@pytest.mark.parametrize("page", ["roster", "accounts", "stations", "alarms"])
def test_at_central(page: str, browser: Callable[..., Browser]) -> None:
    central = browser("central")
    hold(central, "administrator")
    assert heard_twice(central.get(f"/en/{page}").text) == []
