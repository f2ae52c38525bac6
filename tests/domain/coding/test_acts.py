"""What lawyers say about codes: the same whatever came first, two desks that differ, nothing finer than the floor."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import Signed, Stands, acts_of, content_of, fold
from testimony.domain.coding.assessment import CARE, Assessed, Assessment, Reliability, assessed, is_corroboration
from testimony.domain.coding.coded_account import floor_codes, generalise, is_at_floor, made_of, reached_by
from testimony.domain.coding.corrections import UNKNOWN, Correction, Recoding, effective, is_answer, recoded
from testimony.domain.coding.findings import Degree, Findings, Found
from testimony.domain.coding.findings import found as findings_found
from testimony.domain.coding.passages import Marking, Passage, marked
from testimony.domain.errors import EventUnreadable
from testimony.questionnaire.form import Form
from tests.support.domain.coded_account import CODEBOOK, random_incident, require_floor
from tests.support.each_time import each_time

DAY = date(2026, 1, 20)
FORM = Form.load().value
LEAVING = [name for name in FORM["fields"] if CODEBOOK.fields[name].coded]
INCIDENT = [name for name, one in FORM["fields"].items() if one["compartment"] == "incident"]


class Desk:
    """A lawyer at a desk that has seen `said`."""

    numbers = itertools.count(1)

    def __init__(self, who: str, *said: Signed[Correction]) -> None:
        self.who = who
        self.said = list(said)

    def correct(self, field: str, answer: Any, *, role: str = "lawyer") -> Signed[Correction]:
        after = fold(self.said).seen([field])
        act = Correction(
            id=f"{next(self.numbers):032x}", field=field, answer=answer, reason="clerical", day=DAY, after=after
        )
        signed = Signed(act=act, signer=self.who, role=role)
        self.said.append(signed)
        return signed

    def stands(self) -> Stands[Correction]:
        return fold(self.said)


def meet(*desks: Desk) -> Stands[Correction]:
    """The desks exchange all that was said."""
    everything = list({one.act.id: one for desk in desks for one in desk.said}.values())
    for desk in desks:
        desk.said = list(everything)
    return fold(everything)


ORIGINAL = {"g_size": {"value": 17}, "i_date": {"value": "2022-02-09"}, "i_date_prec": {"value": "day"}}
TWENTY, THIRTY = {"value": 20}, {"value": 30}


def test_a_correction_stands_and_the_original_is_still_there() -> None:
    anna = Desk("anna")
    anna.correct("g_size", TWENTY)
    assert effective(ORIGINAL, anna.stands(), "g_size") == (TWENTY, False)
    assert effective(ORIGINAL, anna.stands(), "i_date") == ({"value": "2022-02-09"}, False)
    assert ORIGINAL["g_size"] == {"value": 17}


def test_a_later_correction_takes_it_back_and_all_are_kept() -> None:
    anna = Desk("anna")
    anna.correct("g_size", TWENTY)
    anna.correct("g_size", None)
    assert effective(ORIGINAL, anna.stands(), "g_size") == ({"value": 17}, False)
    assert len(anna.stands().about("g_size")) == 2


def test_the_list_has_what_was_seen_before_what_had_seen_it() -> None:
    """On one day numbers alone would mix it up, and a wrong clock would too."""
    anna = Desk("anna")
    for age in range(9):
        one = anna.correct("g_size", {"value": age})
        anna.said[-1] = replace(one, act=replace(one.act, id=f"{99 - age:032x}", day=DAY - timedelta(days=age)))
    assert [one.act.answer for one in anna.stands().about("g_size")] == [{"value": age} for age in range(9)]


def test_two_desks_that_differ_are_both_shown_and_neither_wins_until_one_speaks_for_both() -> None:
    anna, boris = Desk("anna"), Desk("boris")
    anna.correct("g_size", TWENTY)
    boris.correct("g_size", THIRTY)
    found = meet(anna, boris)
    assert {one.signer for one in found.latest("g_size")} == {"anna", "boris"}
    assert effective(ORIGINAL, found, "g_size") == (UNKNOWN, True)
    boris.correct("g_size", TWENTY)
    assert effective(ORIGINAL, meet(anna, boris), "g_size") == (TWENTY, False)


def test_two_desks_that_say_the_same_do_not_differ() -> None:
    anna, boris = Desk("anna"), Desk("boris")
    anna.correct("g_size", TWENTY)
    boris.correct("g_size", TWENTY)
    assert effective(ORIGINAL, meet(anna, boris), "g_size") == (TWENTY, False)


def test_one_who_takes_back_and_one_who_corrects_differ_too() -> None:
    anna = Desk("anna")
    anna.correct("g_size", TWENTY)
    boris = Desk("boris", *anna.said)
    anna.correct("g_size", None)
    boris.correct("g_size", THIRTY)
    assert effective(ORIGINAL, meet(anna, boris), "g_size") == (UNKNOWN, True)


def test_desks_that_differ_finer_than_the_floor_do_not_differ_for_coordinators() -> None:
    anna, boris = Desk("anna"), Desk("boris")
    anna.correct("i_date", {"value": "2022-03-01"})
    boris.correct("i_date", {"value": "2022-03-30"})
    found = meet(anna, boris)
    assert effective(ORIGINAL, found, "i_date") == (UNKNOWN, True)
    assert recoded(ORIGINAL, found, FORM) == {"i_date": {"value": "2022-03"}}


def test_another_precision_makes_another_coded_date() -> None:
    anna = Desk("anna")
    anna.correct("i_date_prec", {"value": "year"})
    assert recoded(ORIGINAL, anna.stands(), FORM) == {
        "i_date": {"value": "2022"},
        "i_date_prec": {"value": "year"},
    }
    boris = Desk("boris")
    boris.correct("i_date_prec", {"missing": "ref"})
    boris.correct("i_date_prec", {"value": "month"})
    assert recoded(ORIGINAL, meet(anna, boris), FORM) == {"i_date": UNKNOWN, "i_date_prec": UNKNOWN}


@pytest.mark.parametrize("role", ["coordinator", "interviewer", "recovery", ""])
def test_what_no_lawyer_signed_counts_for_nothing(role: str) -> None:
    anna = Desk("anna")
    anna.correct("g_size", TWENTY, role=role)
    assert effective(ORIGINAL, anna.stands(), "g_size") == ({"value": 17}, False)
    assert list(anna.stands().ignored) == ["role"]


def test_two_acts_of_one_number_count_for_nothing() -> None:
    anna = Desk("anna")
    one = anna.correct("g_size", TWENTY)
    other = replace(one, act=replace(one.act, answer=THIRTY))
    found = fold([one, other, one])
    assert effective(ORIGINAL, found, "g_size") == ({"value": 17}, False)
    assert len(found.ignored["twice"]) == 2


def test_acts_that_claim_to_have_seen_each_other_both_stand() -> None:
    anna = Desk("anna")
    one, two = anna.correct("g_size", TWENTY), anna.correct("g_size", THIRTY)
    ring = replace(one, act=replace(one.act, after=frozenset({two.act.id})))
    found = fold([ring, two])
    assert len(found.latest("g_size")) == 2
    assert effective(ORIGINAL, found, "g_size") == (UNKNOWN, True)


def test_days_alone_decide_nothing() -> None:
    """A desk whose clock is wrong by a year loses and wins nothing: what it had seen counts."""
    anna = Desk("anna")
    anna.correct("g_size", TWENTY)
    late = anna.correct("g_size", THIRTY)
    early = replace(late, act=replace(late.act, day=DAY - timedelta(days=365)))
    assert effective(ORIGINAL, fold([anna.said[0], early]), "g_size") == (THIRTY, False)


ANSWERS = st.sampled_from([TWENTY, THIRTY, None, {"missing": "unk"}, {"missing": "ref"}, {"value": 17}])
DATES = st.sampled_from([{"value": "2022-03-01"}, {"value": "2022"}, None, {"missing": "nask"}])
PRECISIONS = st.sampled_from([{"value": "year"}, {"value": "day"}, {"value": "quarter"}, None])
SAID = st.one_of(
    st.tuples(st.just("g_size"), ANSWERS),
    st.tuples(st.just("i_date"), DATES),
    st.tuples(st.just("i_date_prec"), PRECISIONS),
)


@given(st.lists(st.tuples(st.integers(0, 2), SAID, st.booleans()), max_size=14), st.randoms())
def test_desks_come_to_the_same_in_whatever_order_it_came(
    steps: list[tuple[int, tuple[str, Any], bool]], shuffle: random.Random
) -> None:
    """Nobody's word is lost: what counts was said last by everybody who spoke last, else it is unknown."""
    desks = [Desk("anna"), Desk("boris"), Desk("chloe")]
    for who, (field, answer), exchanged in steps:
        desks[who].correct(field, answer)
        if exchanged:
            meet(desks[who], desks[(who + 1) % 3])
    found = meet(*desks)
    said = list(desks[0].said)
    shuffle.shuffle(said)
    again = fold(said + said[:3])
    assert again == found
    assert recoded(ORIGINAL, again, FORM) == recoded(ORIGINAL, found, FORM)
    for field in found.codes:
        answer, differs = effective(ORIGINAL, found, field)
        told = [ORIGINAL[field] if one.act.answer is None else one.act.answer for one in found.latest(field)]
        assert told
        assert differs is any(one != told[0] for one in told)
        assert answer == (UNKNOWN if differs else told[0])
    assert all(is_at_floor(name, answer, FORM) for name, answer in recoded(ORIGINAL, found, FORM).items())


@pytest.mark.parametrize("accounts", each_time([100, 400], 100))
def test_every_field_of_the_form_reaches_coordinators_at_its_floor_and_no_finer(accounts: int) -> None:
    """Whatever a lawyer writes into whichever field: what the coded account becomes is at the codebook's floor."""
    chance = random.Random(11)
    seen: set[str] = set()
    for _ in range(accounts):
        original, corrected = random_incident(chance), random_incident(chance)
        desk = Desk("anna")
        for field in INCIDENT:
            if corrected.get(field):
                desk.correct(field, corrected[field])
        for name, answer in recoded(original, desk.stands(), FORM).items():
            if answer:
                require_floor(name, dict(answer))
                seen.add(name)
            assert is_at_floor(name, answer, FORM)
    assert seen == set(LEAVING)


@pytest.mark.parametrize("name", INCIDENT)
def test_a_value_finer_than_the_floor_is_known_as_such(name: str) -> None:
    """For each field: every code of the incident's list that the floor does not have, numbers, days, rows and words."""
    field = FORM["fields"][name]
    words: list[Any] = ["his name is Omar", ["his name"], "", "unk", ["ref"]]
    numbers: list[Any] = [7, 0, True, None, 1.5, [], [[]], {}, [{"from": "SVN", "to": "HRV"}]]
    finer: list[Any] = [*words, *numbers, "2022-02-09", "2022-02-09T10:00", "2022-02..2022-05"]
    allowed = floor_codes(name, FORM) if name in LEAVING else []
    own = FORM["lists"].get(field.get("list") or "", {"options": []})["options"]
    finer += [one["code"] for one in own if allowed is not None and one["code"] not in allowed]
    finer += [[one["code"]] for one in own if allowed is not None and one["code"] not in allowed]
    for value in finer:
        assert not is_at_floor(name, {"value": value}, FORM), value
    assert not is_at_floor(name, {"missing": "he said no"}, FORM)
    assert not is_at_floor(name, {"value": "x", "missing": "unk"}, FORM)
    assert not is_at_floor(name, {"note": "words"}, FORM)
    assert is_at_floor(name, {"missing": "unk"}, FORM) is (name in LEAVING)
    if allowed and field["type"] in ("multi", "multi_code"):
        assert is_at_floor(name, {"value": allowed[:2]}, FORM)
        assert not is_at_floor(name, {"value": allowed[1::-1]}, FORM), "the order of codes could say something"
        assert not is_at_floor(name, {"value": allowed[0]}, FORM)
        assert not is_at_floor(name, {"value": [allowed[0], allowed[0]]}, FORM)
    elif allowed:
        assert all(is_at_floor(name, {"value": code}, FORM) for code in allowed)
        assert not is_at_floor(name, {"value": [allowed[0]]}, FORM)


@pytest.mark.parametrize("incidents", each_time([150, 500], 150))
def test_what_is_made_on_a_phone_is_what_may_be_read(incidents: int) -> None:
    chance = random.Random(12)
    for _ in range(incidents):
        for name, answer in generalise(random_incident(chance), FORM).items():
            told = answer.get("value")
            if isinstance(told, list):  # in whatever order a phone has the families
                answer["value"] = [code for code in floor_codes(name, FORM) or [] if code in told]
            several = FORM["fields"][name]["type"] in ("multi", "multi_code")
            if "missing" in answer or isinstance(told, list) is several:  # a wrong phone may seal one code as several
                assert is_at_floor(name, answer, FORM), (name, answer)


def test_of_which_fields_each_coded_field_is_made() -> None:
    assert (made_of("i_date", FORM), made_of("g_size", FORM)) == (["i_date", "i_date_prec"], ["g_size", "g_about"])
    assert (set(reached_by("i_date_prec", FORM)), reached_by("x_groups", FORM)) == ({"i_date", "i_date_prec"}, [])


@pytest.mark.parametrize(
    ("field", "answer", "sound"),
    [
        ("g_size", {"value": 34}, True), ("g_size", {"value": -1}, False), ("g_size", {"value": True}, False),
        ("g_size", {"value": "34"}, False), ("i_date", {"value": "2022-02-09"}, True),
        ("i_date", {"value": "2022-02-30"}, False), ("i_date", {"value": "2022-04..2022-06"}, True),
        ("i_date", {"value": "in spring"}, False), ("w_gender", {"value": "m"}, True),
        ("w_gender", {"value": "a man called Omar"}, False), ("w_gender", {"value": ["m"]}, False),
        ("w_gender", {"value": "unk"}, False), ("w_gender", {"missing": "ref"}, True),
        ("v_acts", {"value": ["beat"]}, True), ("v_acts", {"value": "beat"}, False),
        ("v_acts", {"value": ["beat", "beat"]}, False), ("v_acts", {"value": ["none", "beat"]}, False),
        ("i_chain", {"missing": "unk"}, True), ("i_chain", {"value": ["x"]}, False),
        ("w_gender", {"missing": "he would not say"}, False), ("w_gender", {}, False),
        ("w_gender", {"value": "m", "note": "words"}, False),
        ("w_lang", {"missing": "unk"}, False), ("nowhere", {"missing": "unk"}, False),
    ],
)  # fmt: skip
def test_a_correction_is_an_answer_that_the_form_has(field: str, answer: dict[str, Any], sound: bool) -> None:
    assert is_answer(field, answer, FORM) is sound


def marking(number: int, *passages: Passage, after: tuple[int, ...] = ()) -> Signed[Marking]:
    act = Marking(
        id=f"{number:032x}", of="a" * 64, field="v_acts", passages=passages, day=DAY,
        after=frozenset(f"{one:032x}" for one in after),
    )  # fmt: skip
    return Signed(act=act, signer="anna", role="lawyer")


def test_passages_stand_in_place_of_those_before_and_two_desks_lose_none() -> None:
    one, two = Passage(statement="s1", start=0, end=5), Passage(statement="s1", start=7, end=9)
    assert marked(fold([marking(1, one), marking(2, two, after=(1,))]), "v_acts") == [two]
    assert marked(fold([marking(1, one), marking(2, two)]), "v_acts") == [one, two]
    assert marked(fold([marking(1, one), marking(2, after=(1,))]), "v_acts") == []
    assert (one.meets("s1", (4, 8)), one.meets("s1", (5, 8)), one.meets("s2", (0, 9))) == (True, False, False)


def assessing(number: int, reliability: Reliability, *found: str, after: tuple[int, ...] = ()) -> Signed[Assessment]:
    act = Assessment(
        id=f"{number:032x}", reliability=reliability, corroboration=found, day=DAY,
        after=frozenset(f"{one:032x}" for one in after),
    )  # fmt: skip
    return Signed(act=act, signer="anna", role="lawyer")


def test_of_two_assessments_the_more_careful_stands_and_what_both_found() -> None:
    consistent = assessing(1, Reliability.CONSISTENT, "document", "picture")
    partly = assessing(2, Reliability.PARTLY, "picture", "open_source")
    found = assessed(fold([consistent, partly]))
    assert (found.reliability, found.corroboration, found.differs) == (Reliability.PARTLY, ("picture",), True)
    later = assessing(3, Reliability.CONSISTENT, "document", after=(1, 2))
    found = assessed(fold([later, consistent, partly]))
    assert (found.reliability, found.corroboration, found.differs) == (Reliability.CONSISTENT, ("document",), False)
    assert assessed(fold([])) == Assessed()


def test_nothing_that_both_found_is_none_and_nobody_who_looked_is_nothing() -> None:
    document, picture = assessing(1, Reliability.PARTLY, "document"), assessing(2, Reliability.PARTLY, "picture")
    assert assessed(fold([document, picture])).corroboration == ("none",)
    assert assessed(fold([document, assessing(3, Reliability.PARTLY)])).corroboration == ()
    assert assessed(fold([document, assessing(3, Reliability.PARTLY, "none")])).corroboration == ("none",)
    assert [*CARE][-1] is Reliability.INCONSISTENT


@given(st.lists(st.tuples(st.sampled_from([*Reliability]), st.sets(st.sampled_from(["document", "medical"])),
                          st.sets(st.integers(1, 9))), max_size=9), st.randoms())  # fmt: skip
def test_assessments_come_to_the_same_in_whatever_order(steps: list[Any], shuffle: random.Random) -> None:
    said = [
        assessing(number, one, *sorted(found), after=tuple(each for each in after if each < number))
        for number, (one, found, after) in enumerate(steps, 1)
    ]
    stands = assessed(fold(said))
    shuffle.shuffle(said)
    assert assessed(fold(said)) == stands


def test_of_two_degrees_the_lower_stands_and_a_mistake_is_taken_back() -> None:
    def entering(number: int, degree: Degree | None, *after: int) -> Signed[Findings]:
        seen = frozenset(f"{one:032x}" for one in after)
        act = Findings(id=f"{number:032x}", degree=degree, day=DAY, after=seen)
        return Signed(act=act, signer="anna", role="lawyer")

    one, other = entering(1, Degree.TYPICAL), entering(2, Degree.CONSISTENT)
    both = findings_found(fold([one, other]))
    assert (both.degree, both.differs, len(both.by)) == (Degree.CONSISTENT, True, 2)
    later = findings_found(fold([entering(3, None, 1, 2), one, other]))
    assert (later.degree, later.differs) == (None, False)
    assert findings_found(fold([])) == Found()


HEAD: dict[str, Any] = {"id": "0" * 32, "day": "2026-01-20", "after": []}
SOUND: dict[str, tuple[Callable[[Any], Any], dict[str, Any]]] = {
    "correction": (Correction.parse, {**HEAD, "field": "g_size", "answer": {"value": 20}, "reason": "clerical"}),
    "recoding": (Recoding.parse, {**HEAD, "answers": {"g_size": {"value": "s6to10"}, "v_acts": {}}}),
    "passages": (
        Marking.parse,
        {**HEAD, "of": "a" * 64, "field": "g_size", "passages": [{"statement": "s1", "start": 0, "end": 3}]},
    ),
    "assessment": (Assessment.parse, {**HEAD, "reliability": "consistent", "corroboration": ["document"]}),
    "findings": (Findings.parse, {**HEAD, "degree": "highly_consistent"}),
}


@pytest.mark.parametrize("kind", SOUND)
def test_what_was_said_is_read_as_it_was_written(kind: str) -> None:
    parse, value = SOUND[kind]
    (act,) = acts_of(content_of(kind, value), kind, parse)
    assert act.to_value() == value
    with pytest.raises(EventUnreadable):
        acts_of(content_of("other", value), kind, parse)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        *((kind, change) for kind in SOUND for change in (
            {"id": "0"}, {"id": 7}, {"day": "2026-02-30"}, {"day": 7}, {"after": None}, {"after": ["x"]},
            {"after": [None]})),
        ("correction", {"field": "W"}), ("correction", {"answer": {}}), ("correction", {"answer": "x"}),
        ("correction", {"answer": {"value": "x" * 41}}), ("correction", {"answer": {"value": [1]}}),
        ("correction", {"answer": {"value": []}}), ("correction", {"answer": {"missing": "said nothing"}}),
        ("correction", {"answer": {"value": 1, "note": "words"}}), ("correction", {"reason": "he lied"}),
        ("correction", {"reason": ["clerical"]}), ("correction", {"answer": {"value": 1.5}}),
        ("recoding", {"answers": {}}), ("recoding", {"answers": []}), ("recoding", {"answers": {"A b": {}}}),
        ("recoding", {"answers": {"g_size": None}}), ("recoding", {"answers": {f"f{n}": {} for n in range(201)}}),
        ("passages", {"of": "x"}), ("passages", {"passages": [{"statement": "s1", "start": 3, "end": 3}]}),
        ("passages", {"passages": [{"statement": "a b", "start": 0, "end": 3}]}), ("passages", {"passages": None}),
        ("passages", {"passages": [{"statement": "s1", "start": True, "end": 3}]}), ("passages", {"passages": [7]}),
        ("passages", {"passages": [{"statement": "s1", "start": -1, "end": 3}]}),
        ("findings", {"degree": "proven"}), ("findings", {"degree": ["typical"]}),
        ("assessment", {"reliability": "sure"}), ("assessment", {"corroboration": ["rumour"]}),
        ("assessment", {"corroboration": ["picture", "document"]}), ("assessment", {"corroboration": None}),
        ("assessment", {"corroboration": ["none", "document"]}), ("assessment", {"corroboration": [["x"]]}),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(kind: str, change: dict[str, Any]) -> None:
    parse, value = SOUND[kind]
    with pytest.raises(EventUnreadable):
        acts_of(content_of(kind, {**value, **change}), kind, parse)


@pytest.mark.parametrize("content", [None, [], {}, {"kind": "correction"}, {"kind": "correction", "events": []},
                                     {"kind": "correction", "events": [7]}, {"kind": "correction", "events": {}},
                                     {"kind": "correction", "events": [{}] * 65}])  # fmt: skip
def test_no_list_of_acts_is_refused(content: object) -> None:
    with pytest.raises(EventUnreadable):
        acts_of(content, "correction", Correction.parse)


def test_the_fixed_lists_hold_no_word_of_anybody() -> None:
    assert all(one.isascii() and one.isidentifier() for one in corrections.REASONS)
    assert is_corroboration(["none"])
    assert is_corroboration([])
