"""A full disk: nothing is half stored, nothing acknowledged is lost, and a withdrawal still goes through."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.services.backup import backup, last_backup
from testimony.services.records import media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.store.files import free_space
from testimony.sync.backup import writer as backup_writer
from testimony.sync.backup.reader import SealedSource
from testimony.sync.jobs.maintenance import MaintenanceJob
from tests.support.cli.ceremony import HOLDERS, apart, at_a_terminal, papers_on
from tests.support.cli.program import refused, run
from tests.support.each_time import each_time
from tests.support.faults import deliveries
from tests.support.faults.deliveries import Delivery
from tests.support.programs import lacking
from tests.support.services import clocks
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, incoming, names, record, said, take, tid_of
from tests.support.sync.world import held, pieces_of, text_of

__all__ = ["apart"]

SIZE = 24 << 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB in memory."""
    if os.geteuid() != 0:
        lacking("mounting a small file system needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", folder], check=False)
    if mounted.returncode:
        lacking("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # also when a test left a file open


@pytest.fixture
def world(small_disk: Path) -> Iterator[World]:
    world = World(small_disk)
    yield world
    world.close()


def _take_until_full(node: Station, todo: list[Delivery]) -> list[Delivery]:
    """Those that were acknowledged before the disk was full."""
    for number, delivery in enumerate(todo):
        try:
            assert set(said(take(node, *delivery))) == {"stored"}
        except StoreFull:
            return todo[:number]
    return todo


def fill(folder: Path, *, leave: int) -> Path:
    """Write a file that leaves only `leave` bytes free."""
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    file = folder / "filler"
    file.write_bytes(b"\0" * (free - leave))
    return file


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No floor: the disk really fills up in the middle of a delivery."""
    monkeypatch.setattr(free_space.Space.__init__, "__kwdefaults__", {"floor": 0, "ballast": free_space.BALLAST})


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("leave", each_time([0, 20_000, 60_000, 120_000, 400_000, 900_000], 0, 120_000))
def test_what_was_acknowledged_stays_and_the_rest_is_taken_when_there_is_room(
    world: World, small_disk: Path, leave: int
) -> None:
    node = world.node()
    todo = [incoming(world.testimony(2500)) for _ in range(24)]
    filler = fill(small_disk, leave=leave)
    done = _take_until_full(node, todo)
    assert len(done) < len(todo)
    assert deliveries.missing(node, done) == []
    assert len(deliveries.missing(node, todo[len(done) : len(done) + 1])) >= 1
    node.close()
    filler.unlink()
    again = open_station(node.settings.home)
    world.opened.append(again)
    assert deliveries.missing(again, done) == []
    for delivery in todo:
        [receipt] = take(again, *delivery).receipts
        assert receipt.value["durable"]
    assert deliveries.missing(again, todo) == []


@pytest.mark.parametrize("leave", [0, 20_000, 400_000])
def test_a_sealed_backup_that_does_not_fit_leaves_the_one_before(tmp_path: Path, small_disk: Path, leave: int) -> None:
    key = OpeningKey.generate()
    elsewhere = World(tmp_path / "elsewhere")
    try:
        node = elsewhere.node()
        backup_writer.back_up(node, file := small_disk / "node.age", [key.recipient])
        before = file.read_bytes()
        take(node, elsewhere.with_media(900_000))
        filler = fill(small_disk, leave=leave)
        with pytest.raises(StoreFull):
            backup_writer.back_up(node, file, [key.recipient])
        assert file.read_bytes() == before
        assert sorted(small_disk.iterdir()) == [filler, file]
        filler.unlink()
        backup_writer.back_up(node, file, [key.recipient])
        assert SealedSource(file, key).contents.parts > 0
    finally:
        elsewhere.close()


@pytest.mark.usefixtures("unguarded")
def test_a_withdrawal_goes_through_on_a_full_disk(world: World, small_disk: Path) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    fill(small_disk, leave=0)
    with pytest.raises(StoreFull):
        take(node, world.testimony())
    outcome = take(node, record(world.withdrawal(sealed)))
    assert said(outcome) == ["stored"]
    assert len(outcome.receipts) == 1
    assert node.shred_keys.find(tid_of(sealed)) is None


@pytest.mark.usefixtures("unguarded")
def test_when_there_is_room_again_the_next_full_disk_finds_a_reserve_too(world: World, small_disk: Path) -> None:
    node = world.node()
    ballast, everything = node.settings.home / "ballast", [world.coded() for _ in range(3)]
    take(node, *everything)
    for sealed in everything:
        assert ballast.stat().st_blocks * 512 >= free_space.BALLAST
        node.database.checkpoint()  # else the write-ahead log still has room for one more record
        filler = fill(small_disk, leave=0)
        assert said(take(node, record(world.withdrawal(sealed)))) == ["stored"]
        assert node.shred_keys.find(tid_of(sealed)) is None
        assert not ballast.exists(), "it took the reserve"
        filler.unlink()
        MaintenanceJob(node).all_of_it()


@pytest.mark.usefixtures("unguarded")
@pytest.mark.parametrize("scope", ["all", "some"])
@pytest.mark.parametrize("when", ["while it runs", "at the start"])
def test_what_is_due_is_destroyed_on_a_full_disk(
    world: World, small_disk: Path, monkeypatch: pytest.MonkeyPatch, when: str, scope: str
) -> None:
    node, sealed = world.node(), world.coded()
    heads = [part["heads"]["lawyers"] for part in sealed.record.value["parts"]]
    told = world.withdrawal(sealed, "all" if scope == "all" else heads, signer=world.device)
    take(node, sealed, told)
    later = (date.fromisoformat(node.today()) + timedelta(days=14)).isoformat()
    clocks.agree(monkeypatch, later)
    clocks.run_for(monkeypatch, timedelta(days=14))
    if when == "while it runs":
        fill(small_disk, leave=0)
        assert MaintenanceJob(node).once() == 1
    else:
        node.close()
        fill(small_disk, leave=0)
        node = open_station(node.settings.home)
        world.opened.append(node)
    with node.database.reading() as session:
        assert [record_queries.read_head(node, session, head) for head in heads] == [None] * len(heads)
    assert (node.shred_keys.find(tid_of(sealed)) is None) == (scope == "all")
    assert node.journal.read()[-1].word == ("shredded" if scope == "all" else "narrowed")


@pytest.mark.usefixtures("unguarded")
def test_a_withdrawal_among_others_goes_through_although_they_do_not(world: World, small_disk: Path) -> None:
    node = world.node()
    sealed = world.coded()
    take(node, sealed)
    fill(small_disk, leave=0)
    withdrawn = world.withdrawal(sealed)
    with pytest.raises(StoreFull):
        take(node, withdrawn, *[world.testimony(60_000) for _ in range(30)])
    assert said(take(node, withdrawn)) == ["duplicate"]


@pytest.mark.usefixtures("unguarded")
def test_a_recording_that_fills_the_disk_stops_with_its_sentence_and_goes_on_when_there_is_room(
    world: World, small_disk: Path
) -> None:
    node, sealed = world.node(), world.with_media(9_000_000)
    [text] = take(node, sealed.record, *text_of(sealed)).receipts
    filler = fill(small_disk, leave=4_000_000)
    todo = [[Incoming("object", data) for data in piece] for piece in pieces_of(sealed)]
    done = _take_until_full(node, todo)
    with pytest.raises(StoreFull, match="The disk is full"):
        take(node, *todo[len(done)])
    assert 0 < len(done) < len(pieces_of(sealed))
    assert list((node.settings.home / "parts" / "incoming").iterdir()) == []
    filler.unlink()
    with node.database.reading() as session:
        assert media_counts.count(session)[sealed.record.id].here == len(done), "nothing is half stored"
    for piece in pieces_of(sealed)[len(done) :]:
        outcome = take(node, *piece)
    [full_receipt] = outcome.receipts
    assert set(full_receipt.value["parts"]) > set(text.value["parts"])
    assert set(full_receipt.value["parts"]) == names(sealed)


def test_a_disk_that_is_nearly_full_takes_withdrawals_and_nothing_else(world: World, small_disk: Path) -> None:
    """24 MB are less than the floor from the beginning."""
    node = world.node()
    sealed = world.coded()
    with pytest.raises(StoreFull):
        take(node, sealed)
    assert deliveries.missing(node, [incoming(sealed)]) != []
    assert said(take(node, world.withdrawal(sealed))) == ["stored"]


def test_a_restoration_and_a_test_of_a_backup_on_a_full_disk_change_nothing(small_disk: Path, tmp_path: Path) -> None:
    """By the commands: one sentence each, the station goes on, and nothing is left of them on the disk."""
    elsewhere = World(tmp_path / "elsewhere")
    node = elsewhere.node()
    take(node, *(sealed := [elsewhere.with_media(4 << 20) for _ in range(3)]))
    kept, keys, identity = tmp_path / "kept", tmp_path / "keys", tmp_path / "identity"
    identity.write_text(KEEPER.text)
    backup.back_up(node, kept, recipients=SEALED, shred_keys=keys)
    elsewhere.close()
    (small_disk / "filler").write_bytes(bytes(SIZE // 2))
    given = ("--key", identity, "--shred-keys", keys)
    assert refused(run("restore", kept, "--home", small_disk / "again", *given), "The disk is full")
    assert [file.name for file in small_disk.iterdir()] == ["filler"]
    (small_disk / "filler").unlink()
    home = Path(shutil.copytree(node.settings.home, small_disk / "home"))
    always = ("backup", kept, "--home", home, "--shred-keys", keys, "--test-with", identity)
    assert refused(run(*always), "The disk is full")
    assert not list((home / "trials").glob("*"))
    assert last_backup.last_tested(Settings.load(home)) is None
    with open_station(home) as again:
        assert [held(again, one) for one in sealed] == [names(one) for one in sealed]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_a_ceremony_signed_is_kept_until_a_disk_takes_it(
    apart: None, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    """The papers were tested and the key is forgotten: without the request and the record all begin again."""
    to, other, orders = small_disk / "out", tmp_path / "other", iter((0, 1, 2, 2, 3, 4))
    to.mkdir()
    other.mkdir()
    filler: list[Path] = []

    def answer(screen: str) -> str:
        if screen.endswith("33 words: "):
            filler[:] = filler or [fill(small_disk, leave=0)]
            return papers_on(screen)[next(orders)]
        if screen.endswith("another folder: "):
            if elsewhere:
                return str(other)
            filler[0].unlink()
        return ""

    code, screen = at_a_terminal(
        monkeypatch, answer, "ceremony", "recovery", "--place", "office-2", "--lead", "helen",
        "--holders", *HOLDERS, "--to", to,
    )  # fmt: skip
    assert code == 0
    assert screen.count("The disk is full.") == 1
    found = sorted(file.name for file in (other if elsewhere else to).iterdir())
    assert found == ["recovery-ceremony.json", "recovery-request.json"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_holder_s_full_stick_ends_no_ceremony(
    apart: None, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    """Before it two keys are on the sticks of others, whose words were shown once."""
    sticks, other = [tmp_path / "a", tmp_path / "b", small_disk / "c"], tmp_path / "other" / "c"
    for folder in (*sticks, tmp_path / "out", other):
        folder.mkdir(parents=True)
    filler = fill(small_disk, leave=0)

    def answer(screen: str) -> str:
        if screen.endswith("another folder: "):
            if elsewhere:
                return str(other)
            filler.unlink()
        return ""

    monkeypatch.setattr("getpass.getpass", lambda question: papers_on(screens[-1])["abc".index(question[-3])])
    screens: list[str] = []
    code, _ = at_a_terminal(
        monkeypatch, lambda screen: (screens.append(screen), answer(screen))[1], "ceremony", "roots", "--place",
        "office-2", "--lead", "helen", "--holders", *HOLDERS[:3], "--sticks", *sticks, "--to", tmp_path / "out",
    )  # fmt: skip
    assert code == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["root.json", "roots-ceremony.json"]
    assert [file.name for file in (other if elsewhere else sticks[2]).iterdir()] == ["root-3.key"]
