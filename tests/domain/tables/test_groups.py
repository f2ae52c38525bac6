"""The groups of people of which a file says how large a part of the accounts taken in it counts."""

from __future__ import annotations

import pytest

from testimony.domain.tables.groups import groups, in_order, parted
from testimony.domain.tables.questions import gender_of, stage_of


def test_an_account_is_of_the_groups_that_it_tells() -> None:
    told = {"act": frozenset({"dogs"})}
    whole = {"gender:f", "stage:child", "region:m142", "violence:yes"}
    assert groups(stage="child", gender="f", region="m142", told=told) == whole
    assert groups(stage="", gender="", region="", told={"act": frozenset({"none"})}) == {"violence:no"}
    assert groups(stage="", gender="", region="", told={}) == frozenset()


@pytest.mark.parametrize(
    ("age", "gender", "found"), [("unk", "f", {"gender:f"}), ("a18to24", "unk", {"stage:adult"}), ("unk", "unk", set())]
)
def test_one_answer_is_enough_for_its_group(age: str, gender: str, found: set[str]) -> None:
    assert groups(stage=stage_of(age), gender=gender_of(gender), region="", told={}) == found


def test_groups_of_one_kind_stand_together() -> None:
    codes = ["violence:no", "region:m142", "gender:m", "stage:child", "gender:f"]
    assert in_order(codes) == ["gender:f", "gender:m", "stage:child", "region:m142", "violence:no"]
    assert parted("region:m142") == ("region", "m142")
