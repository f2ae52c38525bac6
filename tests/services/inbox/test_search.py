"""The search of a desk: every word asked for, in statements, translations, names and codes, and nothing forgotten."""

from __future__ import annotations

import pytest

from testimony.services.inbox import search
from testimony.services.inbox.search import AROUND, Hit, Text, WordIndex

ONE, TWO, THREE = "1a" * 16, "2b" * 16, "3c" * 16
FAR = "x" * AROUND


def text(words: str, lang: str = "en") -> Text:
    return Text.from_text(lang, words)


@pytest.fixture
def index() -> WordIndex:
    made = WordIndex()
    acts = [("v_acts", "beat"), ("v_acts", "dogs"), ("w_vuln", "preg")]
    made.hold(
        ONE, "m1", [text("The heron by the river"), text("Der Reiher am Fluss", "de")], acts, [text("Sam", "und")]
    )
    made.hold(TWO, "m2", [text("A river of stones")], [("v_acts", "beat")])
    made.hold(THREE, "m3", [text("The hut")])
    return made


def found(index: WordIndex, query: str, **more: int) -> list[str]:
    return [hit.tid for hit in index.search(query, **more)]


@pytest.mark.parametrize(
    ("query", "tids"),
    [
        ("river", [ONE, TWO]),
        ("RIVER", [ONE, TWO]),
        ("river heron", [ONE]),
        ("river fluss", [ONE]),
        ("river stones heron", []),
        ('"the river"', [ONE]),
        ('"river the"', []),
        ("sam", [ONE]),
        ("sam stones", []),
        ("", []),
        ('" "', []),
    ],
)
def test_every_word_of_the_question_stands_somewhere_in_the_testimony(
    index: WordIndex, query: str, tids: list[str]
) -> None:
    assert found(index, query) == tids
    assert index.saying(query, lang="en") == (frozenset(tids) if query.strip(' "') else None)


def test_no_more_are_found_than_were_asked_for(index: WordIndex) -> None:
    assert found(index, "river", most=1) == [ONE]
    assert found(index, "river", most=0) == []


def test_a_hit_shows_the_first_text_with_the_first_word_and_what_stands_round_it(index: WordIndex) -> None:
    assert index.search("fluss river") == [Hit(tid=ONE, lang="de", before="Der Reiher am ", found="Fluss", after="")]
    assert index.search("fluss")[0].dir == "ltr"
    index.hold(TWO, "m2", [text(f"{FAR}y heron y{FAR}")])
    (_, hit) = index.search("heron")
    assert (hit.before, hit.found, hit.after) == (f"{FAR}y "[-AROUND:], "heron", f" y{FAR}"[:AROUND])


def test_the_list_also_finds_codes_numbers_and_what_else_is_said_of_a_testimony(index: WordIndex) -> None:
    assert index.saying("pregnant", lang="en") == frozenset({ONE})
    assert index.saying("pregnant river", lang="en") == frozenset({ONE})
    assert index.saying("pregnant stones", lang="en") == frozenset()
    assert index.saying("2b2b", lang="en") == frozenset({TWO})
    assert index.saying("b2b2", lang="en") == frozenset()
    more = {THREE: [text("kingfisher")], TWO: [text("kingfisher")]}
    assert index.saying("kingfisher", lang="en", more=more) == frozenset({TWO, THREE})
    assert index.saying("kingfisher hut", lang="en", more=more) == frozenset({THREE})
    assert index.saying("kingfisher", lang="en") == frozenset()


def test_codes_and_acts_are_those_that_were_read(index: WordIndex) -> None:
    assert set(index.codes()) == {ONE, TWO}
    assert index.acts(ONE) == {"beat", "dogs"}
    assert index.acts(THREE) == frozenset()
    index.hold(ONE, "m1", [text("The hut")])
    assert index.acts(ONE) == {"beat", "dogs"}, "where codes are not known again they stay"
    index.hold(ONE, "m1", [text("The hut")], [])
    assert index.acts(ONE) == frozenset()


def test_statements_and_manifests_are_those_that_are_held(index: WordIndex) -> None:
    assert index.manifests() == {ONE: "m1", TWO: "m2", THREE: "m3"}
    assert {tid: [one.text for one in texts] for tid, texts in index.statements().items()} == {
        ONE: ["The heron by the river", "Der Reiher am Fluss"],
        TWO: ["A river of stones"],
        THREE: ["The hut"],
    }


def test_of_what_is_forgotten_nothing_is_found(index: WordIndex) -> None:
    index.forget([ONE, "0" * 32])
    assert found(index, "river") == [TWO]
    assert [index.saying(one, lang="en") for one in ("sam", "pregnant")] == [frozenset()] * 2
    assert (set(index.codes()), set(index.manifests()), set(index.statements())) == ({TWO}, {TWO, THREE}, {TWO, THREE})
    index.hold(ONE, "m1", [text("The hut")])
    assert found(index, "sam") == []
    assert index.acts(ONE) == frozenset()


@pytest.mark.parametrize(
    ("identity", "names"),
    [
        (None, []),
        ({}, []),
        ({"answers": "Sam"}, []),
        ({"answers": {"w_name": "Sam", "w_alias": {"value": 7}}}, []),
        ({"answers": {"w_name": {"value": " "}, "w_alias": {"value": "Heron"}}}, ["Heron"]),
        ({"answers": {"w_name": {"value": "Sam"}, "w_contact": {"value": "Street"}}}, ["Sam"]),
        ({"answers": {"w_alias": {"value": "Heron"}, "w_name": {"value": "Sam"}}}, ["Sam", "Heron"]),
    ],
)
def test_names_are_read_whatever_a_phone_sealed(identity: dict[str, object] | None, names: list[str]) -> None:
    assert [(one.text, one.lang) for one in search.names_in(identity)] == [(name, "und") for name in names]
