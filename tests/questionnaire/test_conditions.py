"""Skip logic and checks: the shared vectors, and that Python and the browser agree on random expressions."""

import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from testimony.questionnaire import conditions, expressions, operands, patterns
from testimony.questionnaire.form import Form
from tests.support.questionnaire.node_js import call_in_browser

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "relevance.json").read_text())
FORM = Form.load().value


@pytest.mark.parametrize("case", VECTORS["expressions"], ids=lambda case: json.dumps(case["tree"]))
def test_expressions_have_the_truth_that_the_vectors_state(case: dict[str, Any]) -> None:
    truth = expressions.evaluate(case["tree"], VECTORS["answers"], VECTORS["purposes"], VECTORS["today"])
    assert truth is case["value"]


@pytest.mark.parametrize("tree", VECTORS["refused"], ids=json.dumps)
def test_what_is_no_expression_is_refused(tree: object) -> None:
    with pytest.raises(ValueError):
        expressions.evaluate(tree, {})


@pytest.mark.parametrize("case", VECTORS["forms"], ids=lambda case: case["name"])
def test_the_form_asks_needs_stops_and_sorts_as_the_vectors_state(case: dict[str, Any]) -> None:
    given = (case.get("definition", FORM), case["answers"], case["purposes"])
    assert conditions.relevant(*given) == case["relevant"]
    assert conditions.needed(*given) == case["needed"]
    assert conditions.violations(*given, VECTORS["today"]) == case["violations"]
    assert conditions.by_compartment(*given) == case["compartments"]


def test_a_return_in_the_future_and_an_empty_group_are_blocked() -> None:
    answers: dict[str, dict[str, object]] = {
        "i_date": {"value": "2026-11-25"},
        "g_size": {"value": 0},
        "g_men": {"value": -1},
    }
    found = conditions.violations(FORM, answers, ("P01",), "2026-11-24")
    assert [(one["field"], one["check"], one["kind"]) for one in found] == [
        ("i_date", "date_future", "block"),
        ("g_size", "size_zero", "block"),
        ("g_men", "number", "block"),
    ]


def test_a_date_of_today_or_a_year_that_runs_is_not_in_the_future() -> None:
    for date in ("2026-11-24", "2026-11", "2026", "2026-10..2026-12"):
        found = conditions.violations(FORM, {"i_date": {"value": date}}, ("P01",), "2026-11-24")
        assert [one["check"] for one in found if one["kind"] == "block"] == []


MINOR, ADULT = {"value": "a15to17"}, {"value": "a25to34"}
NO, YES = {"value": "no"}, {"value": "yes"}


def number(count: int) -> dict[str, object]:
    return {"value": count}


def legs(*dates: str, **first: str) -> dict[str, dict[str, object]]:
    """A chain of returns from Slovenia, a border for each of `dates`, the first one with what `first` says."""
    states = ("SVN", "HRV", "BIH", "MNE", "ALB")
    rows = [{"from": a, "to": b, "date": date} for a, b, date in zip(states, states[1:], dates, strict=False)]
    rows[0] |= first
    return {"i_ret": {"value": ["handover"]}, "i_chain": {"value": rows}}


CONTRADICTIONS: list[tuple[str, dict[str, dict[str, object]], dict[str, dict[str, object]]]] = [
    ("how_not_asked", {"a_expr": NO, "a_how": {"value": ["words"]}}, {"a_expr": NO, "a_how": {"value": ["afraid"]}}),
    ("child_witness", {"g_child": NO, "w_age": MINOR}, {"g_child": NO, "w_age": ADULT}),
    ("child_witness", {"g_child": NO, "cs_age": {"value": "minor"}}, {"g_child": YES, "cs_age": {"value": "minor"}}),
    ("child_count", {"g_child": NO, "g_boys": number(2)}, {"g_child": NO, "g_boys": number(0)}),
    (
        "child_count",
        {"g_child": YES, "g_boys": number(0), "g_girls": number(0)},
        {"g_child": YES, "g_boys": number(0), "g_girls": number(1)},
    ),
    ("woman_witness", {"g_woman": NO, "w_gender": {"value": "f"}, "w_age": ADULT}, {"g_woman": NO, "w_age": ADULT}),
    ("woman_count", {"g_woman": NO, "g_women": number(1)}, {"g_woman": YES, "g_women": number(1)}),
    ("young_child", {"g_child": NO, "g_young": MINOR}, {"g_child": NO, "g_young": ADULT}),
    ("young_child", {"g_child": YES, "g_young": ADULT}, {"g_child": YES, "g_young": MINOR}),
    ("old_young", {"g_young": ADULT, "g_old": MINOR}, {"g_young": MINOR, "g_old": {"value": "a60plus"}}),
    ("leg_order", legs("2026-03-05", "2026-03-04"), legs("2026-03-05", "2026-03", "2026", "2026-02")),
    ("leg_order", legs("2026-04", "2026-03-31"), legs("2026-03", "2026-03-01")),
    ("leg_future", legs("2026-11-24", "2026-11-25"), legs("2026-11", "2026")),
    ("leg_no_day", legs("2026-02-30"), legs("2024-02-29")),
    ("leg_no_day", legs("2026-01", "2026-06-31"), legs("2026-05-31", "2026-06-30")),
    ("leg_border", legs("2026", segment="HRV-BIH:all"), legs("2026", segment="SVN-HRV:all")),
    (
        "leg_before",
        {"i_date": {"value": "2026-03-05"}, **legs("2026-02")},
        {"i_date": {"value": "2026-03-05"}, **legs("2026-03")},
    ),
    ("boys_more", {"g_size": number(4), "g_boys": number(5)}, {"g_size": number(4), "g_boys": number(4)}),
    ("any_counted", {"d_any": NO, "d_missing": number(1)}, {"d_any": NO, "d_missing": number(0)}),
    (
        "any_counted",
        {"d_any": YES, "d_dead": number(0), "d_missing": number(0)},
        {"d_any": YES, "d_dead": number(0)},
    ),
]


@pytest.mark.parametrize(("check", "odd", "plain"), CONTRADICTIONS, ids=lambda one: one if isinstance(one, str) else "")
def test_answers_that_contradict_each_other_are_asked_about_and_never_blocked(
    check: str, odd: dict[str, dict[str, object]], plain: dict[str, dict[str, object]]
) -> None:
    found = {one["check"]: one["kind"] for one in conditions.violations(FORM, odd, ("P01",), "2026-11-24")}
    assert found.get(check) == "ask"
    assert check not in {one["check"] for one in conditions.violations(FORM, plain, ("P01",), "2026-11-24")}


def test_nothing_beside_something_is_blocked() -> None:
    found = conditions.violations(FORM, {"v_acts": {"value": ["none", "beat"]}}, ("P01",), "2026-11-24")
    assert found == [{"field": "v_acts", "check": "exclusive", "kind": "block"}]


def test_deaths_ask_for_their_cause_and_none_do_not() -> None:
    for dead, missing, asked in [(0, 0, False), (1, 0, True), (0, 2, True)]:
        answers = {"d_dead": {"value": dead}, "d_missing": {"value": missing}}
        assert ("d_cause" in conditions.relevant(FORM, answers, ())) is asked


@pytest.mark.node
def test_python_and_the_browser_agree_on_random_expressions() -> None:
    chance = random.Random(41)
    calls = [
        [random_tree(chance, 4), random_answers(chance), random_purposes(chance), "2026-11-24"] for _ in range(20_000)
    ]
    truths = [expressions.evaluate(*call) for call in calls]
    assert call_in_browser("form/expressions", "evaluate", calls) == truths
    assert 0.2 < sum(truths) / len(truths) < 0.8  # else the expressions say nothing
    assert hang_on_answers(calls[:2_000], chance) > 0.15


def hang_on_answers(calls: list[list[Any]], chance: random.Random) -> float:
    """The share of expressions that some answers make true and others false: the rest says little."""

    def truths(tree: Any, purposes: list[str], today: str) -> set[bool]:
        return {expressions.evaluate(tree, random_answers(chance), purposes, today) for _ in range(12)}

    return sum(len(truths(tree, *rest)) == 2 for tree, _, *rest in calls) / len(calls)


@pytest.mark.node
def test_python_and_the_browser_write_and_round_numbers_alike() -> None:
    chance = random.Random(47)
    trees: list[Any] = [["concat", ["over", chance.randrange(-9999, 9999), 128]] for _ in range(300)]
    trees += [["concat", ["times", ["over", one, 7], ["over", 1, 3]]] for one in range(-50, 50)]
    trees += [["concat", [name, ["over", one, 4]]] for name in operands.ROUNDINGS for one in range(-9, 9)]
    trees += [["concat", ["mod", one, 3], " ", ["mod", ["over", one, 2], -2]] for one in range(-9, 9)]
    trees += [["concat", ["day", ["plus", ["days", "2024-02-28"], one]]] for one in range(-3, 3)]
    trees += [["days", f"2026-{month}-{day}"] for month in ("02", "13", "00") for day in ("28", "29", "00")]
    told = [expressions.reading(tree)(expressions.Scope({})) for tree in trees]
    assert call_in_browser("form/expressions", "operand", [[tree, {}] for tree in trees]) == told
    assert "0.333333" in [expressions.reading(["concat", ["over", 1, 3]])(expressions.Scope({}))]


def test_a_pattern_that_a_form_holds_is_as_it_was_read() -> None:
    for pattern in PATTERNS:
        assert patterns.plain(pattern) == pattern


@pytest.mark.node
def test_python_and_the_browser_agree_on_random_interviews() -> None:
    chance = random.Random(43)
    interviews = [(random_interview(chance), random_purposes(chance)) for _ in range(400)]
    for name in ("relevant", "needed", "by_compartment", "violations"):
        today = ["2026-11-24"] if name == "violations" else []
        told = [getattr(conditions, name)(FORM, *interview, *today) for interview in interviews]
        in_browser = {"by_compartment": "byCompartment"}.get(name, name)
        calls = [[{"shared": 0}, *interview, *today] for interview in interviews]
        assert call_in_browser("form/conditions", in_browser, calls, shared=[FORM]) == told
        if name == "violations":
            found = {each["check"] for each in itertools.chain(*told)}
            checks = {check["id"] for field in FORM["fields"].values() for check in field.get("checks", ())}
            assert len(checks - found) < 17, checks - found  # nearly all of them fail somewhere
            assert {"number", "code", "exclusive", "date", "point", "row"} <= found


FIELDS = ("a", "b", "c", "d")
PIECES = ("from", "to", "next.from", "n")
PATTERNS = ("[0-9]{4}", "[a-z]+", "(?:yes|no)", "[^\n\r\u2028\u2029]*", "[^0-9]{2,3}:?[a-z]*", "\\.")
CODES = ("yes", "no", "unk", "ref", "nask", "none", "2022", "2022-02", "HRV", "HRV-BIH:north", "12", "")


def random_tree(chance: random.Random, depth: int, fields: tuple[str, ...] = FIELDS) -> Any:
    """Some truth, right in form; in the rows of a repeat `fields` are its pieces."""
    kinds = ["answered", "missing", "has", "has", "holds", "stands", "text", "text", "bool"] + ["compare"] * 12
    kinds += ["matches"]
    kind = chance.choice(kinds + ["and", "or", "not"] * 4 * (depth > 0))
    if kind in ("and", "or"):
        return [kind, *(random_tree(chance, depth - 1, fields) for _ in range(chance.choice([0, 1, 2, 2])))]
    if kind == "not":
        return ["not", random_tree(chance, depth - 1, fields)]
    if kind == "has":
        return ["has", chance.choice(fields), *chance.sample(CODES, chance.randrange(8))]
    if kind == "holds":
        return ["holds", chance.choice(fields), random_text(chance, depth, fields)]
    if kind == "matches":
        return ["matches", random_text(chance, depth, fields), chance.choice(PATTERNS)]
    if kind == "stands":
        return ["stands", chance.choice(["P01", "P04", "P06"])]
    if kind in ("compare", "text"):
        names = [*expressions.COMPARISONS] if kind == "compare" else [*expressions.TEXTS]
        first = random_text if kind == "text" else chance.choice([random_text, random_number])
        other = chance.choice([first] * 9 + [random_text, random_number])
        return [chance.choice(names), first(chance, depth, fields), other(chance, depth, fields)]
    return chance.choice([True, False]) if kind == "bool" else [kind, chance.choice(fields)]


def random_text(chance: random.Random, depth: int, fields: tuple[str, ...]) -> Any:
    field, piece = chance.choice(fields), chance.choice(PIECES)
    flat = [
        chance.choice(CODES),
        ["of", field],
        ["of", field],
        ["today"],
        [chance.choice(["first", "last"]), field, piece],
    ]
    if depth > 0 and chance.random() < 0.2:
        return ["slice", random_text(chance, depth - 1, fields), chance.randrange(4), chance.randrange(8)]
    if depth > 0 and chance.random() < 0.2:
        either = [random_text, random_number]
        parts = [chance.choice(either)(chance, depth - 1, fields) for _ in range(chance.randrange(4))]
        return chance.choice([["concat", *parts], ["day", random_number(chance, depth - 1, fields)]])
    return chance.choice(flat)


def random_number(chance: random.Random, depth: int, fields: tuple[str, ...]) -> Any:
    field, piece = chance.choice(fields), chance.choice(PIECES)
    flat = [
        chance.randrange(-1, 5),
        ["of", field],
        ["sum", *chance.sample(fields, chance.randrange(1, 4))],
        ["count", field],
        [chance.choice(["first", "last", "total", "total"]), field, piece],
    ]
    if depth <= 0 or chance.random() < 0.4:
        return chance.choice(flat)

    def text() -> Any:
        return random_text(chance, depth - 1, fields)

    def two() -> list[Any]:
        return [random_number(chance, depth - 1, fields) for _ in range(2)]

    # only the one that is taken is made: all of them would be hundreds for each
    deep: list[Callable[[], Any]] = [
        lambda: [chance.choice(["rows", "pairs"]), field, random_tree(chance, depth - 1, PIECES)],
        lambda: ["length", text()],
        lambda: ["number", text()],
        lambda: [chance.choice([*expressions.SUMS]), *two()],
        lambda: [chance.choice([*operands.ROUNDINGS]), random_number(chance, depth - 1, fields)],
        lambda: ["days", text()],
        lambda: [chance.choice(["min", "max", "coalesce"]), *two()],
        lambda: ["if", random_tree(chance, depth - 1, fields), *two()],
    ]
    return chance.choice(deep)()


def random_answers(chance: random.Random) -> dict[str, Any]:
    """Mostly a number, a text, several codes and rows; sometimes anything in any of them."""
    fit = {
        "a": {"value": chance.choice([0, 1, 2, 3, 7, 10**12, 10**15])},
        "b": {"value": chance.choice(CODES)},
        "c": {"value": chance.sample(CODES, chance.randrange(4))},
        "d": {"value": [random_row(chance) for _ in range(chance.randrange(4))]},
    }
    return {field: fit[field] if chance.random() < 0.7 else random_answer(chance) for field in FIELDS}


def random_answer(chance: random.Random) -> dict[str, Any]:
    return chance.choice(
        [
            {},
            {"value": None},
            {"value": chance.randrange(-2, 9)},
            {"value": chance.choice(CODES)},
            {"value": [random_row(chance) for _ in range(chance.randrange(4))]},
            {"value": True},
            {"missing": chance.choice(["unk", "ref", "nask", "other"])},
            {"value": "yes", "missing": "unk"},
        ]
    )


def random_row(chance: random.Random) -> Any:
    said = [chance.choice(CODES), chance.randrange(9), chance.sample(CODES, 2), None, True, {"a": 1}]
    row = {piece: chance.choice(said) for piece in PIECES if chance.random() < 0.7}
    return chance.choice([row, row, row, "yes", None, [], 3])


def random_purposes(chance: random.Random) -> list[str]:
    return [one for one in ("P01", "P04", "P06") if chance.random() < 0.6]


def random_interview(chance: random.Random) -> dict[str, Any]:
    """Answers to the real form, right and wrong ones."""
    answers = {}
    for name, field in FORM["fields"].items():
        value = chance.choice([random_value(chance, field), random_value(chance, {"type": "any"})])
        answers[name] = chance.choice([{"value": value}] * 4 + [{"missing": "unk"}, {}])
    return answers


CODED = 80
"""So many codes of a list: of six hundred borders two would never be the same."""


def random_value(chance: random.Random, field: dict[str, Any]) -> Any:
    codes = [one["code"] for one in FORM["lists"].get(field.get("list"), {"options": []})["options"]][:CODED] or [
        "words"
    ]
    date = f"{chance.randrange(1999, 2029)}-{chance.randrange(1, 13):02d}"
    if field["type"] == "repeat":
        return [random_line(chance, field["pieces"]) for _ in range(chance.randrange(5))]
    right = {
        "int": chance.randrange(60),
        "select": chance.choice(codes),
        "code": chance.choice(codes),
        "multi": chance.sample(codes, min(len(codes), chance.randrange(4))),
        "multi_code": chance.sample(codes, min(len(codes), chance.randrange(4))),
        "date": chance.choice([date, date[:4], f"{date}-11", f"{date}..{date}"]),
        "geo": f"{chance.randrange(-99, 99)}.5,{chance.randrange(-200, 200)}",
    }
    return right.get(field["type"], chance.choice([chance.randrange(-1, 400), "words", ["words"], [{"from": 3}], date]))


def random_line(chance: random.Random, pieces: list[dict[str, Any]]) -> dict[str, Any]:
    said = {piece["id"]: random_value(chance, piece) for piece in pieces if chance.random() < 0.9}
    return said | ({"more": "x"} if chance.random() < 0.1 else {})
