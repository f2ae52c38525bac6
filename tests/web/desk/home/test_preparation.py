"""What pages count is opened once, in the background: counted, stopped and gone on with, and none stops another's."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from testimony.services.consent import cache as consent_cache
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.opening import opened_cache
from testimony.services.opening.bulk import Openings
from testimony.services.opening.permission import Permission
from testimony.services.release.jobs import Job
from testimony.station.station import Station
from testimony.store.errors import StoreFailing
from testimony.web.desk.home import preparation
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

PAGES = ("/en/dashboard/", "/en/usable/", "/en/ending/")


@pytest.fixture
def opened_parts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The parts that were opened since, by name."""
    seen: list[str] = []
    opening = Openings.open

    def watch(self: Openings, sealed: Any, part: str, permission: Permission) -> Any:
        seen.append(part)
        return opening(self, sealed, part, permission)

    monkeypatch.setattr(Openings, "open", watch)
    monkeypatch.setattr(InboxIndex, "read_on", lambda *_, **__: None)  # the list opens too, for the faces on the page
    return seen


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """The second testimony is opened once this is set: until then it goes on, and no page waits for it."""
    free, reached, opening = threading.Event(), threading.Event(), consent_cache._stand

    def stand(*given: Any) -> Any:
        if reached.is_set():
            assert free.wait(60)
        reached.set()
        return opening(*given)

    monkeypatch.setattr(consent_cache, "_stand", stand)
    monkeypatch.setattr(opened_cache, "CHUNK", 1)
    monkeypatch.setattr(preparation, "MOMENT", 0)
    yield free
    free.set()


def told_on(desk: Browser, path: str) -> str:
    """The page, less what is new each second."""
    return re.sub(r'(name="csrf_token" value|data-csrf)="[^"]*"', "", desk.get(path).text)


def wait(desk: Browser) -> Job:
    job: Job | None = desk.app.extensions["testimony.counting"].last
    assert job is not None
    assert job.wait(60)
    return job


def test_the_second_visit_opens_nothing(browser: Callable[..., Browser], opened_parts: list[str]) -> None:
    one = browser("coordinator")
    first = {path: told_on(one, path) for path in PAGES}
    assert set(opened_parts) == {"consent", "coded"}
    opened_parts.clear()
    assert {path: told_on(one, path) for path in PAGES} == first
    assert one.get("/en/ending/?weeks=26").status_code == 200
    assert opened_parts == []


def test_of_what_came_since_that_alone_is_opened(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    opened_parts: list[str],
) -> None:
    one = browser("coordinator")
    before = re.findall(r'data-number="counted"><b>(\d+)</b>', one.get(PAGES[0]).text)
    opened_parts.clear()
    bring(organisation, opened("coordinator"), [told(1)])
    after = re.findall(r'data-number="counted"><b>(\d+)</b>', one.get(PAGES[0]).text)
    assert int(after[0]) == int(before[0]) + 1
    assert sorted(opened_parts) == ["coded", "consent"]


def test_on_a_day_on_which_nothing_ends_nothing_is_opened_and_a_locked_desk_has_no_page(
    browser: Callable[..., Browser], opened_parts: list[str]
) -> None:
    one = browser("coordinator")
    one.get(PAGES[1])
    opened_parts.clear()
    one.app.config["CLOCK"] = lambda: datetime(2026, 1, 21, 9, 30, tzinfo=UTC)
    one.get(PAGES[1])
    assert opened_parts == []
    one.app.config["CLOCK"] = lambda: datetime(2040, 1, 21, 9, 30, tzinfo=UTC)
    one.get(PAGES[1])
    assert opened_parts.count("consent") > 0
    one.post("/lock")
    assert one.get(PAGES[1]).status_code == 303
    assert one.app.extensions["testimony.counting"].last is None


@pytest.mark.parametrize("path", PAGES)
def test_how_far_it_is_is_counted_and_it_is_stopped_and_gone_on_with(
    path: str,
    browser: Callable[..., Browser],
    gate: threading.Event,
    opened_parts: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = browser("coordinator")
    page = one.get(path).text
    assert 'data-letting="/counting/state"' in page
    job = one.app.extensions["testimony.counting"].last
    while not (job.done or job.wait(0.01)):
        pass
    state = one.get("/counting/state").json
    assert (state["running"], state["done"]) == (True, 1)
    assert f'max="{state["total"]}" value="1"' in one.get(path).text
    name = re.search(r'name="page" value="([\w.]+)"', page)
    assert name
    threading.Timer(0.2, gate.set).start()
    answer = one.post("/counting/stop", {"lang": "en", "page": name[1]})
    assert wait(one).stopped
    stopped = one.get(answer.location).text
    assert "What was opened stays open." in stopped
    assert f'href="{path}"' in stopped
    there = opened_parts.count("consent")
    monkeypatch.setattr(preparation, "MOMENT", 60)
    assert "data-letting" not in one.get(path).text
    assert 0 < there < opened_parts.count("consent") == state["total"], "what was open is not opened again"
    assert one.get(answer.location).location.endswith(path)
    assert one.get("/en/counting/?page=releases.index").status_code == 400


def test_no_page_stops_what_another_waits_for(browser: Callable[..., Browser], gate: threading.Event) -> None:
    one = browser("coordinator")
    one.get(PAGES[0])
    begun = one.app.extensions["testimony.counting"].last
    one.get(PAGES[2])
    one.get("/en/releases/new?to=P06")
    gate.set()
    assert wait(one) is begun
    assert begun.done


def test_what_it_fails_of_is_told_and_the_next_visit_begins_anew(
    browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = browser("coordinator")

    def fail(*_: Any) -> None:
        raise StoreFailing

    with monkeypatch.context() as patch:
        patch.setattr(consent_cache, "_stand", fail)
        assert one.get(PAGES[1]).status_code >= 500
    assert one.get(PAGES[1]).status_code == 200


def test_a_lawyers_list_opens_consent_alone(browser: Callable[..., Browser], opened_parts: list[str]) -> None:
    assert browser("lawyer").get(PAGES[2]).status_code == 200
    assert set(opened_parts) == {"consent"}
