"""An entry of the ledger reads as it was written, and nothing else reads as one."""

from __future__ import annotations

from typing import Any

import pytest

from testimony.domain.errors import EventUnreadable
from testimony.domain.ledger.acts import FORMS, ORDERED, Act, Entry, Reason
from tests.support.domain.ledger_entries import DAY, FLOOR, KEY, PROFILE, hexed

SAID: dict[str, Any] = {
    "key": KEY,
    "floor": FLOOR,
    "profile": hexed("profile"),
    "name": hexed("name", 16),
    "first": 3,
    "recipients": ("P06", "P10:Réseau “B”"),
    "files": ({"recipient": "P06", "sha256": hexed("file")},),
    "parts": (hexed("part"),),
    "sha256": hexed("all"),
    "batch": hexed("name", 16),
    "class": hexed("class", 16),
    "reason": "small",
    "wanted": (),
    "recipient": "P07",
    "counts": {"considered": 3},
    "members": (hexed("member", 16),),
    "member": hexed("member", 16),
    "text": "eJw=",
    "closed": (hexed("closed"),),
    "heads": (hexed("head"), hexed("other")),
}
STRANGE = (None, True, -1, 2**53, 1.5, "", "x\n", "\x00", "0" * 10_000, [], [[]], [{}], {}, {"a": [1]}, [None] * 3)


def entry(act: Act) -> Entry:
    own: dict[str, Any] = {Act.PROFILE: {"profile": PROFILE}, Act.RECALL: {"reason": Reason.DEMAND}}.get(act, {})
    said = {name: own.get(name, SAID[name]) for name in FORMS[act]}
    return Entry(act=act, day=DAY, prev=hexed("prev") if act in ORDERED - {Act.OPEN} else "", said=said)


@pytest.mark.parametrize("act", list(Act))
def test_an_entry_reads_as_it_was_written(act: Act) -> None:
    assert Entry.parse(entry(act).to_value()) == entry(act)


@pytest.mark.parametrize("act", list(Act))
def test_what_has_another_form_is_no_entry_and_stops_no_desk(act: Act) -> None:
    good = entry(act).to_value()
    changed = [{**good, name: strange} for name in good for strange in STRANGE if strange != good[name]]
    changed += [{name: value for name, value in good.items() if name != gone} for gone in good]
    changed += [{**good, "more": 1}, {**good, "prev": "" if act in ORDERED - {Act.OPEN} else hexed("prev")}]
    for content in changed:
        empty = [{**good, name: []} for name in ("wanted", "closed", "heads")]
        if content not in (*empty, {**good, "counts": {}}, {**good, "text": content.get("text")}):
            with pytest.raises(EventUnreadable):
                Entry.parse(content)
    for strange in STRANGE:
        with pytest.raises(EventUnreadable):
            Entry.parse(strange)


def names(number: int, size: int = 32) -> tuple[str, ...]:
    return tuple(hexed(str(one), size) for one in range(number))


FILE = {"recipient": "P06", "sha256": hexed("file")}


@pytest.mark.parametrize(
    ("act", "name", "most", "beyond"),
    [
        (Act.BATCH, "recipients", [f"P10:{n}" for n in range(64)], [f"P10:{n}" for n in range(65)]),
        (Act.BATCH, "recipients", ["P06", "P07"], ["P06", "P06"]),
        (Act.BATCH, "parts", names(4096), names(4097)),
        (Act.BATCH, "parts", names(2), names(1) * 2),
        (Act.BATCH, "files", [FILE], [FILE, {**FILE, "sha256": hexed("other")}]),
        (Act.BATCH, "files", [FILE], [{**FILE, "more": 1}]),
        (Act.AUXILIARY, "members", names(5000, 16), names(5001, 16)),
        (Act.AUXILIARY, "members", names(2, 16), names(1, 16) * 2),
        (Act.SETTLE, "heads", names(64), names(65)),
        (Act.REFUSED, "counts", {f"n{n}": n for n in range(64)}, {f"n{n}": n for n in range(65)}),
        (Act.REFUSED, "counts", {"a": 10**9}, {"a": 10**9 + 1}),
        (Act.PART, "text", "x" * 200_000, "x" * 200_001),
        (Act.PROFILE, "profile", {**PROFILE, "more": "x" * 140_000}, {**PROFILE, "more": "x" * 150_000}),
        (Act.OPEN, "floor", FLOOR, {**FLOOR, "more": 1}),
    ],
)
def test_an_entry_holds_no_more_than_it_may_and_nothing_twice(act: Act, name: str, most: Any, beyond: Any) -> None:
    good = entry(act).to_value()
    assert Entry.parse({**good, name: most})
    with pytest.raises(EventUnreadable):
        Entry.parse({**good, name: beyond})
