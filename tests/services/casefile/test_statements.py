"""Statements of a case file: paragraphs with numbers, translations beside their originals, and who vouches for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from testimony.domain.testimony.redaction import BAR, Burner
from testimony.services.casefile import statements
from testimony.services.casefile.language import Speech
from testimony.services.casefile.people import People
from testimony.services.casefile.redacted_text import Account, Passage

NOBODY = Burner()
SPEECH = Speech("en", [], People(roles={"lawyer-1": "lawyer"}, names={"lawyer-1": "Robin Example"}))
ORIGINAL = Passage(
    id="said-0",
    lang="fr",
    dir="ltr",
    sentences=(("Un.",), ("Deux.",), ("Trois.",)),
    breaks=frozenset({2}),
)
BESIDE = Passage(
    id="translation-1",
    lang="en",
    dir="ltr",
    sentences=(("One.",), ("",), (BAR, " three.")),
    method="person",
    translator="Sam Example",
    signer="lawyer-1",
    day="2026-12-03",
    record="ab" * 32,
)


def blocks(account: Account, burner: Burner = NOBODY) -> list[dict[str, Any]]:
    return statements.blocks([account], burner, SPEECH)


def words(parts: list[dict[str, Any]]) -> list[list[str | None]]:
    return [one["words"] for one in parts]


def certificate(one: Passage, burner: Burner = NOBODY) -> list[str]:
    (_, facts) = blocks(Account(original=ORIGINAL, beside=(one,)), burner)
    ((label, values),) = ((row["label"]["words"], row["values"]) for row in facts["rows"])
    assert label == ["Translator’s certificate"]
    return ["".join("█" if word is None else word for word in value["words"]) for value in values]


@pytest.mark.parametrize(
    ("breaks", "paragraphs"),
    [
        ({2}, [["Un.", " ", "Deux."], ["Trois."]]),
        ({0, 2}, [["Un.", " ", "Deux."], ["Trois."]]),
        ({1, 2}, [["Un."], ["Deux."], ["Trois."]]),
        ({0}, [["Un."], ["Deux."], ["Trois."]]),
        (set(), [["Un."], ["Deux."], ["Trois."]]),
    ],
)
def test_paragraphs_have_numbers_and_a_text_in_one_piece_has_one_for_each_sentence(
    breaks: set[int], paragraphs: list[list[str]]
) -> None:
    passage = replace(ORIGINAL, breaks=frozenset(breaks))
    assert words(statements.numbered(passage)) == paragraphs
    assert all(one["whole"] and one["lang"] == "fr" for one in statements.numbered(passage))


def test_without_numbers_a_text_in_one_piece_stays_so() -> None:
    passage = replace(ORIGINAL, breaks=frozenset())
    assert words(statements.paragraphs(passage)) == [["Un.", " ", "Deux.", " ", "Trois."]]
    assert words(statements.paragraphs(ORIGINAL)) == [["Un.", " ", "Deux."], ["Trois."]]


def test_an_original_alone_is_told_with_its_language() -> None:
    (note, said) = blocks(Account(original=ORIGINAL))
    assert (note["kind"], note["words"]["words"]) == ("note", ["As it was said, in French"])
    assert (said["kind"], said["id"]) == ("words", "said-0")
    assert words(said["words"]) == [["Un.", " ", "Deux."], ["Trois."]]


def test_a_translation_stands_beside_its_original_sentence_by_sentence() -> None:
    (beside, _) = blocks(Account(original=ORIGINAL, beside=(BESIDE,)))
    assert (beside["kind"], beside["id"], beside["starts"]) == ("beside", "said-0", [True, False, True])
    assert words(beside["heads"]) == [["As it was said, in French"], ["Translation into English"]]
    assert [words(row) for row in beside["rows"]] == [
        [["Un."], ["One."]],
        [["Deux."], ["not translated yet"]],
        [["Trois."], [BAR, " three."]],
    ]


def test_who_translated_says_how_when_and_whether_it_is_all() -> None:
    assert certificate(BESIDE) == [
        "From French into English",
        "Translator: Sam Example",
        "by a person who reads both languages",
        "With the help of a machine: no",
        "This translation is not finished.",
        "Signed by Robin Example, lawyer on 3 December 2026",
        f"Signed record of the translation (SHA-256): {'ab' * 32}",
    ]


def test_a_translation_is_whole_where_its_writer_says_so_and_no_sentence_is_empty() -> None:
    whole = replace(BESIDE, sentences=(("One.",), ("Two.",), ("Three.",)))
    assert certificate(whole)[4] == "Complete: every sentence of the original is translated."
    assert certificate(replace(whole, complete=False))[4] == "This translation is not finished."


def test_a_machine_is_told_and_a_translator_without_a_name_is_who_signed() -> None:
    found = certificate(replace(BESIDE, method="machine_checked", translator=""))
    assert found[1] == "Translator: Robin Example, lawyer"
    assert found[3] == "With the help of a machine: yes"
    assert certificate(replace(BESIDE, method="by hand"))[2:4] == ["by hand", "With the help of a machine: no"]
    assert certificate(BESIDE, Burner(words=("Example",)))[1] == "Translator: Sam █"


@pytest.mark.parametrize(("breaks", "kept"), [({2}, True), ({1, 2}, False)])
def test_a_translation_of_the_interview_has_the_numbers_of_its_original_where_it_keeps_the_paragraphs(
    breaks: set[int], kept: bool
) -> None:
    apart = replace(ORIGINAL, id="said-1", lang="en", breaks=frozenset(breaks))
    (*_, note, said) = blocks(Account(original=ORIGINAL, apart=(apart,)))
    (told,) = note["words"]["words"]
    assert "Translation from the interview into English" in told
    assert ("numbers of their own" in told) is not kept
    assert said.get("like") == ("said-0" if kept else None)


def test_translations_that_were_left_out_are_counted() -> None:
    found = blocks(Account(original=ORIGINAL, left_out=2))
    assert found[-1]["words"]["words"][0].endswith("were blacked out: 2")
    assert len(blocks(Account(original=ORIGINAL))) == len(found) - 1
