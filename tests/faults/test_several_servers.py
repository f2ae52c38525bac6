"""One central: two servers behind nginx, one PostgreSQL. Both answer the same, and either may be killed or renewed."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import text

from testimony.errors import NotDelivered
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services import startup
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.errors import StoreNewer
from testimony.sync.client.exchange import exchange
from testimony.sync.client.push import push
from testimony.sync.errors import StationRefused
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.transport import Transport
from tests.support.cli.program import four_free_ports, run
from tests.support.faults import nginx
from tests.support.faults.crashes import Process, Worker
from tests.support.journeys.warm_program import Program
from tests.support.services.world import World, take
from tests.support.store import postgres
from tests.support.sync.exactly_once import logged, require_once, require_true_receipts
from tests.support.sync.world import held, waiting
from tests.support.web.browsers.chromium import FLAGS
from tests.support.web.browsers.credentials_in_chromium import KEY

BREATH = 0.1  # seconds between two deliveries, which would take all of the machine from those that start


class Servers:
    """Two servers of the central of `world`, and the address before them."""

    def __init__(self, world: World, database_url: str, stack: ExitStack) -> None:
        self.world, self.home = world, world.folder / "central"
        port = four_free_ports()
        self.url = f"http://localhost:{port + 2}"
        settings = Settings(
            home=self.home, role="central", name="central", database_url=database_url, public_url=self.url
        )
        seed, rosters = world.central_signer.seed, list(world.chain.records)
        startup.create_station(settings, root=world.root.data, rosters=rosters, signing_seed=seed).close()
        self.both = [Process("central", self.home, port + number) for number in range(2)]
        for one in self.both:
            stack.callback(one.end, Program.terminate)
        (folder := world.folder / "nginx").mkdir()
        stack.enter_context(nginx.before([one.port for one in self.both], port + 2, folder))

    def way(self, signer: Any, number: int | None = None) -> Transport:
        """To one of the two, or to whichever nginx chooses."""
        url = self.url if number is None else self.both[number].url
        return Transport(url, signer, pause=lambda _: None, channel=HttpChannel())


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[Servers]:
    with postgres.server() as database_url, ExitStack() as stack:
        world = World(tmp_path)
        stack.callback(world.close)
        yield Servers(world, database_url, stack)


def test_both_answer_alike_know_what_the_other_was_given_and_refuse_whom_the_other_refuses(servers: Servers) -> None:
    """What one server was asked cannot be sent again to the other by somebody who recorded it."""
    world = servers.world
    node, desk = world.node(), world.desk()
    sealed = [world.testimony() for _ in range(4)]
    for number, one in enumerate(sealed):
        take(node, one)
        push(node, servers.way(world.station, number % 2))
    assert waiting(node) == []
    pages = [servers.way(world.lawyer_signer, number).feed(0, "lawyers") for number in range(2)]
    assert pages[0] == pages[1]
    assert len(pages[0]) > len(sealed)
    exchange(desk, servers.way(world.lawyer_signer), audience="lawyers")
    assert all(len(held(desk, one)) == 2 * len(one.parts) for one in sealed)
    require_counted_once(servers)
    require_revoked_at_both(servers)


def require_counted_once(servers: Servers) -> None:
    recorded: list[tuple[Any, ...]] = []

    class Recording(HttpChannel):
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes, *rest: Any, **named: Any) -> Any:
            recorded.append((method, url, headers, body))
            return super().send(method, url, headers, body, *rest, **named)

    world = servers.world
    Transport(servers.both[0].url, world.station, channel=Recording()).lacking(["0" * 64])
    method, url, headers, body = recorded[-1]
    for server in servers.both:
        again = HttpChannel().send(method, server.url + url.removeprefix(servers.both[0].url), headers, body)
        assert again.status == 401
        assert b'"nonce"' in again.body


def require_revoked_at_both(servers: Servers) -> None:
    world = servers.world
    with open_station(servers.home) as beside:
        adoption.adopt_all(beside, [world.without("node-1")])
    for number in range(2):
        with pytest.raises(StationRefused):
            servers.way(world.station, number).lacking(["0" * 64])


def killed(servers: Servers, times: int, seed: int) -> None:
    world, chance = servers.world, random.Random(seed)
    nodes = [(world.node(), world.station), (world.other_node(), world.second_node)]
    workers = [Worker(_sealed(world), _deliver(node, servers.way(signer))) for node, signer in nodes]
    kills: Counter[int] = Counter()
    for number in range(times):
        for worker in workers:
            worker.allow(3)
        workers[number % 2].wait_for(chance.randrange(3))
        threading.Event().wait(chance.random() * 0.05)
        victim = chance.randrange(2)
        servers.both[victim].kill()
        kills[victim] += 1
    for worker in workers:
        worker.stop()
    with open_station(servers.home) as central:
        require_once(central, [sealed for worker in workers for sealed in worker.done])
        for node, signer in nodes:
            exchange(node, servers.way(signer))
            assert waiting(node) == []
            assert require_true_receipts(node, central) >= len(logged(node))
        assert max(Counter(logged(central)).values()) == 1, "a record stands in the log twice"
    print(f"{dict(kills)} killed; acknowledged {[len(worker.done) for worker in workers]}; lost 0, doubled 0")


def test_either_may_be_killed_and_nothing_is_lost_or_doubled(servers: Servers) -> None:
    killed(servers, 4, seed=1)


@pytest.mark.long(short="test_either_may_be_killed_and_nothing_is_lost_or_doubled")
def test_either_may_be_killed_sixty_times(servers: Servers) -> None:
    killed(servers, 60, seed=2)


def test_both_are_renewed_one_after_the_other_and_nobody_notices(servers: Servers) -> None:
    """Each stops when what it was asked is answered; nginx asks the other meanwhile. No delivery fails."""
    world = servers.world
    node, failed = world.node(), list[str]()
    way = servers.way(world.station)
    stopped = threading.Event()

    def deliver() -> None:
        while not stopped.wait(BREATH):
            take(node, world.testimony())
            try:
                push(node, way)
            except NotDelivered as error:
                failed.append(repr(error.__cause__ or error))

    thread = threading.Thread(target=deliver)
    thread.start()
    try:
        for _ in range(2):
            for server in servers.both:
                server.end(Program.terminate)
                server.start()
    finally:
        stopped.set()
        thread.join()
    assert failed == []
    assert waiting(node) == []
    with open_station(servers.home) as central:
        assert len(logged(central)) == len(logged(node)) > 2


def test_an_old_program_goes_on_when_a_new_one_has_brought_its_tables_and_does_not_start_on_them(
    servers: Servers,
) -> None:
    world, node = servers.world, servers.world.node()
    take(node, world.testimony())
    push(node, servers.way(world.station))
    with open_station(servers.home) as newer, newer.database.transaction() as session:  # as a later migration would
        session.execute(text("ALTER TABLE records ADD COLUMN invented VARCHAR(8)"))
        session.execute(text("CREATE TABLE inventions (name VARCHAR(64) PRIMARY KEY)"))
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for number in range(2):
        take(node, world.testimony())
        push(node, servers.way(world.station, number))
    assert waiting(node) == []
    with pytest.raises(StoreNewer):
        open_station(servers.home)
    exchange(desk := world.desk(), servers.way(world.lawyer_signer), audience="lawyers")
    assert len(logged(node)) == 3
    with desk.database.reading() as session:
        assert len(list(record_queries.records_of_kind(session, "manifest"))) == 3


def test_tables_are_brought_to_a_later_version_while_nodes_deliver(servers: Servers) -> None:
    """As migrations do it: they only add, in the turn of a writer. Nothing that was signed for is lost or doubled."""
    world = servers.world
    node = world.node()
    worker = Worker(_sealed(world), _deliver(node, servers.way(world.station)))
    try:
        with open_station(servers.home) as newer:
            for number in range(6):
                worker.allow(3)
                worker.wait_for(1)
                with newer.database.transaction() as session:
                    for table in ("records", "objects", "receipts"):
                        session.execute(text(f"ALTER TABLE {table} ADD COLUMN invented_{number} VARCHAR(8)"))
                    session.execute(text(f"CREATE TABLE inventions_{number} (name VARCHAR(64) PRIMARY KEY)"))
        worker.allow(3)
        worker.wait_for(1)
    finally:
        worker.stop()
    with open_station(servers.home) as central:
        require_once(central, worker.done)
        assert require_true_receipts(node, central) >= len(worker.done) > 6


@pytest.mark.browser
def test_who_has_an_account_uses_it_at_whichever_server_is_asked(chromium: str, servers: Servers) -> None:
    """Registered, signed in, in several pages and out, each question at another server; ended at both at once."""
    done = run("central", "account", "add", "vera", "--role", "administrator", "--home", servers.home)
    (link,) = re.findall(r"http://\S+#\S+", done.stdout)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        key = page.context.new_cdp_session(page)
        key.send("WebAuthn.enable")
        key.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
        page.goto(link)
        page.wait_for_url("**/enrol/ways")
        page.click("#key button")
        page.wait_for_url("**/sign-in")
        page.click("#key button")
        page.wait_for_selector("[data-troubled]")
        for _ in range(4):
            page.goto(f"{servers.url}/en/accounts")
            page.wait_for_selector("[data-account=vera]")
        page.click("text=Sign out")
        page.wait_for_url("**/start")
        for _ in range(2):
            page.goto(f"{servers.url}/en/accounts")
            assert page.url.endswith("/en/start")
        browser.close()


def _sealed(world: World) -> Iterator[SealedTestimony]:
    while True:
        yield world.testimony()


def _deliver(node: Station, way: Transport) -> Callable[[SealedTestimony], bool]:
    def deliver(sealed: SealedTestimony) -> bool:
        take(node, sealed)
        push(node, way)
        return waiting(node) == []

    return deliver
