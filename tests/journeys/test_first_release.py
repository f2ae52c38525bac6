"""The first hour's release, as a newcomer lives it: two desks of the demonstration, one release, three files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from testimony.cli.station.demo import SECRETS, STATIONS
from tests.support.cli.demo import demonstration
from tests.support.cli.program import free_ports, run
from tests.support.journeys.coordinator import ReleaseDesk
from tests.support.journeys.phones import SMALL
from tests.support.web.chromium import FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.long]
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
    with demonstration(tmp_path / "demo", free_ports(len(STATIONS))) as (_, printed):
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
    for number, data in enumerate(files.values()):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        done = run("release", "check", path)
        assert done.returncode == 0, done.stdout + done.stderr


def desk(chrome: Browser, folder: Path, printed: str, number: int) -> ReleaseDesk:
    """Of that coordinator, unlocked, at the address and with the passphrase that were printed."""
    lines = [line.split() for line in [*printed.splitlines(), *(folder / SECRETS).read_text().splitlines()]]
    person = f"coordinator-{number}"
    address = next(words[1] for words in lines if len(words) > 2 and words[2] == person)
    passphrase = next(" ".join(words[1:-1]) for words in lines if words[:1] == [person])
    found = ReleaseDesk(chrome.new_context(**SMALL, accept_downloads=True).new_page(), address)
    found.enter(passphrase)
    return found
