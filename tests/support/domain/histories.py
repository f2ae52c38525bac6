"""Offline histories by number: what three devices wrote, each knowing what it had met; some of it never arrives."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date

from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Key, Purpose

KEYS = (
    Key(Purpose.RECORD, "organisation"),
    Key(Purpose.COUNT, "public"),
    Key(Purpose.LAWYER, "lawyers"),
    Key(Purpose.MECHANISM, "one"),
    Key(Purpose.MECHANISM, "two"),
    Key(Purpose.QUOTES, "public"),
    Key(Purpose.UN_CASE, "one"),
    Key(Purpose.UN_LETTER, "one"),
    Key(Purpose.UN_LETTER, "two"),
)
ACTS = [Act.GRANT] * 7 + [Act.ASK] * 3 + [Act.WITHDRAW, Act.REFUSE, Act.HOLD, Act.RELEASE, Act.RELEASE, Act.INVALIDATE]
NAMING = (Act.GRANT, Act.ASK)  # these always name purpose and recipient
DEVICES = 3


@dataclass(frozen=True)
class History:
    """`arrived`: what one station holds, in some order, some of it twice. `at`: the day on which it looks."""

    events: tuple[ConsentEvent, ...]
    arrived: tuple[ConsentEvent, ...]
    at: date


def history(seed: int) -> History:
    """The same for the same `seed`, whatever ran before."""
    chance = random.Random(seed)
    known: list[set[str]] = [set() for _ in range(DEVICES)]
    made: list[ConsentEvent] = []
    keys = [KEYS[0], *chance.sample(KEYS, chance.randrange(4))]
    for number in range(chance.randrange(1, 13)):
        device = known[chance.randrange(DEVICES)]
        made.append(_event(chance, f"{number:02x}", chance.choice(keys), device))
        device.add(made[-1].id)
        if chance.random() < 0.4:  # two devices meet: both know what either knew
            one, other = chance.sample(range(DEVICES), 2)
            known[one] |= known[other]
            known[other] |= known[one]
    kept = [one for one in made if chance.random() < 0.96]
    arrived = [*kept, *chance.choices(kept, k=2)] if kept else []
    at = date(2026 + chance.randrange(4), chance.randrange(1, 13), 28)
    return History(tuple(kept), tuple(chance.sample(arrived, len(arrived))), at)


def _event(chance: random.Random, name: str, key: Key, seen: set[str]) -> ConsentEvent:
    act = Act.ERASE if chance.random() < 0.01 else chance.choice(ACTS)
    wide = 0.0 if act in NAMING else chance.random()
    names = sorted(seen)
    after = names if chance.random() < 0.7 else chance.sample(names, len(names) // 2)
    return ConsentEvent(
        id=name,
        act=act,
        purpose=None if wide > 0.85 else key.purpose,
        recipient=None if wide > 0.75 else key.recipient,
        day=date(2026, chance.randrange(1, 13), 28),
        after=frozenset(after),
        life_months=chance.choice([None, 3, 24]),
    )
