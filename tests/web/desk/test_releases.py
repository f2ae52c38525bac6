"""Releases in the browser: what is shown is what leaves, nothing leaves on one person's word, and every no is said."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from testimony.services.organisation import Organisation
from testimony.services.releasework import Job
from testimony.web.factory import create_app
from tests.services import releases
from tests.services.releases import Centre
from tests.web.conftest import Browser, passphrase_of

NOW = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Organisation]:
    folder = tmp_path_factory.mktemp("releases-web")
    return folder, releases.prepare(folder)


@pytest.fixture
def at(prepared: tuple[Path, Organisation], tmp_path: Path) -> Iterator[Centre]:
    folder, made = prepared
    copy = Path(shutil.copytree(folder, tmp_path / "all"))
    with releases.opened(copy, made) as centre:
        yield centre


@pytest.fixture
def sits(at: Centre) -> Callable[[int], Browser]:
    """A function that gives the browser of coordinator 1 or 2, at their own desk, unlocked."""

    def sit(number: int) -> Browser:
        desk = at[number]
        one = Browser(create_app(STATION=desk.station, CLOCK=lambda: NOW), "coordinator")
        assert one.post_json("/start", {"token": one.app.config["START_TOKEN"]}).status_code == 200
        words = passphrase_of(at.organisation, f"coordinator-{number}")
        assert one.post_json("/unlock", {"passphrase": words}).status_code == 200
        return one

    return sit


CHOICES = {"to": ["P06", "P07"], "pace": "sooner"}


def settled(desk: Browser, **choices: Any) -> str:
    """The builder's page once nothing goes on any more."""
    page = desk.get("/en/releases/new", query_string=choices).text
    if "data-running" in page:
        wait(desk)
        page = desk.get("/en/releases/new", query_string=choices | {"again": "no"}).text
    return str(page)


def wait(desk: Browser) -> Job:
    """What the desk does about releases, once it has ended."""
    job: Job | None = desk.app.extensions["testimony.releases"].last
    assert job is not None
    assert job.wait(120)
    return job


def act(desk: Browser, path: str, **said: Any) -> str:
    """Press a button; what the desk said when it was done, or why it was not."""
    form = {"csrf_token": desk.csrf(), "lang": "en", **said}
    answer = desk.client.post(path, base_url=desk.base, data=form)
    assert answer.status_code == 303, answer.text
    wait(desk)
    page = desk.get(answer.location).text
    return " ".join(re.findall(r'<p class="note[^"]*"[^>]*role="(?:status|alert)">(.*?)</p>', page))


def state(desk: Browser) -> list[str]:
    """Of each release, the newest first."""
    return re.findall(r'data-release="\w+" data-state="([\w-]+)"', desk.get("/en/releases/").text)


def name_of(page: str) -> str:
    found = re.search(r"/releases/preview/([0-9a-f]{32})", page)
    assert found
    return found[1]


def sums(page: str) -> dict[str, str]:
    """Recipient -> SHA-256 of the file that is shown."""
    return dict(re.findall(r'data-file="(P\d+)" data-sha256="([0-9a-f]{64})"', page))


def proposed(desk: Browser) -> str:
    """Built, previewed and proposed; its name."""
    name = name_of(settled(desk, **CHOICES))
    assert desk.get(f"/en/releases/preview/{name}").status_code == 200
    act(desk, "/releases/propose", release=name)
    assert state(desk) == ["proposed"]
    return name


def files(desk: Browser, name: str) -> str:
    """The page on which this desk made the files anew."""
    desk.get(f"/en/releases/of/{name}/files")
    wait(desk)
    return str(desk.get(f"/en/releases/of/{name}/files").text)


def hand_out(desk: Browser, name: str, to: str) -> bytes:
    answer = desk.post(f"/releases/of/{name}/hand-out", {"to": to, "lang": "en"})
    if answer.status_code == 303:
        wait(desk)
        answer = desk.post(f"/releases/of/{name}/hand-out", {"to": to, "lang": "en"})
    assert answer.mimetype == "application/zip"
    return bytes(answer.data)


def test_the_picture_says_what_would_leave_and_what_not(sits: Callable[[int], Browser]) -> None:
    page = settled(sits(1), **CHOICES)
    assert "Of 24 testimonies that may be used for this, 24 would leave" in page
    assert "at least 11 different people from at least 3 different pushbacks" in page
    assert re.findall(r'data-chart="(\w+)"', page) == ["where", "lost", "steps"]
    assert page.count("<table") >= 3, "each chart has the same as a table"


def test_what_is_previewed_is_byte_for_byte_what_is_handed_out(at: Centre, sits: Callable[[int], Browser]) -> None:
    one, two = sits(1), sits(2)
    name = name_of(settled(one, **CHOICES))
    shown = sums(one.get(f"/en/releases/preview/{name}").text)
    assert set(shown) == {"P06", "P07"}
    act(one, "/releases/propose", release=name)
    assert state(one) == ["proposed"]
    at.meet()
    assert state(one) == state(two) == ["waits"]
    page = files(two, name)
    assert "the bytes are the same" in page
    assert sums(page) == shown
    act(two, f"/releases/of/{name}/approve")
    at.meet()
    assert state(one) == ["agreed"]
    act(one, f"/releases/of/{name}/send", to=["P06", "P07"])
    assert state(one) == ["way"]
    assert "not yet in central" in act(one, f"/releases/of/{name}/hand-out", to="P06"), "nothing before it came back"
    at.meet()
    assert state(one) == state(two) == ["may"]
    for to in ("P06", "P07"):
        assert hashlib.sha256(hand_out(one, name, to)).hexdigest() == shown[to]
    assert state(one) == ["left"]
