"""What is said of a share is true for every pair of counts that its two published numbers may stand for."""

from __future__ import annotations

import pytest

from testimony.domain.tables.shares import OFF, Say, Share, share, share_beside


@pytest.mark.parametrize(
    ("part", "whole", "sentence"),
    [
        (40, 55, "more than half"),
        (55, 55, "four in five or more"),
        (20, 20, "more than half"),
        (30, 50, "between 45 and 75 %"),
        (0, 50, "fewer than one in five"),
        (60, 100, "more than half"),
        (10, 25, "between 20 and 70 %"),
    ],
)
def test_the_published_vectors_hold(part: int, whole: int, sentence: str) -> None:
    assert str(share(part, whole)) == sentence


def test_every_sentence_is_true_for_every_pair_of_counts() -> None:
    said = set()
    for whole in range(20, 205, 5):
        for part in range(0, whole + 10, 5):
            sentence = share(part, whole)
            assert sentence is not None
            said.add(sentence.say)
            for true_whole in range(whole - OFF, whole + OFF + 1):
                for true_part in range(max(0, part - OFF), min(part + OFF, true_whole) + 1):
                    assert sentence.holds(true_part, true_whole), (part, whole, true_part, true_whole)
    assert said == set(Say)


def test_a_small_group_has_no_share() -> None:
    assert share(15, 15) is None
    assert share(0, 15) is None


def test_about_is_said_only_where_the_share_is_known_within_ten_points() -> None:
    assert share(30, 50).about is None  # type: ignore[union-attr]
    for part in range(0, 160, 5):
        assert share(part, 155).about in range(0, 105, 5)  # type: ignore[union-attr]
    assert share(75, 155).about == 50  # type: ignore[union-attr]
    assert share(155, 155).about == 100  # type: ignore[union-attr]


def test_the_sentence_on_two_numbers_beside_each_other_is_true_for_every_pair_behind_them() -> None:
    for part in range(0, 125, 5):
        for other in range(0, 125, 5):
            said = share_beside(part, other)
            assert (said is None) == (part + other < 20)
            for one in range(max(0, part - 4), part + 5) if said else ():
                for two in range(max(0, other - 4), other + 5):
                    assert said is None or said.holds(one, one + two)
    assert str(share_beside(300, 0)) == "four in five or more"
    assert str(share_beside(20, 100)) == "fewer than half"


@pytest.mark.parametrize(
    ("say", "true", "untrue"),
    [
        (Say.MOST, [(80, 100), (100, 100)], [(79, 100), (0, 100)]),
        (Say.MORE, [(51, 100), (100, 100)], [(50, 100), (34, 100), (0, 100)]),
        (Say.FEW, [(19, 100), (0, 100)], [(20, 100), (100, 100)]),
        (Say.FEWER, [(49, 100), (0, 100)], [(50, 100), (100, 100)]),
    ],
)
def test_a_sentence_is_true_from_its_share_on(
    say: Say, true: list[tuple[int, int]], untrue: list[tuple[int, int]]
) -> None:
    assert [part for part, whole in true if not Share(say=say).holds(part, whole)] == []
    assert [part for part, whole in untrue if Share(say=say).holds(part, whole)] == []
