"""`sync` says what was delivered and what waits; when it fails it says why, what to do, and exits with 1."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.delivery import outbox
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.roster import adoption
from testimony.services.startup import open_station
from testimony.sync.errors import NetworkLogIn
from tests.support.cli.headquarters import Headquarters
from tests.support.cli.program import refused, run, serving
from tests.support.settings import FAST, ISSUED
from tests.support.sync.links.forwarder import forwarding, without_receipts

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def field(organisation: Organisation, homes: Path) -> Path:
    """A field node's home in which one testimony waits."""
    told = next(iter(demo.invented()))
    chain = RosterChain(organisation.root, [organisation.roster])
    sealed = demo.seal_invented(organisation, chain, told, number=0, taken_down=NOON, withdraw=None)
    with open_station(homes / "field") as node:
        demo.require_stored(take_in(node, demo.incoming(sealed)))
    return homes / "field"


def waiting(home: Path) -> int:
    with open_station(home) as station, station.database.reading() as session:
        return len(outbox.waiting(session))


@pytest.fixture
def portal() -> Iterator[str]:
    """The log-in page of a network, which answers everything with 200."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = b"<html><title>Free Wi-Fi</title></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_it_says_what_was_delivered_and_the_second_time_that_nothing_waits(
    field: Path, homes: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    with serving("central", homes / "central", port):
        first = run("sync", "--home", field, "--to", f"http://127.0.0.1:{port}")
        again = run("sync", "--home", field, "--to", f"http://127.0.0.1:{port}")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "1 record, each with a receipt of central" in first.stdout
    assert "0 records, each with a receipt of central" in again.stdout
    assert waiting(field) == 0


def test_a_log_in_page_is_named_and_nothing_is_dropped(field: Path, portal: str) -> None:
    done = run("sync", "--home", field, "--to", portal)
    assert refused(done, portal, "Nothing was sent")
    assert str(NetworkLogIn(url=portal)) in done.stderr
    assert waiting(field) == 1


def test_no_central_there_is_said_with_its_address(field: Path, free_port: Callable[[], int]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert refused(run("sync", "--home", field, "--to", url), url, "cannot be reached")
    assert waiting(field) == 1


def test_an_address_that_nobody_set_is_asked_for(field: Path) -> None:
    assert refused(run("sync", "--home", field, TESTIMONY_CENTRAL_URL=""), "testimony station address", "stick")


def test_a_wrong_passphrase_fetches_nothing(homes: Path, free_port: Callable[[], int]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = run("sync", "--home", homes / "desk-lawyer", "--to", url, typed="wrong words\n")
    assert refused(done, "passphrase")


def test_central_of_another_organisation_is_said_to_be_another_s(
    field: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    plan = Plan(name="Others", lawyer_names=("A Example", "B Example"), issued=ISSUED, key_file_work=FAST)
    others = enrolment_organisation.create(tmp_path / "others", plan).folder
    port = free_port()
    with serving("central", others / "central", port):
        done = run("sync", "--home", field, "--to", f"http://127.0.0.1:{port}")
    assert refused(done, "another organisation", f"http://127.0.0.1:{port}", "Check the address")
    assert waiting(field) == 1


def test_a_node_that_is_not_in_the_roster_is_told_that_it_is_not_enrolled(
    field: Path, homes: Path, free_port: Callable[[], int]
) -> None:
    (field / "station.key").write_text("ab" * 32 + "\n")
    port = free_port()
    with serving("central", homes / "central", port):
        done = run("sync", "--home", field, "--to", f"http://127.0.0.1:{port}")
    assert refused(done, "not in the roster")


def test_a_log_that_went_back_without_a_word_ends_with_1_until_an_operator_says_that_it_was_restored(
    field: Path, homes: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    """The whole folder of central was put back, the file that tells its lives apart among it."""
    port = free_port()
    url, central = f"http://127.0.0.1:{port}", homes / "central"
    shutil.copytree(central, tmp_path / "kept")
    with serving("central", central, port):
        assert run("sync", "--home", field, "--to", url).returncode == 0
    shutil.rmtree(central)
    shutil.copytree(tmp_path / "kept", central)
    with serving("central", central, port):
        assert refused(run("sync", "--home", field, "--to", url), "log")
        assert waiting(field) == 1
        done = run("sync", "--home", field, "--to", url, "--restored")
    assert done.returncode == 0, done.stderr
    assert waiting(field) == 0


def test_a_copy_of_central_beside_the_restored_one_is_said_to_be_a_second_central(
    field: Path, homes: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    """The old server was not switched off when its backup was put back on another: both have its address in turn."""
    port = free_port()
    url, central = f"http://127.0.0.1:{port}", homes / "central"
    with serving("central", central, port):
        assert run("sync", "--home", field, "--to", url).returncode == 0
    shutil.copytree(central, tmp_path / "restored")
    (tmp_path / "restored" / "incarnation").unlink()
    with serving("central", tmp_path / "restored", port):
        assert "was restored" in run("sync", "--home", field, "--to", url).stdout
    with serving("central", central, port):
        done = run("sync", "--home", field, "--to", url)
    assert refused(done, "Two central servers", "Stop")


def test_two_centrals_of_the_roster_under_one_address_are_said_to_be_two(
    field: Path, organisation: Organisation, homes: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    """Each keeps what was delivered to it, and its readers see nothing of the other's."""
    headquarters, second, port = Headquarters(organisation, homes), tmp_path / "second", free_port()
    assert run("station", "new", "central", "--home", second, "--id", "central-2").returncode == 0
    assert headquarters.admit(second / "enrolment.json").returncode == 0
    assert run("station", "update", headquarters.bundle(2), "--home", homes / "central").returncode == 0
    assert run("station", "join", headquarters.bundle(2), "--home", second, typed="yes\n").returncode == 0
    url = f"http://127.0.0.1:{port}"
    with serving("central", homes / "central", port):
        first = run("sync", "--home", field, "--to", url)
    with serving("central", second, port):
        then = run("sync", "--home", field, "--to", url)
    assert first.returncode == 0, first.stdout + first.stderr
    assert then.returncode == 1, then.stdout + then.stderr
    assert "two centrals" in then.stdout
    assert "central, central-2" in then.stdout
    assert "revoke" in then.stdout


def test_two_servers_that_answer_in_turn_are_said_to_be_two(
    field: Path, homes: Path, free_port: Callable[[], int], tmp_path: Path
) -> None:
    """A balancer with two centrals that share nothing gives one's nonce to the other."""
    first, second = free_port(), free_port()
    shutil.copytree(homes / "central", tmp_path / "copy")
    with (
        serving("central", homes / "central", first),
        serving("central", tmp_path / "copy", second),
        forwarding(first, second) as url,
    ):
        done = run("sync", "--home", field, "--to", url)
    assert refused(done, "Two servers", url)
    assert waiting(field) == 1


def test_central_that_takes_a_batch_and_signs_for_nothing_ends_with_1(
    field: Path, homes: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    with serving("central", homes / "central", port), forwarding(port, change=without_receipts) as url:
        done = run("sync", "--home", field, "--to", url)
    assert done.returncode == 1, done.stdout
    assert "no receipt    1 record" in done.stdout
    assert waiting(field) == 1


@pytest.mark.sqlite_file
def test_a_central_that_says_it_was_restored_is_followed_and_offered_everything_at_once(
    field: Path, homes: Path, free_port: Callable[[], int]
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with serving("central", homes / "central", port):
        assert run("sync", "--home", field, "--to", url).returncode == 0
    for file in (homes / "central").glob("testimony.db*"):
        file.unlink()
    (homes / "central" / "incarnation").unlink()  # no backup has it; where it stays a database that is gone is told
    with open_station(homes / "central") as central:
        adoption.adopt_all(central, [SignedRecord.decode((homes / "rosters" / "roster-1.json").read_bytes())])
    with serving("central", homes / "central", port):
        done = run("sync", "--home", field, "--to", url)
    assert done.returncode == 0, done.stderr
    assert "was restored from a backup" in done.stdout
    assert waiting(field) == 0


@pytest.mark.sqlite_file
def test_a_desk_gives_a_restored_central_back_what_it_lost_and_check_names_what_nobody_has(
    field: Path, homes: Path, free_port: Callable[[], int], tmp_path: Path, organisation: Organisation
) -> None:
    """The node's folder is gone with everything that it had delivered: the desk's copy is the only one."""
    port = free_port()
    url, central, desk = f"http://127.0.0.1:{port}", homes / "central", homes / "desk-lawyer"
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    shutil.copytree(central, tmp_path / "kept")
    with serving("central", central, port):
        assert run("sync", "--home", field, "--to", url).returncode == 0
        assert run("sync", "--home", desk, "--to", url, typed=typed).returncode == 0
    shutil.rmtree(central)
    shutil.copytree(tmp_path / "kept", central)
    (central / "incarnation").unlink()
    shutil.rmtree(field)
    with serving("central", central, port):
        waits = run("sync", "--home", desk, "--to", url, typed=typed)
        assert refused(waits, "restored from a backup")
        assert run("central", "resume", "--home", central).returncode == 0
        done = run("sync", "--home", desk, "--to", url, typed=typed)
        again = run("sync", "--home", desk, "--to", url, typed=typed)
    assert (done.returncode, again.returncode) == (0, 0), done.stdout + done.stderr
    assert "given back" not in again.stdout
    with open_station(central) as station, station.database.reading() as session:
        assert record_queries.count_of_kind(session, "manifest") == 1
    checked = run("check", "--home", central)
    assert checked.returncode == 0, checked.stdout
    assert "coordinators: a backup lacked it" in checked.stdout
