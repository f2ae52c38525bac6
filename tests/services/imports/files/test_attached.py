"""A row that names a picture which did not come is counted, and nothing else is taken for a picture."""

from __future__ import annotations

import pytest

from testimony.services.imports.files import attached, formats
from tests.support.services.import_files import packed


def lacking(csv: bytes, **files: bytes) -> int:
    return attached.lacking(formats.read(packed(form__csv=csv, **files)))


def test_rows_that_name_a_file_that_did_not_come_are_counted() -> None:
    csv = b"photo,more,KEY\nmy photo 1.jpg,,uuid:1\nb.JPG,c.m4a,uuid:2\n,,uuid:3\nd.png,,uuid:4\n"
    assert lacking(csv) == 3
    assert lacking(csv, **{"media_in_my_photo_1__jpg".replace("my_photo_1", "my photo 1"): b"x"}) == 2
    assert lacking(csv, **{"u_in_my_photo_1__jpg".replace("_in_", "/"): b"x", "media_in_b__jpg": b"x"}) == 2


def test_a_file_of_a_row_inside_a_row_is_looked_for_too() -> None:
    people = {"form-people__csv": b"age,photo,PARENT_KEY\n3,a.jpg,uuid:1\n"}
    assert lacking(b"day,KEY\nx,uuid:1\n", **people) == 1
    assert lacking(b"day,KEY\nx,uuid:1\n", media_in_a__jpg=b"x", **people) == 0


@pytest.mark.parametrize(
    "cell", ["https://example.org/a.jpg", "He showed us example.org", "a.jpg and b.jpg were there"]
)
def test_an_address_and_a_sentence_are_no_file(cell: str) -> None:
    assert lacking(f"photo,KEY\n{cell},uuid:1\n".encode()) == 0


def test_without_an_archive_nothing_is_said_to_lack() -> None:
    assert attached.lacking(formats.read(b"photo,KEY\na.jpg,uuid:1\n")) == 0
