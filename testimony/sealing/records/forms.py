"""The form of every signed statement, from one table that both verifiers read: `forms.json`.

Python loads the table, and `.ci/forms` writes it into the scripts of the browser (`records/form_table.js`). A form is
the name of another one, a list of forms of which one holds, or an object with one operator (docs/sealing.md, 2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_suffix(".json")
TABLE: Final[Mapping[str, Any]] = json.loads(FILE.read_text("utf-8"))
NUL: Final = "\0"
"""JSON may hold it, and no PostgreSQL can: of two central servers one would take the record and one never."""

Holds = Callable[[Any], bool]


def holds(name: str, value: Any) -> bool:
    """Whether `value` (decoded JSON) has the form `name` of the table, with exactly the types that it asks for."""
    return _named(name)(value)


@cache
def _named(name: str) -> Holds:
    return _check(TABLE[name])


def _check(form: Any) -> Holds:
    """The check of a form; what it consists of is looked up once."""
    if isinstance(form, str):
        return _named(form)
    if isinstance(form, list):
        checks = [_check(one) for one in form]
        return lambda value: any(check(value) for check in checks)
    return OPERATORS[next(iter(form))](form)


def _match(form: Mapping[str, Any]) -> Holds:
    """Text that matches as a whole, and is none of what `unless` matches."""
    pattern, unless = re.compile(form["match"], re.ASCII), form.get("unless")
    but = re.compile(unless, re.ASCII) if unless else None
    return lambda value: (
        isinstance(value, str)
        and pattern.fullmatch(value) is not None
        and (but is None or but.fullmatch(value) is None)
    )


def _is(form: Mapping[str, Any]) -> Holds:
    """This value and no other that Python calls equal: True is 1 to it."""
    wanted = form["is"]
    return lambda value: type(value) is type(wanted) and value == wanted


def _int(form: Mapping[str, Any]) -> Holds:
    least, most = form["int"]
    return lambda value: type(value) is int and least <= value <= most


def _text(form: Mapping[str, Any]) -> Holds:
    """Text of so many characters (code points)."""
    least, most = form["text"]
    return lambda value: isinstance(value, str) and least <= len(value) <= most and NUL not in value


def _date(form: Mapping[str, Any]) -> Holds:
    """Text of this form that begins with a day of the calendar, YYYY-MM-DD."""
    pattern = re.compile(form["date"], re.ASCII)
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None and _is_day(value[:10])


def _each(form: Mapping[str, Any]) -> Holds:
    """A list; `rises`: in strictly ascending order."""
    check, least, most, rises = _check(form["each"]), form.get("least", 0), form.get("most"), form.get("rises", False)
    return lambda value: (
        isinstance(value, list)
        and least <= len(value)
        and (most is None or len(value) <= most)
        and all(check(one) for one in value)
        and (not rises or all(one < other for one, other in pairwise(value)))
    )


def _map(form: Mapping[str, Any]) -> Holds:
    """An object with any keys of one form."""
    named, check, least = _check(form["map"]), _check(form["of"]), form.get("least", 0)
    return lambda value: (
        isinstance(value, dict) and len(value) >= least and all(named(key) and check(one) for key, one in value.items())
    )


def _holding(form: Mapping[str, Any]) -> Holds:
    """An object with these keys and perhaps others; those with a question mark may be absent."""
    operator = next(iter(form))
    wanted = [(key.rstrip("?"), key.endswith("?"), _check(one)) for key, one in form[operator].items()]
    return lambda value: (
        isinstance(value, dict) and all(check(value[key]) if key in value else absent for key, absent, check in wanted)
    )


def _exactly(form: Mapping[str, Any]) -> Holds:
    """An object with these keys and no others; `like`: with those of that form too."""
    keys = {**(TABLE[form["like"]]["exactly"] if "like" in form else {}), **form["exactly"]}
    known = frozenset(key.rstrip("?") for key in keys)
    holding = _holding({"exactly": keys})
    return lambda value: holding(value) and known >= value.keys()


def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return False
    return True


OPERATORS: Final[Mapping[str, Callable[[Mapping[str, Any]], Holds]]] = {
    "match": _match,
    "is": _is,
    "int": _int,
    "text": _text,
    "date": _date,
    "each": _each,
    "map": _map,
    "holding": _holding,
    "exactly": _exactly,
}
