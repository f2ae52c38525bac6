"""The contents of a file in shares: a record keeps its objects, and many media come a share at a time."""

from __future__ import annotations

import pytest

from testimony.sync.bundle import batches
from testimony.sync.wire.frames import Frame

RECORD = Frame("record", bytes(100))


def thing(size: int) -> Frame:
    """An object that takes `size` bytes in a container."""
    return Frame("object", bytes(size - Frame("object", bytes(size - 50)).size + size - 50))


@pytest.fixture(autouse=True)
def _share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "SHARE", 1000)


def sizes(*frames: Frame) -> list[list[str]]:
    return [[one.kind for one in share] for share in batches.in_shares(frames)]


def test_what_fits_goes_together_and_nothing_is_nothing() -> None:
    assert sizes() == []
    assert sizes(RECORD, thing(200), RECORD, thing(200)) == [["record", "object", "record", "object"]]


def test_objects_before_the_first_record_belong_to_nothing() -> None:
    assert sizes(thing(200), thing(200), RECORD) == [["record"]]
    assert sizes(thing(200)) == []


@pytest.mark.parametrize(("more", "shares"), [(0, 1), (1, 2)])
def test_a_share_is_full_at_its_last_byte_and_never_parts_a_record_from_its_text(more: int, shares: int) -> None:
    rest = 1000 - 2 * RECORD.size - 300
    found = sizes(RECORD, thing(300), RECORD, thing(rest + more))
    assert len(found) == shares
    assert found[-1][-2:] == ["record", "object"]


@pytest.mark.parametrize(("more", "last"), [(0, []), (1, [["object"]])])
def test_of_many_media_a_share_at_a_time(more: int, last: list[list[str]]) -> None:
    rest = 1000 - RECORD.size - 300
    assert sizes(RECORD, thing(300), thing(rest + more)) == (
        [["record", "object"], *last] if last else [["record", "object", "object"]]
    )
    assert sizes(RECORD, *[thing(600)] * 3) == [["record", "object"], ["object"], ["object"]]


def test_a_share_begins_anew_after_a_full_one() -> None:
    assert [len(one) for one in batches.in_shares([RECORD, thing(800)] * 3)] == [2, 2, 2]
    assert [len(one) for one in batches.in_shares([RECORD, thing(300)] * 4)] == [4, 4]
