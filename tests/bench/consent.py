"""What stands of a consent: one long history, and the states of very many testimonies, in processor time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

from testimony.domain.consent.authority import INTERVIEW, Said, counted
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import states, usable
from testimony.domain.consent.purposes import Key, Purpose
from tests.bench.support.figures import Aim, Figure

LONG = 10_000
TESTIMONIES = 100_000
DAY = date(2026, 11, 25)
KEYS = (
    Key(Purpose.RECORD, "organisation"),
    Key(Purpose.LAWYER, "lawyers"),
    Key(Purpose.COUNT, "public"),
    Key(Purpose.MECHANISM, "mechanism"),
    Key(Purpose.VOICE, "organisation"),
)
ACTS = (Act.ASK, Act.GRANT, Act.GRANT, Act.REFUSE, Act.WITHDRAW, Act.HOLD, Act.RELEASE)
BUSY = "a slower or busier processor; nearly all of it is Python that looks at each event once"


def measure() -> Sequence[Figure]:
    chance = random.Random(1)
    long, dense = _long(chance, 3), _long(chance, 30)
    many = [_typical(chance) for _ in range(TESTIMONIES)]
    said = [[Said(event=event, signer="", role=INTERVIEW) for event in events] for events in many[: TESTIMONIES // 10]]
    folded = _spent(lambda: [usable(events, DAY) for events in many])
    with_signers = _spent(lambda: [usable(counted(one, DAY).events, DAY) for one in said])
    return [
        Figure(
            "fold of 10,000 events, each naming the 3 before it", 1000 * _spent(lambda: states(long, DAY)), "ms", FAST
        ),
        Figure("the same, each naming the 30 before it", 1000 * _spent(lambda: states(dense, DAY)), "ms", FAST),
        Figure("events of a testimony, on average", sum(map(len, many)) / TESTIMONIES, ""),
        Figure("what is usable of 100,000 testimonies", folded, "s"),
        Figure("the same, a second", TESTIMONIES / folded, "testimonies", Aim(least=20_000, cause=BUSY)),
        Figure("with who may say what before it", len(said) / with_signers, "testimonies a second"),
    ]


FAST = Aim(most=1000, cause=BUSY)


def _spent(act: Callable[[], object]) -> float:
    before = time.process_time()
    act()
    return time.process_time() - before


def _long(chance: random.Random, named: int) -> list[ConsentEvent]:
    """One history over five keys, every kind of act in it but ERASE, in no order."""
    names = [f"{at:032x}" for at in range(LONG)]
    made = [
        _event(name, chance.choice(ACTS), chance.choice(KEYS), names[max(0, at - named) : at])
        for at, name in enumerate(names)
    ]
    return chance.sample(made, LONG)


def _event(name: str, act: Act, key: Key, seen: Iterable[str]) -> ConsentEvent:
    return ConsentEvent(id=name, act=act, purpose=key.purpose, recipient=key.recipient, day=DAY, after=frozenset(seen))


def _typical(chance: random.Random) -> list[ConsentEvent]:
    """Three to five uses, each asked about and answered, one in seven refused; one in ten taken back whole later."""
    events: list[ConsentEvent] = []
    for key in KEYS[: chance.randrange(3, 6)]:
        asked, answered = f"{chance.getrandbits(128):032x}", f"{chance.getrandbits(128):032x}"
        act = Act.REFUSE if chance.random() < 1 / 7 else Act.GRANT
        events.append(_event(asked, Act.ASK, key, ()))
        events.append(replace(_event(answered, act, key, (asked,)), life_months=24))
    if chance.random() < 0.1:
        seen = frozenset(event.id for event in events)
        name = f"{chance.getrandbits(128):032x}"
        events.append(ConsentEvent(id=name, act=Act.WITHDRAW, purpose=None, recipient=None, day=DAY, after=seen))
    return events
