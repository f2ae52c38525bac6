"""What the command line counts it counts as English does: 1 testimony, 2 testimonies."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import testimony.cli
from testimony.cli.output import counted

NOUNS = re.compile(
    r"^ (new |sealed )?(testimonies|records|entries|receipts|bodies|files|keys|lines|recipients|parts|pieces|recordings"
    r"|questions|sections|steps|batches|withdrawals|objects|things)\b"
)
ALWAYS_MANY = {"keys open"}


@pytest.mark.parametrize(
    ("number", "one", "said"),
    [
        (0, "key", "0 keys"),
        (1, "testimony", "1 testimony"),
        (2, "testimony", "2 testimonies"),
        (12, "new entry", "12 new entries"),
        (2, "body", "2 bodies"),
        (2, "batch", "2 batches"),
        (3, "sealed object", "3 sealed objects"),
    ],
)
def test_a_number_and_what_it_is_of(number: int, one: str, said: str) -> None:
    assert counted(number, one) == said


@pytest.mark.parametrize("file", sorted(Path(testimony.cli.__file__).parent.rglob("*.py")), ids=lambda file: file.stem)
def test_no_command_puts_a_number_before_many_whatever_it_is(file: Path) -> None:
    found = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.JoinedStr):
            for value, words in zip(node.values, node.values[1:], strict=False):
                text = words.value if isinstance(words, ast.Constant) else ""
                if isinstance(value, ast.FormattedValue) and NOUNS.match(str(text)):
                    found.append(f"{ast.unparse(value)}{text}")
    assert not [one for one in found if not any(one.endswith(many) for many in ALWAYS_MANY)]
