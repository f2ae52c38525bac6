"""How far a sentence was checked at a station: the program's word, raised by a wording, or an erratum's own."""

from __future__ import annotations

from typing import Any

from testimony.questionnaire.sentence_states import State, texts
from testimony.sealing.roster.wording import Clip, Mended
from testimony.services.wordings import states
from testimony.services.wordings.wordings import InForce


def in_force(**changes: Any) -> InForce:
    said: dict[str, Any] = {"name": "a" * 64, "checked": None, "clips": {}, "raised": {}, "errata": {}}
    return InForce(**{**said, **changes})


def erratum(key: str, state: str) -> dict[str, Mended]:
    return {key: Mended(key=key, old="0" * 64, words="Words", state=state)}


def test_names_of_places_and_recipients_have_no_state() -> None:
    keys = ("told.who", "help.tent", "how.tent", "for.P05-clinic", "life.P01", "gives.P05-clinic", "ask.P05-clinic")
    assert states.states(keys, "ps", None).keys() == {"told.who", "gives.P05-clinic", "ask.P05-clinic"}


def test_a_wording_raises_a_sentence_and_lowers_none() -> None:
    found = states.states(("told.who", "told.why"), "ps", in_force(raised={"told.who": State.HEARD}))
    assert found == {"told.who": State.HEARD, "told.why": State.DRAFT}
    assert states.states(("told.who",), "en", in_force(raised={"told.who": State.DRAFT})) == {"told.who": State.CHECKED}


def test_a_mended_sentence_has_the_state_of_its_erratum_whatever_the_old_one_had() -> None:
    found = states.states(("told.who",), "en", in_force(errata=erratum("told.who", "agreed")))
    assert found == {"told.who": State.AGREED}


def test_what_is_mended_at_the_desk_is_not_what_was_checked_before() -> None:
    held = in_force(raised=dict.fromkeys(("told.who", "told.why"), State.CHECKED))
    found = states.states(("told.who", "told.why"), "ps", held, erratum("told.who", "draft"))
    assert found == {"told.who": State.DRAFT, "told.why": State.CHECKED}


def test_a_script_is_as_good_as_its_least_sentence_and_counts_each_state() -> None:
    held = in_force(raised={"told.who": State.HEARD})
    assert states.of_script(("told.who",), "ps", held) is State.HEARD
    assert states.of_script(("told.who", "told.why"), "ps", held) is State.DRAFT
    assert states.counted(states.states(("told.who", "told.why"), "ps", held)) == {State.DRAFT: 1, State.HEARD: 1}


def test_spoken_questions_are_as_good_as_the_least_of_them() -> None:
    assert (states.of_questions("ps", None), states.of_questions("en", None)) == (State.DRAFT, State.CHECKED)
    names = [key for key in texts("ps") if key.partition(".")[0] in ("question", "option")]
    errata = {key: one for name in names for key, one in erratum(name, "checked").items()}
    assert states.of_questions("ps", in_force(errata=errata)) is State.CHECKED


def test_the_page_of_withdrawal_is_as_good_as_the_least_that_it_says_besides_its_mark() -> None:
    uses = ("gives.P06", "gives.P07")
    assert [states.of_withdrawal_page(uses, lang, None) for lang in ("ps", "en")] == [State.DRAFT, State.CHECKED]
    said = [key for key in texts("ps") if key.startswith(("page.", "gives.", "words.withdraw_"))]
    said.remove("page.draft")
    errata = {key: one for name in said for key, one in erratum(name, "checked").items()}
    answers = erratum("words.yes", "heard") | erratum("words.no", "heard")
    assert states.of_withdrawal_page(uses, "ps", in_force(errata=errata)) is State.DRAFT
    assert states.of_withdrawal_page(uses, "ps", in_force(errata=errata | answers)) is State.CHECKED
    raised = dict.fromkeys((*said, "words.yes", "words.no", "gives.P06"), State.HEARD)
    assert states.of_withdrawal_page(uses, "ps", in_force(raised=raised)) is State.DRAFT
    assert states.of_withdrawal_page(uses, "ps", in_force(raised=raised | {"gives.P07": State.HEARD})) is State.HEARD


def test_only_what_witnesses_understood_is_played_to_one() -> None:
    clip = Clip(sha256="a" * 64, size=3, ms=1000, type="audio/webm")
    said = in_force(raised={"told.who": State.HEARD, "told.why": State.CHECKED}, clips=dict.fromkeys(texts("ps"), clip))
    assert states.played(("told.who", "told.why", "told.risks"), "ps", said) == {"told.who": clip}
    assert states.played(("told.who",), "ps", None) == {}


def test_a_question_is_as_good_as_the_least_of_its_sentence_and_its_answers() -> None:
    held = erratum("question.g_child", "checked") | erratum("option.g_child.yes", "heard")
    assert states.by_question("ps", in_force(errata=held))["g_child"] is State.DRAFT  # of its no
    whole = held | erratum("option.g_child.no", "heard")
    found = states.by_question("ps", in_force(errata=whole))
    assert (found["g_child"], found["g_woman"]) == (State.CHECKED, State.DRAFT)
