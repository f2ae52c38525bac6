"""`check` finds each kind of damage, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.errors import TestimonyError
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.integrity import fsck
from testimony.services.integrity.home import Fault
from testimony.station.station import JOURNAL, SHRED_KEYS
from testimony.store.errors import StoreDamaged, StoreNewer
from testimony.sync.client.exchange import exchange
from tests.support.services.world import World, take, tid_of
from tests.support.sync.world import to


def sql(home: Path, *statements: str) -> None:
    connection = sqlite3.connect(home / "testimony.db")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def every_byte(home: Path) -> dict[str, tuple[bytes, int]]:
    return {str(file): (file.read_bytes(), file.stat().st_mtime_ns) for file in home.rglob("*") if file.is_file()}


def grave(home: Path) -> list[Fault]:
    return [finding for finding in fsck.check(home) if finding.grave]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SealedTestimony]:
    """The home of a node, beside that of a central and a desk, after deliveries, a recording, withdrawals, fetches."""
    world = World(tmp_path_factory.mktemp("lived"))
    node, central, desk = world.node(), world.central(), world.desk()
    withdrawn = world.coded()
    take(node, world.testimony(), withdrawn, world.with_media(300_000))
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    take(node, world.withdrawal(withdrawn))
    take(node, world.withdraw(world.testimony()))
    take(node, sealed := world.testimony())
    exchange(node, to(central, world.station))
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    world.close()
    return node.settings.home, sealed


def test_stations_that_lived_are_sound_and_not_a_byte_changes(template: tuple[Path, SealedTestimony]) -> None:
    for home in (template[0], template[0].with_name("central"), template[0].with_name("desk")):
        before = every_byte(home)
        assert grave(home) == []
        assert every_byte(home) == before


def test_a_running_station_is_looked_at_beside_its_work(world: World) -> None:
    node = world.node()
    take(node, world.testimony())
    assert grave(node.settings.home) == []
    take(node, world.testimony())
    assert grave(node.settings.home) == []


def body(home: Path, sealed: SealedTestimony) -> Path:
    name = sealed.record.value["parts"][0]["body"]
    return home / "parts" / name[:2] / name


DAMAGES: dict[str, tuple[Callable[[Path, SealedTestimony], object], str, str]] = {
    "a body changed": (lambda home, sealed: body(home, sealed).write_bytes(b"rot"), "body", "is damaged"),
    "a body gone": (lambda home, sealed: body(home, sealed).unlink(), "body", "is missing"),
    "a head changed": (
        lambda home, sealed: sql(
            home,
            f"UPDATE objects SET sealed = zeroblob(100) WHERE audience = 'lawyers' AND record = '{sealed.record.id}'",
        ),
        "head",
        "is damaged",
    ),
    "a key gone": (
        lambda home, sealed: (home / SHRED_KEYS).write_bytes(
            b"".join(
                line
                for line in (home / SHRED_KEYS).read_bytes().splitlines(keepends=True)
                if tid_of(sealed).encode() not in line
            )
        ),
        "shred keys",
        "have no key",
    ),
    "a record changed": (
        lambda home, sealed: sql(
            home, f"UPDATE records SET data = CAST(data AS TEXT) || ' ' WHERE name = '{sealed.record.id}'"
        ),
        "record",
        "cannot be read",
    ),
    "a record exchanged": (
        lambda home, sealed: sql(
            home,
            "UPDATE records SET data = (SELECT data FROM records AS other WHERE other.kind = 'manifest' AND "
            f"other.name <> '{sealed.record.id}' AND other.data <> x'') WHERE name = '{sealed.record.id}'",
        ),
        "record",
        "not the one that its name says",
    ),
    "a signature changed": (
        lambda home, sealed: sql(
            home,
            'UPDATE records SET data = CAST(replace(CAST(data AS TEXT), \'"sig":"\', \'"sig":"00\') AS BLOB) '
            f"WHERE name = '{sealed.record.id}'",
        ),
        "record",
        "does not verify",
    ),
    "an entry changed": (
        lambda home, _: sql(home, "UPDATE log_leaves SET entry = x'7b7d' WHERE log = '' AND no = 1"),
        "log",
        "was changed",
    ),
    "an entry gone": (lambda home, _: sql(home, "DELETE FROM log_leaves WHERE log = '' AND no = 1"), "log", "missing"),
    "a subtree changed": (
        lambda home, _: sql(home, "UPDATE log_nodes SET hash = zeroblob(32) WHERE log = '' AND level = 1"),
        "log",
        "does not hash",
    ),
    "the log shorter than what was signed for": (
        lambda home, _: sql(
            home,
            "DELETE FROM log_leaves WHERE log = '' AND no > 1",
            "DELETE FROM log_nodes WHERE log = '' AND (level > 1 OR place > 0)",
        ),
        "log",
        "not the one that this station signed for",
    ),
    "central's receipt gone": (
        lambda home, _: sql(home, "DELETE FROM receipts WHERE station IN (SELECT log FROM log_heads)"),
        "outbox",
        "counts as delivered",
    ),
    "a journal's line torn": (
        lambda home, _: (home / JOURNAL).write_bytes(b"shredded 2026\n" + (home / JOURNAL).read_bytes()),
        "journal",
        "cannot be read",
    ),
    "a withdrawal that the database forgot": (
        lambda home, _: sql(home, "DELETE FROM tombstones"),
        "journal",
        "is not carried out here",
    ),
    "a key that came back": (
        lambda home, _: (home / SHRED_KEYS).write_bytes(
            f"{withdrawn_tid(home)} {'ab' * 32}\n".encode() + (home / SHRED_KEYS).read_bytes()
        ),
        "withdrawal",
        "its shred key",
    ),
}


def withdrawn_tid(home: Path) -> str:
    connection = sqlite3.connect(home / "testimony.db")
    [(tid,)] = connection.execute("SELECT subject FROM tombstones WHERE shredded").fetchall()[:1]
    connection.close()
    return str(tid)


@pytest.mark.parametrize("damage", DAMAGES)
def test_each_damage_is_found_and_named_and_left_as_it_is(
    template: tuple[Path, SealedTestimony], tmp_path: Path, damage: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(template[0], home)
    act, subject, words = DAMAGES[damage]
    act(home, template[1])
    before = every_byte(home)
    found = grave(home)
    assert [finding for finding in found if finding.subject == subject and words in finding.words], found
    assert every_byte(home) == before


def test_a_file_that_is_no_database_any_more_is_said_in_one_sentence(template: tuple[Path, SealedTestimony]) -> None:
    home = template[0].with_name("broken")
    shutil.copytree(template[0], home)
    data = (home / "testimony.db").read_bytes()
    (home / "testimony.db").write_bytes(os.urandom(len(data)))
    with pytest.raises(StoreDamaged, match="restore the last backup"):
        grave(home)
    (home / "testimony.db").unlink()
    with pytest.raises(StoreDamaged):
        grave(home)


def test_pages_that_rot_inside_the_file_are_found(template: tuple[Path, SealedTestimony], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(template[0], home)
    file = home / "testimony.db"
    data = bytearray(file.read_bytes())
    for page in range(5, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 200] = os.urandom(200)
    file.write_bytes(bytes(data))
    try:
        words = " ".join(finding.words for finding in grave(home))
    except TestimonyError as error:
        words = str(error)
    assert "estore the last backup" in words


def test_a_newer_database_is_left_alone(template: tuple[Path, SealedTestimony], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(template[0], home)
    sql(home, "UPDATE alembic_version SET version_num = '9999_later'")
    with pytest.raises(StoreNewer):
        grave(home)


def test_many_of_a_kind_are_counted(template: tuple[Path, SealedTestimony], tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(template[0], home)
    sql(home, "UPDATE objects SET sealed = zeroblob(40) WHERE audience IS NOT NULL AND held = 1")
    found = [finding for finding in grave(home) if finding.subject == "head"]
    assert len(found) == fsck.AT_MOST + 1
    assert "more of the same" in found[-1].words
