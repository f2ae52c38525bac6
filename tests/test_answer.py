"""One answer: a value, one of three reasons, or nothing yet."""

from typing import Any

import pytest

from testimony.answer import read


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (None, {}),
        ({}, {}),
        ({"value": None}, {}),
        ({"value": ""}, {}),
        ({"value": []}, {}),
        ({"value": 0}, {"value": 0}),
        ({"value": "unk"}, {"missing": "unk"}),
        ({"value": ["ref"]}, {"missing": "ref"}),
        ({"value": ["nask", "unk"]}, {"missing": "nask"}),
        ({"value": ["unk", "beat"]}, {"value": ["beat"]}),
        ({"missing": "nask"}, {"missing": "nask"}),
        ({"missing": "ref", "value": "x"}, {"missing": "ref"}),
        ({"missing": "other reason"}, {}),
    ],
)
def test_an_answer_counts_as_value_reason_or_nothing(answer: dict[str, Any] | None, counts: dict[str, Any]) -> None:
    assert read(answer) == counts
