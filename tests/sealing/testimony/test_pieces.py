"""A file in pieces: each fits into an annex, all open with the one key, and no changed byte passes."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.part import LARGEST_BODY, padme, sealed_size
from testimony.sealing.testimony import pieces
from testimony.sealing.testimony.pieces import DATA, PIECE

LONGEST_LINE = 1024


@pytest.mark.parametrize("size", [1, PIECE, PIECE + 1, 3 * PIECE])
def test_it_is_joined_as_it_was(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    key, texts = pieces.cut(data)
    contents = [{DATA: text} for text in texts]
    assert len(contents) == pieces.count_of(size)
    assert pieces.join(key, contents, canonical.sha256_hex(data)) == data


def test_the_largest_piece_fits_into_one_annex() -> None:
    _key, texts = pieces.cut(bytes(PIECE))
    content = canonical.encode({"kind": "attachment-piece", "file": "a" * 32, "no": 10**9, DATA: next(texts)})
    assert sealed_size(padme(len(content) + 1 + LONGEST_LINE)) <= LARGEST_BODY


def test_another_key_a_changed_order_and_a_torn_piece_open_nothing() -> None:
    data = bytes(PIECE) + b"the end"
    key, texts = pieces.cut(data)
    contents, whole = [{DATA: text} for text in texts], canonical.sha256_hex(data)
    for wrong_key, wrong in (
        ("0" * 32, contents),
        (key, contents[::-1]),
        (key, contents[:1]),
        (key, [{DATA: "no base64"}]),
        (key, [{}]),
    ):
        with pytest.raises(CannotOpen):
            pieces.join(wrong_key, wrong, whole)
