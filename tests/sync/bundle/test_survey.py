"""The first reading of a bundle: what is in it, who sealed it, and whether it is a bundle at all."""

from __future__ import annotations

import io
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.bundle import bundle
from testimony.sealing.bundle.bundle import Header, Seal
from testimony.sealing.log.merkle import RunningRoot
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sync.bundle import survey as bundle_survey
from testimony.sync.bundle.survey import is_carry, is_container, leaf_of, opening, survey
from testimony.sync.errors import BundleRefused
from testimony.sync.wire.frames import PREFACE, Frame, write_frames

WRITER = Signer(b"\7" * 32)
KEYS = WRITER.public_keys
THINGS = [Frame("object", b"one"), Frame("status", b"{}"), Frame("object", b"two")]


def header() -> SignedRecord:
    return Header(
        kind=bundle.DELIVERY, id="0" * 32, no=1, by=WRITER.kid, to="", organisation="a" * 64, incarnation="", epoch="",
        log="", read=0, waiting=2, day="2026-11-24",
    ).sign(WRITER)  # fmt: skip


def sealed(*frames: Frame, **changes: Any) -> list[Frame]:
    head, tree = header(), RunningRoot()
    whole = [Frame("bundle", head.encode()), *frames]
    for frame in whole:
        tree.add(leaf_of(frame))
    said: dict[str, Any] = {
        "bundle": head.id,
        "by": WRITER.kid,
        "frames": tree.size,
        "root": tree.root().hex(),
        "last": True,
    }
    return [*whole, Frame("seal", Seal(**(said | changes)).sign(WRITER).encode())]


def read(*frames: Frame, keys: Any = KEYS) -> bundle_survey.Survey:
    return survey(io.BytesIO(write_frames(frames)), keys)


def test_what_is_in_it_is_counted_and_each_frame_is_vouched_for() -> None:
    frames = sealed(*THINGS)
    told: list[int] = []
    found = survey(io.BytesIO(write_frames(frames)), KEYS, told=told.append)
    assert (found.torn, found.frames, found.kinds) == ("", 4, {"bundle": 1, "object": 2, "status": 1})
    assert (found.seal is not None, found.header.day, found.record.id) == (True, "2026-11-24", header().id)
    for number, frame in enumerate(frames[:4]):
        assert found.vouched(number, leaf_of(frame))
        assert not found.vouched(number + 1, leaf_of(frame))
    assert told[:5] == [frame.size for frame in frames]
    assert len(told) == 6, "the end too"


def test_without_a_seal_nothing_is_vouched_for() -> None:
    frames = sealed(*THINGS)[:-1]
    found = read(*frames)
    assert (found.frames, found.torn, found.seal) == (4, "", None)
    assert not found.vouched(0, leaf_of(frames[0]))


@pytest.mark.parametrize(
    "wrong", [{"frames": 3}, {"frames": 5}, {"root": "0" * 64}, {"bundle": "0" * 64}, {"by": "0" * 64}]
)
def test_a_seal_that_says_another_thing_is_none(wrong: dict[str, Any]) -> None:
    assert read(*sealed(*THINGS)).seal is not None
    assert read(*sealed(*THINGS, **wrong)).seal is None


def test_a_header_that_another_signed_is_not_sealed() -> None:
    frames = sealed(*THINGS)
    forged = SignedRecord(header().data, ("0" * 128,))
    frames[0] = Frame("bundle", forged.encode())
    tree = RunningRoot()
    for frame in frames[:-1]:
        tree.add(leaf_of(frame))
    again = sealed(*THINGS, root=tree.root().hex())
    assert read(*frames[:-1], again[-1]).seal is None


@pytest.mark.parametrize("keys", [(), Signer(b"\10" * 32).public_keys])
def test_by_other_keys_or_none_it_is_not_sealed(keys: Any) -> None:
    assert read(*sealed(*THINGS), keys=keys).seal is None


def test_behind_the_seal_stands_nothing_and_only_one_seal() -> None:
    frames = sealed(*THINGS)
    for more in (THINGS[0], frames[-1]):
        found = read(*frames, more)
        assert (found.torn, found.seal) == ("structure", None)


@pytest.mark.parametrize(("most", "torn"), [(5, False), (4, True), (3, True)])
def test_a_file_has_so_many_frames(monkeypatch: pytest.MonkeyPatch, most: int, torn: bool) -> None:
    assert bundle_survey.MOST_FRAMES == 500_000
    monkeypatch.setattr(bundle_survey, "MOST_FRAMES", most)
    found = read(*sealed(*THINGS))
    assert (bool(found.torn), found.frames) == (torn, min(most, 4))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "format"),
        (b"PK\3\4", "format"),
        (PREFACE, "empty"),
        (PREFACE + b"\xff" * 20, "format"),
        (write_frames([Frame("entry", b"")]), "format"),
        (write_frames([Frame("record", b"")]), "carry"),
        (write_frames([Frame("object", b"")]), "carry"),
        (write_frames([Frame("bundle", b"no")]), "format"),
        (write_frames([Frame("bundle", SignedRecord(b'{"v":"testimony/99/bundle"}', ()).encode())]), "newer"),
    ],
)
def test_what_is_no_bundle_is_told_apart(data: bytes, reason: str) -> None:
    with pytest.raises(BundleRefused) as error:
        opening(io.BytesIO(data))
    assert error.value.reason == reason
    source = io.BytesIO(data)
    assert is_carry(source) is (reason == "carry")
    assert source.tell() == 0
    assert is_container(source) is data.startswith(PREFACE)
    assert source.tell() == 0


def test_a_bundle_is_no_carry() -> None:
    assert not is_carry(io.BytesIO(write_frames(sealed())))
    assert sha256_hex(opening(io.BytesIO(write_frames(sealed()))).data) == header().id
