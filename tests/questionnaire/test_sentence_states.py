"""How far each sentence was checked: never more than its file says, and never longer than the sentence stands."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.questionnaire.codebook import read_json
from testimony.questionnaire.consent_scripts import LANGUAGES, Script
from testimony.questionnaire.sentence_states import SOURCE, State, lowest, parse, shipped, state_of, texts
from testimony.questionnaire.spoken_questions import SpokenQuestions
from testimony.questionnaire.withdrawal_text import PageWords

SENTENCES = {"told.who": "We are {organisation}.", "told.why": "We collect what happened."}
every_language = pytest.mark.parametrize("lang", LANGUAGES)


def file(**sentences: Any) -> dict[str, Any]:
    return {"lang": "ps", "rest": "draft", "sentences": {key.replace("_", "."): one for key, one in sentences.items()}}


def said(state: str, text: str) -> dict[str, str]:
    return {"state": state, "sha256": sha256_hex(text.encode())}


def test_a_sentence_has_the_state_that_its_file_says_and_no_other() -> None:
    found = parse(file(told_who=said("back_translated", SENTENCES["told.who"])), SENTENCES)
    assert found == {"told.who": State.BACK_TRANSLATED, "told.why": State.DRAFT}


def test_a_changed_sentence_is_a_machine_draft_again() -> None:
    found = parse(file(told_who=said("heard", "We were {organisation}.")), SENTENCES)
    assert found["told.who"] is State.DRAFT


@pytest.mark.parametrize("state", ["good", "DRAFT", "", None, 3])
def test_a_state_that_nobody_knows_is_refused(state: Any) -> None:
    with pytest.raises(ValueError, match="unknown state"):
        state_of(state)
    with pytest.raises(ValueError, match="unknown state"):
        parse(file(told_who={"state": state, "sha256": "0" * 64}), SENTENCES)
    with pytest.raises(ValueError, match="unknown state"):
        parse(file() | {"rest": state}, SENTENCES)


def test_a_sentence_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no such sentence"):
        parse(file(told_nobody=said("checked", "…")), SENTENCES)


def test_only_the_last_two_may_be_read_and_only_the_last_played() -> None:
    assert [state.code for state in State if state.may_be_read] == ["checked", "heard"]
    assert [state.code for state in State if state.may_be_played] == ["heard"]
    assert [state.code for state in State] == ["draft", "agreed", "back_translated", "checked", "heard"]


def test_several_sentences_are_as_good_as_the_least_of_them() -> None:
    assert lowest([State.HEARD, State.AGREED, State.CHECKED]) is State.AGREED
    assert lowest([]) is State.DRAFT


@every_language
def test_every_sentence_of_a_language_has_a_state_of_its_file_alone(lang: str) -> None:
    raw = read_json(f"sentence_states/{lang}.json")
    assert raw["lang"] == lang
    assert shipped(lang).keys() == texts(lang).keys() == texts(SOURCE).keys()
    most = {raw["rest"], *(one["state"] for one in raw["sentences"].values())}
    assert {state.code for state in shipped(lang).values()} <= most
    stale = [key for key, one in raw["sentences"].items() if sha256_hex(texts(lang)[key].encode()) != one["sha256"]]
    assert not stale, "these sentences changed since: what their state says is of other words"


@every_language
def test_the_marks_of_a_whole_file_say_what_its_sentences_say(lang: str) -> None:
    """A file is a draft as long as one of its sentences may not be read aloud."""
    states = shipped(lang)
    of = {
        "script": ("safety", "told", "ask", "teach_back", "readers", "gives", "words"),
        "questions": ("question", "option"),
        "page": ("page",),
    }
    drafts = {
        name: not lowest(state for key, state in states.items() if key.partition(".")[0] in groups).may_be_read
        for name, groups in of.items()
    }
    assert drafts == {
        "script": Script.load(lang).draft,
        "questions": SpokenQuestions.load(lang).draft,
        "page": PageWords.load(lang).draft,
    }
