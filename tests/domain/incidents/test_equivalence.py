"""Persons and incidents are never more than there can be, whatever was linked and whatever was only alike."""

from __future__ import annotations

import itertools
import random

from testimony.domain.incidents.equivalence import classes

MAN, WOMAN, VAGUE = ("a18to24", "m"), ("a18to24", "f"), ("missing", "missing")


def number(alike: dict[str, tuple[str, ...]], linked: dict[str, set[str]]) -> int:
    return len(set(classes(alike, linked).values()))


def test_equal_ones_are_one_and_others_are_not() -> None:
    assert number({"a": MAN, "b": MAN, "c": WOMAN}, {}) == 2


def test_a_lawyers_word_joins_the_unlike_and_parts_the_alike() -> None:
    assert number({"a": MAN, "b": WOMAN}, {"a": {"1"}, "b": {"1"}}) == 1
    assert number({"a": MAN, "b": MAN}, {"a": {"1"}, "b": {"2"}}) == 2


def test_of_whom_nobody_spoke_may_be_any_of_the_alike() -> None:
    assert number({"a": MAN, "b": MAN, "c": MAN, "d": WOMAN}, {"a": {"1"}, "b": {"2"}, "d": {"3"}}) == 2


def test_what_has_several_ids_makes_them_one() -> None:
    assert number({"a": MAN, "b": WOMAN, "c": VAGUE}, {"a": {"1"}, "b": {"2"}, "c": {"1", "2"}}) == 1


def test_what_says_too_little_is_one_class_and_joins_nothing_that_is_linked() -> None:
    alike = {"a": VAGUE, "b": VAGUE, "c": VAGUE, "d": VAGUE}
    assert len(set(classes(alike, {"a": {"1"}, "b": {"2"}}, apart={VAGUE}).values())) == 3


def test_a_name_says_nothing_of_what_it_stands_for_and_is_the_same_in_any_order() -> None:
    alike = {str(one): (MAN, WOMAN)[one % 2] for one in range(8)}
    turned = dict(reversed(alike.items()))
    assert classes(alike, {}) == classes(turned, {})
    assert not any("m" in name.removeprefix("like:") for name in classes(alike, {}).values())


def test_in_every_group_there_are_no_more_classes_than_persons() -> None:
    """Random truths: each person is alike in all accounts, and a lawyer who speaks knows who told it."""
    for seed in range(200):
        chance = random.Random(seed)
        likeness = {person: chance.choice([MAN, WOMAN]) for person in range(5)}
        truth = {str(each): chance.randrange(5) for each in range(9)}
        linked = {tid: {f"{person:032x}"} for tid, person in truth.items() if chance.random() < 0.6}
        found = classes({tid: likeness[person] for tid, person in truth.items()}, linked)
        for size in (2, 3, 9):
            for group in itertools.combinations(truth, size):
                assert len({found[tid] for tid in group}) <= len({truth[tid] for tid in group})
