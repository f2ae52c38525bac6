"""The first hour's release, as a newcomer lives it: two desks of the demonstration, one release, three files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from testimony.cli.station.demo import PLACES
from tests.support.cli.demo import Said, demonstration
from tests.support.cli.page import Reader, steps_of
from tests.support.cli.program import free_ports
from tests.support.journeys.coordinator import ReleaseDesk
from tests.support.journeys.phones import SMALL
from tests.support.web.browsers.chromium import FLAGS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long(
        short="tests/web/desk/release/test_releases_in_chromium.py::"
        "test_a_release_is_built_at_one_desk_agreed_to_at_another_and_saved"
    ),
]
RECIPIENTS = ("P06", "P07", "P10:partners")


@pytest.fixture
def chrome(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


def test_a_newcomer_sees_a_release_proposed_agreed_to_and_leave_for_three_recipients(
    chrome: Browser, tmp_path: Path
) -> None:
    with demonstration(tmp_path / "demo", free_ports(len(PLACES))) as (_, printed):
        one, two = (desk(chrome, tmp_path / "demo", printed, number) for number in (1, 2))
        one.pull()
        one.begin("trusted")
        previewed = one.build(*RECIPIENTS)
        one.pull()
        two.pull()
        compared = two.approve(previewed.name)
        two.pull()
        one.pull()
        one.send(previewed.name)
        one.pull()
        files = {to: one.hand_out(previewed.name, to)[0] for to in RECIPIENTS}
        assert one.states() == {previewed.name: "left"}
    assert compared.sums == previewed.sums
    assert set(previewed.sums) == set(RECIPIENTS)
    check, *_ = steps_of("first-hour.md")
    for number, data in enumerate(files.values()):
        (tmp_path / f"{number}.zip").write_bytes(data)
        Reader(tmp_path, {"FILE": f"{number}.zip"}).type(check)


def desk(chrome: Browser, folder: Path, printed: str, number: int) -> ReleaseDesk:
    """Of that coordinator, unlocked, at the address and with the passphrase that were printed."""
    said, person = Said(folder, printed), f"coordinator-{number}"
    found = ReleaseDesk(chrome.new_context(**SMALL, accept_downloads=True).new_page(), said.address(person))
    found.enter(said.passphrase(person))
    return found
