"""The inside of a sealed backup: what was written is read, and what is of another form is torn."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import Any, BinaryIO, cast

import pytest

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.sealing.errors import CannotOpen
from testimony.services.backup.errors import BackupRefused
from testimony.sync.backup import format as backup_format
from testimony.sync.backup.format import KINDS, LARGEST, VERSION, BackupReader, BackupWriter, Entry, Opening, Sum
from testimony.sync.wire.frames import PAYLOAD_LIMIT, Frame, FrameWriter

OPENING = Opening(role="field", station="a" * 64, root="b" * 64, day="2026-11-24", revision="r1")
HEAD: dict[str, Any] = {
    "v": VERSION, "role": "field", "station": "a" * 64, "root": "b" * 64, "day": "2026-11-24", "revision": "r1",
}  # fmt: skip
ENTRIES = [
    Entry("paper/one", b"paper"),
    Entry("paper/two", b""),
    Entry("rows/table", bytes(PAYLOAD_LIMIT)),
    Entry("body/x", bytes(PAYLOAD_LIMIT + 1)),
    Entry("journal", b"j"),
    Entry("lacking", b""),
]


def written(entries: Sequence[Entry] = ENTRIES) -> tuple[io.BytesIO, Sum]:
    stream = io.BytesIO()
    writer = BackupWriter(stream, OPENING)
    for entry in entries:
        writer.add(entry.name, entry.data)
    total = writer.finish(parts=1, withdrawn=2)
    stream.seek(0)
    return stream, total


def test_what_was_written_is_read_in_order_with_its_sum_at_the_end() -> None:
    stream, total = written()
    reader = BackupReader(stream, "file")
    assert (reader.opening, reader.sum) == (OPENING, None)
    assert list(reader) == ENTRIES
    assert reader.sum == total
    size = sum(len(entry.data) for entry in ENTRIES)
    assert (total.entries, total.bytes, total.parts, total.withdrawn) == (6, size, 1, 2)


def entry(name: str, data: bytes, /, **changes: Any) -> list[Frame]:
    said = {"name": name, "bytes": len(data), "sha256": sha256_hex(data)} | changes
    pieces = [data[start : start + PAYLOAD_LIMIT] for start in range(0, len(data), PAYLOAD_LIMIT)]
    return [Frame("entry", canonical.encode(said)), *(Frame("piece", piece) for piece in pieces)]


def total(frames: Sequence[Frame], **changes: Any) -> Frame:
    entries = [frame.payload for frame in frames if frame.kind == "entry"]
    size = sum(len(frame.payload) for frame in frames if frame.kind == "piece")
    said = {
        "entries": len(entries), "bytes": size, "parts": 0, "withdrawn": 0,
        "sha256": hashlib.sha256(b"".join(entries)).hexdigest(),
    }  # fmt: skip
    return Frame("sum", canonical.encode(said | changes))


def read(*frames: Frame, head: Frame | None = None) -> list[str]:
    """The names of entries. What is written here is never checked by the writer."""
    stream = io.BytesIO()
    out = FrameWriter(stream, KINDS)
    for frame in (head or Frame("backup", canonical.encode(HEAD)), *frames):
        out.add(frame)
    out.end()
    stream.seek(0)
    return [one.name for one in BackupReader(stream, "the file")]


def refused(*frames: Frame, head: Frame | None = None) -> str:
    with pytest.raises(BackupRefused) as error:
        read(*frames, head=head)
    return error.value.reason


PAPER = entry("paper/one", b"paper")


def test_this_is_read_before_one_thing_is_changed() -> None:
    assert read(*PAPER, total(PAPER)) == ["paper/one"]
    assert read(total([])) == []


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (HEAD | {"v": "testimony/3/backup-file"}, "newer"),
        (HEAD | {"day": 1}, "torn"),
        (HEAD | {"more": "x"}, "torn"),
        ({key: value for key, value in HEAD.items() if key != "day"}, "torn"),
        ({key: value for key, value in HEAD.items() if key != "v"}, "torn"),
        ([], "torn"),
    ],
)
def test_a_head_of_another_form_is_refused(head: object, reason: str) -> None:
    assert refused(total([]), head=Frame("backup", canonical.encode(head))) == reason
    assert refused(total([]), head=Frame("entry", canonical.encode(HEAD))) == "torn"


def test_the_first_version_is_read_too() -> None:
    assert read(total([]), head=Frame("backup", canonical.encode(HEAD | {"v": "testimony/1/backup-file"}))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        entry("paper/one", b"paper", sha256="0" * 64),
        entry("paper/one", b"paper", bytes=4),
        entry("paper/one", b"paper", bytes=6),
        entry("paper/one", b"paper", bytes="5"),
        entry("paper/one", b"", bytes=-1),
        entry("paper/one", b"", bytes=LARGEST + 1),
        entry("elsewhere", b"paper"),
        entry("paper/one", b"paper", name=1),
        [Frame("entry", b"no"), PAPER[1]],
        [Frame("piece", b"paper"), PAPER[1]],
        [PAPER[0]],
        [*PAPER, PAPER[1]],
        [*entry("rows/table", b"x"), *PAPER],
        [*entry("journal", b"x"), *entry("body/x", b"x")],
    ],
)
def test_an_entry_of_another_form_or_in_another_place_is_torn(wrong: list[Frame]) -> None:
    assert refused(*wrong, total(wrong)) == "torn"


def test_a_piece_is_as_long_as_it_can_be() -> None:
    long = entry("paper/one", bytes(PAYLOAD_LIMIT + 1))
    assert read(*long, total(long)) == ["paper/one"]
    halves = [long[0], Frame("piece", bytes(PAYLOAD_LIMIT - 1)), Frame("piece", bytes(2))]
    assert refused(*halves, total(halves)) == "torn"


@pytest.mark.parametrize("wrong", [{"entries": 2}, {"bytes": 6}, {"sha256": "0" * 64}, {"more": 1}])
def test_a_sum_that_says_another_thing_is_torn(wrong: dict[str, Any]) -> None:
    assert refused(*PAPER, total(PAPER, **wrong)) == "torn"


def test_behind_the_sum_stands_the_end_alone() -> None:
    assert refused(*PAPER) == "torn"
    assert refused(*PAPER, total(PAPER), total(PAPER)) == "torn"
    data = written()[0].getvalue()
    for more in (b"x", data[-100:]):
        with pytest.raises(BackupRefused):
            list(BackupReader(io.BytesIO(data + more), "file"))


@pytest.mark.parametrize("cut", [0, 10, 100, 300, -1])
def test_what_broke_off_is_torn_and_named(cut: int) -> None:
    data = written()[0].getvalue()[:cut]
    with pytest.raises(BackupRefused) as error:
        list(BackupReader(io.BytesIO(data), "the file"))
    assert error.value.reason == "torn"
    assert "the file" in str(error.value)


@pytest.mark.parametrize("after", [0, 1])
def test_what_does_not_open_is_torn(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stream below is sealed: a byte that was changed ends it."""

    class Sealed(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > after * 400:
                raise CannotOpen("damaged")
            return super().read(size)

    with pytest.raises(BackupRefused) as error:
        list(BackupReader(cast(BinaryIO, Sealed(written()[0].getvalue())), "file"))
    assert error.value.reason == "torn"


def test_an_entry_is_in_memory_as_a_whole_up_to_a_gibibyte() -> None:
    assert backup_format.LARGEST == 1 << 30
