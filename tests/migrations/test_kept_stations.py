"""What the stations of a released version kept opens, reads, exchanges and restores in every later one."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

import testimony
from testimony.domain.review.review import ReviewState
from testimony.domain.withdrawal.suspension import GRACE_PERIOD
from testimony.sealing.keys import withdrawal_code
from testimony.sealing.statements import statements
from testimony.services.custody import gaps
from testimony.services.demo import demo
from testimony.services.intake.intake import take_in
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.review import reviews
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster import freshness
from testimony.store.models.records import RecordRow
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused
from tests.support.migrations import clock, kept_reading, kept_stations
from tests.support.migrations.clock import Clock
from tests.support.migrations.kept_reading import meet
from tests.support.migrations.kept_stations import CENTRAL, FOLDER, NODE, Kept
from tests.support.services import clocks, rosters
from tests.support.services import freshness as fresh_statements
from tests.support.services.batches import told
from tests.support.services.desks import Desk

pytestmark = pytest.mark.sqlite_file
ROOT = Path(__file__).parents[2]
RELEASED = re.compile(r"^## \[([0-9]+\.[0-9]+\.[0-9]+)\]", re.M)
FIRST = (0, 9)
"""The first version whose stations are kept."""
TOLD, GONE, HELD, WAITS, COMES = (
    "everything, Arabic",
    "taken back with the code",
    "held back by an interviewer",
    "on the stick for central",
    "on the stick for the lawyer",
)


@pytest.fixture(scope="module", params=kept_stations.versions())
def unpacked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A version, and where its files are: to be copied, not changed."""
    folder = tmp_path_factory.mktemp("kept")
    kept_stations.unpack(request.param, folder)
    return request.param, folder


@pytest.fixture
def shown(unpacked: tuple[str, Path]) -> Iterator[Clock]:
    """The clock of all stations, as it was when they were put away."""
    with clock.showing(kept_stations.of(*unpacked).shown) as made:
        yield made


@pytest.fixture
def kept(unpacked: tuple[str, Path], shown: Clock, tmp_path: Path) -> Kept:
    version, folder = unpacked
    copied = kept_stations.of(version, shutil.copytree(folder, tmp_path / "kept"))
    with copied.opened(NODE) as node:
        assert node.today() == shown.shown.date().isoformat()
    return copied


@pytest.fixture
def found(unpacked: tuple[str, Path]) -> dict[str, Any]:
    """What that version read."""
    return kept_stations.found_in(unpacked[0])


def test_they_are_sound_once_they_were_opened(kept: Kept) -> None:
    for name in kept.homes:
        with kept.opened(name):
            pass
        done = run("check", "--home", kept.home(name))
        assert (done.returncode, done.stdout.strip()) == (0, "It is sound."), (name, done.stdout, done.stderr)
        assert run("verify", "--home", kept.home(name)).returncode == 0


def test_everybody_reads_what_they_read_and_nothing_more(kept: Kept, found: dict[str, Any]) -> None:
    assert len(found["desks"]) == 3
    for what, expected in found.items():
        if what == "desks":
            assert beside_codes(kept, kept_reading.read_one(kept, what)) == beside_codes(
                kept, held_back(kept, expected)
            )
        elif what != "logs":
            assert kept_reading.read_one(kept, what) == expected, what


def beside_codes(kept: Kept, desks: dict[str, Any]) -> dict[str, Any]:
    """`desks` without which codes coordinators read: the scripts of 0.9 told of rough facts, and now they see those."""

    def told(said: dict[str, Any]) -> dict[str, Any]:
        opens = {part: len(what) if part == "coded" else what for part, what in said["opens"].items()}
        return {**said, "opens": opens}

    return {
        name: {tid: told(said) if "coordinator" in kept.desks[name] else said for tid, said in desk.items()}
        for name, desk in desks.items()
    }


def held_back(kept: Kept, desks: dict[str, Any]) -> dict[str, Any]:
    """`desks` with the reason that a held-back account has now: 0.9 called its parts incomplete."""
    tid = kept.about[HELD]
    named = {"incomplete": "withdrawn"}
    return {
        name: desk
        | {tid: desk[tid] | {"opens": {part: named.get(what, what) for part, what in desk[tid]["opens"].items()}}}
        for name, desk in desks.items()
    }


def test_the_logs_go_on_from_where_they_were(kept: Kept, found: dict[str, Any]) -> None:
    for name, (size, root) in found["logs"].items():
        assert size
        now, same = kept_reading.of_log(kept, name, size)
        assert now >= size
        assert same == root


def test_what_was_read_then_is_what_the_promises_say(kept: Kept, found: dict[str, Any]) -> None:
    """Else it would only be the same as before."""
    tids = kept.about
    lawyer, *coordinators = (found["desks"][name] for name in kept.desks)
    for station in found["stations"].values():
        assert tids[HELD] in station["not served"]
        assert tids[GONE] not in (*station["served"], *station["not served"])
    first = lawyer[tids[TOLD]]
    assert (first["seal"], first["review"], len(first["media"])) == ("yes", ["in_review", "lawyer-1"], 2)
    assert first["notes"]
    assert first["translations"]
    assert first["incidents"] == lawyer[tids["everything, English"]]["incidents"] != []
    assert first["person"] == lawyer[tids["everything, English"]]["person"] != ""
    for desk in coordinators:
        opened = {part for said in desk.values() for part, what in said["opens"].items() if len(what) == 64}
        assert opened == {"coded", "consent"}
    assert {len(what) == 64 for what in lawyer[tids["nothing but keeping, Spanish"]]["opens"].values()} == {False}
    for ledger in found["ledgers"].values():
        assert [stage for stage, _ in ledger["releases"].values()] == ["left"]
        assert (len(ledger["handed out"]), ledger["broken"]) == (1, False)


def test_the_release_holds_and_is_handed_out_again_as_it_was(kept: Kept, found: dict[str, Any], tmp_path: Path) -> None:
    (file,) = kept.folder.glob("release-*.zip")
    assert run("release", "check", file).returncode == 0
    name, recipient, *_ = found["ledgers"]["desk-coordinator"]["handed out"][0]
    again, typed = tmp_path / "again.zip", kept.passphrase("coordinator-1") + "\n"
    home = kept.home("desk-coordinator")
    done = run("release", "send", name, "--for", recipient, "--out", again, "--home", home, typed=typed)
    assert done.returncode == 0, done.stderr
    assert again.read_bytes() == file.read_bytes()


def test_what_was_held_back_is_destroyed_when_its_days_are_over(
    kept: Kept, shown: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the running time of this program: the one before asked the own clock alone on which day it began."""
    tid = kept.about[HELD]
    for days, there in ((0, True), (GRACE_PERIOD.days - 1, True), (1, False)):
        shown.go_on(days=days)
        clocks.run_for(monkeypatch, timedelta(days=days))
        for name in kept.homes:
            said = kept_reading.of_station(kept, name)
            assert (tid in said["not served"]) is there, (name, days)
            assert tid not in said["served"]
    for name in kept.homes:
        assert run("check", "--home", kept.home(name)).returncode == 0


def test_what_a_witness_takes_back_today_is_gone_everywhere(kept: Kept) -> None:
    tid = kept.about[TOLD]
    with ExitStack() as opened:
        node, central, *desks = (opened.enter_context(kept.opened(name)) for name in kept.homes)
        signer = withdrawal_code.key_of(kept.codes[TOLD], central.chain.fingerprint)
        said = statements.withdrawal(tid=tid, scope="all", day=kept.day.isoformat(), signer=signer)
        outcome = take_in(central, [Incoming("record", said.encode())])
        assert [one.status for one in outcome.statuses] == ["stored"]
        meet(node, central)
        for station in desks:
            meet(station, central, kept.reader(kept.desks[station.settings.home.name]))
    for name in kept.homes:
        there = kept_reading.of_station(kept, name)
        assert tid not in (*there["served"], *there["not served"]), name
        assert run("check", "--home", kept.home(name)).returncode == 0


def test_they_take_a_roster_that_names_who_confirms_it_and_carry_the_statement(kept: Kept) -> None:
    by = kept.reader("coordinator-1")
    assert by.signer is not None
    trust = fresh_statements.trust(by.id, by.signer)
    record = rosters.after(kept.organisation, kept.organisation.roster, trust=trust, issued=kept.day.isoformat())
    with ExitStack() as opened:
        node, central = (opened.enter_context(kept.opened(name)) for name in (NODE, CENTRAL))
        desk = opened.enter_context(kept.opened(next(name for name, who in kept.desks.items() if who == by.id)))
        roster_adoption.adopt_all(central, [record])
        meet(desk, central, by)
        meet(node, central)
        said = [freshness.of_station(station) for station in (desk, central, node)]
        assert {one and (one.said.no, one.said.day) for one in said} == {(record.value["no"], kept.day.isoformat())}
    for name in (NODE, CENTRAL):
        assert run("check", "--home", kept.home(name)).returncode == 0


def test_what_waits_and_what_is_told_today_goes_from_the_node_to_central_and_to_the_desks(kept: Kept) -> None:
    with ExitStack() as opened:
        node, central, *desks = (opened.enter_context(kept.opened(name)) for name in kept.homes)
        new = demo.seal_invented(
            kept.organisation,
            central.chain,
            told(0, ("P01", "P04", "P07")),
            number=2,  # the interviewer who came with the second roster
            taken_down=kept.shown,
            withdraw=None,
        )
        outcome = take_in(node, demo.incoming(new))
        assert {one.status for one in outcome.statuses} == {"stored"}
        tids = {kept.about[WAITS], str(new.record.value["tid"])}
        meet(node, central)
        lawyer, coordinator, *_ = (
            Desk(station, kept.reader(kept.desks[station.settings.home.name]), central) for station in desks
        )
        meet(lawyer.station, central, lawyer.reader)
        for tid in tids:
            assert lawyer.open(tid, kept.day).seal == "yes"
            standing = reviews.review_of(lawyer.station.chain, lawyer.annexes, tid)
            reviews.move(lawyer.station, lawyer.reader, standing, ReviewState.IN_REVIEW, day=kept.day)
        meet(lawyer.station, central, lawyer.reader)
        meet(coordinator.station, central, coordinator.reader)
        said = {tid: kept_reading.of_testimony(coordinator, tid, kept.day) for tid in tids}
        assert {one["review"][0] for one in said.values()} == {"in_review"}
        assert len(said[str(new.record.value["tid"])]["opens"]["coded"]) == 64
        assert said[kept.about[WAITS]]["opens"]["coded"] == "not_for_you"
        assert meet(node, central).pushed.waiting == 0


def test_the_sticks_are_read(kept: Kept) -> None:
    carried = {("for-central", CENTRAL): (WAITS, ""), ("for-lawyer", "desk-lawyer"): (COMES, "lawyer-1")}
    for (stick, name), (about, person) in carried.items():
        files, typed = list((kept.folder / "sticks" / stick).iterdir()), ""
        before = kept_reading.of_station(kept, name)["served"]
        if person:
            typed = kept.passphrase(person) + "\n"
        done = run("bundle", "import", *files, "--home", kept.home(name), typed=typed)
        assert done.returncode == 0, done.stdout + done.stderr
        after = kept_reading.of_station(kept, name)["served"]
        assert set(after) - set(before) == {kept.about[about]}


@pytest.mark.parametrize("name", [NODE, CENTRAL])
def test_a_backup_restores_and_brings_back_nothing_that_was_taken_back_since(
    kept: Kept, name: str, tmp_path: Path
) -> None:
    backup, home = kept.folder / "backups" / name, kept.home(name)
    now = kept_reading.of_station(kept, name)
    journal = shutil.copy(home / "withdrawn.log", tmp_path)
    shutil.rmtree(home)
    keys = backup.with_suffix(".shred.keys")
    given = ("--shred-keys", keys, "--withdrawals", journal, *kept.key_of_backups())
    done = run("restore", backup, "--home", home, *given)
    assert done.returncode == 0, done.stdout + done.stderr
    restored = kept_reading.of_station(kept, name)
    assert kept.about[GONE] not in (*restored["served"], *restored["not served"])
    late = {kept.about[WAITS], kept.about[COMES]}
    assert set(now["served"]) - set(restored["served"]) <= late
    assert kept.about[TOLD] in restored["served"]
    assert run("check", "--home", home).returncode == 0


@pytest.mark.parametrize("name", [NODE, CENTRAL])
def test_a_backup_without_the_stations_key_says_so_and_is_restored_with_the_old_key(
    kept: Kept, name: str, tmp_path: Path
) -> None:
    backup, home = kept.folder / "backups" / name, kept.home(name)
    said = json.loads((backup / "backup.json").read_text())
    said["papers"] = [paper for paper in said["papers"] if not paper["path"].startswith("station.key")]
    (backup / "backup.json").write_text(json.dumps(said, separators=(",", ":"), sort_keys=True))
    key = shutil.copy(home / "station.key", tmp_path)
    shutil.rmtree(home)
    given = ("--shred-keys", backup.with_suffix(".shred.keys"), *kept.key_of_backups())
    lost = run("restore", backup, "--home", home, *given)
    assert refused(lost, "holds no key of the station", "--station-key")
    assert not home.exists()
    done = run("restore", backup, "--home", home, *given, "--station-key", key)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it is sound" in done.stdout
    assert kept.about[TOLD] in kept_reading.of_station(kept, name)["served"]


def test_archives_verify_the_one_that_was_written_then_and_one_that_is_written_now(kept: Kept, tmp_path: Path) -> None:
    new, home = tmp_path / "new.zip", kept.home("desk-lawyer")
    asked = ("--reveal", "narrative", "--for", "P09 case-river", "--to", new)
    typed = kept.passphrase("lawyer-1") + "\n"
    done = run("archive", kept.about[TOLD], "--home", home, *asked, typed=typed)
    assert done.returncode == 0, done.stderr
    for file in (kept.folder / "archive.zip", new):
        assert run("verify", "--archive", file).returncode == 0


def test_a_case_file_is_made_of_what_was_told_then(kept: Kept, tmp_path: Path) -> None:
    file, typed = tmp_path / "case.pdf", kept.passphrase("lawyer-1") + "\n"
    asked = ("--purpose", "P09", "--recipient", "case-river", "--out", file)
    done = run("casefile", kept.about[TOLD], "--home", kept.home("desk-lawyer"), *asked, typed=typed)
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().startswith(b"%PDF-")


def test_who_may_open_centrals_pages_still_may(kept: Kept) -> None:
    done = run("central", "account", "list", "--home", kept.home(CENTRAL))
    assert (done.returncode, "vera" in done.stdout) == (0, True)


def test_of_every_version_from_the_first_on_stations_are_kept() -> None:
    """Else write them: `python -m tests.support.migrations.kept_stations`."""
    released = [*RELEASED.findall((ROOT / "CHANGELOG.md").read_text("utf-8")), testimony.__version__]
    numbers = {kept_stations.number_of(version) for version in released}
    assert {one for one in numbers if tuple(map(int, one.split("."))) >= FIRST} <= set(kept_stations.versions())


def test_what_is_kept_is_never_written_over() -> None:
    with pytest.raises(FileExistsError):
        kept_stations.write(f"{kept_stations.versions()[0]}.0")
    assert (FOLDER / kept_stations.versions()[0]).is_dir()


@pytest.mark.long
def test_this_version_can_be_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_stations, "FOLDER", tmp_path / "stations")
    folder = kept_stations.write(testimony.__version__)
    assert folder.parent == tmp_path / "stations"
    found = kept_stations.found_in(folder.name)
    assert found["stations"][CENTRAL]["records"]["annex"]
    assert [ledger["broken"] for ledger in found["ledgers"].values()] == [False, False]


def test_a_desk_says_what_was_left_out_before_it_knew_to_look(kept: Kept) -> None:
    """By one pass over the log that an earlier version mirrored."""
    name = next(home for home, reader in kept.desks.items() if reader == "lawyer-1")
    with kept.opened(name) as desk:
        with desk.database.reading() as session:
            assert gaps.find(session, desk.chain, "desk") == gaps.Gaps()
            _, record = record_queries.records_of_kind(session, "withdraw")[0]
        with desk.database.transaction() as session:
            session.execute(delete(RecordRow).where(RecordRow.name == record.id))
        with desk.database.reading() as session:
            assert [one.ref for one in gaps.find(session, desk.chain, "desk").left_out] == [record.id]
    checked = run("check", "--home", kept.home(name))
    assert (checked.returncode, "names a withdrawal that did not come here" in checked.stdout) == (1, True)
    with kept.opened(name) as desk, kept.opened(CENTRAL) as central:
        assert meet(desk, central, kept.reader(kept.desks[name])).pulled.gaps.left_out == ()
    assert run("check", "--home", kept.home(name)).returncode == 0
