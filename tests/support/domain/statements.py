"""What each sealed statement of the domain may hold: for each of its fields what is read, and what is refused as what.

`python -m tests.support.domain.statements` notes it anew; the change of each shows in the diff.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from testimony.domain.errors import EventUnreadable
from testimony.domain.testimony.inbox import Unasked
from testimony.errors import TestimonyError
from tests.support.domain.statement_examples import EXAMPLES, Read

FILE: Final = Path(__file__).parents[2] / "vectors" / "statements.json"
LEFT_OUT: Final = object()
OTHERS: Final[Mapping[str, Any]] = {
    "left out": LEFT_OUT, "null": None, "true": True, "1.5": 1.5, "0": 0, "1": 1, "-1": -1, "''": "", "' '": " ",
    "'a'": "a", "'b '": "b ", "'A'": "A", "'٣'": "٣", "a line": "a\n", "a day": "2026-02-28", "no day": "2026-02-30",
    "long ago": "0001-01-01", "far off": "3000-01-01", "8 signs": "20260228", "16 bytes": "0" * 32,
    "32 bytes": "0" * 64, "[]": [], "['']": [""], "[1]": [1], "{}": {}, "{'a'}": {"a": 1},
}  # fmt: skip
LONGEST: Final = 1 << 19
MOST: Final = 5001
FURTHEST: Final = 1 << 40
Place = tuple[str | int, ...]


def stated(name: str) -> dict[str, Any]:
    """Field of a statement -> what may stand there."""
    return dict(fields(*EXAMPLES[name]))


def noted() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return found


def fields(read: Read, value: Any) -> Iterator[tuple[str, Any]]:
    yield "(whole)", _said(read, value, value)
    for place in _places(value):
        found = dict(_outcomes(read, value, place))
        yield ".".join(map(str, place)) or "(itself)", found | _spans(read, value, place)


def _places(value: Any, before: Place = ()) -> Iterator[Place]:
    """Every field; of a list the list itself, and its first member."""
    yield before
    inside: Mapping[Any, Any] = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        inside = dict(enumerate(value[:1]))
    for name, one in inside.items():
        yield from _places(one, (*before, name))


def _outcomes(read: Read, value: Any, place: Place) -> Iterator[tuple[str, list[str]]]:
    """Outcome -> the other values that have it; the most frequent one stands alone: it is of all others."""
    by: dict[str, list[str]] = {}
    own = _at(value, place)
    others = dict(OTHERS)
    if isinstance(own, dict):
        others["and more"] = {**own, "more": 1}
    if isinstance(own, list) and own:
        others["its first twice"] = [*own, own[0]]
        others["turned round"] = own[::-1]
    if isinstance(own, str):
        others |= {"in capitals": own.upper(), "and a blank": f"{own} ", "and a line": f"{own}\n", "and a": f"{own}a"}
    for name, other in others.items():
        by.setdefault(_said(read, value, _with(value, place, other)), []).append(name)
    most = max(by, key=lambda said: len(by[said]))
    yield "else", [most]
    yield from ((said, names) for said, names in by.items() if said != most)


def _spans(read: Read, value: Any, place: Place) -> dict[str, list[int]]:
    """How long a text or a list may be, and from where to where a number."""
    own = _at(value, place)

    def fits(other: Any) -> bool:
        return _said(read, value, _with(value, place, other)).startswith("read")

    if isinstance(own, str) and own:
        return {"length": _range(lambda length: fits((own * length)[:length]), len(own), 0, LONGEST)}
    if isinstance(own, list) and own:
        return {"members": _range(lambda length: fits(_members(own, length)), len(own), 0, MOST)}
    if isinstance(own, int) and not isinstance(own, bool):
        return {"number": _range(fits, own, -FURTHEST, FURTHEST)}
    return {}


def _range(fits: Callable[[int], bool], inside: int, least: int, most: int) -> list[int]:
    """The last that fit on both sides of `inside`."""
    return [_last(fits, inside, least, -1), _last(fits, inside, most, 1)]


def _last(fits: Callable[[int], bool], inside: int, end: int, way: int) -> int:
    if fits(end):
        return end
    step, at = 1, inside
    while step:
        further = at + way * step
        if (further - end) * way < 0 and fits(further):
            at, step = further, step * 2
        else:
            step //= 2
    return at


def _members(own: list[Any], length: int) -> list[Any]:
    more = _numbered(own[0]) if isinstance(own[0], str) else [own[0]] * MOST
    return (own + more)[:length]


@functools.cache
def _numbered(member: str) -> list[str]:
    """Other members of a list."""
    is_name = set(member) <= set("0123456789abcdef")
    return [f"{number:0{len(member)}x}" if is_name else f"{member}{number}" for number in range(MOST)]


def _said(read: Read, value: Any, changed: Any) -> str:
    """What is read is written as it was, or not; what is not read is refused as what."""
    if changed is LEFT_OUT:
        return "nothing"
    try:
        written = read(changed)
    except EventUnreadable as refused:
        return refused.part
    except (TestimonyError, Unasked) as refused:
        return type(refused).__name__
    except (AttributeError, TypeError):
        if isinstance(changed, dict):
            raise
        return "nothing"  # it is a rule for mappings alone, and nobody gives it anything else
    if written == changed:
        return "read"
    return "read as the example" if written == value else "read as something else"


def _at(value: Any, place: Place) -> Any:
    for name in place:
        value = value[name]
    return value


def _with(value: Any, place: Place, other: Any) -> Any:
    if not place:
        return other
    name, *rest = place
    held: Any = dict(value) if isinstance(value, dict) else list(value)
    if other is LEFT_OUT and not rest:
        del held[name]
    else:
        held[name] = _with(held[name], tuple(rest), other)
    return held


def write() -> None:
    """A line for each field."""
    text = ",\n".join(
        f" {json.dumps(name)}: {{\n"
        + ",\n".join(f"  {json.dumps(field)}: {json.dumps(said, ensure_ascii=False)}" for field, said in fields.items())
        + "\n }"
        for name, fields in ((name, stated(name)) for name in EXAMPLES)
    )
    FILE.write_text(f"{{\n{text}\n}}\n", "utf-8")


if __name__ == "__main__":
    write()
