"""A file counts as an update only as two of three release keys signed it, whole to its last byte."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.sealing.records.records import SignedRecord
from testimony.sealing.update import release_keys
from testimony.sealing.update.errors import UpdateRefused
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.update import pack, update_file
from testimony.store.errors import StickRefused
from testimony.store.files import removable
from tests.support.update import made
from tests.support.update.made import KEYS, NEXT_KEYS

STATEMENT, LISTS = update_file.STATEMENT, update_file.LISTS


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    return made.small_wheels(tmp_path)


@pytest.fixture
def whole(wheels: Path, tmp_path: Path) -> Path:
    return made.update(wheels, tmp_path / "whole.update")


def read(file: Path) -> str:
    """The version that the update brings, after every file was hashed."""
    with update_file.opened(file) as update:
        update.verify()
        return update.manifest.version


def refused(file: Path) -> UpdateRefused:
    with pytest.raises(UpdateRefused) as found:
        read(file)
    return found.value


def changed(file: Path, change: Callable[[dict[str, bytes]], object]) -> Path:
    """The same file with other members."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    out = file.with_name("changed.update")
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out


def test_what_two_keys_signed_is_read_and_unpacked(whole: Path, wheels: Path, tmp_path: Path) -> None:
    with update_file.opened(whole) as update:
        assert update.manifest.version == made.NEWER
        assert (update.manifest.reads, update.manifest.notes) == (("0016", "0017"), "Maps are quicker.")
        update.unpack(tmp_path / "out")
    there = {file.name: file.read_bytes() for file in (tmp_path / "out").iterdir()}
    assert there == {file.name: file.read_bytes() for file in wheels.iterdir()}


def test_the_same_wheels_and_signatures_give_the_same_file(whole: Path, wheels: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        record = SignedRecord.decode(archive.read(STATEMENT))
    update_file.write(tmp_path / "again.update", record, [], wheels)
    assert (tmp_path / "again.update").read_bytes() == whole.read_bytes()


def test_a_file_that_was_cut_off_anywhere_is_refused(whole: Path, tmp_path: Path) -> None:
    data, cut = whole.read_bytes(), tmp_path / "cut.update"
    for size in [0, 1, 100, *range(200, len(data), len(data) // 12), len(data) - 1]:
        cut.write_bytes(data[:size])
        assert refused(cut).reason in ("structure", "altered"), size


def test_a_byte_that_changed_anywhere_is_refused_or_is_none_that_counts(whole: Path, tmp_path: Path) -> None:
    """Some bytes of a ZIP say nothing, such as a time: then what is read is still what was signed."""
    data, other = whole.read_bytes(), tmp_path / "other.update"
    found = set()
    for place in range(0, len(data), len(data) // 150):
        other.write_bytes(data[:place] + bytes([data[place] ^ 0x11]) + data[place + 1 :])
        try:
            assert read(other) == made.NEWER
        except UpdateRefused as error:
            found.add(error.reason)
    assert "altered" in found
    assert found <= {"altered", "structure", "signature"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda members: members.update({"wheels/river-2.0-py3-none-any.whl": b"water"}), "altered"),
        (lambda members: members.update({"wheels/more-1.0-py3-none-any.whl": b"more"}), "altered"),
        (lambda members: members.update({"../outside.whl": b"more"}), "altered"),
        (lambda members: members.pop("wheels/river-2.0-py3-none-any.whl"), "altered"),
        (lambda members: members.pop(STATEMENT), "structure"),
        (lambda members: members.update({LISTS: b"{}"}), "structure"),
        (lambda members: members.update({LISTS: b"[1]"}), "list"),
        (lambda members: members.update({STATEMENT: members[STATEMENT].replace(b"quicker", b"slower!")}), "signature"),
        (lambda members: members.update({STATEMENT: b" " * (2 << 20)}), "structure"),
    ],
)
def test_an_altered_member_is_refused(whole: Path, change: Callable[[dict[str, bytes]], object], reason: str) -> None:
    error = refused(changed(whole, change))
    assert error.reason == reason
    assert str(error).endswith(".")


def test_a_statement_that_is_packed_or_does_not_unpack_is_refused(whole: Path) -> None:
    """Nobody writes one, so nothing of it is unpacked before a signature is checked."""
    with zipfile.ZipFile(whole) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        out = whole.with_name("packed.update")
        with zipfile.ZipFile(out, "w") as archive:
            for name, data in members.items():
                archive.writestr(name, data, method if name == STATEMENT else zipfile.ZIP_STORED)
        assert refused(out).reason == "structure"
        data = bytearray(out.read_bytes())
        at = data.index(STATEMENT.encode()) + len(STATEMENT)
        data[at : at + 12] = b"\xff" * 12
        out.write_bytes(data)
        assert refused(out).reason == "structure"


def test_a_file_that_nobody_signed_gets_no_memory(tmp_path: Path) -> None:
    """The directory of a ZIP is read before any signature, and may say that it is as long as the file."""
    size, file = 64 << 20, tmp_path / "large.update"
    with file.open("wb") as out:
        out.truncate(size)
        out.seek(size)
        out.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, size, 0, 0))
    tracemalloc.start()
    try:
        assert refused(file).reason == "structure"
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "signers", [[KEYS[0]], [KEYS[0], KEYS[0]], [NEXT_KEYS[0], NEXT_KEYS[1]], [KEYS[0], NEXT_KEYS[0]], []]
)
def test_fewer_than_two_release_keys_are_not_enough(whole: Path, wheels: Path, signers: list[object]) -> None:
    with zipfile.ZipFile(whole) as archive:
        record = SignedRecord.decode(archive.read(STATEMENT))
    strangers = release_keys.parse(made.key_list(NEXT_KEYS))
    own = release_keys.parse(made.key_list(KEYS))
    sigs = []
    for signer in signers:
        known = own if signer in KEYS else strangers
        sigs += release_keys.with_signature(SignedRecord(record.data, ()), signer, known).sigs  # type: ignore[arg-type]
    weak = SignedRecord(record.data, tuple(sigs))
    assert refused(changed(whole, lambda members: members.update({STATEMENT: weak.encode()}))).reason == "signature"
    with pytest.raises(UpdateRefused) as found:
        pack.put_together([weak], wheels, wheels.parent / "weak.update", lists=[], keys=own)
    assert found.value.reason == "signature"
    assert not (wheels.parent / "weak.update").exists()


def test_any_two_of_the_three_are_enough(wheels: Path, tmp_path: Path) -> None:
    for number, pair in enumerate([(0, 1), (2, 0), (1, 2)]):
        signers = [KEYS[one] for one in pair]
        assert read(made.update(wheels, tmp_path / f"{number}.update", signers=signers)) == made.NEWER


def test_later_keys_count_when_two_of_the_keys_before_signed_their_list(wheels: Path, tmp_path: Path) -> None:
    good = made.key_list(NEXT_KEYS, 2, KEYS[1:])
    assert read(made.update(wheels, tmp_path / "good", signers=NEXT_KEYS[:2], lists=[good])) == made.NEWER
    weak = made.key_list(NEXT_KEYS, 2, KEYS[:1])
    skips = made.key_list(NEXT_KEYS, 3, KEYS[:2])
    for record, reason in ((weak, "signature"), (skips, "list")):
        value = made.one_value(record)
        spoiled = changed(tmp_path / "good", lambda members, v=value: members.update({LISTS: made.encode([v])}))
        assert refused(spoiled).reason == reason


def test_keys_that_were_replaced_sign_no_more(whole: Path, wheels: Path, shipped: Path) -> None:
    """In a program that came with the later list."""
    shipped.write_bytes(made.key_list(NEXT_KEYS, 2, KEYS[:2]).encode())
    assert refused(whole).reason == "signature"


def test_a_program_without_release_keys_says_so_and_takes_nothing(whole: Path, shipped: Path) -> None:
    shipped.write_text("null\n")
    error = refused(whole)
    assert (error.reason, "built without release keys" in str(error)) == ("keys", True)


def test_a_stick_that_is_pulled_out_says_so(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with update_file.opened(whole) as update:
        stream = update._archive.fp
        assert stream is not None

        def gone(*_: object) -> bytes:
            raise OSError(5, "input/output error")

        monkeypatch.setattr(stream, "read", gone, raising=False)
        with pytest.raises(StickRefused) as found:
            update.verify()
    assert "not there any more" in str(found.value)
    with pytest.raises(FileUnreadable):
        read(whole.with_name("nothing.update"))


def test_nothing_of_a_file_that_could_not_be_written_stays(
    wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "no space left")

    monkeypatch.setattr(removable.files, "sync", full)
    with pytest.raises(StickRefused):
        made.update(wheels, tmp_path / "out.update")
    assert list(tmp_path.glob("out*")) == []


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda wheels: (wheels / f"testimony-{made.NEWER}-py3-none-any.whl").unlink(), "wheel"),
        (lambda wheels: (wheels / "notes.txt").write_text("x"), "name"),
        (lambda wheels: (wheels / "torn-1.0-py3-none-any.whl").write_text("x"), "name"),
    ],
)
def test_only_wheels_with_one_of_this_program_make_an_update(
    wheels: Path, spoil: Callable[[Path], object], reason: str
) -> None:
    spoil(wheels)
    with pytest.raises(UpdateRefused) as found:
        pack.statement(wheels, notes="x", earliest="0.1.0", systems=["linux-x86_64 3.11"], day="2026-12-01")
    assert found.value.reason == reason


def test_a_statement_is_signed_for_the_files_that_lie_there(whole: Path, wheels: Path) -> None:
    with zipfile.ZipFile(whole) as archive:
        record = SignedRecord.decode(archive.read(STATEMENT))
    pack.require_same(record, wheels)
    made.wheel(wheels, "river", "2.0", Path(__file__).parent)
    with pytest.raises(UpdateRefused) as found:
        pack.require_same(record, wheels)
    assert (found.value.reason, "river-2.0" in str(found.value)) == ("files", True)


def test_a_reader_of_a_stick_gets_what_it_asks_for_and_never_more_than_an_update_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_file, "LONGEST_READ", 5)
    file = tmp_path / "whole.update"

    def pieces(data: bytes, *sizes: int | None) -> list[bytes]:
        file.write_bytes(data)
        with update_file._InPieces(io.FileIO(file)) as stream:
            return [stream.read(size) for size in sizes]

    assert pieces(b"heron", 0, 2, 3, 1) == [b"", b"he", b"ron", b""]
    assert pieces(b"heron", 5) == pieces(b"heron", -1) == pieces(b"heron", None) == [b"heron"]
    for size in (6, -1, None):
        with pytest.raises(ValueError, match=r"-1|6|None"):
            pieces(b"herons", size)
