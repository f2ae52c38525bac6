"""What the rules of the domain say of drawn and chosen cases, as it was noted.

`python -m tests.support.domain.answers.noted` notes it anew; the change of each shows in the diff.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.support.domain.answers import accounts, casework, consents, days, ledgers, links, sayings, tables, words

FOLDER: Final = Path(__file__).parents[3] / "vectors" / "answers"
RULES: Final[Mapping[str, Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]]] = {
    "accounts": accounts.STATED,
    "casework": casework.STATED,
    "consents": consents.STATED,
    "days": days.STATED,
    "ledgers": ledgers.STATED,
    "links": links.STATED,
    "sayings": sayings.STATED,
    "tables": tables.STATED,
    "words": words.STATED,
}
NAMES: Final = [(group, rule) for group, rules in RULES.items() for rule in rules]


def stated(group: str, rule: str) -> dict[str, Any]:
    """Case -> what the rule says, as it is noted."""
    said = list(RULES[group][rule]())
    found: dict[str, Any] = json.loads(json.dumps(dict(said)))
    if len(found) < len(said):
        raise ValueError(f"two cases of {rule} have one name")
    return found


def noted(group: str, rule: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{group}.json").read_text("utf-8"))[rule]
    return found


def write() -> None:
    """A line for each case."""
    FOLDER.mkdir(exist_ok=True)
    for group, rules in RULES.items():
        text = ",\n".join(f"{json.dumps(rule)}: {_lines(stated(group, rule))}" for rule in rules)
        (FOLDER / f"{group}.json").write_text(f"{{\n{text}\n}}\n", "utf-8")


def _lines(cases: Mapping[str, Any]) -> str:
    lines = (f" {json.dumps(case)}: {json.dumps(said, sort_keys=True)}" for case, said in cases.items())
    return "{\n" + ",\n".join(lines) + "\n}"


if __name__ == "__main__":
    write()
