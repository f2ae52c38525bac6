"""Clearing without a lawyer, and the quality of the data, on a coordinator's pages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.coding import clearance
from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Organisation
from testimony.web.factory import create_app
from tests.support.services.batches import bring, told
from tests.support.services.desks import TODAY
from tests.support.services.release.clearance import plan
from tests.support.services.release.clearances import Room, room
from tests.support.services.release.releases import Centre
from tests.support.web.browser import Browser, passphrase_of

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
CLOSED = {part: [who for who in to if who != "lawyers"] for part, to in organisation.POLICY.items()}


@pytest.fixture(scope="module")
def without_lawyers(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Its policy lets lawyers read nothing of what is only counted."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(organisation, "POLICY", {**CLOSED, "narrative": ["lawyers", "recovery"]})
        return organisation.create(tmp_path_factory.mktemp("alone") / "org", plan())


@pytest.fixture
def desk(without_lawyers: Organisation, tmp_path: Path) -> Iterator[Room]:
    with room(Path(shutil.copytree(without_lawyers.folder, tmp_path / "org")), without_lawyers) as found:
        yield found


@pytest.fixture
def page(desk: Room) -> Browser:
    one = Browser(create_app(STATION=desk.station, CLOCK=lambda: NOW), "coordinator")
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    words = passphrase_of(desk.organisation, "coordinator-1")
    assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
    return one


def listed(page: Browser) -> dict[str, str]:
    """Testimony -> whether it is cleared."""
    page.get("/en/releases/clearing")
    job = page.app.extensions["testimony.releases"].last
    assert job.wait(120)
    return dict(re.findall(r'data-tid="(\w+)" data-cleared="(\w+)"', page.get("/en/releases/clearing").text))


def test_two_coordinators_clear_the_coded_record_and_one_of_them_takes_it_back(desk: Room, page: Browser) -> None:
    (one,) = bring(desk.organisation, desk.station, [told(0, ("P01", "P06"))])
    tid = str(one.record.value["tid"])
    assert listed(page) == {tid: "no"}
    shown = page.get("/en/releases/clearing").text
    assert "Beating and other bodily force" in shown
    assert page.post(f"/releases/clearing/{tid}/clear", {"lang": "en"}).status_code == 303
    assert listed(page) == {tid: "no"}, "one is not two"
    assert f"/releases/clearing/{tid}/clear" not in page.get("/en/releases/clearing").text
    hand = desk.hands["coordinator-2"]
    account = desk.accounts()[tid]
    clearance.clear(desk.station, hand.reader, hand.refresh(), account, day=TODAY)
    assert listed(page) == {tid: "yes"}
    assert page.post(f"/releases/clearing/{tid}/take-back", {"lang": "en"}).status_code == 303
    assert listed(page) == {tid: "no"}


def test_what_a_lawyer_can_read_is_not_cleared_here(browser: Callable[..., Browser]) -> None:
    one = browser("coordinator")
    assert listed(one) == {}
    assert one.post(f"/releases/clearing/{'0' * 32}/clear", {"lang": "en"}).status_code == 404


def test_the_report_says_how_often_a_question_is_answered_and_never_what(at: Centre) -> None:
    one = Browser(create_app(STATION=at[1].station, CLOCK=lambda: NOW), "coordinator")
    assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
    assert one.post_json("/unlock", {"passphrase": passphrase_of(at.organisation, "coordinator-1")}).status_code == 200
    one.get("/en/releases/quality")
    assert one.app.extensions["testimony.releases"].last.wait(120)
    page = one.get("/en/releases/quality").text
    assert 'data-accounts="24"' in page
    row = re.search(r'data-row="w_age">.*?</tr>', page, re.DOTALL)
    assert row
    assert re.findall(r'<td class="number">(.*?)</td>', row[0])[0] == "24"
    assert "25 to 34" not in page
