"""The witness's digits are the native ones of CLDR.

`tests/js/interview/form/numerals.test.mjs` reads the same vectors.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from babel import Locale, UnknownLocaleError

from testimony.domain.testimony.languages import WITNESSES

VECTORS = json.loads((Path(__file__).parents[3] / "vectors" / "numerals.json").read_text("utf-8"))
ZERO = {"latn": "0", "arab": "\u0660", "arabext": "\u06f0", "beng": "\u09e6"}
LOCALES = {"prs": "fa_AF", "kmr": "ku"}  # CLDR's names for Dari and Kurmanji


@pytest.mark.parametrize("language", WITNESSES)
def test_each_language_of_a_witness_has_its_native_digits(language: str) -> None:
    try:
        native = Locale.parse(LOCALES.get(language, language)).other_numbering_systems["native"]
    except UnknownLocaleError:
        native = "latn"  # a language that CLDR does not know is written with what everybody reads
    expected = "".join(_digit(native, sign) for sign in VECTORS["digits"])
    assert VECTORS["native"].get(language, VECTORS["digits"]) == expected


def _digit(system: str, sign: str) -> str:
    return chr(ord(ZERO[system]) + int(sign)) if sign.isdigit() else sign
