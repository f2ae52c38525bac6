"""A field node as a program of its own, a phone with a profile on the disk, and the interviewer who holds it."""

from __future__ import annotations

import json
import os
import random
import shutil
import socket
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Playwright

from testimony.sealing.roster.chain import RosterChain
from testimony.services.accounts.draft_shares import NODE
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from tests.support.interview import costs
from tests.support.interview.altering_front import Front
from tests.support.interview.driver import Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import NOTHING, Known, Reader
from tests.support.interview.rendered_pages import pages_of
from tests.support.interview.shared_phone import Lasting, SharedPhone
from tests.support.interview.signed_pages import FOUND
from tests.support.journeys.phones import MODELS, SMALL, Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.settings import FAST, ISSUED

PATIENCE = 120_000  # milliseconds
FAILED = pytest.StashKey[bool]()
KNOWN: dict[Path, Path] = {}
"""By the folder of an organisation what is left of a phone that opened its page once. Copy it, change nothing."""
LASTING = Lasting()
HERE = Path(__file__).parent


@pytest.fixture(scope="module", autouse=True)
def light_costs() -> Iterator[None]:
    """What a test computes here from a passphrase costs what it costs its node and its phone."""
    with costs.lightened():
        yield


PLAN = Plan(
    name="Border Watch",
    lawyer_names=("Mara Example", "Ilir Example"),
    mechanism="the monitoring mechanism",
    issued=ISSUED,
    key_file_work=FAST,
)


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """As everywhere, with passphrases that cost nothing. Shared: copy it (`homes`), change nothing."""
    return _created(PLAN, tmp_path_factory)


@pytest.fixture(scope="session")
def near_alone(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """One whose drafts open near the node alone. Shared, as the other."""
    return _created(replace(PLAN, draft_share=NODE), tmp_path_factory)


def _created(plan: Plan, folders: pytest.TempPathFactory) -> Organisation:
    with costs.lightened():
        return enrolment_organisation.create(folders.mktemp("organisation") / "org", plan)


class Node(Server):
    """A field node whose phones compute Argon2id at almost no cost."""

    def __init__(self, home: Path, logs: Path, free_port: Callable[[], int]) -> None:
        super().__init__("field", home, logs, free_port)
        self.changed = costs.LIGHTENED


@pytest.fixture(scope="session")
def ports() -> Iterator[int]:
    """Ports that nobody holds, below those that the system gives away by itself: they stay free while a node is off.

    Of tests that run beside each other each process has its own.
    """
    worker, workers = os.environ.get("PYTEST_XDIST_WORKER", "gw0"), os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")
    mine = range(20_000 + int(worker.removeprefix("gw")), 30_000, int(workers))

    def give() -> Iterator[int]:
        for port in random.sample(mine, len(mine)):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) != 0:
                    yield port

    return give()


@pytest.fixture(scope="session")
def node_port(ports: Iterator[int]) -> int:
    """Where every node of these tests listens: a phone knows its node by the address, and keeps its pages for it."""
    return next(ports)


@pytest.fixture(scope="module")
def vacant_port(node_port: int) -> int:
    """The same, where the node of the shared phone does not listen any more."""
    LASTING.phone.put_away()
    return node_port


@pytest.fixture
def listens(request: pytest.FixtureRequest, node_port: int, ports: Iterator[int]) -> int:
    """Where the node of a test listens: at the address that its phone knows, unless a front stands there."""
    return next(ports) if "front" in request.fixturenames else node_port


@pytest.fixture(scope="module")
def looked_at(
    organisation: Organisation, ports: Iterator[int], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of a field node at which tests only look."""
    folder = tmp_path_factory.mktemp("looked-at")
    home = shutil.copytree(organisation.folder / "field", folder / "field")
    server = Node(home, folder, lambda: next(ports))
    server.pages = pages_of(organisation)
    server.start()
    yield f"http://localhost:{server.port}"
    server.put_away()


@pytest.fixture
def node_server(
    organisation: Organisation, homes: Path, profile: Path, tmp_path: Path, listens: int, shared: SharedPhone
) -> Iterator[Server]:
    """The field node, started; it comes back on its own port, as an address on a hotspot does.

    After `profile`, for which a node listened on that port; so does that of the shared phone.
    """
    shared.put_away()
    server = Node(homes / "field", tmp_path, lambda: listens)
    server.pages = pages_of(organisation)
    server.start()
    yield server
    server.put_away()


@pytest.fixture
def front(node_server: Server, node_port: int) -> Iterator[Front]:
    """What stands between the phone and its node, at the address that the phone knows."""
    front = Front(node_server.port, node_port)
    yield front
    front.close()


@pytest.fixture(scope="module")
def playwright() -> Playwright:
    """One for the tests of this folder, whatever their module."""
    return LASTING.playwright()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Before a test of another folder nothing is left."""
    try:
        yield
    finally:
        if nextitem is None or HERE not in nextitem.path.parents:
            LASTING.end()


@pytest.fixture(scope="session")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """An organisation that asks for everything, of named recipients, and knows places of help. Shared, as the other."""
    asked = json.loads(demo.ASKING.read_text(encoding="utf-8"))
    return _created(replace(PLAN, **asked), tmp_path_factory)


@pytest.fixture(scope="module")
def opened_once(
    playwright: Playwright,
    quick_chromium: str,
    organisation: Organisation,
    node_port: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The profile of a phone that keeps the page of this organisation, and on which nobody signed in yet."""
    if organisation.folder not in KNOWN:
        LASTING.phone.put_away()  # another node is to listen there
        folder = tmp_path_factory.mktemp("opened-once")
        home = shutil.copytree(organisation.folder / "field", folder / "field")
        server = Node(home, folder, lambda: node_port)
        server.pages = pages_of(organisation)
        browser = Browser(playwright, quick_chromium, folder / "profile", **SMALL)
        try:
            server.start()
            _open_once(Interviewer(browser.start(), f"http://localhost:{node_port}"))
        finally:
            browser.close()
            server.stop()
        KNOWN[organisation.folder] = browser.folder
    return KNOWN[organisation.folder]


def _open_once(who: Interviewer) -> None:
    who.page.set_default_timeout(PATIENCE)  # many tests wait for this one
    who.open()
    wait_until(who.trusts, "the organisation to be pinned")
    who.page.wait_for_function(FOUND)


@pytest.fixture
def profile(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """What the phone's browser keeps on the disk: of one that opened the page before, unless it is to be new."""
    folder = tmp_path / "profile"
    if request.node.get_closest_marker("new_phone") is None:
        shutil.copytree(request.getfixturevalue("opened_once"), folder)
    return folder


@pytest.fixture
def program(request: pytest.FixtureRequest, chromium: str, quick_chromium: str) -> str:
    """The phone's browser: people's own where the test looks at what it leaves on the disk. Both read each other's."""
    return chromium if request.node.get_closest_marker("whole_browser") else quick_chromium


@pytest.fixture
def model(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The phone's screen and processor: a small one, or the one of `MODELS` that the test names."""
    return MODELS[getattr(request, "param", "360x740")]


@pytest.fixture
def phone(
    playwright: Playwright, program: str, profile: Path, model: dict[str, Any], node_server: Server
) -> Iterator[Browser]:
    """A small phone, off. What its pages complain about fails the test; so it is put away before its node is."""
    browser = Browser(playwright, program, profile, **model)
    yield browser
    browser.close()
    assert browser.complaints == []


@pytest.fixture
def page(phone: Browser) -> Page:
    return phone.start()


@pytest.fixture
def interviewer(page: Page, node_server: Server) -> Interviewer:
    """Somebody with the phone in their hand, not signed in yet, and in a hurry to come to the matter."""
    return Hurried(page, f"http://localhost:{node_server.port}")


@pytest.fixture
def passphrase(organisation: Organisation) -> str:
    """That of interviewer-1."""
    return next(keeper.passphrase for keeper in organisation.keepers if keeper.id == "interviewer-1")


@pytest.fixture
def shared(playwright: Playwright) -> SharedPhone:
    """The phone on which tests marked `comes_home` work one after the other."""
    return LASTING.phone


@pytest.fixture
def signed_in(
    request: pytest.FixtureRequest,
    shared: SharedPhone,
    organisation: Organisation,
    quick_chromium: str,
    passphrase: str,
) -> Iterator[Interviewer]:
    """Somebody on the home card: of the test's own phone, or of the shared one, which is put away when a test fails."""
    if request.node.get_closest_marker("comes_home") is None:
        interviewer: Interviewer = request.getfixturevalue("interviewer")
        interviewer.open()
        interviewer.sign_in("interviewer-1", passphrase)
        yield interviewer
        return
    try:
        if not shared.knows(organisation):
            turn_on(shared, request)
        yield shared.interviewer()
        if not request.node.stash.get(FAILED, False):
            shared.come_home()
            return
    except BaseException:
        shared.put_away()
        raise
    shared.put_away()


def turn_on(shared: SharedPhone, request: pytest.FixtureRequest) -> None:
    shared.put_away()
    wanted = request.getfixturevalue
    folder = wanted("tmp_path_factory").mktemp("shared")
    organisation = wanted("organisation")
    profile = shutil.copytree(wanted("opened_once"), folder / "profile")
    port = wanted("node_port")
    node = Node(shutil.copytree(organisation.folder / "field", folder / "field"), folder, lambda: port)
    node.pages = pages_of(organisation)
    phone = Browser(wanted("playwright"), wanted("quick_chromium"), profile, **SMALL)
    shared.turn_on(organisation, node, phone, wanted("passphrase"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know whether their test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture
def reader(request: pytest.FixtureRequest, organisation: Organisation, shared: SharedPhone) -> Callable[[str], Reader]:
    """A function that gives somebody with a key file, who opens what the node holds: of a shared one, what is new."""
    chain = RosterChain(organisation.root, [organisation.roster])
    secrets = {keeper.id: keeper for keeper in organisation.keepers}
    if request.node.get_closest_marker("comes_home") is None:
        home, known = request.getfixturevalue("homes") / "field", NOTHING
    else:
        request.getfixturevalue("signed_in")
        home, known = shared.node.home, Known.at(shared.node.home)
    return lambda person: Reader(
        home, chain, organisation.folder / secrets[person].file, secrets[person].passphrase, known
    )
