"""An entry of the register of what left: read back as it was written, and anything else is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.review.disclosure import ARCHIVE, CASE_FILE, Disclosure

FILE = Disclosure(
    id="0a" * 16, made=CASE_FILE, use=Key(Purpose.COURT, "case-river"), sha256="1b" * 32, day=date(2026, 11, 26)
)


@pytest.mark.parametrize("made", [CASE_FILE, ARCHIVE, "sheet"])
@pytest.mark.parametrize("use", [FILE.use, None])
def test_what_was_written_is_read(made: str, use: Key | None) -> None:
    file = Disclosure(id=FILE.id, made=made, use=use, sha256=FILE.sha256, day=FILE.day)
    assert Disclosure.parse(file.to_value()) == file


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "0a"},
        {"made": "Case file"},
        {"made": 1},
        {"purpose": "P99"},
        {"purpose": None},
        {"recipient": ""},
        {"recipient": "r" * 201},
        {"sha256": "1b" * 31},
        {"day": "2026-02-30"},
        {"day": 20261126},
    ],
    ids=str,
)
def test_anything_else_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Disclosure.parse(FILE.to_value() | changed)


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(EventUnreadable):
        Disclosure.parse([])
