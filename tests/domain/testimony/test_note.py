"""Notes: the same whatever the order, each its writer's own, and every word kept."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest

from testimony.domain.errors import NoteUnreadable
from testimony.domain.testimony import note
from testimony.domain.testimony.note import Act, Moment, Note, Passage, Saying

A, B, C, D = ("a" * 32, "b" * 32, "c" * 32, "d" * 32)


def saying(id: str, text: str = "Ask again about the river.", **changes: Any) -> Saying:
    known: dict[str, Any] = {
        "id": id, "note": A, "of": "0" * 64, "act": Act.WRITE if text else Act.STRIKE, "text": text, "lang": "en",
        "place": None, "day": date(2026, 1, 20), "after": frozenset(),
    }  # fmt: skip
    return Saying(**known | changes)


def fold(*signed: tuple[str, Saying]) -> list[Note]:
    return note.fold(signed)[0]


def texts(one: Note) -> list[str]:
    return [each.text for each in one.texts]


@pytest.mark.parametrize("place", [None, Moment(medium=1, ms=0), Passage(statement="s1", start=3, end=9)])
def test_what_is_written_comes_back(place: note.Place) -> None:
    said = saying(A, "ب\u202eশব্দ", place=place, after=frozenset({B}), lang="ar")
    assert Saying.parse(said.to_value()) == said


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "GUESS"}, {"text": ""}, {"text": " \n"}, {"text": 7}, {"text": "a" * 8_001}, {"act": "STRIKE"},
        {"id": "x"}, {"note": None}, {"of": "0"}, {"lang": "x y"}, {"day": "20/1"}, {"after": "all"}, {"after": [7]},
        {"place": 7}, {"place": {}}, {"place": {"medium": 0, "ms": 1}}, {"place": {"medium": True, "ms": 1}},
        {"place": {"medium": 1, "ms": -1}}, {"place": {"medium": 1, "ms": 86_400_001}}, {"place": {"medium": 1}},
        {"place": {"statement": "s1", "start": 3, "end": 3}}, {"place": {"statement": "s/1", "start": 0, "end": 3}},
    ],
)  # fmt: skip
def test_what_is_no_note_is_unreadable(changes: dict[str, Any]) -> None:
    with pytest.raises(NoteUnreadable):
        Saying.parse(saying(A).to_value() | changes)


def test_later_words_stand_for_earlier_ones_and_both_are_kept() -> None:
    (one,) = fold(("amal", saying(A, "first")), ("amal", saying(B, "second", after=frozenset({A}))))
    assert (texts(one), [each.text for each in one.before], one.struck) == (["second"], ["first"], False)


def test_two_desks_of_one_writer_are_both_shown_until_one_speaks_for_both() -> None:
    first = [("amal", saying(A, "first"))]
    two = [*first, ("amal", saying(B, "b", after=frozenset({A}))), ("amal", saying(C, "c", after=frozenset({A})))]
    assert texts(fold(*two)[0]) == ["b", "c"]
    assert texts(fold(*two, ("amal", saying(D, "d", after=frozenset({A, B, C}))))[0]) == ["d"]


def test_nobody_elses_word_changes_or_strikes_a_note() -> None:
    own = ("amal", saying(A, "mine"))
    other = ("bela", saying(B, "theirs", after=frozenset({A})))
    strike = ("bela", saying(C, "", after=frozenset({A})))
    found = {one.writer: one for one in fold(own, other, strike)}
    assert (texts(found["amal"]), found["amal"].struck) == (["mine"], False)
    assert (texts(found["bela"]), found["bela"].struck) == (["theirs"], True)


def test_what_was_struck_stays_to_be_read_and_can_be_written_anew() -> None:
    said = [("amal", saying(A, "first")), ("amal", saying(B, "", after=frozenset({A})))]
    (one,) = fold(*said)
    assert (one.struck, texts(one)) == (True, ["first"])
    (one,) = fold(*said, ("amal", saying(C, "anew", after=frozenset({A, B}))))
    assert (one.struck, texts(one)) == (False, ["anew"])


def test_a_strike_and_other_words_apart_from_each_other_both_stand() -> None:
    said = [("amal", saying(A, "first")), ("amal", saying(B, "", after=frozenset({A})))]
    (one,) = fold(*said, ("amal", saying(C, "anew", after=frozenset({A}))))
    assert (one.struck, texts(one)) == (True, ["anew"])


def test_two_sayings_of_one_number_count_for_nothing_whoever_signed_them() -> None:
    assert note.fold([("amal", saying(A, "one")), ("amal", saying(A, "two"))]) == ([], 2)
    assert note.fold([("amal", saying(A, "one")), ("bela", saying(A, "one"))]) == ([], 2)
    assert len(fold(("amal", saying(A)), ("amal", saying(A)))) == 1, "the same one twice is one"


def test_the_order_of_arrival_changes_nothing() -> None:
    ids = [f"{number:032x}" for number in range(1, 9)]
    dice = random.Random("notes")
    for _ in range(300):
        said = []
        for number, id in enumerate(ids):
            after = frozenset(dice.sample(ids, dice.randrange(number + 1)))  # rings too
            writer, thread = dice.choice(("amal", "bela")), dice.choice(ids[:2])
            said.append((writer, saying(id, dice.choice(("", "x", "y")), note=thread, after=after)))
        once = note.fold(said)
        dice.shuffle(said)
        assert note.fold(said) == once
        assert {one.id for each in once[0] for one in each.said} <= set(ids)


def test_notes_stand_in_the_order_of_their_places() -> None:
    places = [Moment(medium=1, ms=9000), None, Moment(medium=1, ms=100), Passage(statement="s1", start=0, end=4)]
    said = [("amal", saying(f"{n:032x}", note=f"{n:032x}", place=place)) for n, place in enumerate(places, 1)]
    assert [one.place for one in fold(*said)] == [places[1], places[3], places[2], places[0]]
