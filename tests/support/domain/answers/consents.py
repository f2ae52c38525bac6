"""What stands by drawn histories of consent, and what is in the way of a yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from typing import Any, Final

from testimony.domain.consent import authority, compartments, guards
from testimony.domain.consent import fold as consent
from testimony.domain.consent.purposes import Purpose
from testimony.domain.consent.timeline import timeline
from tests.support.domain.histories import history


def consents() -> Iterator[tuple[str, Any]]:
    """What stands by drawn histories of consent, and who counts in them."""
    for seed in range(90):
        past, dice = history(seed), Random(seed)
        states = consent.states(past.arrived, past.at)
        keys = sorted(states)
        ends = consent.ends(past.arrived, past.at)
        said = [
            authority.Said(
                event=one,
                signer=dice.choice(("al", "bo")),
                role=dice.choice(("lawyer", "coordinator", "interview", "interviewer", "witness", "phone")),
                active=dice.random() < 0.85,
                tid_ok=dice.random() < 0.93,
            )
            for one in past.events
            for _ in range(dice.choice((1, 1, 2)))
        ]
        found = authority.counted(said, date(2026, 7, 1))
        steps = timeline(said, found, past.at)
        yield (
            f"{seed}",
            [
                [f"{key.purpose} {key.recipient} {states[key].state} {states[key].on_hold}" for key in keys],
                sorted(" ".join(key) for key in consent.usable(past.arrived, past.at)),
                sorted(" ".join(key) for key in consent.taken_back(past.arrived, keys, past.at)),
                [f"{' '.join(key)} {ends[key]}" for key in sorted(ends)],
                [
                    f"{' '.join(key)} {consent.life_end(past.arrived, key)} "
                    f"{' '.join(one.id for one in consent.in_order(past.arrived, key))}"
                    for key in keys
                ],
                sorted(" ".join(key) for key in consent.expiring(past.arrived, past.at, 40)),
                sorted(f"{one.id[:2]} {one.act} {'#' in one.id}" for one in found.events),
                sorted(
                    f"{one.id} {one.act} {rule}" for some in (found.refused, found.held) for one, rule in some.items()
                ),
                [
                    f"{one.event.id} {' '.join(one.roles)} {one.rule} {one.ended_by and one.ended_by.id} {one.ended_on}"
                    for one in steps
                ],
            ],
        )


def circumstances() -> Iterator[tuple[str, Any]]:
    """What stands in the way of a yes."""
    played = ["told.a", "told.b", "teach_back.q1", "teach_back.q2", "teach_back.q3", "ask.P01-x", "ask.P11"]
    script = {"lang": "ar", "draft": False, "heard": "read"}
    good: dict[str, Any] = {
        "told": ["a", "b"],
        "teach_back": dict.fromkeys(("q1", "q2", "q3"), "understood"),
        "present": ["nobody"],
        "capacity": ["none"],
        "incentive": "none",
        "script": script,
        "age": "adult",
        "guardian": True,
        "assent": True,
        "interpreter": None,
        "language": "ar",
        "focal_point": True,
        "second_adult": True,
    }
    spoken = {**good, "interpreter": {"used": True, "officer": False}}
    others: dict[str, tuple[Any, ...]] = {
        "told": ([], ["a"], ["a", "b", "c"], None),
        "teach_back": ({}, {"q1": "understood", "q2": "understood"}, None),
        "present": (["officer"], [], None),
        "capacity": (["drugs"], [], None),
        "incentive": ("money", "transport", "refreshment", None),
        "script": (
            None,
            {},
            {**script, "draft": True},
            {**script, "draft": True, "heard": "both"},
            {**script, "heard": "played"},
            {**script, "heard": "played", "played": played},
            {**script, "heard": "played", "played": played[1:]},
            {**script, "heard": "played", "played": played[:5]},
            {**script, "heard": "played", "played": played, "state": "x"},
            {**script, "heard": "played", "played": played, "state": "heard"},
        ),
        "age": ("minor", "alone", "under12", None),
        "guardian": (False, None),
        "assent": (False, None),
        "interpreter": ({"used": True, "officer": True}, {"used": True}, {"used": False, "officer": True}, {}),
        "language": ("fa", None),
        "interviewer_speaks": (True, False),
        "said_before": ([{}], [{"script": {"draft": False}}], [{"script": {"draft": True}}]),
        "focal_point": (False,),
        "second_adult": (None,),
    }
    for purpose in ("P01", "P11"):
        yield purpose, guards.obstacles(good, purpose, ("a", "b"))
        for name, values in others.items():
            for value in values:
                for age in ("adult", "minor", "alone"):
                    changed = {"age": age, name: value}
                    found = [guards.obstacles({**one, **changed}, purpose, ("a", "b")) for one in (good, spoken)]
                    yield f"{purpose} {age} {name} {value}", found


def readers() -> Iterator[tuple[str, Any]]:
    """Who opens which part."""
    for seed in range(40):
        dice = Random(seed)
        some = set(dice.sample(sorted(Purpose), dice.randint(0, 6))) | ({Purpose.RECORD} if seed % 3 else set())
        found, closed = compartments.readers(some), compartments.closed_by(some)
        policy = {
            name: dice.sample(["lawyers", "coordinators"], dice.randint(0, 2)) for name in found if dice.random() < 0.8
        }
        narrowed = compartments.narrow(found, policy)
        yield (
            f"{seed}: {' '.join(sorted(some))}",
            [{name: " ".join(sorted(who)) for name, who in each.items()} for each in (found, closed, narrowed)],
        )


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "consents": consents,
    "circumstances": circumstances,
    "readers": readers,
}
