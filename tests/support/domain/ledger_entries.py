"""Entries of a ledger of releases as the fold gets them, without desks: who said what, and where it was logged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from testimony.domain.errors import LedgerRefused, ReleaseClock
from testimony.domain.ledger import fold as ledger_fold
from testimony.domain.ledger.acts import ORDERED, Act, Entry
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.ledger import Ledger
from testimony.domain.ledger.rules import name_of_profile
from testimony.domain.ledger.state import Signed, pseudonym

DAY = date(2026, 1, 20)
FLOOR = {"preset": "trusted", "k": 5, "m": 2, "alpha": 500_000}
PROFILE = {"preset": "trusted", "k": 5, "m": 2, "alpha": 500_000}
KEY = "11" * 32


def hexed(what: object, size: int = 32) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[: 2 * size]


def line(batch: str, number: int, people: Iterable[int], to: Sequence[str] = ("P06",)) -> ClassMembers:
    """The class `number` of a batch: testimony n is told by person n, of incident n modulo 3."""
    rows = sorted((of("member", n), of("person", n), of("incident", n % 3)) for n in people)
    members, persons, incidents = zip(*rows, strict=True) if rows else ((), (), ())
    bare = ClassMembers(
        id="",
        tier=0,
        labels=(f"l{number}",),
        recipients=tuple(to),
        members=members,
        persons=persons,
        incidents=incidents,
    )
    return replace(bare, id=bare.own_id(batch))


def of(what: str, number: int) -> str:
    return pseudonym(bytes.fromhex(KEY), what, str(number))


def holding(batch: str, *people: Iterable[int], to: Sequence[str] = ("P06",), waiting: Iterable[int] = ()) -> Contents:
    lines = tuple(line(batch, number, some, to) for number, some in enumerate(people))
    return Contents(classes=lines, waiting=tuple(of("member", n) for n in waiting))


@dataclass
class Desk:
    """Somebody who writes what their ledger allows, onto what they have seen of the log."""

    by: str
    seen: int = 0
    sent: int = 0
    own: list[Signed] = field(default_factory=list)


@dataclass
class Log:
    """Central's log of entries, and desks that see it as far as they read it."""

    entries: list[Signed] = field(default_factory=list)
    held: dict[str, Contents] = field(default_factory=dict)
    count: int = 0

    def unpack(self, signed: Signed) -> Contents:
        found = self.held.get(signed.entry.said["sha256"])
        if found is None:
            raise LedgerRefused("parts")
        return found

    def ledger(self, seen: int | None = None, own: Iterable[Signed] = ()) -> Ledger:
        return ledger_fold.fold([*self.entries[:seen], *own], self.unpack)

    def of(self, desk: Desk) -> Ledger:
        back = {one.name for one in self.entries[: desk.seen]}
        return self.ledger(desk.seen, [one for one in desk.own if one.name not in back])

    def entry(
        self, held: Ledger, act: Act, by: str, said: Mapping[str, Any], day: date = DAY, **changes: Any
    ) -> Signed:
        self.count += 1
        prev = held.ahead.head if act in ORDERED - {Act.OPEN} else ""
        entry = Entry(act=act, day=day, prev=prev, said=said)
        return Signed(**{"name": hexed((self.count, by)), "by": by, "may": True, "entry": entry, **changes})

    def batch(self, name: str, contents: Contents, to: Sequence[str] = ("P06",), **more: Any) -> dict[str, Any]:
        sha256 = hexed(("batch", name, self.count))
        self.held[sha256] = contents
        files = tuple({"recipient": one, "sha256": hexed((name, one))} for one in to)
        said = {"name": name, "profile": name_of_profile(PROFILE), "first": 3, "recipients": tuple(to), "files": files}
        return {**said, "parts": (hexed("part"),), "sha256": sha256} | more

    def write(self, desk: Desk, act: Act, said: Mapping[str, Any], **more: Any) -> bool:
        """Whether that desk's own ledger let it write this; it waits there until `deliver`."""
        held = self.of(desk)
        signed = self.entry(held, act, desk.by, said, **more)
        try:
            if act in ORDERED:
                ledger_fold.allowed(held, signed, self.unpack)
        except (LedgerRefused, ReleaseClock):
            return False
        desk.own.append(signed)
        return True

    def deliver(self, desk: Desk) -> None:
        """What waits at that desk reaches the log, in the order in which it was written."""
        for one in desk.own[desk.sent :]:
            self.log(one)
        desk.sent = len(desk.own)

    def log(self, one: Signed, **changes: Any) -> None:
        self.entries.append(replace(one, place=(0, len(self.entries)), logged=DAY, **changes))

    def read(self, desk: Desk) -> None:
        desk.seen = len(self.entries)

    def say(self, act: Act, said: Mapping[str, Any], by: str = "ana", **more: Any) -> Ledger:
        """Straight into the log, whatever it is; the ledger after it."""
        self.log(self.entry(self.ledger(), act, by, said, **more))
        return self.ledger()


def opened() -> Log:
    """A ledger with its profile pinned."""
    log = Log()
    log.say(Act.OPEN, {"key": KEY, "floor": FLOOR})
    log.say(Act.PROFILE, {"profile": PROFILE})
    return log
