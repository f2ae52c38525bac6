"""Frames: whole ones come back, torn ones give everything up to the tear, garbage gives one error and nothing else."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony import canonical
from testimony.sync.errors import ContainerTorn
from testimony.sync.wire.frames import (
    HEADER_LIMIT,
    KINDS,
    LENGTH,
    PAYLOAD_LIMIT,
    PREFACE,
    Frame,
    read_frames,
    write_frames,
)

FRAMES = st.lists(
    st.builds(Frame, st.sampled_from(sorted(KINDS - {"end"})), st.binary(max_size=300)),
    max_size=6,
)


def read_up_to_the_tear(data: bytes) -> tuple[list[Frame], ContainerTorn | None]:
    frames = []
    try:
        for frame in read_frames(data):
            frames.append(frame)
    except ContainerTorn as error:
        return frames, error
    return frames, None


def frame(kind: str, payload: bytes) -> bytes:
    header = canonical.encode({"kind": kind, "len": len(payload)})
    return LENGTH.pack(len(header)) + header + payload


def test_the_bytes_are_those_of_the_specification() -> None:
    data = write_frames([Frame("object", b"abc")])
    start = b'testimony/1/frames\n\x00\x00\x00\x19{"kind":"object","len":3}abc'
    end = b'{"frames":1,"sha256":"%s"}' % canonical.sha256_hex(start).encode()
    assert data == start + b'\x00\x00\x00\x17{"kind":"end","len":%d}' % len(end) + end


@given(FRAMES)
def test_what_is_written_is_read(frames: list[Frame]) -> None:
    *read, end = read_frames(write_frames(frames, next=7))
    assert read == frames
    assert end.kind == "end"
    assert canonical.decode_object(end.payload)["next"] == 7
    assert list(read_frames(io.BytesIO(write_frames(frames)))) == list(read_frames(write_frames(frames)))


@given(FRAMES)
def test_size_is_what_a_frame_takes(frames: list[Frame]) -> None:
    *_, end = read_frames(write_frames(frames))
    assert len(write_frames(frames)) == len(PREFACE) + sum(f.size for f in frames) + end.size


@given(FRAMES, st.data())
def test_a_torn_container_gives_every_frame_up_to_the_tear(frames: list[Frame], data: st.DataObject) -> None:
    whole = write_frames(frames)
    cut = data.draw(st.integers(0, len(whole) - 1))
    read, error = read_up_to_the_tear(whole[:cut])
    assert error is not None
    assert read == frames[: len(read)]
    complete = [n for n in range(len(frames) + 1) if len(PREFACE) + sum(f.size for f in frames[:n]) <= cut]
    assert len(read) == (complete[-1] if complete else 0)


@given(FRAMES, st.data())
def test_a_changed_byte_is_never_taken_for_a_whole_container(frames: list[Frame], data: st.DataObject) -> None:
    whole = bytearray(write_frames(frames))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] ^= data.draw(st.integers(1, 255))
    _, error = read_up_to_the_tear(bytes(whole))
    assert error is not None


@given(st.binary(max_size=2000))
def test_garbage_is_one_error(garbage: bytes) -> None:
    assert read_up_to_the_tear(garbage)[1] is not None
    _read, error = read_up_to_the_tear(PREFACE + garbage)
    assert error is not None
    assert error.offset <= len(PREFACE) + len(garbage)


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_any_header_is_answered_by_a_rule(header: bytes, rest: bytes) -> None:
    _read, error = read_up_to_the_tear(PREFACE + LENGTH.pack(len(header)) + header + rest)
    assert error is not None
    assert error.rule in {"structure", "size.limit", "container.torn"}


@pytest.mark.parametrize(
    ("header", "rule"),
    [
        (b'{"kind":"object","len":-1}', "structure"),
        (b'{"kind":"object","len":1.0}', "structure"),
        (b'{"kind":"object","len":true}', "structure"),
        (b'{"kind":"object","len":"1"}', "structure"),
        (b'{"kind":"object", "len":1}', "structure"),
        (b'{"len":1,"kind":"object"}', "structure"),
        (b'{"kind":"object","len":1,"name":"../../etc"}', "structure"),
        (b'{"kind":"file","len":1}', "structure"),
        (b'{"kind":"object","len":%d}' % (PAYLOAD_LIMIT + 1), "size.limit"),
        (b'{"kind":"object","len":%d}' % 10**16, "structure"),
    ],
)
def test_a_header_says_kind_and_length_and_nothing_else(header: bytes, rule: str) -> None:
    _, error = read_up_to_the_tear(PREFACE + LENGTH.pack(len(header)) + header + b"x")
    assert error is not None
    assert error.rule == rule


def test_a_long_header_is_refused_before_it_is_read() -> None:
    stream = io.BytesIO(PREFACE + LENGTH.pack(HEADER_LIMIT + 1) + b"x" * 1000)
    with pytest.raises(ContainerTorn):
        list(read_frames(stream))
    assert stream.tell() == len(PREFACE) + LENGTH.size


def test_a_large_payload_is_refused_before_it_is_read() -> None:
    header = canonical.encode({"kind": "object", "len": PAYLOAD_LIMIT + 1})
    stream = io.BytesIO(PREFACE + LENGTH.pack(len(header)) + header + b"x" * (PAYLOAD_LIMIT + 1))
    with pytest.raises(ContainerTorn):
        list(read_frames(stream))
    assert stream.tell() == len(PREFACE) + LENGTH.size + len(header)


def test_an_object_of_256_kib_travels_and_a_larger_one_does_not() -> None:
    largest = Frame("object", b"x" * PAYLOAD_LIMIT)
    assert next(iter(read_frames(write_frames([largest])))) == largest
    with pytest.raises(ContainerTorn):
        write_frames([Frame("object", b"x" * (PAYLOAD_LIMIT + 1))])


def test_nothing_may_follow_the_end() -> None:
    _, error = read_up_to_the_tear(write_frames([]) + b"x")
    assert error is not None


@pytest.mark.parametrize("lie", [{"frames": 2}, {"sha256": "0" * 64}, {"frames": "1"}])
def test_an_end_that_counts_wrong_is_no_end(lie: dict[str, object]) -> None:
    before = PREFACE + frame("object", b"abc")
    end = {"frames": 1, "sha256": canonical.sha256_hex(before), **lie}
    read, error = read_up_to_the_tear(before + frame("end", canonical.encode(end)))
    assert read == [Frame("object", b"abc")]
    assert error is not None
