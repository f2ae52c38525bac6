"""The vectors of version 2 hold: manifests, and what lawyers and stations say of keeping."""

from __future__ import annotations

import json
from typing import Any

import pytest

from testimony.sealing.statements import keep, statements
from testimony.sealing.testimony import testimony
from tests.support.sealing.vectors import FILE, chain, chain_with_keys, record

VECTORS: dict[str, Any] = json.loads(FILE.with_name("testimony-2.json").read_text("utf-8"))


@pytest.mark.parametrize("value", VECTORS["manifests"])
def test_a_manifest_says_until_when(value: dict[str, Any]) -> None:
    found = testimony.verify_manifest(record(value), chain())
    assert (found.version, found.keep_until) == (2, value["keep_until"])


@pytest.mark.parametrize("value", VECTORS["keeps"])
def test_a_lawyer_says_until_when(value: dict[str, Any]) -> None:
    assert keep.verify_keep(record(value), chain_with_keys()).until == value["until"]


@pytest.mark.parametrize("value", VECTORS["shredded"])
def test_a_destruction_says_what_it_destroyed(value: dict[str, Any]) -> None:
    found = statements.verify_shredded(record(value), chain_with_keys())
    assert found.withdrawal == value["withdrawal"]
    assert list(found.destroyed or ()) == value["destroyed"]
