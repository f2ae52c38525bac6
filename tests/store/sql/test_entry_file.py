"""A file of sealed entries: each call is whole, and a file that cannot be read is known as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.store.errors import StoreDamaged
from testimony.store.sql import entry_file
from testimony.store.sql.entry_file import EntryFile


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "opened" / "a.db"
    EntryFile(made).begin({"key": b"k"})
    return made


def test_what_is_written_is_read_and_what_is_deleted_is_overwritten(file: Path) -> None:
    held = EntryFile(file)
    held.write("list", {"one": b"first of all" * 9, "two": b"2"})
    held.write("list", {"two": b"3"})
    held.write("other", {"one": b"kept apart"})
    assert held.about() == {"key": b"k"}
    assert held.names("list") == {"one", "two"}
    assert held.read("list", ["two", "three"]) == {"two": b"3"}
    held.delete(["one"], "list")
    assert held.read("other", ["one"]) == {"one": b"kept apart"}
    assert b"first of all" not in file.read_bytes()


def test_beginning_anew_drops_every_entry(file: Path) -> None:
    held = EntryFile(file)
    held.write("list", {"one": b"1"})
    held.begin({"key": b"l"})
    assert (held.about(), held.names("list")) == ({"key": b"l"}, set())


@pytest.mark.parametrize("data", [b"", b"no database at all" * 400])
def test_a_file_that_was_cut_to_nothing_is_empty_and_a_strange_one_is_damaged(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    if data:
        with pytest.raises(StoreDamaged):
            EntryFile(file).about()
    else:
        assert EntryFile(file).about() == {}


def test_what_is_destroyed_leaves_every_file_and_a_damaged_file_goes_as_a_whole(file: Path) -> None:
    EntryFile(file).write("list", {"one": b"1", "two": b"2"})
    file.with_name("b.db").write_bytes(b"no database at all" * 400)
    entry_file.delete_everywhere(file.parent, ["one"])
    assert EntryFile(file).names("list") == {"two"}
    assert [one.name for one in file.parent.iterdir()] == ["a.db"]


def test_the_files_of_those_who_left_are_removed(file: Path) -> None:
    EntryFile(file.with_name("b.db")).begin({})
    entry_file.remove_others(file.parent, {"a.db"})
    assert [one.name for one in file.parent.iterdir()] == ["a.db"]
