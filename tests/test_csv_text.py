"""The text of a CSV file is read as it says itself, or as a person says; nobody guesses."""

from __future__ import annotations

import pytest

from testimony.csv_text import ENCODINGS, EncodingUnknown, decoded, separator


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_mark_goes_before_what_a_person_chose(encoding: str) -> None:
    assert decoded("place,Čačak".encode(encoding), "windows-1256") == "place,Čačak"


@pytest.mark.parametrize(("encoding", "text"), [(one, name.split("(")[1]) for one, name in ENCODINGS.items()])
def test_each_encoding_reads_the_languages_that_it_names(encoding: str, text: str) -> None:
    text = text.replace("ی", "ي")  # Windows-1256 has no letter of its own for it
    assert decoded(text.encode(encoding), encoding) == text


@pytest.mark.parametrize(
    ("data", "encoding"),
    [(b"Gu\xe9", ""), (b"Gu\xe9", "utf-8"), (b"\x81", "windows-1252"), (b"a", "rot13"), (b"\xff\xfea", "")],
)
def test_what_cannot_be_read_so_is_not_read_otherwise(data: bytes, encoding: str) -> None:
    with pytest.raises(EncodingUnknown):
        decoded(data, encoding)


@pytest.mark.parametrize(
    ("text", "found"), [("a;b\n1,2,3", ";"), ('"a,b,c";d', ";"), ("a\tb", "\t"), ("a|b", "|"), ("a", ",")]
)
def test_the_first_line_says_the_separator(text: str, found: str) -> None:
    assert separator(text) == found
