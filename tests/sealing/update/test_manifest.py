"""The statement of an update is whole and in its one form, or it is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.update import manifest
from testimony.sealing.update.errors import UpdateRefused
from testimony.sealing.update.manifest import Manifest, Wheel

NAME = "testimony-1.2.3-py3-none-any.whl"
GOOD = Manifest(
    version="1.2.3",
    day="2026-04-01",
    earliest="1.0.0",
    reads=("0001", "0002"),
    systems=("linux-x86_64 3.11",),
    room=1,
    notes="What is new.",
    files=(Wheel(NAME, "ab" * 32, 7),),
)
Change = Callable[[dict[str, Any]], object]


def refusal(data: bytes) -> str:
    with pytest.raises(UpdateRefused) as refused:
        manifest.parse(SignedRecord(data, ()))
    return refused.value.reason


def test_what_was_written_is_read() -> None:
    assert manifest.parse(manifest.unsigned(GOOD)) == GOOD


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("notes"),
        lambda said: said.update(more=1),
        lambda said: said.update(version="1.2"),
        lambda said: said.update(earliest="01.0.0"),
        lambda said: said.update(day="2026-02-30"),
        lambda said: said.update(reads=["0002", "0001"]),
        lambda said: said.update(reads=["0001", "0001"]),
        lambda said: said.update(systems=[]),
        lambda said: said.update(room=0),
        lambda said: said.update(notes=""),
        lambda said: said.update(files=[]),
        lambda said: said["files"][0].update(name="../testimony-1.2.3-py3-none-any.whl"),
        lambda said: said["files"][0].update(sha256="AB" * 32),
        lambda said: said["files"][0].update(len=0),
        lambda said: said["files"].append(said["files"][0]),
    ],
)
def test_one_field_that_is_not_as_it_should_be_is_refused(change: Change) -> None:
    change(said := json.loads(GOOD.encode()))
    assert refusal(canonical.encode(said)) == "structure"


def test_another_spelling_of_the_same_statement_is_refused() -> None:
    assert refusal(GOOD.encode() + b" ") == "structure"


def test_a_later_form_asks_for_a_newer_program() -> None:
    assert refusal(GOOD.encode().replace(b"testimony/1/update", b"testimony/2/update")) == "newer"
