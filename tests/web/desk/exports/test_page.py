"""The page of exports: one use, one file, sealed unless somebody says no; refused forms keep what was chosen."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import exports
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of
from tests.support.web.browser import Browser

CHOSEN = {"use": "P04 lawyers", "form": "csv", "seal": "sealed"}


@pytest.fixture
def desk(opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]) -> Browser:
    bring(organisation, opened("lawyer"), [told(0, ("P01", "P04")), told(1, ("P01",))])
    return browser("lawyer")


def send(desk: Browser, **chosen: Any) -> Any:
    headers = {"Referer": f"{desk.base}/en/reports/testimonies"}
    data = {"csrf_token": desk.csrf(), "lang": "en", **CHOSEN, **chosen}
    return desk.client.post("/reports/testimonies", base_url=desk.base, data=data, headers=headers)


def test_the_file_is_sealed_to_the_reader_and_named_in_what_left(desk: Browser, organisation: Organisation) -> None:
    assert "/en/reports/testimonies" in desk.get("/en/reports/").text
    assert 'value="P04 lawyers"' in desk.get("/en/reports/testimonies").text
    answer = send(desk)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].endswith('.zip.age"')
    opened = io.BytesIO()
    exports.unseal(reader_of(organisation, "lawyer-1"), io.BytesIO(answer.data), opened.write)
    with zipfile.ZipFile(opened) as archive:
        assert {"testimonies.csv", "README.txt"} < set(archive.namelist())
    left = desk.get("/en/disclosures").text
    assert "Export" in left


def test_without_a_seal_it_takes_a_second_yes_and_what_was_chosen_stays(desk: Browser) -> None:
    refused = send(desk, seal="plain", form="xlsx")
    assert refused.status_code == 409
    assert 'value="xlsx" required checked' in refused.text
    assert 'value="plain" checked' in refused.text
    answer = send(desk, seal="plain", form="xlsx", sure="yes")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')
    assert answer.data.startswith(b"PK")


@pytest.mark.parametrize("wrong", [{"use": "P06 public"}, {"use": ""}, {"form": "exe"}, {"use": "P09 case-unknown"}])
def test_what_is_on_no_list_is_refused_with_a_sentence(desk: Browser, wrong: dict[str, str]) -> None:
    assert send(desk, **wrong).status_code == 409


def test_a_coordinator_has_no_exports(browser: Callable[..., Browser]) -> None:
    assert browser("coordinator").get("/en/reports/testimonies").status_code == 403
    assert "/en/reports/testimonies" not in browser("coordinator").get("/en/reports/").text
