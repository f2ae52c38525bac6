"""The header of a desk: few entries in the row, every page within reach, and a page is called as its entry is."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.domain.testimony.languages import DESKS
from tests.support.each_time import each_time
from tests.support.web.browser import Browser

ROW = {
    "lawyer": ["Testimonies", "Incidents", "Cases", "Reports"],
    "coordinator": ["Overview", "Data", "Releases"],
}
LINK = re.compile(r'<a href="([^"]+)"(?: aria-current="page")?>([^<]+)</a>')


def header(page: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(row, everything in the menu), each as (address, name)."""
    (row,) = re.findall(r'<div class="entries">(.*?)</div>', page, re.DOTALL)
    (menu,) = re.findall(r'<div class="panel">(.*?)<div class="in-menu tongues"', page, re.DOTALL)
    return LINK.findall(row), LINK.findall(menu)


@pytest.mark.parametrize("role", ROW)
def test_the_row_has_few_entries_and_the_menu_has_them_all(role: str, browser: Callable[..., Browser]) -> None:
    row, menu = header(browser(role).get("/en/").text)
    assert [name for _, name in row] == ROW[role]
    assert set(row) < set(menu), "where there is no room for the row, its entries are in the menu"


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
@pytest.mark.parametrize("role", ROW)
def test_each_page_is_called_as_its_entry_is_and_is_marked_there(
    role: str, lang: str, browser: Callable[..., Browser]
) -> None:
    desk = browser(role)
    _, menu = header(desk.get(f"/{lang}/").text)
    for address, name in menu:
        page = desk.get(address).text
        headings = re.findall(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
        assert [re.sub("<[^>]*>", "", one).strip() for one in headings] == [name], address
        assert f'<a href="{address}" aria-current="page">{name}</a>' in page


def test_a_coordinator_has_no_page_of_lawyers_in_the_menu(browser: Callable[..., Browser]) -> None:
    _, menu = header(browser("coordinator").get("/en/").text)
    assert not {"Search", "Cases", "Access", "What left"} & {name for _, name in menu}


def test_the_header_says_how_long_ago_the_desk_synced(browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    assert re.search(r"data-synced>not yet<|data-synced>\d+ \w+ \d{4}<|data-synced>today<", desk.get("/en/").text)


@pytest.mark.parametrize("role", ROW)
def test_one_entry_leads_to_both_ways_of_syncing_and_is_marked_on_either(
    role: str, browser: Callable[..., Browser]
) -> None:
    desk = browser(role)
    _, menu = header(desk.get("/en/").text)
    [address] = [address for address, name in menu if name.startswith("Sync")]
    (stick,) = re.findall(r'href="([^"]+)">Sync by USB stick<', desk.get(address).text)
    assert f'<a href="{address}" aria-current="page">Sync</a>' in desk.get(stick).text
