"""What a roster may say of the organisation: one form for node and phone, and a wrong one refuses the roster."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.roster.chain import Roster
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.organisation import is_organisation
from tests.support.sealing.vectors import VECTORS

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "organisation.json").read_text(encoding="utf-8")
)["cases"]


def shared_roster() -> dict[str, Any]:
    return canonical.decode_object(base64.b64decode(VECTORS["roster"]["bytes"]))


def roster_with(organisation: Any) -> bytes:
    return canonical.encode({**shared_roster(), "organisation": organisation})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_form_is_as_the_vectors_state(case: dict[str, Any]) -> None:
    assert is_organisation(case["value"]) is case["valid"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_roster_whose_organisation_is_malformed_is_refused_with_a_sentence(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert Roster.parse(roster_with(case["value"])).organisation == case["value"]
    else:
        with pytest.raises(RosterRefused) as refused:
            Roster.parse(roster_with(case["value"]))
        assert refused.value.reason == ("organisation" if isinstance(case["value"], dict) else "structure")
        assert len(str(refused.value)) > 20


def test_a_roster_without_it_stays_valid() -> None:
    value = shared_roster()
    value.pop("organisation", None)
    assert Roster.parse(canonical.encode(value)).organisation == {}
