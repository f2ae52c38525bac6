"""Write tests/vectors/consent-fold.json anew: `python -m tests.support.domain.fold_vectors`. Both twins hold to it.

Cases by hand first, a name each; then offline histories by number, which the property test judges by itself too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.events import ConsentEvent
from testimony.domain.errors import EventUnreadable
from tests.support.domain.histories import history

FILE = Path(__file__).parents[2] / "vectors" / "consent-fold.json"
NUMBERS = range(150)
AT = "2026-11-25"
BASE: dict[str, Any] = {"purpose": "P01", "recipient": "organisation", "day": "2026-01-31", "life_months": 24}


def event(name: str, act: str, *after: str, **more: Any) -> dict[str, Any]:
    return {"event": act, "id": name, "after": list(after), **BASE, **more}


EVERYTHING = {"purpose": None, "recipient": None}
LAWYERS = {"purpose": "P04", "recipient": "lawyers"}
CASE, LETTER = {"purpose": "P08a", "recipient": "one"}, {"purpose": "P08b", "recipient": "two"}
BY_HAND: Mapping[str, tuple[str, list[Any]]] = {
    "nothing was said": (AT, []),
    "asked and not answered": (AT, [event("a", "ASK")]),
    "agreed to": (AT, [event("a", "ASK"), event("g", "GRANT", "a")]),
    "the last day of a life, in a shorter month": ("2026-02-28", [event("g", "GRANT", life_months=1)]),
    "the day after it": ("2026-03-01", [event("g", "GRANT", life_months=1)]),
    "a leap year": ("2028-02-29", [event("g", "GRANT", life_months=25)]),
    "no limit": ("2999-12-31", [event("g", "GRANT", life_months=None)]),
    "a life of a hundred years": ("2126-01-31", [event("g", "GRANT", life_months=1200)]),
    "no life said is no limit": (AT, [{k: v for k, v in event("g", "GRANT").items() if k != "life_months"}]),
    "one grant with life left": ("2027-01-01", [event("g", "GRANT", life_months=1), event("h", "GRANT")]),
    "taken back": (AT, [event("g", "GRANT"), event("w", "WITHDRAW", "g")]),
    "two phones offline": (AT, [event("a", "ASK"), event("g", "GRANT", "a"), event("w", "WITHDRAW", "a")]),
    "agreed to again": (AT, [event("g", "GRANT"), event("w", "WITHDRAW", "g"), event("n", "GRANT", "w")]),
    "seen through another": (AT, [event("r", "REFUSE"), event("a", "ASK", "r"), event("n", "GRANT", "a")]),
    "the link has not arrived": (AT, [event("r", "REFUSE"), event("n", "GRANT", "a")]),
    "each restriction has to be seen": (AT, [event("r", "REFUSE"), event("w", "WITHDRAW"), event("n", "GRANT", "w")]),
    "the strongest first": (AT, [event("r", "REFUSE"), event("w", "WITHDRAW"), event("i", "INVALIDATE")]),
    "withdrawn before refused": (AT, [event("r", "REFUSE"), event("w", "WITHDRAW")]),
    "erased": (AT, [event("e", "ERASE"), event("g", "GRANT", "e")]),
    "a hold": (AT, [event("g", "GRANT"), event("h", "HOLD", "g")]),
    "a hold and a blind release": (AT, [event("g", "GRANT"), event("h", "HOLD"), event("l", "RELEASE", "g")]),
    "a hold and a release": (AT, [event("g", "GRANT"), event("h", "HOLD"), event("l", "RELEASE", "h")]),
    "one of two holds": (AT, [event("g", "GRANT"), event("h", "HOLD"), event("k", "HOLD"), event("l", "RELEASE", "h")]),
    "two releases": (
        AT,
        [
            event("g", "GRANT"), event("h", "HOLD"), event("k", "HOLD"), event("l", "RELEASE", "h"),
            event("m", "RELEASE", "k"),
        ],
    ),
    "a grant that saw a hold does not end it": (AT, [event("h", "HOLD"), event("g", "GRANT", "h")]),
    "everything on hold": (AT, [event("g", "GRANT"), event("h", "HOLD", **EVERYTHING)]),
    "everything withdrawn": (AT, [event("g", "GRANT"), event("w", "WITHDRAW", "g", **EVERYTHING)]),
    "every recipient of a purpose": (
        AT,
        [
            event("g", "GRANT"), event("l", "GRANT", **LAWYERS), event("c", "GRANT", **CASE),
            event("w", "WITHDRAW", purpose="P08a", recipient=None),
        ],
    ),
    "every purpose of a recipient": (
        AT, [event("g", "GRANT"), event("l", "GRANT", **LAWYERS), event("w", "WITHDRAW", purpose=None)],
    ),
    "nothing without the first": (AT, [event("l", "GRANT", **LAWYERS)]),
    "a case of another mandate": (
        AT, [event("g", "GRANT"), event("l", "GRANT", **LAWYERS), event("c", "GRANT", **CASE),
             event("m", "GRANT", **LETTER)],
    ),
    "a case of this mandate": (
        AT, [event("g", "GRANT"), event("l", "GRANT", **LAWYERS), event("c", "GRANT", **CASE),
             event("m", "GRANT", **{**LETTER, "recipient": "one"})],
    ),
    "a circle": (AT, [event("g", "GRANT", "w"), event("w", "WITHDRAW", "g")]),
    "a circle and one outside it": (AT, [event("g", "GRANT", "w"), event("w", "WITHDRAW", "g"), event("x", "REFUSE")]),
    "itself": (AT, [event("g", "GRANT", "g")]),
    "the same twice": (AT, [event("g", "GRANT", "a", "b"), event("g", "GRANT", "b", "a", "a")]),
    "two acts with one id": (AT, [event("g", "GRANT"), event("g", "GRANT", life_months=12)]),
    "one id, another reason": (AT, [event("r", "REFUSE"), event("r", "REFUSE", reason="officer_present")]),
    "a reason": (AT, [event("r", "REFUSE", reason="not_for_children")]),
    "how the name is shown": (AT, [event("g", "GRANT", name_shown="initials")]),
    "an id of its own was seen": (AT, [event("g", "GRANT", "x#" + "0" * 32)]),
    "what is no part of an event": (AT, [event("g", "GRANT", why="…")]),
    **{
        f"cannot be read: {json.dumps(change)}": (AT, [event("g", "GRANT"), event("x", "GRANT") | change])
        for change in (
            {"event": "BLESS"}, {"event": None}, {"purpose": "P99"}, {"purpose": None}, {"purpose": []},
            {"recipient": None}, {"recipient": ""}, {"recipient": 7}, {"recipient": "x" * 201},
            {"day": "24.11.2026"}, {"day": "20261124"}, {"day": "2026-W48-2"}, {"day": "2026-02-30"},
            {"day": "0000-01-01"}, {"day": "3000-01-01"}, {"day": None}, {"life_months": 0}, {"life_months": 1201},
            {"life_months": 1.5}, {"life_months": True}, {"life_months": "24"}, {"id": 7}, {"id": ""}, {"id": "a b"},
            {"id": "x" * 65}, {"id": "g\n"}, {"after": None}, {"after": [None]}, {"after": "0123"}, {"after": ["#"]},
            {"id": "x#" + "0" * 32}, {"reason": "He said no"}, {"name_shown": "Name"}, {"name_shown": []},
        )
    },
    "cannot be read: no object": (AT, [event("g", "GRANT"), None]),
    "cannot be read: a list": (AT, [event("g", "GRANT"), []]),
    **{
        f"cannot be read: no {part}": (AT, [{k: v for k, v in event("w", "WITHDRAW").items() if k != part}])
        for part in ("event", "id", "purpose", "recipient", "day", "after")
    },
}  # fmt: skip


def outcome(values: list[Any], at: date) -> dict[str, Any]:
    """What the fold says of `values`: {"states", "usable"}, or {"unreadable": part}."""
    try:
        events = [ConsentEvent.parse(value) for value in values]
        told, usable = consent_fold.states(events, at), consent_fold.usable(events, at)
    except EventUnreadable as error:
        return {"unreadable": error.part}
    states = [[str(key.purpose), key.recipient, str(one.state), one.on_hold] for key, one in told.items()]
    return {"states": states, "usable": sorted([str(key.purpose), key.recipient] for key in usable)}


def cases() -> Iterator[dict[str, Any]]:
    for name, (at, events) in BY_HAND.items():
        yield {"name": name, "at": at, "events": events, **outcome(events, date.fromisoformat(at))}
    for number in NUMBERS:
        made = history(number)
        events = [one.to_value() for one in made.arrived]
        yield {"name": f"history {number}", "at": made.at.isoformat(), "events": events, **outcome(events, made.at)}


def text() -> str:
    lines = ",\n".join(json.dumps(case, ensure_ascii=True, separators=(",", ":")) for case in cases())
    return f'{{"cases": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"  {FILE.stat().st_size / 1000:.0f} kB")
