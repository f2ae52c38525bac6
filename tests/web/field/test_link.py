"""The node's page about its link: why nothing goes, when it is tried again, and the buttons of whoever signed in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

import pytest

from testimony.domain.testimony.languages import INTERVIEWERS, in_own_digits
from testimony.errors import StationBusy, TestimonyError
from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import metered, throughput
from testimony.station.station import Station
from testimony.store.errors import StoreUnwritable
from testimony.sync.errors import NetworkLogIn, ProxyRefused, StationTooSlow, StationUnreachable, StationUntrusted
from testimony.sync.http.channel import Answer
from testimony.sync.http.transport import Transport
from testimony.sync.jobs.sync import SyncJob
from tests.support.web.browser import Browser, Filled
from tests.support.web.pages import sign_in

URL = "https://central.example"
Looping = Callable[..., tuple[Browser, SyncJob]]


class Failing:
    """A channel on which everything goes wrong in one way."""

    def __init__(self, error: TestimonyError) -> None:
        self.error = error

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        raise self.error


@pytest.fixture
def looping(browser: Callable[..., Browser], opened: Callable[[str], Station]) -> Looping:
    def make(error: TestimonyError) -> tuple[Browser, SyncJob]:
        one, node = browser("field"), opened("field")
        transport = Transport(URL, node.signer, channel=Failing(error), pause=lambda _: None)
        loop = one.app.extensions["testimony.sync"] = SyncJob(node, transport)
        return one, loop

    return make


def section(page: str) -> str:
    return page.split("data-link>", 1)[1].split("</section>", 1)[0]


def state(page: str) -> str:
    found = re.search(r'data-link-state="(\w+)"', page)
    return found[1] if found else ""


def press(one: Browser, path: str, **data: str) -> object:
    token = re.search(r'name="csrf_token" value="([^"]+)"', one.get("/en/").text)
    answer = one.client.post(path, base_url=one.base, data={"csrf_token": token[1] if token else "", **data})
    return answer.status_code


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NetworkLogIn(url=URL), "Sign in to the network"),
        (StationUnreachable(url=URL), "the address of headquarters cannot be reached"),
        (StationTooSlow(url=URL), "the address of headquarters answers too slowly"),
        (StationUntrusted(url=URL), "does not trust"),
        (ProxyRefused(url=URL), "The proxy of this network"),
        (StationBusy(retry_after=60), "busy or full"),
        (StoreUnwritable(folder="/srv/secret"), "stopped"),
    ],
)
def test_why_the_last_try_failed_is_said_and_no_address(error: TestimonyError, words: str, looping: Looping) -> None:
    one, loop = looping(error)
    assert state(one.get("/en/").text) == ""
    loop.once()
    page = one.get("/en/").text
    assert state(page) == "failed"
    assert words in section(page)
    assert "Next try: in less than a minute" in section(page)
    assert "central.example" not in page
    assert "secret" not in page


def test_without_an_address_of_headquarters_it_says_so(browser: Callable[..., Browser]) -> None:
    assert state(browser("field").get("/en/").text) == "none"


def test_the_buttons_are_for_whoever_signed_in(looping: Looping, organisation: Organisation) -> None:
    one, _ = looping(StationUnreachable(url=URL))
    assert "<form" not in section(one.get("/en/").text)
    for path in ("/link/now", "/link/metered", "/link/media"):
        assert one.client.post(path, base_url=one.base).status_code == 401
    sign_in(one, organisation)
    assert "Try now" in section(one.get("/en/").text)
    assert one.client.post("/link/now", base_url=one.base).status_code == 400  # without the page's token


def test_trying_now_wakes_the_exchanges(
    looping: Looping, organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, loop = looping(StationUnreachable(url=URL))
    woken = threading.Event()
    monkeypatch.setattr(loop, "wake", woken.set)
    sign_in(one, organisation)
    assert press(one, "/link/now") == 303
    assert woken.is_set()


def test_the_worker_switches_metered_and_sends_media_once(
    looping: Looping, organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    one, _ = looping(StationUnreachable(url=URL))
    node = opened("field")

    def may_go() -> bool:
        with node.database.reading() as session:
            return metered.may_go(node, session)

    sign_in(one, organisation)
    assert press(one, "/link/metered", on="yes") == 303
    assert not may_go()
    page = section(one.get("/en/").text)
    assert "recordings and pictures wait" in page
    assert "Send recordings and pictures now" in page
    assert press(one, "/link/media") == 303
    assert may_go()
    assert "The next sync sends them too" in section(one.get("/en/").text)
    assert press(one, "/link/metered", on="no") == 303
    assert "data-metered" not in one.get("/en/").text


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_what_is_left_is_said_in_bytes_and_rough_time_and_names_nobody(
    lang: str, browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled
) -> None:
    one, node = browser("field"), opened("field")
    with node.database.transaction() as session:
        throughput.note(session, 40_000, 2_000.0)
    page = one.get(f"/{lang}/").text
    assert re.findall(r'data-count="(\w+)"><b>(\d+)</b>', page) == [
        (name, in_own_digits(number, lang))
        for name, number in (("waiting", "5"), ("text", "0"), ("whole", "0"), ("desk", "0"), ("arriving", "0"))
    ]
    if lang == "en":
        assert re.search(r"takes about \d+ hours?\.", section(page))
    for number in range(5):
        assert filled.tid(number)[:8] not in page
    assert "interviewer-1" not in page
