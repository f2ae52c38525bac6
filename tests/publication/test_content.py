"""`table.json` is read in one form, and what only resembles it is refused."""

from __future__ import annotations

import functools
from typing import Any

import pytest

from testimony import canonical
from testimony.publication import content
from testimony.publication.errors import EditionUnfit
from testimony.publication.package import build
from tests.support.publication.editions import usual
from tests.support.publication.zip_reader import unpacked


@functools.cache
def table() -> bytes:
    return unpacked(build(usual()))["table.json"]


def test_what_was_written_is_read_again_and_written_the_same() -> None:
    assert canonical.encode(content.read(table()).value) == table()


@pytest.mark.parametrize(
    "other",
    [
        {"attributes": "date"},
        {"attributes": {"date": 1}},
        {"attributes": [1, 2]},
        {"v": "testimony/table/999"},
        {"v": 1},
        {"more": 1},
        {"figures": []},
    ],
)
def test_one_field_of_another_form_is_refused(other: dict[str, Any]) -> None:
    with pytest.raises(EditionUnfit):
        content.read(canonical.encode(canonical.decode_object(table()) | other))
