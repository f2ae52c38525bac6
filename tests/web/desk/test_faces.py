"""A testimony is named by its face: no page of a desk names one by its ID alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from tests.support.web.browser import EVERYTHING, NUMBERS, Browser, Filled

FACE = re.compile(r'<span class="face".*?</small></span>', re.DOTALL)
TEMPLATE = re.compile(r"<template.*?</template>", re.DOTALL)
PAGES = {
    "lawyer": "/incidents/cases/casefile/submissions/reports/ending/withdrawals/colleagues/wordings/search",
    "coordinator": "/dashboard/reports/usable/releases/ending/withdrawals/wordings",
}
PLAIN = {"incidents", "search", ""}
OF_ONE = ("", "/consent", "/consent/document", "/ask", "/archive", "/coding", "/alike")


def bare(page: str, filled: Filled) -> set[str]:
    """The IDs that stand in the words of `page` outside a face."""
    words = re.sub(r"<[^>]*>", " ", FACE.sub("", TEMPLATE.sub("", page)))
    short = [filled.tid(number)[:8] for number in range(len(filled.sealed))]
    return {one for one in short if re.search(rf"\b{one}\b", words)}


def addresses(desk: Browser, role: str, filled: Filled) -> Iterator[str]:
    yield from (f"/en/{path}" + ("" if path in PLAIN else "/") for path in PAGES[role].split("/"))
    if role == "lawyer":
        yield from (f"/en/testimony/{filled.tid(EVERYTHING)}{path}" for path in OF_ONE)
        cases = re.findall(r'href="(/en/casefile/\?case=[^"]+)"', desk.get("/en/cases/").text)
        for case in cases:
            yield case
            yield case.replace("/casefile/", "/submissions/")
    else:
        yield from (f"/en/testimony/{filled.tid(NUMBERS)}{path}" for path in ("", "/consent"))


@pytest.mark.parametrize("role", PAGES)
def test_no_page_names_a_testimony_by_its_id_alone(role: str, browser: Callable[..., Browser], filled: Filled) -> None:
    desk, faces = browser(role), 0
    for address in addresses(desk, role, filled):
        answer = desk.get(address)
        assert answer.status_code == 200, address
        assert not bare(answer.text, filled), address
        faces += len(FACE.findall(answer.text))
    assert faces > 10


def test_the_face_says_border_month_and_witness_to_who_may_know(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser("lawyer").get(f"/en/testimony/{filled.tid(EVERYTHING)}").text
    (heading,) = re.findall(r"<h1>(.*?)</h1>", page, re.DOTALL)
    words = " ".join(re.sub(r"<[^>]*>", " ", heading).split())
    assert "Croatia to Bosnia &amp; Herzegovina, north" in words
    assert re.search(r"\w+ 20\d\d · \w+, .+", words), words
    assert words.endswith(filled.tid(EVERYTHING)[:8])


def test_what_does_not_open_to_the_reader_is_in_no_face(browser: Callable[..., Browser], filled: Filled) -> None:
    """The fixture's third testimony is sealed to nobody."""
    page = browser("coordinator").get("/en/").text
    for row in re.findall(r"<tr data-tid=.*?</tr>", page, re.DOTALL):
        if 'data-opens=""' in row:
            assert re.search(r"data-where>Testimony<", row)
            assert re.search(r"data-rest><", row)
