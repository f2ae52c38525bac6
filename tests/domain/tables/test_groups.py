"""The groups of people of which a file says how large a part of the accounts taken in it counts."""

from __future__ import annotations

from testimony.domain.tables.groups import groups, in_order, parted


def test_an_account_is_of_the_groups_that_it_tells() -> None:
    told = {"act": frozenset({"dogs"})}
    assert groups(who="child-f", region="m142", told=told) == {"gender:f", "stage:child", "region:m142", "violence:yes"}
    assert groups(who="", region="", told={"act": frozenset({"none"})}) == {"violence:no"}
    assert groups(who="", region="", told={}) == frozenset()


def test_groups_of_one_kind_stand_together() -> None:
    codes = ["violence:no", "region:m142", "gender:m", "stage:child", "gender:f"]
    assert in_order(codes) == ["gender:f", "gender:m", "stage:child", "region:m142", "violence:no"]
    assert parted("region:m142") == ("region", "m142")
