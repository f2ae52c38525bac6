"""Translations: sentences of every script, what can be read, and which stands when desks did not know of each other."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.errors import TranslationUnreadable
from testimony.domain.testimony.translation import (
    LONGEST,
    MOST_SENTENCES,
    MOST_SHOWN,
    Machine,
    Sentence,
    Translation,
    current,
    spans,
    without_machine,
)

DAY = date(2026, 1, 20)


def made(number: int = 1, **changes: Any) -> Translation:
    said: dict[str, Any] = {
        "id": f"{number:032x}",
        "of": "a" * 64,
        "original": "said-1",
        "lang": "en",
        "method": "person",
        "translator": "Amina",
        "sentences": (Sentence(start=0, end=4, text="Hello."), Sentence(start=5, end=9, text="")),
        "complete": False,
        "day": DAY,
    }
    return Translation(**(said | changes))


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("They came. “Go back!” We had 3.5 litres.", ["They came.", "“Go back!”", "We had 3.5 litres."]),
        ("It ended\n\nThen nothing", ["It ended", "Then nothing"]),
        ("جاءوا ليلاً. هل تفهم؟ نعم۔ لا", ["جاءوا ليلاً.", "هل تفهم؟", "نعم۔", "لا"]),
        ("ሰላም።ደህና ነህ፧ አዎ", ["ሰላም።", "ደህና ነህ፧", "አዎ"]),
        ("তারা এল। আমরা পালালাম।", ["তারা এল।", "আমরা পালালাম।"]),
        ("  one line\r\nanother  ", ["one line", "another"]),
        ("", []),
        ("  \n ", []),
    ],
)  # fmt: skip
def test_sentences_end_where_their_script_ends_them(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in spans(text)] == sentences


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_no_sign_that_can_be_seen_is_left_out_of_the_sentences(text: str) -> None:
    found = spans(text)
    assert "".join("".join(text[start:end].split()) for start, end in found) == "".join(text.split())
    assert all(start < end for start, end in found)
    assert sorted(found) == found


def test_it_is_read_as_it_was_written() -> None:
    assert Translation.parse(made().to_value()) == made()
    assert Translation.parse(made().to_value() | {"more": 7}) == made()


MACHINE = Machine(engine="ctranslate2 4", model="b" * 64, model_name="Example", drafted={1: "Bye."})


def test_what_a_machine_drafted_is_kept_beside_what_a_person_signed_and_does_not_leave() -> None:
    value = made(machines=(MACHINE,)).to_value()
    assert Translation.parse(value) == made(machines=(MACHINE,))
    assert value["machines"] == [{"engine": "ctranslate2 4", "model": "b" * 64, "model_name": "Example"}]
    assert [one.get("drafted") for one in value["sentences"]] == [None, "Bye."]
    both = made(machines=(MACHINE, replace(MACHINE, model="c" * 64, drafted={0: "Hi."})))
    assert Translation.parse(both.to_value()) == both
    assert [one["machine"] for one in both.to_value()["sentences"]] == [1, 0]
    assert [one.keys() for one in without_machine(value)["sentences"]] == [{"start", "end", "text"}] * 2
    assert "Bye." not in str(without_machine(value))
    assert without_machine(made().to_value()) == made().to_value()
    for odd in ({"sentences": 7}, {"sentences": [7]}, {}):
        assert without_machine(odd) == odd


@pytest.mark.parametrize(
    "bad",
    [{"machines": 7}, {"machines": None}, {"machines": []}, {"machines": [7]}, {"machines": [{}]},
     {"machines": [MACHINE.to_value()] * 2}, {"machines": [{**MACHINE.to_value(), "engine": ""}]},
     {"machines": [{**MACHINE.to_value(), "model_name": "x" * 101}]},
     {"machines": [{**MACHINE.to_value(), "model": "b"}]},
     *({"sentences": [{"start": 0, "end": 4, "text": "a", **drafted}]} for drafted in (
         {"drafted": 7, "machine": 0}, {"drafted": "x" * 400_001, "machine": 0}, {"drafted": "x"}, {"machine": 0},
         {"drafted": "x", "machine": 1}, {"drafted": "x", "machine": -1}, {"drafted": "x", "machine": False}))],
)  # fmt: skip
def test_a_machine_that_nobody_could_name_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(TranslationUnreadable):
        Translation.parse(made(machines=(MACHINE,)).to_value() | bad)


@pytest.mark.parametrize(
    "bad",
    [{"id": "x"}, {"of": "a"}, {"original": ""}, {"original": "a/b"}, {"lang": "english language"}, {"lang": None},
     {"method": "guess"}, {"translator": None}, {"translator": "x" * 101}, {"complete": 1}, {"day": "2026-13-01"},
     {"day": None}, {"after": "x"}, {"after": [7]}, {"sentences": {}}, {"sentences": [7]},
     {"sentences": [{"start": 0, "end": 0, "text": ""}]}, {"sentences": [{"start": -1, "end": 2, "text": ""}]},
     {"sentences": [{"start": True, "end": 2, "text": ""}]}, {"sentences": [{"start": 0, "end": 2}]},
     {"sentences": [{"start": 0, "end": 2, "text": "x" * 400_001}]},
     {"sentences": [{"start": 3, "end": 5, "text": ""}, {"start": 0, "end": 2, "text": ""}]},
     {"sentences": [{"start": 0, "end": 5, "text": ""}, {"start": 4, "end": 9, "text": ""}]},
     {"sentences": [{"start": n, "end": n + 1, "text": ""} for n in range(5001)]}],
    ids=lambda bad: str(bad)[:40],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(TranslationUnreadable):
        Translation.parse(made().to_value() | bad)


def test_a_later_one_stands_and_both_where_desks_did_not_know_of_each_other() -> None:
    first, second = made(1), made(2, after=frozenset({made(1).id}))
    apart, french = made(3, after=frozenset({made(1).id})), made(4, lang="fr")
    assert current([second, first]) == [second]
    assert current([first, apart, french, second]) == [second, apart, french]


def test_nothing_said_of_another_statement_or_language_replaces_it() -> None:
    first = made(1)
    assert first in current([first, made(2, lang="fr", after=frozenset({first.id}))])
    assert first in current([first, made(2, original="said-2", after=frozenset({first.id}))])
    assert current([made(1, after=frozenset({made(1).id}))]) != []


def test_a_piece_of_the_original_finds_what_was_said_of_it() -> None:
    """Also when a later version of this program ends sentences elsewhere."""
    one = made(sentences=(Sentence(start=0, end=4, text="Hello."), Sentence(start=5, end=9, text="Sit down.")))
    assert (one.beside((0, 4)), one.beside((5, 9)), one.beside((0, 9))) == ("Hello.", "Sit down.", "Hello. Sit down.")
    assert one.beside((20, 30)) == ""
    assert one.along([(0, 4), (5, 7), (7, 9), (20, 30)]) == ["Hello.", "Sit down.", "Sit down.", ""]
    assert one.text == "Hello.\nSit down."


def test_of_a_text_without_end_the_last_sentence_is_all_that_is_left() -> None:
    text = "So. " * 66_000
    found = spans(text)
    assert (len(found), found[0], found[-1][1]) == (MOST_SENTENCES, (0, 3), len(text.rstrip()))


def test_a_sentence_that_goes_over_everything_is_not_shown_without_end() -> None:
    said = Sentence(start=0, end=2**40, text="x" * LONGEST)
    one = made(sentences=(said,))
    assert sum(map(len, one.along([(at, at + 1) for at in range(5000)]))) == MOST_SHOWN
