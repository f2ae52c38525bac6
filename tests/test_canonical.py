"""Canonical JSON: one value, one spelling."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony import canonical
from testimony.errors import NotCanonical
from tests.support.sealing.vectors import VECTORS, raw

KEYS = st.from_regex(r"[a-z0-9_-]{1,64}", fullmatch=True)
SCALARS = st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)


@pytest.mark.parametrize("vector", VECTORS["canonical_json"])
def test_the_shared_values_have_the_shared_bytes(vector: dict[str, Any]) -> None:
    assert canonical.encode(vector["value"]) == raw(vector["bytes"])
    assert canonical.decode(raw(vector["bytes"])) == vector["value"]


@pytest.mark.parametrize("spelling", VECTORS["canonical_json_reject"])
def test_any_other_spelling_is_refused(spelling: str) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(raw(spelling))


@given(VALUES)
def test_what_is_encoded_decodes_to_itself(value: object) -> None:
    try:
        data = canonical.encode(value)
    except NotCanonical:  # deeper than eight, or a lone surrogate
        return
    assert canonical.decode(data) == value


@given(VALUES)
def test_spaces_are_a_second_spelling_and_refused(value: object) -> None:
    spaced = json.dumps({"a": value, "b": 1}, ensure_ascii=False).encode(errors="surrogatepass")
    with pytest.raises(NotCanonical):
        canonical.decode(spaced)


@given(st.binary(max_size=64))
def test_bytes_are_refused_or_come_back_the_same(data: bytes) -> None:
    try:
        value = canonical.decode(data)
    except NotCanonical:
        return
    assert canonical.encode(value) == data


@pytest.mark.parametrize("value", [1.5, {"a": 2**53}, {"Key": 1}, {"": 1}, {"a" * 65: 1}, {1: 1}, b"bytes", "\ud800"])
def test_values_outside_the_format_are_not_written(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical.encode(value)


def test_eight_levels_are_allowed_and_nine_are_not() -> None:
    eight: list[Any] = []
    for _ in range(7):
        eight = [eight]
    assert canonical.decode(canonical.encode(eight)) == eight
    with pytest.raises(NotCanonical):
        canonical.encode([eight])


def test_an_object_is_asked_for_where_an_object_is_needed() -> None:
    with pytest.raises(NotCanonical):
        canonical.decode_object(b"[]")
