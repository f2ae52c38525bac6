"""Which accounts are of one incident or person, by what lawyers said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, Final

from testimony.domain.causality import seen
from testimony.domain.incidents import equivalence, events, incident_count, linkage, told_again
from tests.support.domain.answers.histories import histories, id_of, ids, short


def links() -> Iterator[tuple[str, Any]]:
    """Which testimonies tell of one incident, and which one person told."""
    for number, dice, heads in histories(9, 120):
        said = []
        for one in heads:
            act = dice.choice(list(events.Act))
            about = dice.choice(("t1", "t2", "t3")) if act in events.ABOUT_TESTIMONY else events.NOWHERE
            about = events.NOWHERE if dice.random() < 0.03 else about
            low = dice.choice((None, 1, 3))
            counts: dict[str, Any] = {
                "people": dice.choice(list(events.People)[:2]),
                "low": low,
                "high": low and low + dice.randint(0, 2),
            }
            to = (
                dice.choice(("t1", "t2"))
                if act is events.Act.DIFFERENT
                else id_of(dice.randint(1, 3) if act is events.Act.SPLIT else dice.choice((91, 92, 93)))
            )
            event = events.LinkEvent(
                id=one.id,
                act=act,
                to="" if act is events.Act.PERSON and dice.random() < 0.2 else to,
                day=one.day,
                after=one.after,
                other=id_of(dice.choice((94, 95))) if act is events.Act.MERGE else "",
                **(counts if act is events.Act.COUNT else {}),
            )
            said.append(linkage.Signed(event=event, about=about, signer=one.signer, role=one.role))
        yield number, _linked(linkage.fold(said))


def _linked(found: linkage.Linked) -> list[Any]:
    names = [id_of(one) for one in (91, 92, 93, 94, 95)]
    return [
        ids(found.said, lambda each: each.event.id),
        {reason: ids(some, lambda each: each.event.id) for reason, some in found.ignored.items()},
        {
            " ".join(map(short, subject)): ids(some, lambda each: each.event.id)
            for subject, some in found.standing.items()
        },
        [short(found.name(one)) + ": " + " ".join(sorted(map(short, found.members(one)))) for one in names],
        {short(name): sorted(some) for name, some in found.accounts.items()},
        sorted(f"{tid} {short(name)}" for tid, name in found.contested),
        {tid: [short(name), sorted(map(short, found.keys[tid]))] for tid, name in found.persons.items()},
        {short(name): ids(some, lambda each: each.event.id) for name, some in found.merges.items()},
        [sorted(found.different(tid)) for tid in ("t1", "t2", "t3")],
        [
            {str(sort): ids(some, lambda each: each.event.id) for sort, some in found.counts(one).items()}
            for one in names
        ],
        [{short(name): low for name, low in found.fewest(sort).items()} for sort in list(events.People)[:2]],
        sorted(map(short, found.seen("tells", "t1", names[0]))),
    ]


def counted() -> Iterator[tuple[str, Any]]:
    """How many persons and incidents accounts are of."""
    dice = Random(10)
    for number in range(80):
        tids = [f"t{one}" for one in range(1, dice.randint(3, 7))]
        told = {
            tid: None
            if dice.random() < 0.2
            else incident_count.Told(
                month=dice.choice(("2026-01", "2026-02")),
                border=dice.choice(("HRV-BIH", "GRC-TUR")),
                part=dice.choice(("", "north", "south")),
            )
            for tid in tids
        }
        linked = {tid: dice.sample(("a", "b", "c"), dice.choice((0, 0, 1, 1, 2))) for tid in tids}
        accounts = [
            told_again.Linked(
                name=tid,
                persons=frozenset(dice.sample(("p", "q"), dice.choice((0, 1, 1, 2)))),
                incidents=frozenset(linked[tid]),
            )
            for tid in tids
        ]
        came = {tid: (0, dice.randint(1, 9)) for tid in tids if dice.random() < 0.8}
        before = frozenset(tid for tid in tids if dice.random() < 0.25)
        alike = {tid: one.answers if one else () for tid, one in told.items()}
        yield (
            f"{number}",
            [
                incident_count.names(told, linked),
                equivalence.classes(alike, linked),
                equivalence.classes(alike, linked, apart={()}),
                sorted(told_again.several(accounts)),
                sorted(told_again.told_again(accounts, before, came)),
            ],
        )


def pasts() -> Iterator[tuple[str, Any]]:
    """What lies in the past of an act."""
    for number, _, heads in histories(11, 40):
        acts = {one.id: one for one in heads}
        bits = {name: 1 << place for place, name in enumerate(acts)}
        yield number, {short(name): mask for name, mask in seen(acts, bits).items()}


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "links": links,
    "persons and incidents": counted,
    "pasts": pasts,
}
