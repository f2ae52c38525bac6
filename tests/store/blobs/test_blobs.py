"""What every store of bodies promises, whether it is a folder or a bucket."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import obstore
import pytest

from testimony.settings import Settings
from testimony.store.blobs import blobs
from testimony.store.blobs.blobs import Bodies
from testimony.store.blobs.folder import PartStore
from testimony.store.blobs.s3 import BucketStore
from testimony.store.errors import PartDamaged, PartMissing, StoreFailing
from testimony.store.files import durable
from tests.support.store import seaweed
from tests.support.store.blobs import ABSENT, named
from tests.support.store.seaweed import SeaweedFS

KINDS = ["a folder, one call for the file system", "a folder, an fsync for each file", "a bucket"]


@dataclass(frozen=True)
class Kept:
    """A store, and a hand that writes into it what the store did not put there."""

    store: Bodies
    write: Callable[[str, bytes], object]


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    if request.param == "a bucket":
        running: SeaweedFS = request.getfixturevalue("object_store")
        url = running.url()
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        raw = running.raw(url.rpartition("/")[2])
        store = BucketStore(url, endpoint=running.endpoint)
        return Kept(store, lambda name, data: obstore.put(raw, f"{name[:2]}/{name}", data))
    if request.param == KINDS[1]:
        monkeypatch.setattr(durable, "syncfs", None)
    elif durable.syncfs is None:
        pytest.skip("this kernel has no syncfs that reports errors")
    folder = tmp_path / "parts"
    return Kept(PartStore(folder), lambda name, data: (folder / name[:2] / name).write_bytes(data))


@pytest.fixture
def store(kept: Kept) -> Bodies:
    return kept.store


def test_what_was_put_is_read_again(store: Bodies) -> None:
    given = named(b"one", b"two", os.urandom(256 * 1024), b"")
    store.put_all(given)
    store.require_whole(given)
    assert {name: store.read(name) for name in given} == given
    assert all(map(store.holds, given))
    assert store.names() == set(given)


def test_nothing_to_put_asks_nothing(store: Bodies) -> None:
    store.put_all({})
    store.require_whole([])
    store.remove_all([])
    assert list(store.read_each([])) == []
    assert store.names() == set()


def test_what_is_put_twice_is_there_once(store: Bodies) -> None:
    given = named(b"one", b"two")
    store.put_all(given)
    store.put_all(given)
    store.put_all(given | named(b"three"))
    store.require_whole(given)
    assert store.names() == set(given | named(b"three"))


def test_a_name_without_a_body_is_missing(store: Bodies) -> None:
    assert not store.holds(ABSENT)
    with pytest.raises(PartMissing):
        store.read(ABSENT)
    with pytest.raises(StoreFailing):
        store.require_whole([ABSENT])
    store.remove(ABSENT)


@pytest.mark.parametrize("data", [b"A body", b"a bod", b"", b"a body and more"])
def test_a_changed_body_is_damaged_and_putting_it_again_mends_it(kept: Kept, data: bytes) -> None:
    [(name, body)] = given = named(b"a body").items()
    kept.store.put_all(dict(given))
    kept.write(name, data)
    assert kept.store.holds(name)
    with pytest.raises(PartDamaged):
        kept.store.read(name)
    with pytest.raises(StoreFailing):
        kept.store.require_whole([name])
    kept.store.put_all(dict(given))
    kept.store.require_whole([name])
    assert kept.store.read(name) == body


def test_many_are_read_in_order_with_what_is_wrong_with_each(kept: Kept) -> None:
    given = named(*(bytes([number]) * 1000 for number in range(40)))
    order = [*list(given)[:20], ABSENT, *list(given)[20:]]
    damaged = order[5]
    kept.store.put_all(given)
    kept.write(damaged, b"damaged")
    found = list(kept.store.read_each(order))
    assert [name for name, _ in found] == order
    wrong = {name: type(what) for name, what in found if not isinstance(what, bytes)}
    assert wrong == {ABSENT: PartMissing, damaged: PartDamaged}
    assert all(what == given[name] for name, what in found if isinstance(what, bytes))


def test_whoever_reads_no_further_waits_for_nothing(store: Bodies) -> None:
    given = named(*(bytes([number]) * 1000 for number in range(40)))
    store.put_all(given)
    reading = store.read_each(given)
    assert next(reading) == next(iter(given.items()))
    reading.close()  # type: ignore[attr-defined]
    store.require_whole(given)


def test_a_removed_body_is_gone(store: Bodies) -> None:
    given, other = named(b"one", b"two", b"three"), named(b"four")
    store.put_all(given | other)
    store.remove(next(iter(given)))
    store.remove_all([*given, ABSENT])
    assert not any(map(store.holds, given))
    assert store.names() == set(other)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64, "a" * 64 + "/x"])
def test_only_a_hash_becomes_a_name(store: Bodies, name: str) -> None:
    for act in (store.read, store.holds, store.remove):
        with pytest.raises(ValueError):
            act(name)
    with pytest.raises(ValueError):
        store.put_all({name: b""})


def test_more_than_one_share_is_removed(store: Bodies) -> None:
    given = named(*(number.to_bytes(2, "big") for number in range(150)))
    store.put_all(given)
    store.require_whole(given)
    store.remove_all(given)
    assert store.names() == set()


def test_what_is_not_a_body_is_not_listed(kept: Kept) -> None:
    given = named(b"one")
    kept.store.put_all(given)
    if isinstance(kept.store, PartStore):
        (kept.store.folder / "incoming" / "half").write_bytes(b"half")
    else:
        kept.write("incoming/half", b"half")
    assert kept.store.names() == set(given)


def test_the_settings_say_which(tmp_path: Path) -> None:
    said = Settings(home=tmp_path, role="central", name="central")
    folder = blobs.opened(said)
    assert isinstance(folder, PartStore)
    assert (folder.folder, folder.on_disk) == (tmp_path / "parts", True)
    away = Settings(home=tmp_path / "elsewhere", role="central", name="central", parts_url="s3://bodies/central")
    opened = blobs.opened(away)
    assert isinstance(opened, BucketStore)
    assert (opened.bucket, opened.on_disk) == ("bodies", False)
    assert not (tmp_path / "elsewhere").exists(), "a folder that nobody uses is not made"


def test_a_store_that_was_killed_holds_what_was_read_back(
    object_store: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = seaweed.opened(object_store, monkeypatch)
    given = named(*(os.urandom(20_000) for _ in range(20)))
    store.put_all(given)
    store.require_whole(given)
    object_store.kill()
    object_store.start()
    store.require_whole(given)
