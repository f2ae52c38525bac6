"""The world of the journey: an organisation, its stations as programs of their own, two phones, two desks."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

from playwright.sync_api import Playwright

from testimony.services.enrolment import organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.settings import Settings
from tests.support.interview.driver import Interviewer
from tests.support.journeys import second_node
from tests.support.journeys.desks import Desk
from tests.support.journeys.phones import LARGE, SMALL, Browser
from tests.support.journeys.relay import Gate, gate
from tests.support.journeys.stations import Server, wait_until

DESKS = {"desk-lawyer": "lawyer-1", "desk-coordinator": "coordinator-1"}
INTERVIEWERS = ("interviewer-1", "interviewer-2")
QUICK = 10  # scrypt N = 2^10 for the key files: nothing here is secret


class Founded:
    """An organisation in which nothing has happened yet, for all worlds of its plan.

    `pages`: of the interview, as its nodes have rendered them.
    """

    _by_plan: ClassVar[dict[str, Founded]] = {}

    def __init__(self, plan: Plan) -> None:
        self._kept = tempfile.TemporaryDirectory()
        self._made = organisation.create(Path(self._kept.name, "org"), plan)
        self.pages = Path(self._kept.name, "pages")

    @classmethod
    def by(cls, plan: Plan) -> Founded:
        """The one of this process."""
        if repr(plan) not in cls._by_plan:
            cls._by_plan[repr(plan)] = cls(plan)
        return cls._by_plan[repr(plan)]

    def copied(self, folder: Path) -> Organisation:
        return replace(self._made, folder=Path(shutil.copytree(self._made.folder, folder)))


class World:
    """Everything under one folder: `org` (homes and keys), `profiles` of browsers, `logs` of stations."""

    def __init__(
        self,
        folder: Path,
        playwright: Playwright,
        chromium: str,
        free_port: Callable[[], int],
        *,
        two_nodes: bool = False,
        purposes: Sequence[Mapping[str, Any]] = (),
        desks: Mapping[str, str] = MappingProxyType(DESKS),
        coordinators: int = 1,
        sync_when_asked: bool = False,
    ) -> None:
        self.folder = folder
        self.profiles, self.logs = folder / "profiles", folder / "logs"
        self.logs.mkdir()
        plan = Plan(
            name="Border Watch",
            lawyer_names=("Mara Example", "Ilir Example"),
            mechanism="the monitoring mechanism",
            issued=datetime.now(UTC).date() - timedelta(days=7),
            desks=dict(desks),
            coordinators=coordinators,
            draft_share="node",  # one story is of a draft that waits for the node
            key_file_work=QUICK,
            **({"purposes": purposes} if purposes else {}),
        )
        founded = Founded.by(plan)
        self.organisation = founded.copied(folder / "org")
        for name in desks if sync_when_asked else ():
            replace(Settings.load(self.home(name), {}), sync_when_asked=True).save()
        self._closing = ExitStack()
        self._playwright, self._chromium = playwright, chromium
        self.node_gate, self.central_gate = self._gate(), self._gate()
        told = {"TESTIMONY_CENTRAL_URL": self.central_gate.url}
        self.node, self.central, *self.desk_servers = (
            Server(role, folder / "org" / home, self.logs, free_port, **told)
            for role, home in [("field", "field"), ("central", "central"), *(("desk", home) for home in desks)]
        )
        self.node.pages = founded.pages  # a node that comes back has rendered them before
        self.second_node: Server | None = None
        if two_nodes:
            home = second_node.add(self.organisation, self.central_gate.url)
            self.second_node = Server("field", home, self.logs, free_port)
        self.browsers = {person: self._browser(person, **SMALL) for person in INTERVIEWERS}

    def passphrase(self, person: str) -> str:
        return self.organisation.keeper(person).passphrase

    def home(self, name: str) -> Path:
        return self.folder / "org" / name

    def start(self, server: Server) -> None:
        """Start a station and let its gate lead to it."""
        server.start()
        for before, held in ((self.node_gate, self.node), (self.central_gate, self.central)):
            if held is server:
                before.lead_to(server.port)

    def phone(self, person: str, *, slowdown: int = 1, hands: type[Interviewer] = Interviewer) -> Interviewer:
        """Start the phone's browser, with a processor so many times slower; its page is still empty."""
        return hands(self.browsers[person].start(slowdown=slowdown), self.node_gate.url)

    def signed_in(self, person: str, lang: str, *, offline_ready: bool = True, **phone_is: Any) -> Interviewer:
        """The same, with the interview page open and the interviewer in."""
        phone = self.phone(person, **phone_is)
        phone.open(lang, offline_ready=offline_ready)
        phone.sign_in(person, self.passphrase(person))
        return phone

    def add_browser(self, name: str, **look: object) -> Browser:
        """A browser of somebody else, off."""
        self.browsers[name] = self._browser(name, **look)
        return self.browsers[name]

    def desk(self, server: Server) -> Desk:
        """Start a desk's program and a browser on it."""
        self.start(server)
        browser = self.browsers.setdefault(server.home.name, self._browser(server.home.name, **LARGE))
        return Desk(browser.start(), server.address)

    def received(self) -> int:
        """How many testimonies came in at the node, as its front page says."""
        return self._counted("testimon(?:y|ies) came in here")

    def delivered(self) -> int:
        """How many of them central has signed for: those that a desk has read, as central tells, are counted apart."""
        return self._counted("at headquarters, with its receipt") + self._counted("with the lawyers as well")

    def wait_delivered(self, number: int) -> None:
        wait_until(
            lambda: self.delivered() >= number,
            f"{number} testimonies to be at headquarters",
            240,
            pause=0.5,  # each look is a page that the node makes while it should send
            otherwise=self._last_said,
        )

    def wait_refused(self, number: int) -> None:
        """Until so many refusals are at central. No page of the node counts those that wait."""
        wait_until(lambda: self._refused() >= number, f"{number} refusals to be at headquarters", 240, pause=0.5)

    def _refused(self) -> int:
        with closing(sqlite3.connect(f"file:{self.home('central') / 'testimony.db'}?mode=ro", uri=True)) as database:
            return int(database.execute("SELECT count(*) FROM records WHERE kind = 'refusal'").fetchone()[0])

    def central_page(self) -> str:
        """What the overview and the page of stations of the central server say."""
        browser = self.browsers.setdefault("central", self._browser("central", **LARGE))
        page = browser.start()
        page.goto(self.central.address)
        page.wait_for_selector("[data-troubled]")
        text = page.inner_text("main")
        page.click("nav.central-nav >> text=Stations")
        page.wait_for_selector("[data-node]")
        text += page.inner_text("main")
        browser.close()
        return text

    def end(self) -> None:
        """Close every browser and stop every station: what is on the disk now is what is left of it all."""
        for browser in self.browsers.values():
            browser.close()
        for server in (*self.desk_servers, self.node, self.second_node, self.central):
            if server is not None:
                server.stop()
        self._closing.close()

    def _last_said(self) -> str:
        """The end of what node and central wrote to their logs."""
        return "\n".join(f"{one.err.name}:\n{one.err.read_text('utf-8')[-3000:]}" for one in (self.node, self.central))

    def _counted(self, what: str) -> int:
        with urllib.request.urlopen(f"{self.node_gate.url}/en/", timeout=30) as answer:
            found = re.search(rf"<b>(\d+)</b> {what}", answer.read().decode())
        assert found, what
        return int(found[1])

    def _browser(self, name: str, **look: object) -> Browser:
        return Browser(self._playwright, self._chromium, self.profiles / name, **look)

    def _gate(self) -> Gate:
        return self._closing.enter_context(gate())


@contextmanager
def world(
    folder: Path, playwright: Playwright, chromium: str, free_port: Callable[[], int], **more: Any
) -> Iterator[World]:
    """A world in which nothing runs yet, and in which nothing is left running. `more`: what `World` takes besides."""
    made = World(folder, playwright, chromium, free_port, **more)
    try:
        yield made
    finally:
        made.end()
