"""A day of releases: three desks, three releases to two recipients, four people who take their word back in between.

What was seen on the way is kept in `Day` for the tests to judge.
"""

from __future__ import annotations

import os
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from testimony.domain.ledger.ledger import Ledger
from testimony.sealing.keys import withdrawal_code
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.records import queries as record_queries
from testimony.services.release import desk as release_desk
from testimony.services.release.desk import Releaser
from testimony.services.startup import open_station
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.journeys.coordinator import PATIENCE, Previewed, ReleaseDesk
from tests.support.journeys.desks import Desk
from tests.support.journeys.phones import LARGE
from tests.support.journeys.reviewers import FIRST, SECOND, Lawyers
from tests.support.journeys.stations import Server, wait_until
from tests.support.journeys.world import World
from tests.support.services.desks import reader_of
from tests.support.stories import accounts as stories_accounts
from tests.support.stories import crowd
from tests.support.stories.accounts import BOTH, KEPT, RECIPIENTS, Account

DESKS: Final = {
    "desk-lawyer": "lawyer-1",
    "desk-coordinator": "coordinator-1",
    "desk-second": "coordinator-2",
    "desk-colleague": "lawyer-2",
}
"""The last one has no browser: there the mass is reviewed."""
LOOKED: Final = tuple(DESKS)[:3]
AT_ONCE: Final = 5
"""Testimonies that a phone hands in in one batch: 400 kB of them."""
AT_THE_DESK: Final = 3
"""How many the lawyer clears one by one on the pages."""
A_PAGE: Final = 100
"""Rows on a full page of the list."""
LISTED: Final = "rows => document.querySelectorAll('[data-inbox] [data-list] > tr').length === rows"
BEFORE, BUILT, AGREED, PUBLISHED = "before building", "after building", "after agreeing", "after it left"


@dataclass(frozen=True, kw_only=True)
class Left:
    """A release that left. `files`: as the browser saved them; `compared`: what the colleague's desk made of it."""

    previewed: Previewed
    compared: Previewed
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        return self.previewed.name


@dataclass
class Day:
    """What was seen. `waves`: the numbers of those that are cleared before each release. `withdrawn`: when -> who.

    `said`: what a page said at a turning point. `given_up`: releases.
    `members`: of every class that left, by its id, whose accounts are in it: by the ledger, in which pseudonyms stand.
    """

    accounts: list[Account]
    waves: Sequence[range]
    second_missing: Account
    not_for_release: Account
    left: list[Left] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    withdrawn: dict[str, Account] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)
    states: dict[str, dict[str, str]] = field(default_factory=dict)  # desk -> release -> state
    again: dict[str, bytes] = field(default_factory=dict)  # files of the first release, saved once more at the end
    members: dict[str, list[Account]] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)  # desk -> every page that was looked at
    answered: dict[str, int] = field(default_factory=dict)  # address -> what the lawyer's desk answered
    complaints: list[str] = field(default_factory=list)
    notices: dict[str, bytes] = field(default_factory=dict)  # recipient -> what is sent to it
    temporary: list[Path] = field(default_factory=list)

    @property
    def files(self) -> list[tuple[str, bytes]]:
        """(recipient, file) of everything that left, in the order in which it did."""
        return [(to, data) for one in self.left for to, data in sorted(one.files.items())]


def live(made: World, waves: Sequence[range]) -> Day:
    """All of it, in order."""
    code = withdrawal_code.key_of(withdrawal_code.new_code(), made.organisation.root.fingerprint)
    accounts = stories_accounts.seal(made.organisation, code, waves[-1].stop)
    counted = [one for one in accounts if one.consent == BOTH and one.number in waves[0]]
    day = Day(accounts, waves, second_missing=counted[-1], not_for_release=counted[-2])
    _deliver(made, accounts)
    homes = {person: made.home(name) for name, person in DESKS.items() if person in (FIRST, SECOND)}
    _Living(made, day, code, Lawyers(made.organisation, homes, made.central_gate.url)).live()
    return day


def _deliver(made: World, accounts: Sequence[Account]) -> None:
    for server in (made.central, made.node):
        made.start(server)
    for start in range(0, len(accounts), AT_ONCE):
        crowd.hand_in(made.node_gate.url, *(one.sealed for one in accounts[start : start + AT_ONCE]))
    made.wait_delivered(len(accounts))


@dataclass
class _Living:
    made: World
    day: Day
    code: Signer
    lawyers: Lawyers

    def live(self) -> None:
        self._review()
        self._take_back(BEFORE, self._of_wave(0)[0])
        one, two = (self._coordinator(name) for name in LOOKED[1:])
        self._exchange(one, two)
        one.begin("trusted")
        self._first(one, two)
        self._second(one, two)
        self._third(one, two)
        self._look_back(one, two)

    # lawyers

    def _lawyer(self) -> Desk:
        server = self._server("desk-lawyer")
        desk = Desk(self._page(server), server.address)
        desk.page.set_default_timeout(PATIENCE)
        desk.enter(self.made.passphrase(DESKS["desk-lawyer"]))
        return desk

    def _review(self) -> None:
        """A hundred are taken into review at once and three are cleared at the desk; two people clear the others."""
        lawyer = self._lawyer()
        lawyer.pull()
        # the list begins with what the desk fetched by itself, and follows once the exchange has ended
        lawyer.page.wait_for_function(LISTED, arg=A_PAGE)
        lawyer.page.check("[data-inbox] [data-all]")
        lawyer.page.select_option("#several-act", "take")
        lawyer.page.click("#several button.first")
        lawyer.page.wait_for_selector("[data-acted] .note.good")
        self.day.said["taken into review"] = lawyer.page.inner_text("[data-acted]")
        for one in self._of_wave(0)[:AT_THE_DESK]:
            for state in ("in_review", "cleared"):
                lawyer.page.goto(f"{lawyer.address}en/testimony/{one.tid}")
                button = lawyer.page.locator(f'[data-moves] button[value="{state}"]')
                if button.count():
                    with lawyer.page.expect_navigation():
                        button.click()
        lawyer.pull()
        self.made.browsers["desk-lawyer"].close()
        self._server("desk-lawyer").stop()
        with self.lawyers.at_work():
            self.lawyers.link([one for one in self.day.accounts if one.recipients])
            self.lawyers.keep_back(self.day.not_for_release)
            self.lawyers.clear(self._of_wave(0), first_alone=[self.day.second_missing])

    def _clear(self, wave: int) -> None:
        with self.lawyers.at_work():
            self.lawyers.clear(self._of_wave(wave))

    def _of_wave(self, wave: int) -> list[Account]:
        """What both lawyers clear; also what its consent keeps out of every release."""
        kept_back = (self.day.second_missing, self.day.not_for_release)
        found = [self.day.accounts[number] for number in self.day.waves[wave]]
        return [one for one in found if one.consent != KEPT and one not in kept_back]

    # the three releases

    def _first(self, one: ReleaseDesk, two: ReleaseDesk) -> None:
        """Withdrawn between building and agreeing: the colleague's desk does not make it, and it is built anew."""
        built = one.build(*RECIPIENTS)
        self._exchange(one)
        self._take_back(BUILT, self._member(built.name))
        self._exchange(two)
        two.compare(built.name)
        self.day.said[BUILT] = two.page.inner_text("[data-differs]")
        two.give_up(built.name)
        self.day.given_up.append(built.name)
        self._exchange(two, one)
        self._through(one, two)

    def _second(self, one: ReleaseDesk, two: ReleaseDesk) -> None:
        """Both build it at once; what is left of it is withdrawn between agreeing and leaving."""
        self._clear(1)
        self._take_back(PUBLISHED, self._member(self.day.left[0].name))
        self._exchange(one, two)
        ours, theirs = (desk.build(*RECIPIENTS) for desk in (one, two))
        self._exchange(one, two)
        self.day.said["overtaken"] = " ".join(two.overtaken())
        self.day.states["while both built"] = two.states()
        self.day.given_up += [ours.name, theirs.name]
        two.approve(ours.name)
        self._exchange(two, one)
        one.send(ours.name)
        self._take_back(AGREED, self._member(ours.name))
        self._exchange(one)
        data, said = one.hand_out(ours.name, RECIPIENTS[0])
        assert not data
        self.day.said[AGREED] = said
        self._exchange(one, two)
        self._through(one, two)

    def _third(self, one: ReleaseDesk, two: ReleaseDesk) -> None:
        """The other way round, with the word for receivers of who withdrew since."""
        self.day.said["revoked"] = one.revoke()
        self._clear(2)
        self._exchange(one, two)
        self._through(two, one)

    def _through(self, one: ReleaseDesk, two: ReleaseDesk) -> None:
        """The whole way of a release that `one` builds and `two` agrees to."""
        previewed = one.build(*RECIPIENTS)
        self._exchange(one, two)
        compared = two.approve(previewed.name)
        self._exchange(two, one)
        one.send(previewed.name)
        self._exchange(one)
        files = {to: one.hand_out(previewed.name, to)[0] for to in previewed.sums}
        self._exchange(one, two)
        self.day.left.append(Left(previewed=previewed, compared=compared, files=files))

    # the rest

    def _look_back(self, one: ReleaseDesk, two: ReleaseDesk) -> None:
        first = self.day.left[0]
        self.day.again = {to: one.hand_out(first.name, to)[0] for to in first.files}
        self.day.notices = {to: one.notice(to) for to in RECIPIENTS}
        lawyer = self._lawyer()
        lawyer.pull()
        for path in ("", f"testimony/{first_of(self.day).tid}", *_about_releases(first.name)):
            answer = lawyer.page.goto(f"{lawyer.address}en/{path}")
            assert answer is not None
            self.day.answered[path] = answer.status
            if first.name not in path:  # a page may name its own address
                self.day.pages.setdefault("desk-lawyer", []).append(lawyer.page.content())
        for name, desk in zip(LOOKED[1:], (one, two), strict=True):
            self.day.states[name] = desk.states()
            desk.page.goto(f"{desk.address}en/testimony/{first_of(self.day).tid}")
            self.day.pages[name] = [*desk.seen, desk.page.content()]
        for name in LOOKED:
            self._server(name).kill()
            self.made.browsers[name].kill()
        self.day.complaints = [said for name in LOOKED for said in self.made.browsers[name].complaints]
        with self._ledger() as held:
            self.day.members = _members(held, self.day.accounts, [left.name for left in self.day.left])

    def _coordinator(self, name: str) -> ReleaseDesk:
        server = self._server(name)
        desk = ReleaseDesk(self._page(server), server.address)
        desk.enter(self.made.passphrase(DESKS[name]))
        return desk

    def _exchange(self, *desks: Desk) -> None:
        for desk in desks:
            desk.pull()

    def _take_back(self, when: str, account: Account) -> None:
        """With the code that the witness holds, at the node; until headquarters has destroyed it."""
        self.day.withdrawn[when] = account
        today = datetime.now(UTC).date().isoformat()
        record = statements.withdrawal(tid=account.tid, scope="all", day=today, signer=self.code)
        body = write_frames([Frame("record", record.encode())])
        with urllib.request.urlopen(
            urllib.request.Request(f"{self.made.node_gate.url}/sync/batch", data=body), timeout=60
        ) as answer:
            assert answer.status == 200
        wait_until(lambda: not _is_served(self.made, account), f"headquarters to know, {when}", 120, pause=0.5)

    def _member(self, release: str) -> Account:
        """Somebody in a class of it; of whom is looked up in the ledger, as nobody else can."""
        with self._ledger() as held:
            classes = _members(held, self.day.accounts, [release])
        return next(one for members in classes.values() for one in members)

    @contextmanager
    def _ledger(self) -> Iterator[Ledger]:
        """As it stands at the first coordinator's desk."""
        reader = reader_of(self.made.organisation, DESKS["desk-coordinator"])
        with open_station(self.made.home("desk-coordinator")) as station:
            by = Releaser(station=station, reader=reader, annexes=AnnexIndex(), day=datetime.now(UTC).date())
            yield release_desk.ledger_of(by)

    def _page(self, server: Server) -> Page:
        """Of a browser of its own, at a desk that runs."""
        temporary = Path(tempfile.mkdtemp())  # short: a socket of the browser is in it
        self.day.temporary.append(temporary)
        server.variables["TMPDIR"] = str(temporary)
        self.made.start(server)
        variables = {**os.environ, "TMPDIR": str(temporary)}
        return self.made.add_browser(server.home.name, **LARGE, env=variables).start()

    def _server(self, name: str) -> Server:
        return next(server for server in self.made.desk_servers if server.home.name == name)


def first_of(day: Day) -> Account:
    """Whose words and name only lawyers may read, and who is in a release."""
    taken = {one.tid for one in day.withdrawn.values()}
    return next(one for one in day.accounts if one.consent == BOTH and one.tid not in taken)


def _about_releases(name: str) -> tuple[str, ...]:
    return ("releases/", "releases/new", f"releases/of/{name}", f"releases/of/{name}/files", f"releases/preview/{name}")


def _members(held: Ledger, accounts: Sequence[Account], releases: Sequence[str]) -> dict[str, list[Account]]:
    by_pseudonym = {held.member(one.manifest): one for one in accounts}
    return {
        line.id: [by_pseudonym[member] for member in line.members]
        for name in releases
        for line in held.ahead.batches[name].contents.classes
    }


def _is_served(made: World, account: Account) -> bool:
    with open_station(made.home("central")) as station, station.database.reading() as session:
        return record_queries.is_served(session, account.tid)
