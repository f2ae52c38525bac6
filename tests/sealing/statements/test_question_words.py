"""A lawyer's own words open with one phone's key, for one question. The browser opens the same vector
(tests/js/sealing/question_words.test.mjs)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen, StructureWrong
from testimony.sealing.keys.receiving_key import receiving_key
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import questions
from testimony.sealing.statements.question_words import LONGEST, Words, open_words, seal_words

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "question-words.json").read_text("utf-8"))
TID, ID, BIND = VECTORS["tid"], VECTORS["id"], bytes.fromhex(VECTORS["bind"])
KEY = receiving_key(bytes.fromhex(VECTORS["device_seed"]))
SIGNED = VECTORS["signed"]


def test_the_vector_opens_with_the_key_of_its_phone() -> None:
    assert KEY.recipient.text == VECTORS["receives"]
    asked = questions.parse_question(SignedRecord(SIGNED["record"].encode(), tuple(SIGNED["sigs"])))
    assert (asked.tid, asked.id, asked.code) == (TID, ID, questions.WORDS)
    assert open_words(asked.sealed, tid=TID, id=ID, key=KEY) == Words(text=VECTORS["text"], bind=BIND)


def test_every_question_has_the_same_size_whatever_it_says() -> None:
    texts = ["?", "ä" * LONGEST, "\U0001f30a" * LONGEST, '"' * LONGEST]
    sealed = [seal_words(Words(text=text, bind=BIND), tid=TID, id=ID, recipient=KEY.recipient) for text in texts]
    assert {len(one) for one in sealed} == {7414}
    assert [open_words(one, tid=TID, id=ID, key=KEY).text for one in sealed] == texts


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1)])
def test_no_words_and_too_many_are_not_sealed(text: str) -> None:
    with pytest.raises(StructureWrong):
        seal_words(Words(text=text, bind=BIND), tid=TID, id=ID, recipient=KEY.recipient)


@pytest.mark.parametrize(("tid", "id"), [("3" * 32, ID), (TID, "3" * 32)])
def test_the_words_of_one_question_are_refused_in_another(tid: str, id: str) -> None:
    sealed = seal_words(Words(text="?", bind=BIND), tid=TID, id=ID, recipient=KEY.recipient)
    with pytest.raises(CannotOpen) as refused:
        open_words(sealed, tid=tid, id=id, key=KEY)
    assert refused.value.reason == "altered"


def test_another_phone_opens_nothing() -> None:
    sealed = seal_words(Words(text="?", bind=BIND), tid=TID, id=ID, recipient=KEY.recipient)
    with pytest.raises(CannotOpen) as refused:
        open_words(sealed, tid=TID, id=ID, key=OpeningKey.generate())
    assert refused.value.reason == "not_for_you"


@pytest.mark.parametrize("at", [0, 3000, 3300, 7412])
def test_one_changed_digit_is_noticed(at: int) -> None:
    sealed = seal_words(Words(text="?", bind=BIND), tid=TID, id=ID, recipient=KEY.recipient)
    changed = sealed[:at] + ("0" if sealed[at] != "0" else "1") + sealed[at + 1 :]
    with pytest.raises(CannotOpen):
        open_words(changed, tid=TID, id=ID, key=KEY)
