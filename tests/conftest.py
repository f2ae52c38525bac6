"""What every test may ask for: a small organisation, homes of stations, free ports, programs that some tests drive."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import warnings
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from testimony.sealing.age import age as age_format
from testimony.sealing.keys import passphrase
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.store.files.free_space import Space
from tests.support.each_time import each_time
from tests.support.programs import lacking
from tests.support.sealing import remembered
from tests.support.settings import FAST, ISSUED, PATIENCE
from tests.support.store import backend, seaweed
from tests.support.store import compiled as store_compiled
from tests.support.store.seaweed import SeaweedFS
from tests.support.web import compiled as web_compiled

BALLAST = 64 << 10  # bytes that a station keeps of its disk: four megabytes are most of what copying a home takes
ALLOCATED = 20_000  # objects between two searches for garbage: at Python's 700 they take a test of pages 7 %
SHELL = "/usr/lib/chromium/chromium-headless-shell"  # the script of that name in /usr/bin stays between it and the test
MARK_OF = {"chromium": "browser", "node": "node", "age": "stock_age"}  # fixture -> marker

# On a busy machine an example takes as long as it takes; and what is green once stays green.
settings.register_profile("here", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")


@pytest.fixture(scope="module", autouse=True)
def little_garbage() -> None:
    """What the modules before have left, a million objects, is not searched again: not by ceremonies, which look for
    garbage after every share, and not by Python itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it would fail a test of this module for one that has ended
        gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def central_lives_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the test's centrals have as their database: see `tests.support.store.backend`."""
    kind = getattr(request, "param", None)
    if kind is None:
        yield
    else:
        with backend.on(kind):
            yield


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """An organisation as `org create` makes it, with quick key files. Shared: copy it (`homes`), change nothing."""
    plan = Plan(
        name="Border Watch",
        lawyer_names=("Mara Example", "Ilir Example"),
        mechanism="the monitoring mechanism",
        issued=ISSUED,
        desks={"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1"},
        key_file_work=FAST,
    )
    return enrolment_organisation.create(tmp_path_factory.mktemp("organisation") / "org", plan)


@pytest.fixture
def homes(organisation: Organisation, tmp_path: Path) -> Path:
    """A copy of the organisation: `homes / "field"`, `"central"`, `"desk-lawyer"`, `"desk-coordinator"`, `"keys"`."""
    return Path(shutil.copytree(organisation.folder, tmp_path / "org"))


@pytest.fixture(scope="session")
def prepared_for_releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Organisation]:
    """Two coordinators, two lawyers and central, with what they cleared. Shared: copy it, change nothing."""
    from tests.support.services.release import releases  # a second, for those who release

    folder = tmp_path_factory.mktemp("releases")
    return folder, releases.prepare(folder)


@pytest.fixture
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A password costs an administrator a thousandth. The real costs are held in
    `tests/sealing/keys/test_locked_seeds.py`.

    Not for tests that open what a test before them, or another program, has locked.
    """
    monkeypatch.setattr(passphrase, "MEMORY_KIB", 64)


@pytest.fixture
def quick_key_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase of a key file costs next to nothing, also where the program itself says what it costs."""
    stretch = age_format._stretch
    monkeypatch.setattr(age_format, "_stretch", lambda words, salt, log_n: stretch(words, salt, min(log_n, FAST)))


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A function that gives a port nobody listens on, another each time."""
    given: set[int] = set()

    def give() -> int:
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = int(probe.getsockname()[1])
            if port not in given:
                given.add(port)
                return port

    return give


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of Chromium; the test is skipped where there is none. Its pages are waited for with patience."""
    from playwright.sync_api import expect  # half a second, for those who drive a browser

    expect.set_options(timeout=PATIENCE)
    return _program("Chromium", os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), "chromium")


@pytest.fixture(scope="session")
def quick_chromium(chromium: str) -> str:
    """Chromium without windows where it is installed (apt install chromium-headless-shell), `chromium` where not.

    The same engine of the same version, which starts and ends in half the time. For tests of pages; those of what a
    browser keeps on its disk, and whole journeys, ask for `chromium`, which people have.
    """
    return os.environ.get("TESTIMONY_CHROMIUM") or shutil.which(SHELL) or chromium


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node.js; the test is skipped where there is none."""
    return _program("Node.js", "node")


@pytest.fixture(scope="session")
def age() -> str:
    """The path of Debian's age; the test is skipped where there is none."""
    return _program("age", "age")


@pytest.fixture(scope="session")
def certutil() -> str:
    """The path of NSS's certutil, which tells Chromium whom to trust; the test is skipped where there is none."""
    return _program("certutil (libnss3-tools)", "certutil")


@pytest.fixture(scope="session")
def object_store() -> Iterator[SeaweedFS]:
    """A running object store; the test is skipped where there is none. Shared: use a place of your own in it."""
    with seaweed.server() as running:
        yield running


@pytest.fixture(scope="session")
def wrong_clock() -> Callable[[str], dict[str, str]]:
    """A function that gives the environment in which a program has another date: "-10y", or "@2106-02-08 12:00:00".

    By libfaketime; what counts seconds since the machine started goes right. The test is skipped where there is none.
    """
    found = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    library = str(found or lacking("libfaketime is not installed (apt install faketime)"))
    return lambda date: {"LD_PRELOAD": library, "FAKETIME": date, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def _program(name: str, *candidates: str) -> str:
    found = next(filter(None, map(shutil.which, candidates)), None)
    return found or lacking(f"{name} is not installed")


def pytest_configure() -> None:
    Space.__init__.__kwdefaults__["ballast"] = BALLAST
    backend.install()
    store_compiled.share()
    web_compiled.share()
    remembered.share()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tests marked `both_databases` run twice, or once where everything runs on PostgreSQL."""
    mark = metafunc.definition.get_closest_marker("both_databases")
    if mark and not backend.everywhere():
        kept = (backend.SQLITE,) if mark.kwargs.get("seldom") else backend.KINDS
        metafunc.parametrize("central_lives_on", each_time(backend.KINDS, *kept), indirect=True)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if backend.everywhere() and item.get_closest_marker("sqlite_file"):
        pytest.skip("it is about SQLite's file, which central has not got here")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark a test by the program that it asks for, so that `-m "not browser"` leaves out all that need one.

    Files that take minutes come first: no worker should be left alone with one at the end.
    """
    items.sort(key=lambda item: not {"journeys", "interview"}.intersection(item.path.parts))
    for item in items:
        for fixture, marker in MARK_OF.items():
            if isinstance(item, pytest.Function) and _is_of_this_file(item, fixture):
                item.add_marker(marker)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected, a million objects, stays to the end: it need not be searched for garbage again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.set_threshold(ALLOCATED)
        gc.enable()


def _is_of_this_file(item: pytest.Function, fixture: str) -> bool:
    """Whether the test asks for this fixture of ours: elsewhere `node` may be a station."""
    found = item._fixtureinfo.name2fixturedefs.get(fixture, ())
    return any(one.func.__code__.co_filename == __file__ for one in found[-1:])
