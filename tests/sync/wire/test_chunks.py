"""A chunk of a batch, as bytes: the very ones that were given, and nothing that is no chunk."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.services.intake.uploads import LARGEST, Chunk
from testimony.sync.wire import chunks

NAME = "ab" * 32
HEAD = {"batch": NAME, "bytes": 10, "from": 4}


def body(head: object, data: bytes = b"x", end: bytes = b"\n") -> bytes:
    return canonical.encode(head) + end + data


@pytest.mark.parametrize(
    "chunk",
    [
        Chunk(NAME, 10, 4, b"line\nline"),
        Chunk(NAME, 1, 0, b""),
        Chunk(NAME, 10, 10, b""),
        Chunk(NAME, LARGEST, LARGEST, b"x"),
    ],
)
def test_a_chunk_is_read_as_it_was_written(chunk: Chunk) -> None:
    assert chunks.decode(chunks.encode(chunk)) == chunk
    assert chunks.encode(chunk).startswith(b'{"batch":"' + NAME.encode() + b'","bytes":')


@pytest.mark.parametrize(
    "wrong",
    [
        HEAD | {"bytes": 0},
        HEAD | {"bytes": LARGEST + 1},
        HEAD | {"from": -1},
        HEAD | {"from": 11},
        HEAD | {"from": "4"},
        HEAD | {"batch": NAME[1:]},
        HEAD | {"more": 1},
        {"batch": NAME, "bytes": 10},
    ],
)
def test_a_head_of_another_form_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises((NotCanonical, Refused)):
        chunks.decode(body(wrong))


@pytest.mark.parametrize("data", [b"", body(HEAD, end=b""), body(HEAD, end=b" \n"), b" " * 300 + body(HEAD)])
def test_without_its_head_it_is_no_chunk(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        chunks.decode(data)


def test_a_request_has_room_for_the_largest_chunk_and_no_more() -> None:
    head = chunks.encode(Chunk(NAME, LARGEST, LARGEST, b""))
    assert len(head) < chunks.HEADER_LIMIT == 256
    assert chunks.CHUNK_LIMIT == LARGEST + 256
