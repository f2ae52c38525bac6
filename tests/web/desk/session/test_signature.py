"""A signature at the desk: drawn from numbers that were checked, for whoever may read the name, whatever was sealed."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import cycle
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.web.desk.session.signature import HEIGHT, LONGEST, WIDTH, path_of
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

LINES = "M1 2L30 40M600 300L600 300"
Shown = Callable[..., str]


@pytest.fixture
def shown(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> Shown:
    """A function: a page of a testimony with `value` as the signature in `part`, at the desk of `role`."""
    made, at = demo.contents, cache(browser)

    def page(part: str, value: Any, role: str = "lawyer", lang: str = "en") -> str:
        def altered(*args: Any) -> dict[str, Any]:
            contents = made(*args)
            if part == "identity":
                contents[part]["answers"] |= {"witness_signature": value}
            else:
                contents[part] |= {"witness_signature": value}
            return contents

        monkeypatch.setattr(demo, "contents", altered)
        purposes = ("P01", "P04", "P06")
        (sealed,) = bring(organisation, opened(role), [told(0, purposes)])
        answer = at(role).get(f"/{lang}/testimony/{sealed.record.value['tid']}")
        assert answer.status_code == 200
        return str(answer.text)

    return page


def paths(page: str) -> list[str]:
    """What each signature on the page draws."""
    return re.findall(r'<svg class="signature"[^>]*><path d="([^"]*)"/></svg>', page)


@pytest.mark.parametrize("part", ["identity", "provenance"])
def test_a_lawyer_sees_the_lines_and_a_coordinator_does_not(part: str, shown: Shown) -> None:
    value = {"value": LINES} if part == "identity" else LINES
    assert paths(shown(part, value)) == [LINES]
    page = shown(part, value, "coordinator")
    assert paths(page) == []
    assert LINES not in page


def test_a_signature_on_paper_is_said_to_be_there(shown: Shown) -> None:
    page = shown("identity", {"value": "paper"})
    assert "Signature of the person</dt><dd>on paper</dd>" in page
    assert paths(page) == []


NOT_LINES: tuple[Any, ...] = (
    '"/><script>alert(1)</script>',
    f'{LINES}"/><script>alert(1)</script>',
    f"{LINES} ",
    f"{LINES}Z",
    f"{LINES}L601 1",
    f"{LINES}L1 301",
    f"{LINES}L1000 1",
    f"{LINES}L-1 1",
    f"{LINES}L1.5 1",
    f"{LINES}L1e2 1",
    f"{LINES}L١ 1",
    f"{LINES}\n",
    "M1 2",
    "L1 2L3 4",
    "url(https://example.org)",
    "M1 2" + "L3 4" * (LONGEST // 4),
    "",
    7,
    True,
    [],
    {},
    {"value": LINES},
)


@pytest.mark.parametrize("value", NOT_LINES, ids=range(len(NOT_LINES)))
def test_what_is_no_line_on_the_grid_is_no_path(value: Any) -> None:
    assert path_of(value) == ""


def test_lines_on_the_grid_are_written_anew_from_their_numbers() -> None:
    assert path_of(LINES) == LINES
    assert path_of("M001 02L3 004") == "M1 2L3 4"
    assert path_of(f"M0 0L{WIDTH} {HEIGHT}") == "M0 0L600 300"


@pytest.mark.parametrize("value", [NOT_LINES[0], NOT_LINES[1], 7, [[]], {"value": [LINES]}, {"missing": "ref"}])
def test_a_hostile_signature_draws_nothing_runs_nothing_and_breaks_no_page(value: Any, shown: Shown) -> None:
    for part, lang in zip(cycle(("identity", "provenance")), DESKS, strict=False):
        page = shown(part, {"value": value} if part == "identity" else value, lang=lang)
        assert paths(page) == []
        assert "<script>alert" not in page
    assert paths(shown("identity", value)) == []
