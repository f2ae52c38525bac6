"""One table says what type each field of a signed statement has, and Python and the browser read it alike."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from testimony.sealing.parts.part import LARGEST_BODY, LONGEST_LINE, SMALLEST, padme, sealed_size
from testimony.sealing.records import forms
from tests.support.sealing import mutations

ROOT = Path(__file__).parents[3]
NO_DAYS = (
    "2026-W48-7", "2026-02-30", "2023-02-29", "20261124", "2026-11-24 ", "2026-11-24\n", "0000-01-01", "2026-1-24",
    "2026-11-24T10:00:00Z", "+002026-11-24", "\uff12026-11-24", "2026-13-01", "2026-00-10", 20261124, None, True,
)  # fmt: skip
DAYS = {"2026-11-24": True, "2024-02-29": True, "0001-01-01": True, "9999-12-31": True} | dict.fromkeys(NO_DAYS, False)
NO_TIMES = (
    "yesterday <b>", "2026-11-24T24:00:00Z", "2026-11-24T10:00:00", "2026-02-30T10:00:00Z", "2026-11-24T10:00:60Z",
    "2026-11-24 10:00:00Z", "2026-11-24T10:00:00.1234Z", "2026-11-24T10:00:00+00:00", "2026-11-24",
)  # fmt: skip
TIMES = {"2026-11-24T10:00:00Z": True, "2026-11-24T23:59:59.999Z": True} | dict.fromkeys(NO_TIMES, False)
KINDS = [name for name, form in forms.TABLE.items() if isinstance(form, dict) and {"exactly", "holding"} & form.keys()]


@pytest.mark.parametrize(("kind", "values"), [("day", DAYS), ("time", TIMES)])
def test_a_date_is_of_the_calendar_and_spelled_in_one_way(kind: str, values: dict[Any, bool], node: str) -> None:
    assert {value: forms.holds(kind, value) for value in values} == values
    assert browser(node, [(kind, value) for value in values]) == list(values.values())


@pytest.mark.parametrize("value", [True, 1.0, "1", None])
def test_one_is_no_other_value_that_python_calls_equal(value: object) -> None:
    assert not forms.holds("one", value)
    assert forms.holds("one", 1)


def test_python_and_the_browser_take_the_same_values(node: str) -> None:
    rng = Random(1)
    asked = [(kind, value) for kind in forms.TABLE for value in (*mutations.ODD, *mutations.VERSIONS)]
    for kind in KINDS:
        whole = example(kind)
        assert forms.holds(kind, whole), kind
        asked += [(kind, mutations.mutated(rng, whole)) for _ in range(100)]
    assert browser(node, asked) == [forms.holds(kind, value) for kind, value in asked]


def test_the_lengths_of_a_body_are_those_of_the_smallest_and_the_largest_part() -> None:
    longest = sealed_size(padme(LARGEST_BODY + LONGEST_LINE))
    assert forms.TABLE["body-length"]["int"] == [sealed_size(SMALLEST), longest]


def test_the_table_in_the_scripts_is_this_one() -> None:
    done = subprocess.run([sys.executable, str(ROOT / ".ci" / "forms"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def browser(node: str, asked: list[tuple[str, Any]]) -> list[bool]:
    command = [node, str(ROOT / "tests" / "js" / "forms.mjs")]
    done = subprocess.run(command, input=json.dumps(asked), capture_output=True, text=True, check=True)
    return [bool(one) for one in json.loads(done.stdout)]


def example(form: Any) -> Any:
    """Some value of this form."""
    if isinstance(form, str):
        return EXAMPLES[form] if form in EXAMPLES else example(forms.TABLE[form])
    if isinstance(form, list):
        return example(form[-1])
    operator = next(iter(form))
    given = form[operator]
    if operator in ("exactly", "holding"):
        given = {**(forms.TABLE[form["like"]]["exactly"] if "like" in form else {}), **given}
        return {key.rstrip("?"): example(one) for key, one in given.items()}
    if operator == "each":
        return [example(given)]
    if operator == "map":
        return {example(given): example(form["of"])}
    return {
        "is": given,
        "int": given[0] if operator == "int" else None,
        "text": "a",
        "match": MATCHING.get(str(given)),
    }[operator]


EXAMPLES = {
    "id": "0" * 32, "kid": "ab" * 8, "name": "0" * 64, "point": "ab" * 32, "day": "2026-11-24",
    "time": "2026-11-24T10:00:00Z", "month": "2028-11",
    "part-name": "coded", "audience": "lawyers", "mime": "application/json", "code": "where",
    "key": {"alg": "ed25519", "pub": "ab" * 32},
}  # fmt: skip
MATCHING = {
    "coordinator|lawyer|recovery|interviewer": "lawyer", "phone|node|central": "node", "(?:P[0-9]{2}[a-d]?)?": "P09",
    "[a-z-]{1,32}": "received", "[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}": "partner.example/w1",
    "/[!-~]{1,250}": "/interview/en/", "[0-9a-f]{7414}": "0" * 7414,
}  # fmt: skip
