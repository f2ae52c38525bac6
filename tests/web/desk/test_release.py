"""The coordinator's release pages: the preview is what leaves, a lawyer sees none of it, a refusal says why."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.services.organisation import Organisation
from testimony.services.station import Station
from tests.services.batches import bring, told
from tests.web.conftest import Browser


@pytest.fixture
def coordinator(
    opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]
) -> Browser:
    bring(organisation, opened("coordinator"), [told(number) for number in range(8)])
    return browser("coordinator")


def test_too_few_are_refused_on_the_page_with_the_reason(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    answer = one.post("/release/prepare", {"purpose": "P06", "lang": "en"})
    assert (answer.status_code, answer.location) == (303, "/en/release/")
    page = one.get("/en/release/").text
    assert "smaller than 5 people" in page
    assert one.get("/en/release/preview/P06").status_code == 409


def test_the_file_is_byte_for_byte_the_preview(coordinator: Browser) -> None:
    answer = coordinator.post("/release/prepare", {"purpose": "P06", "lang": "fr"})
    assert answer.location == "/fr/release/preview/P06"
    page = coordinator.get("/en/release/preview/P06").text
    sha = re.search(r'name="sha256" value="([0-9a-f]{64})"', page)
    assert sha
    shown = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr.*?>(.*?)</tr>", page, re.DOTALL)]
    made = coordinator.post("/release/send", {"purpose": "P06", "sha256": sha.group(1), "lang": "en"})
    assert made.status_code == 303
    file = coordinator.get(f"{made.location}/table.csv")
    assert file.headers["Content-Disposition"].startswith("attachment; filename=")
    assert [line.split(",") for line in file.text.splitlines()] == shown
    assert coordinator.get(made.location).status_code == 200


def test_nothing_leaves_when_the_bytes_are_no_longer_those_looked_at(coordinator: Browser) -> None:
    answer = coordinator.post("/release/send", {"purpose": "P06", "sha256": "0" * 64, "lang": "en"})
    assert answer.status_code == 409
    assert "Look again" in answer.text


@pytest.mark.parametrize("purpose", ["P01", "P04", "P09", "nothing", ""])
def test_nothing_leaves_for_any_other_purpose(purpose: str, coordinator: Browser) -> None:
    assert coordinator.post("/release/prepare", {"purpose": purpose}).status_code == 404
    assert coordinator.post("/release/send", {"purpose": purpose, "sha256": "0" * 64}).status_code == 404


def test_a_lawyer_has_no_release(browser: Callable[..., Browser]) -> None:
    one = browser("lawyer")
    assert one.get("/en/release/").status_code == 403
    assert "/release/" not in one.get("/en/").text
