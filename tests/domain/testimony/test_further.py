"""Only a name of a manifest counts as the earlier testimony of a witness: a phone may seal anything."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.testimony.further import earlier_manifest


def test_the_earlier_manifest_is_the_one_that_the_provenance_names() -> None:
    assert earlier_manifest({"further": "0a" * 32}) == "0a" * 32


@pytest.mark.parametrize("named", [None, 7, "", "0A" * 32, "0a" * 33, ["0a" * 32]])
def test_what_is_no_name_of_a_manifest_names_none(named: Any) -> None:
    assert earlier_manifest({"further": named}) == ""
