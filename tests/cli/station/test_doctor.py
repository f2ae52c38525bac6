"""`doctor` says how a station of each kind is, in the words of its lines and in the exit codes of monitoring."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from testimony.services.backup import last_backup
from testimony.services.enrolment.organisation import Organisation
from testimony.services.link import last_sync
from testimony.services.startup import open_station
from testimony.store.models.base import ONLY
from testimony.store.state.maintenance import MaintenanceRow
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.program import free_ports, run, serving
from tests.support.faults.file_systems import disk_in
from tests.support.services.alarms import ago, well

STATIONS = ("field", "desk-lawyer")


def doctor(home: Path, **variables: str) -> tuple[int, dict[str, Any]]:
    """The exit code, and by subject what was said."""
    done = run("doctor", "--home", home, "--json", **variables)
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["code"] == done.returncode
    return done.returncode, {line["subject"]: line for line in told["lines"]}


def unwell(told: dict[str, Any]) -> dict[str, str]:
    return {subject: line["level"] for subject, line in told.items() if line["level"] != "well"}


@pytest.fixture(scope="module")
def of_today(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    return made_today(tmp_path_factory.mktemp("today") / "org")


@pytest.fixture
def well_homes(of_today: Organisation, tmp_path: Path) -> Path:
    """All have exchanged today and tested a backup, and central has heard of its node."""
    homes = Path(shutil.copytree(of_today.folder, tmp_path / "org"))
    for name in STATIONS:
        with open_station(homes / name) as station, station.database.transaction() as session:
            last_sync.note(session, station.today())
            last_backup.note_tested(station)
    with open_station(homes / "central") as central:
        kid = next(one.keys[0].kid for one in central.chain.latest.devices if one.kind == "node")
        well(central, kid)
        last_backup.note_tested(central)
    return homes


@pytest.fixture
def central(well_homes: Path) -> Iterator[str]:
    """The address of a running central."""
    port = free_ports(1)
    with serving("central", well_homes / "central", port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def a_clock_before(address: str, ahead: timedelta) -> Iterator[str]:
    """What stands before central and gives its answers a date of its own."""

    class Relay(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with urlopen(address + self.path) as answer:
                body, headers = answer.read(), answer.headers
            self.send_response_only(200)
            for name, value in headers.items():
                if name.lower() not in {"date", "connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", STATIONS)
def test_a_station_that_is_well_exits_with_0(name: str, well_homes: Path, central: str) -> None:
    code, told = doctor(well_homes / name, TESTIMONY_CENTRAL_URL=central)
    assert (code, unwell(told)) == (0, {})
    assert len(told) == 10
    assert told["central"]["says"][0] == f"{central} answers."
    assert told["clock"]["says"] == ["It agrees with the clock of others."]
    assert not any(line["do"] for line in told.values())


def test_central_finds_itself_at_its_own_port(well_homes: Path, central: str) -> None:
    code, told = doctor(well_homes / "central", TESTIMONY_PORT=central.rpartition(":")[2])
    assert (code, unwell(told)) == (0, {})
    assert list(told)[-1] == "stations"
    code, told = doctor(well_homes / "central", TESTIMONY_PORT=str(free_ports(1)))
    assert (code, unwell(told)) == (2, {"central": "critical"})
    assert "testimony serve central" in told["central"]["do"][0]


@pytest.mark.parametrize("name", STATIONS)
def test_a_central_that_is_away_is_a_warning_with_what_to_do(name: str, well_homes: Path) -> None:
    url = f"http://127.0.0.1:{free_ports(1)}"
    code, told = doctor(well_homes / name, TESTIMONY_CENTRAL_URL=url)
    assert (code, unwell(told)) == (1, {"central": "warning"})
    assert url in told["central"]["says"][0]
    assert "central_url" in told["central"]["do"][0]


@pytest.mark.parametrize(("ahead", "words"), [(timedelta(hours=-3), "ahead of"), (timedelta(hours=3), "behind")])
def test_a_clock_that_differs_from_centrals_is_a_warning(
    ahead: timedelta, words: str, well_homes: Path, central: str
) -> None:
    with a_clock_before(central, ahead) as url:
        code, told = doctor(well_homes / "field", TESTIMONY_CENTRAL_URL=url)
    assert (code, unwell(told)) == (1, {"clock": "warning"})
    assert f"{words} the clock of others by" in told["clock"]["says"][0]


@pytest.mark.parametrize("name", [*STATIONS, "central"])
def test_an_old_backup_is_a_warning_at_every_kind_of_station(name: str, well_homes: Path, central: str) -> None:
    with open_station(well_homes / name) as station:
        day = ago(station, 30)
        (station.settings.home / last_backup.TESTED).unlink()
        with station.database.transaction() as session:
            session.merge(MaintenanceRow(id=ONLY, backed_up=day))
    port = central.rpartition(":")[2]
    code, told = doctor(well_homes / name, TESTIMONY_CENTRAL_URL=central, TESTIMONY_PORT=port)
    assert (code, unwell(told)) == (1, {"backup": "warning"})
    assert told["backup"]["says"] == [f"Last backup: {day}.", "No backup was tested by restoring it."]
    assert "docs/backup.md" in told["backup"]["do"][0]


@pytest.mark.parametrize("name", [*STATIONS, "central"])
def test_a_full_disk_is_critical_at_every_kind_of_station(
    name: str, well_homes: Path, central: str, tmp_path: Path
) -> None:
    disk = disk_in(tmp_path / "small", 48 << 20)
    try:
        home = disk.mounted / "org" / name
        shutil.copytree(well_homes / "keys", disk.mounted / "org" / "keys")
        shutil.copytree(well_homes / name, home)
        (disk.mounted / "film").write_bytes(bytes(20 << 20))
        port = central.rpartition(":")[2]
        code, told = doctor(home, TESTIMONY_CENTRAL_URL=central, TESTIMONY_PORT=port)
    finally:
        disk.unmount()
    assert code == 2
    assert unwell(told) == {"disk": "critical"}
    assert told["disk"]["do"][0] == "Make room on this disk."


def test_a_person_reads_the_summary_first_and_what_to_do_below_each_line(well_homes: Path) -> None:
    done = run("doctor", "--home", well_homes / "field", TESTIMONY_CENTRAL_URL="")
    first, *lines = done.stdout.splitlines()
    assert first == "WARNING: central"
    assert lines[0].startswith("  central       WARNING: No address of the central server is set")
    assert lines[1].strip().startswith("-> Run “testimony station address URL”")
    assert len(lines) == 11
    assert done.returncode == 1


def test_a_folder_without_a_station_cannot_be_judged(tmp_path: Path) -> None:
    code, told = doctor(tmp_path / "nowhere")
    assert (code, unwell(told)) == (3, {"station": "unknown"})


def test_a_station_that_does_not_open_is_critical_and_one_that_waits_is_a_warning(
    well_homes: Path, tmp_path: Path
) -> None:
    (well_homes / "field" / "testimony.db").write_bytes(b"no database" * 1000)
    code, told = doctor(well_homes / "field")
    assert (code, unwell(told)) == (2, {"station": "critical"})
    assert run("station", "new", "field", "--home", tmp_path / "new", "--id", "node-9").returncode == 0
    assert doctor(tmp_path / "new")[0] == 1


def test_a_new_station_is_told_to_make_and_test_a_backup(of_today: Organisation, tmp_path: Path) -> None:
    home = Path(shutil.copytree(of_today.folder / "field", tmp_path / "field"))
    told = doctor(home)[1]["backup"]
    assert (told["level"], told["says"]) == ("warning", ["There is no backup yet."])
    assert told["do"] == ["Make a backup now, and restore it into an empty folder as a test (docs/backup.md)."]


def test_it_says_no_secret(well_homes: Path) -> None:
    away = "http://name:secret-word@127.0.0.1:9"
    done = run("doctor", "--home", well_homes / "field", TESTIMONY_PROXY=away)
    assert "secret-word" not in done.stdout + done.stderr
    key = (well_homes / "field" / "station.key").read_text("ascii").strip()
    assert key not in done.stdout
