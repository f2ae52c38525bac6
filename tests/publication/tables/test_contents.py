"""A file of published tables is read from its bytes alone, and what is not as it was published is refused."""

from __future__ import annotations

import random
from functools import cache

import pytest

from testimony import canonical
from testimony.publication import manifest
from testimony.publication.errors import TablesFileUnreadable
from testimony.publication.tables import contents, file
from testimony.publication.tables import lines as tables_lines
from tests.support.publication.published_tables import PLAN, of_year
from tests.support.publication.zip_reader import unpacked

HEAD = {"v": file.VERSION, "period": "2026", "edition": 1, "plan": "", "layer": 4, "codebook": "1"}


@cache
def built() -> bytes:
    """A file of tables as it leaves. Not made when this module is loaded, which every worker of the tests does."""
    return file.build(of_year(), PLAN)


def refusal(data: bytes) -> str:
    with pytest.raises(TablesFileUnreadable) as refused:
        contents.read(data)
    assert str(refused.value).endswith(".")
    return refused.value.reason


def packed(version: str = file.VERSION, **changed: bytes) -> bytes:
    """The same file with other contents, and a list that fits them."""
    held = unpacked(built())
    held.pop(manifest.NAME)
    named = {name.replace("_", "."): data for name, data in changed.items()}
    return manifest.packed({**HEAD, "v": version}, held | named)


def test_it_says_every_line_as_it_is_printed_and_every_code_in_words() -> None:
    found = contents.read(built())
    lines = tables_lines.lines(of_year())
    assert [(one.row, one.column, one.printed, one.share) for one in found.lines] == [
        (one.row, one.column, one.shown, one.share) for one in lines
    ]
    assert (found.period, found.edition, found.plan) == ("2026", 1, PLAN.digest)
    assert found.sha256 == canonical.sha256_hex(built())
    assert found.label("act", "dogs") == "Dogs"
    assert found.label("border", "HRV-BIH").startswith("Croatia")


@pytest.mark.parametrize("seed", range(40))
def test_no_changed_byte_is_read(seed: int) -> None:
    data = built()
    at = random.Random(seed).randrange(len(data))
    assert refusal(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) in ("not", "changed", "newer")


def test_a_file_whose_list_does_not_fit_was_changed() -> None:
    held = unpacked(built())
    listed = held.pop(manifest.NAME)
    other = held | {"tables.json": held["tables.json"].replace(b"2430", b"2435")}
    swapped = manifest.packed({}, other)
    made = swapped.replace(manifest.make({}, other), listed)
    assert refusal(made) in ("not", "changed")
    assert refusal(built()[:-1]) == "changed"


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", b"PK\x03\x04" + bytes(100)])
def test_what_is_no_such_file_is_said_to_be_none(data: bytes) -> None:
    assert refusal(data) in ("not", "changed")


def test_another_version_asks_for_an_update_and_another_zip_does_not() -> None:
    assert refusal(packed("testimony/2/tables-file")) == "newer"
    assert refusal(packed("testimony/2/release")) == "not"


@pytest.mark.parametrize("value", [b"{}", b"[]", b"", b'{"period":7}', b"\xff"])
def test_tables_that_are_not_in_their_form_are_refused_with_a_sentence(value: bytes) -> None:
    assert refusal(packed(tables_json=value)) == "not"


@pytest.mark.parametrize("value", [b"", b"question,code,label_en", b"question,code\r\nact,dogs\r\n", b"\xff"])
def test_a_file_whose_codebook_does_not_explain_it_is_refused(value: bytes) -> None:
    assert refusal(packed(codebook_csv=value)) == "not"
