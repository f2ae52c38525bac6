"""Decoys of version 2: who opened a part counts its readers; who did not learns nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts import decoys
from testimony.sealing.parts.part import OpenedPart, open_part, seal_part
from tests.support.sealing.vectors import opening_key

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "decoys.json").read_text())["keys"]
SECRET = bytes(range(32))
READER = opening_key("lawyer-a")
STRANGER = OpeningKey.generate()


def opened(*recipients: OpeningKey, secret: bytes | None = SECRET) -> OpenedPart:
    part = seal_part(
        b"words",
        part="narrative",
        type="text/plain",
        tid="0" * 32,
        form_sha256=None,
        roster="2" * 64,
        consent=None,
        audiences={"lawyers": ([one.recipient for one in recipients], 4)},
        decoys=secret,
    )
    return open_part(part.heads["lawyers"], part.body, key=READER, commit=part.commit, expected={})


@pytest.mark.parametrize("one", VECTORS, ids=lambda one: one["decoys"][:4])
def test_the_key_of_the_decoys_is_that_of_the_shared_vector(one: dict[str, str]) -> None:
    key = decoys.key_of(bytes.fromhex(one["decoys"]))
    assert (key.seed.hex(), key.recipient.kid) == (one["seed"], one["kid"])


@pytest.mark.parametrize("others", [0, 1, 3])
def test_a_reader_counts_the_readers(others: int) -> None:
    part = opened(READER, *(OpeningKey.generate() for _ in range(others)))
    assert part.head is not None
    assert part.head.count_readers() == 1 + others


def test_version_1_has_nothing_to_count_with() -> None:
    assert opened(READER, secret=None).head is None


def test_the_key_of_the_decoys_opens_nothing_for_somebody_who_has_not_opened_the_part() -> None:
    with pytest.raises(CannotOpen):
        opened(STRANGER)
