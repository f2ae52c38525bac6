"""Expressions of an XLSForm become trees of `expressions.py`, and everything else is refused with a sentence."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from testimony.questionnaire.expressions import Scope, compiled, evaluate, reading
from testimony.questionnaire.xlsform.nodes import NotUnderstood
from testimony.questionnaire.xlsform.semantics import Asked, Meaning
from testimony.questionnaire.xlsform.syntax import parse, parse_value

QUIET = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
CODES = frozenset({"x", "y", "1"})
ASKED = {
    "a": Asked("int"),
    "b": Asked("int"),
    "s": Asked("select", CODES),
    "m": Asked("multi", CODES),
    "d": Asked("date"),
    "t": Asked("text"),
    "r": Asked("repeat"),
}
VALUES = {"a": [0, 3, 7], "b": [0, 3, 7], "s": ["x", "y"], "m": [["x"], ["x", "1"]], "d": ["2026-01-05"], "t": ["hi"]}


def truth(text: str) -> Any:
    return Meaning(ASKED).truth(parse(text))


def denial(text: str) -> Any:
    return Meaning(ASKED).denial(parse(text, itself="a"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("${a} > 3", ["gt", ["of", "a"], 3]),
        ("3 < ${a}", ["gt", ["of", "a"], 3]),
        ("${a}+${b} <= 5", ["le", ["sum", "a", "b"], 5]),
        ("${s} = 'x'", ["has", "s", "x"]),
        ("${s} = 1", ["has", "s", "1"]),
        ("${s} != “x”", ["not", ["has", "s", "x"]]),
        ("selected(${m}, 'x')", ["has", "m", "x"]),
        ("selected(${s}, 'x')", ["has", "s", "x"]),
        ("not(selected(${m}, 'x'))", ["not", ["has", "m", "x"]]),
        ("count-selected(${m}) >= 2", ["ge", ["count", "m"], 2]),
        ("count(${r}) > 1", ["gt", ["count", "r"], 1]),
        ("${d} <= today()", ["le", ["of", "d"], ["today"]]),
        ("${d} > date('2020-01-01')", ["gt", ["of", "d"], "2020-01-01"]),
        ("${t} = ''", ["not", ["answered", "t"]]),
        ("${s} != ''", ["answered", "s"]),
        ("${s} = ${t}", ["eq", ["of", "s"], ["of", "t"]]),
        ("sum(${a}) > 1", ["gt", ["of", "a"], 1]),
        ("true()", True),
        (
            "${a} = 1 and (${b} = 2 or ${s} = 'y')",
            ["and", ["eq", ["of", "a"], 1], ["or", ["eq", ["of", "b"], 2], ["has", "s", "y"]]],
        ),
        ("1 = 1 or 1 = 1 and 1 = 2", ["or", ["eq", 1, 1], ["and", ["eq", 1, 1], ["eq", 1, 2]]]),
    ],
)
def test_what_xlsforms_write_becomes_a_tree(text: str, tree: Any) -> None:
    assert truth(text) == tree
    compiled(tree)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("pulldata('a', 'b', 'c') = 1", "pulldata() is not supported"),
        ("indexed-repeat(${a}, ${r}, 1) = 1", "indexed-repeat() is not supported"),
        ("regex(${t}, '(a+)+')", "repeats what is already repeated"),
        ("regex(${t}, ${t})", "a pattern in quotation marks"),
        ("once(random()) > 1", "random() is not supported"),
        ("sum(${t}) > 1", "adds up numbers"),
        ("round(${a}, ${b}) > 1", "only a number from 0 to 6"),
        ("floor() > 1", "wrong number of arguments"),
        ("${m} + 1 > 2", "only numbers and dates"),
        ("concat(${m}) = 'x'", "several answers at once are no text"),
        ("not(1 = 1) + 1 > 2", "is compared with something"),
        ("../a = 1", "the dot means"),
        (". > 1", "the dot means the field itself"),
        ("${a}", "a condition is needed"),
        ("${missing} = 1", "no question that stands before this one"),
        ("${last-saved#a} = 1", "of the last saved form (last-saved) are not supported"),
        ("selected(${ last-saved#m }, 'x')", "of the last saved form (last-saved) are not supported"),
        ("${a} = 'x'", "different kinds"),
        ("${s} > 3", "is a choice"),
        ("${s} = 'z'", "no code of the list"),
        ("${m} = 'x'", "can hold several codes"),
        ("selected(${a}, 'x')", "is no choice"),
        ("selected(${m}, 1)", "quotation marks"),
        ("selected('x', 'x')", "asks about a field"),
        ("count-selected(${s}) > 1", "cannot be counted"),
        ("${r} = 1", "is a repeat"),
        ("${t} > 'x'", "= and != only"),
        ("${t} = 'é'", "Latin letters"),
        ("${a} = 1234567890123", "more than 12 digits"),
        ("${a} = 1 = 1", "not expected"),
        ("(${a} = 1", "is missing"),
        ("${a} = 1)", "not expected"),
        ("${a} =", "ends too early"),
        ("a and b", "is not understood"),
        ("${a} = 1 & 2", "is not understood"),
        ("'", "is not understood"),
        ("  ", "empty"),
        ("(" * 50 + "1=1" + ")" * 50, "too many brackets"),
        ("1=1 or " * 400 + "1=1", "too long"),
    ],
)
def test_everything_else_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        truth(text)
    assert words in str(refused.value)


KNOWN = {"a": {"value": 7}, "b": {"value": 2}, "s": {"value": "x"}, "m": {"value": ["x", "y"]}, "t": {"value": "hi 12"}}
KNOWN |= {"d": {"value": "2026-01-05"}, "r": {"value": [{"n": 2}, {"n": 3}, {}]}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${a} + 1", 8),
        ("${a} - ${b} * 2", 3),
        ("-(${a}) + -1", -8),
        ("${a} div ${b}", 3.5),
        ("${a} mod ${b}", 1),
        ("-7 mod 2", -1),
        ("${a} div 0", None),
        ("1.50 * 2", 3),
        ("floor(${a} div 2) + ceiling(3.2) + int(-2.7)", 5),
        ("round(2.5)", 3),
        ("round(-2.5)", -2),
        ("round(10 div 3, 2)", 3.33),
        ("min(${a}, ${b}, 9)", 2),
        ("max(${a}, ${nothing})", 7),
        ("sum(${n})", 5),
        ("count(${r})", 3),
        ("count-selected(${m})", 2),
        ("if(${a} > 3, 'many', 'few')", "many"),
        ("if(selected(${m}, '1') or ${a} = 1, 1, 0)", 0),
        ("coalesce(${nothing}, ${b})", 2),
        ("concat(${t}, '-', ${a}, '/', 1 div 3, ${nothing})", "hi 12-7/0.333333"),
        ("string-length(${t})", 5),
        ("string-length(string(${a}))", 1),
        ("substr(${t}, 3)", "12"),
        ("substr(${t}, 0, 2)", "hi"),
        ("number(substr(${t}, 3, 5)) + 1", 13),
        ("decimal-date-time(${d})", 20458),
        ("int((today() - ${d}) div 365.25)", 0),
        ("date(today() - 1)", "2026-02-27"),
        ("${total} + 1", 10),
    ],
)
def test_a_calculation_has_the_value_that_odk_gives_it(text: str, value: Any) -> None:
    asked = ASKED | {"nothing": Asked("int"), "total": Asked("int", tree=["plus", ["of", "a"], ["of", "b"]])}
    asked |= {"r": Asked("repeat", pieces=frozenset({"n"}))}
    tree, _ = Meaning(asked).value(parse_value(text))
    assert reading(tree)(Scope(KNOWN, (), "2026-02-28")) == value


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("regex(${t}, '^hi [0-9]{2}$')", True),
        ("regex(${t}, '[0-9]{2}')", False),
        ("contains(${t}, 'i 1') and starts-with(${t}, 'hi')", True),
        ("selected(${m}, ${s})", True),
        ("${a} = '7' and ${a} != '8'", True),
        ("${d} >= today() - 60", True),
        ("${d} > today() + 1", False),
        ("decimal-date-time(${d}) < 20459", True),
        ("if(${b} = 2, ${a} > 5, ${a} > 9)", True),
        ("TRUE()", True),
        ("-1 < ${b}", True),
    ],
)
def test_a_condition_is_true_where_it_is_at_odk(text: str, holds: bool) -> None:
    assert evaluate(truth(text), KNOWN, (), "2026-02-28") is holds
    assert evaluate(denial(text), KNOWN, (), "2026-02-28") is not holds


def test_a_pattern_says_nothing_of_an_answer_that_is_missing() -> None:
    assert evaluate(denial("regex(${t}, '[0-9]+')"), {"t": {"missing": "ref"}}) is False
    assert evaluate(denial("regex(${t}, '[0-9]+')"), {"t": {"value": "x"}}) is True


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(st.sampled_from(values).map(lambda value: {"value": value}), st.just({"missing": "unk"}))
        for name, values in VALUES.items()
    },
)
LITERALS = st.sampled_from(
    ["${a} > 3", "${a} = ${b}", "${a} != 3", "${s} = 'x'", "${m} != ''", "selected(${m}, '1')", "${d} < '2026-02'"]
)
EXPRESSIONS = st.recursive(
    LITERALS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: "({} {} {})".format(*parts)),
        inner.map(lambda part: f"not({part})"),
    ),
    max_leaves=6,
)


@QUIET
@given(EXPRESSIONS, ANSWERS)
def test_where_everything_is_answered_a_denial_is_the_opposite(text: str, answers: Any) -> None:
    node, meaning = parse(text), Meaning(ASKED)
    whole = {name: {"value": values[0]} for name, values in VALUES.items()} | {
        name: answer for name, answer in answers.items() if "value" in answer
    }
    assert evaluate(meaning.denial(node), whole) is not evaluate(meaning.truth(node), whole)


@pytest.mark.parametrize(
    "text", [". <= ${b}", ". = ${b}", "not(. > ${b})", ". >= 1 and . <= ${b}", ". != 3 and . < ${b}"]
)
def test_what_is_not_known_makes_no_answer_impossible(text: str) -> None:
    assert evaluate(denial(text), {"a": {"value": 5}, "b": {"missing": "unk"}}) is False
    assert evaluate(denial(text), {"b": {"value": 5}}) is False
    assert any(evaluate(denial(text), {"a": {"value": one}, "b": {"value": two}}) for one in (3, 9) for two in (3, 4))


def test_a_choice_that_is_not_made_contradicts_nothing() -> None:
    for text in ("${s} = 'x'", "selected(${m}, 'x')", "not(${s} != 'x')"):
        assert evaluate(denial(text), {"s": {"missing": "ref"}}) is False
        assert evaluate(denial(text), {"s": {"value": "y"}, "m": {"value": ["1"]}}) is True


@QUIET
@given(st.text(alphabet="${}abrst.()=<>!+-'\" 0123and or not selected today,\n\u2019é", max_size=60))
def test_any_text_is_a_tree_or_one_sentence(text: str) -> None:
    with suppress(NotUnderstood):
        compiled(Meaning(ASKED).truth(parse(text, itself="a")))
