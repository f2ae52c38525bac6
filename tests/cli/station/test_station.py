"""A second node, a new desk, a lost phone from the command line: one command each, one sentence for what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from testimony.services.enrolment import enrolment
from testimony.services.enrolment.organisation import Organisation, Plan, create
from testimony.services.startup import open_station
from testimony.store.models.records import RecordRow
from testimony.store.models.shares import LostDeviceRow
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from tests.support.cli.headquarters import Headquarters, run
from tests.support.cli.program import ROOT, refused, serving
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.settings import FAST, ISSUED


@pytest.fixture
def headquarters(organisation: Organisation, homes: Path) -> Headquarters:
    return Headquarters(organisation, homes)


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """The home of a second node, which waits; its request lies beside it."""
    made = run(
        "station", "new", "field", "--home", tmp_path / "node-2", "--id", "node-2", "--request", tmp_path / "req"
    )
    assert made.returncode == 0, made.stderr
    assert "its words" in made.stdout
    assert "▀" in made.stdout
    return tmp_path / "node-2"


def words(text: str) -> str:
    return next(line for line in text.splitlines() if "its words" in line)


def test_a_second_node_is_made_admitted_joined_and_delivers(
    headquarters: Headquarters, node: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    admitted = headquarters.admit(tmp_path / "req", "--form", WORKBOOK)
    assert admitted.returncode == 0, admitted.stderr
    assert words(admitted.stdout) == words(run("station", "show", "--home", node).stdout)
    central, port, url = headquarters.folder / "central", free_port(), "http://127.0.0.1:{}"
    updated = run("station", "update", headquarters.bundle(2), "--home", central)
    assert "no 2 is in force" in updated.stdout
    with serving("central", central, port):
        joined = run("station", "join", "--from", url.format(port), "--home", node, typed="yes\n")
        assert joined.returncode == 0, joined.stderr
        assert "organisation" in joined.stdout
        assert "in force" in run("form", "list", "--home", node).stdout.split("after-return@1")[0].splitlines()[-1]
        deliver(headquarters.made, node, free_port())
        done = run("sync", "--home", node, "--to", url.format(port))
        assert done.returncode == 0, done.stdout + done.stderr
    with open_station(central) as opened, opened.database.reading() as session:
        assert len(session.scalars(select(RecordRow).where(RecordRow.kind == "manifest")).all()) == 1


def deliver(made: Organisation, node: Path, port: int) -> None:
    """A phone's batch, to the second node as it is served."""
    chain = RosterChain(made.root, [made.roster])
    told = next(iter(demo.invented()))
    sealed = demo.seal_invented(
        made, chain, told, number=0, taken_down=datetime(2026, 1, 20, 9, tzinfo=UTC), withdraw=None
    )
    frames = [Frame(one.kind, one.payload) for one in demo.incoming(sealed)]
    with serving("field", node, port):
        answers = Transport(f"http://127.0.0.1:{port}", None).batch(frames)
    assert [frame.kind for frame in answers].count("record") == 1  # the node's receipt


def test_nothing_is_signed_unless_the_words_are_confirmed(
    headquarters: Headquarters, node: Path, tmp_path: Path
) -> None:
    for answer in ("no", "y", ""):
        assert refused(
            headquarters.admit(tmp_path / "req", answer=answer or " "), "not confirmed", "Nothing was changed"
        )
    assert not headquarters.bundle(2).exists()
    assert headquarters.admit(tmp_path / "req").returncode == 0
    assert refused(run("station", "join", headquarters.bundle(2), "--home", node, typed="no\n"), "not confirmed")
    assert enrolment.waits(node)


def test_a_forged_request_is_refused_in_one_sentence(headquarters: Headquarters, node: Path, tmp_path: Path) -> None:
    whole = (tmp_path / "req").read_bytes()
    (tmp_path / "forged").write_bytes(whole.replace(b"node-2", b"node-9"))
    assert refused(headquarters.admit(tmp_path / "forged"), "not signed by the keys")
    (tmp_path / "torn").write_bytes(whole[:-9])
    assert refused(headquarters.admit(tmp_path / "torn"), "not a request")
    assert refused(headquarters.admit(tmp_path / "none"), "cannot be read")
    assert not headquarters.bundle(2).exists()


def test_a_request_replayed_after_the_revocation_is_refused(
    headquarters: Headquarters, node: Path, tmp_path: Path
) -> None:
    assert headquarters.admit(tmp_path / "req").returncode == 0
    done = headquarters.act("revoke", "node-2")
    assert "revoked       node-2" in done.stdout
    assert f"station update {headquarters.bundle(3)}" in done.stdout
    assert refused(headquarters.admit(tmp_path / "req", "--id", "node-3"), "taken out", "node-2")
    assert refused(run("station", "join", headquarters.bundle(3), "--home", node, typed="yes\n"), "does not name this")
    assert not headquarters.bundle(4).exists()


def test_bundles_that_do_not_fit_are_refused_in_one_sentence_and_change_nothing(
    headquarters: Headquarters, node: Path, tmp_path: Path
) -> None:
    first = run("roster", "bundle", "--org", headquarters.folder)
    assert str(headquarters.bundle(1)) in first.stdout
    assert refused(run("station", "join", headquarters.bundle(1), "--home", node, typed="yes\n"), "does not name this")
    assert headquarters.admit(tmp_path / "req").returncode == 0
    whole = headquarters.bundle(2).read_bytes()
    for name, data in {
        "torn": whole[:-50],
        "changed": whole.replace(b"node-1", b"node-9"),
        "letter": b"Dear M.",
    }.items():
        (tmp_path / name).write_bytes(data)
        assert refused(
            run("station", "join", tmp_path / name, "--home", node, typed="yes\n"), "not a whole trust bundle"
        )
    assert enrolment.waits(node)
    assert not (node / "testimony.db").exists()
    field = headquarters.folder / "field"
    assert run("station", "update", headquarters.bundle(2), "--home", field).returncode == 0
    assert refused(run("station", "update", headquarters.bundle(1), "--home", field), "older than what is in force")
    assert run("station", "join", headquarters.bundle(2), "--home", node, typed="yes\n").returncode == 0
    again = run("station", "join", headquarters.bundle(2), "--home", node, typed="yes\n")
    assert refused(again, "admitted before", "station update")


def test_another_organisation_s_bundle_is_refused(headquarters: Headquarters, node: Path, tmp_path: Path) -> None:
    plan = Plan(name="Others", lawyer_names=("A", "B"), issued=ISSUED, key_file_work=FAST)
    others = Headquarters(create(tmp_path / "others", plan), tmp_path / "others")
    assert others.admit(tmp_path / "req").returncode == 0
    field = headquarters.folder / "field"
    assert refused(run("station", "update", others.bundle(2), "--home", field), "another organisation")
    shown = run("station", "join", others.bundle(2), "--home", node, typed="no\n")
    assert refused(shown, "not confirmed")
    assert enrolment.waits(node)


def test_a_station_that_waits_says_so_to_every_other_command(node: Path) -> None:
    assert refused(run("sync", "--home", node), "waits to be admitted")
    assert refused(run("station", "update", node / "enrolment.json", "--home", node), "waits to be admitted")
    assert refused(run("station", "new", "field", "--home", node, "--id", "node-2"), "lives in")


def test_a_served_station_shows_its_words_and_starts_by_itself_once_it_joined(
    headquarters: Headquarters, node: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    assert headquarters.admit(tmp_path / "req").returncode == 0
    with serving("field", node, free_port()) as server:
        start = server.address  # type: ignore[attr-defined]
        assert "/en/start#" in start
        page = urlopen(start.partition("start")[0], timeout=60).read().decode()
        said = words(run("station", "show", "--home", node).stdout).split()[2:]
        assert "This station waits to be admitted" in page
        assert all(f"<li>{word}</li>" in page for word in said)
        assert run("station", "join", headquarters.bundle(2), "--home", node, typed="yes\n").returncode == 0
        assert server.stdout is not None
        assert any(line.split()[0] == "field" for line in iter(server.stdout.readline, ""))
        assert "Field station" in urlopen(start.partition("start")[0], timeout=60).read().decode()


def test_a_monitor_of_a_station_that_waits_is_answered_before_and_after_it_joined(
    headquarters: Headquarters, node: Path, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    assert headquarters.admit(tmp_path / "req").returncode == 0
    watched = free_port()
    health = f"http://127.0.0.1:{watched}/health"
    with serving("field", node, free_port(), TESTIMONY_MONITOR_PORT=str(watched)) as server:
        with pytest.raises(HTTPError, match="503") as waits:
            urlopen(health, timeout=20)
        assert json.load(waits.value) == {"healthy": False, "roster": "none"}
        assert run("station", "join", headquarters.bundle(2), "--home", node, typed="yes\n").returncode == 0
        assert server.stdout is not None
        assert any(line.split()[0] == "monitor" for line in iter(server.stdout.readline, ""))
        assert json.load(urlopen(health, timeout=60))["healthy"] is True


def test_a_desk_with_a_new_key_opens_with_the_passphrase_that_was_shown(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    home = tmp_path / "desk"
    made = run("station", "new", "desk", "--home", home, "--id", "coordinator-2", "--role", "coordinator")
    passphrase = next(line for line in made.stdout.splitlines() if "passphrase " in line).split(maxsplit=1)[1]
    assert headquarters.admit(home / "enrolment.json").returncode == 0
    assert run("station", "join", headquarters.bundle(2), "--home", home, typed="yes\n").returncode == 0
    shown = run("keys", "show", home / "reader.key", "--role", "coordinator", typed=passphrase + "\n")
    assert '"role":"coordinator"' in shown.stdout
    assert "  coordinator-2 " in run("roster", "show", "--org", headquarters.folder).stdout


def test_a_lawyer_s_own_key_file_makes_the_request(headquarters: Headquarters, tmp_path: Path) -> None:
    made = run("keys", "new", tmp_path / "mara.key")
    passphrase = next(line for line in made.stdout.splitlines() if "passphrase " in line).split(maxsplit=1)[1]
    command = ["keys", "request", tmp_path / "mara.key", tmp_path / "req", "--id", "lawyer-3"]
    asked = run(*command, typed=passphrase + "\n")
    assert asked.returncode == 0, asked.stderr
    admitted = headquarters.admit(tmp_path / "req")
    assert words(admitted.stdout) == words(asked.stdout)
    assert "  lawyer-3 " in run("roster", "show", "--org", headquarters.folder).stdout


def test_a_lost_phone_takes_one_command_and_a_node_that_adopts_it_destroys_its_half(
    headquarters: Headquarters,
) -> None:
    done = headquarters.act("revoke", "phone-1", "--lost")
    assert "lost          phone-1" in done.stdout
    assert "add-interviewer" in done.stdout
    field = headquarters.folder / "field"
    assert run("station", "update", headquarters.bundle(2), "--home", field).returncode == 0
    with open_station(field) as station, station.database.reading() as session:
        assert session.get(LostDeviceRow, "phone-1") is not None
    more = headquarters.act("add-interviewer", "interviewer-1", "--phone", "phone-9")
    assert more.returncode == 0, more.stderr
    assert "shown once" in more.stdout
    file = headquarters.folder / "keys" / "interviewer-1.locked.json"
    assert run("station", "update", headquarters.bundle(3), "--home", field).returncode == 0
    assert "interviewer-1 and phone-9" in run("keys", "install", file, "--home", field).stdout


def test_a_renewal_keeps_everybody_and_moves_the_dates(headquarters: Headquarters) -> None:
    done = headquarters.act("renew")
    assert done.returncode == 0, done.stderr
    shown = run("roster", "show", "--org", headquarters.folder).stdout
    assert "no 2" in shown
    assert "  node-1 " in shown
    assert f"issued {datetime.now(UTC).date()}" in shown


def test_a_replacement_takes_the_place_of_a_node_under_its_name(headquarters: Headquarters, tmp_path: Path) -> None:
    home = tmp_path / "again"
    old = Signer(bytes.fromhex((headquarters.folder / "field" / "station.key").read_text()))
    assert run("station", "new", "field", "--home", home, "--id", "node-1", "--renew").returncode == 0
    admitted = headquarters.admit(home / "enrolment.json")
    assert "in place of the one of this name" in admitted.stdout
    assert run("station", "join", headquarters.bundle(2), "--home", home, typed="yes\n").returncode == 0
    with open_station(home) as station:
        assert station.chain.latest.signer(old.kid) is None


def test_a_replaced_node_delivers_by_stick_what_it_may_no_more_over_the_network(
    headquarters: Headquarters, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    """Its sentence says so, and the page says the same."""
    old, central, port = headquarters.folder / "field", headquarters.folder / "central", free_port()
    deliver(headquarters.made, old, free_port())
    assert run("station", "new", "field", "--home", tmp_path / "new", "--id", "node-1", "--renew").returncode == 0
    assert headquarters.admit(tmp_path / "new" / "enrolment.json").returncode == 0
    assert run("station", "update", headquarters.bundle(2), "--home", central).returncode == 0
    with serving("central", central, port):
        done = run("sync", "--home", old, "--to", f"http://127.0.0.1:{port}")
    assert refused(done, "revoked or replaced", "not lost", "USB stick")
    (tmp_path / "stick").mkdir()
    assert run("bundle", "export", tmp_path / "stick", "--home", old).returncode == 0
    brought = run("bundle", "import", *(tmp_path / "stick").iterdir(), "--home", central)
    assert (brought.returncode, "1 of 1 record, each complete" in brought.stdout) == (0, True), brought.stdout
    page = (ROOT / "docs" / "enrolment.md").read_text(encoding="utf-8")
    assert "write what it still holds on a stick" in page
