"""What stands in ledgers of releases and of tables, after drawn histories of what coordinators said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from testimony.domain.errors import LedgerRefused
from testimony.domain.ledger.acts import Act, Reason
from testimony.domain.ledger.batch import ClassMembers, Contents
from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Stage
from testimony.domain.tables import acts as table_acts
from testimony.domain.tables import due
from testimony.domain.tables.ledger import Settled, TablesLedger
from testimony.domain.tables.periods import Period
from testimony.domain.tables.plan import Plan
from tests.support.domain import tables_entries
from tests.support.domain.ledger_entries import DAY, FLOOR, KEY, PROFILE, Log, hexed, holding, of, opened

PEOPLE: Final = ("ana", "ben", "eva")
MEMBERS: Final = {of("member", n): f"m{n}" for n in range(40)}
MANIFESTS: Final = tuple(map(str, range(12)))


def releases() -> Iterator[tuple[str, Any]]:
    """One log, in which some entries break a rule."""
    for number in range(90):
        dice, log, batches, lines = Random(number), opened(), list[str](), list[ClassMembers]()
        for _ in range(dice.randint(8, 20)):
            _say(dice, log, batches, lines)
        yield f"{number}", _ledger(log.ledger())


def branches() -> Iterator[tuple[str, Any]]:
    """Two branches that come together, and are settled or not."""
    for number in range(90):
        dice, log = Random(1000 + number), opened()
        batches, lines = list[str](), list[ClassMembers]()
        for _ in range(dice.randint(0, 6)):
            _say(dice, log, batches, lines)
        other = Log(entries=list(log.entries), held=log.held, count=1000)
        for _ in range(dice.randint(3, 8)):
            _say(dice, log, list(batches), lines)
            _say(dice, other, list(batches), lines)
        heads, known = {log.ledger().head, other.ledger().head}, {one.name for one in log.entries}
        for one in other.entries:
            if one.name not in known:
                log.log(one)
        closed = (dice.choice(log.entries).name,) if dice.random() < 0.3 else ()
        said = {"closed": closed, "heads": tuple(sorted(heads))}
        for by in dice.choice(((), ("ana",), ("ana", "ben"), ("ana", "ben"), ("ana", "ana"), ("ben", "eva"))):
            log.say(Act.SETTLE, said, by=by)
            if dice.random() < 0.2:
                _say(dice, log, batches, lines)
        for _ in range(dice.randint(0, 3)):
            _say(dice, log, batches, lines)
        yield f"{number}", _ledger(log.ledger())


def _say(dice: Random, log: Log, batches: list[str], lines: list[ClassMembers]) -> None:
    """Mostly what the rules allow."""
    by, name = dice.choice(PEOPLE), dice.choice(batches) if batches else hexed("no batch", 16)
    more: dict[str, Any] = {
        "may": dice.random() > 0.04,
        "day": DAY + timedelta(days=dice.choice((*(0,) * 14, 1, 2, -1))),
    }
    act = dice.choice((Act.BATCH, Act.APPROVE, Act.LEAVE, Act.CANCEL, Act.RECALL, Act.HANDED, *FREE))
    to: tuple[str, ...] = dice.choice((("P06",), ("P06",), ("P06", "P07")))
    under_way = log.ledger().open_batch
    if dice.random() < 0.7:
        act = Act.BATCH if not lines else dice.choice((Act.BATCH, Act.RECALL, Act.RECALL, Act.HANDED, *ABOUT_LINE))
        if under_way is not None:
            name, to = under_way.name, tuple(under_way.files)[: dice.choice((1, 2, 2))]
            act = Act.APPROVE if under_way.stage is Stage.PROPOSED else Act.LEAVE
            by = dice.choice([one for one in PEOPLE if one != under_way.by])
    said: dict[str, Any] = {"batch": name}
    if act is Act.BATCH:
        batches.append(name := hexed((len(batches), len(log.entries)), 16))
        start = dice.randint(0, 20)
        contents = holding(
            name,
            range(start, start + dice.choice((4, 5, 6, 12))),
            range(30, 30 + dice.choice((0, 6))),
            to=to,
            waiting=dice.choice(((), (39,), (start,))),
        )
        contents = Contents(classes=tuple(one for one in contents.classes if one.members), waiting=contents.waiting)
        lines.extend(contents.classes)
        said = log.batch(name, contents, to=dice.choice((to, to, ("P06",))))
        said |= dice.choice(({}, {}, {}, {}, {}, {"profile": hexed("another profile")}))
    elif act is Act.LEAVE:
        said["recipients"] = to
    elif act is Act.HANDED:
        said |= {"recipient": "P06", "sha256": hexed((name, "P06"))}
    elif act in ABOUT_LINE:
        line = dice.choice(lines) if lines else holding(name, range(6)).classes[0]
        said = {"class": line.id, "member": dice.choice(line.members), "recipients": ("P06",)}
        if act is Act.RECALL:
            said = {
                "class": line.id,
                "reason": Reason.DANGER,
                "wanted": dice.choice(((), (line.members[0],), (line.members[0], of("member", 38)))),
            }
        elif act is Act.REVOKED:
            del said["recipients"]
    elif act is Act.PROFILE:
        said = {
            "profile": {
                **PROFILE,
                **dice.choice(({"k": 6}, {"k": 4}, {"m": 1}, {"alpha": 500_001}, {"preset": "public"})),
            }
        }
    elif act is Act.OPEN:
        said = {"key": dice.choice((KEY, "22" * 32)), "floor": FLOOR}
    elif act is Act.REFUSED:
        said = {"reason": "small", "counts": {"waiting": 3}}
    elif act is Act.AUXILIARY:
        said = {"members": (of("member", dice.randint(0, 30)),)}
    log.say(act, said, by=by, **more)


FREE: Final = (Act.REVOKED, Act.ENDED, Act.PROFILE, Act.REFUSED, Act.AUXILIARY, Act.OPEN)
ABOUT_LINE: Final = (Act.RECALL, Act.REVOKED, Act.ENDED)


def _ledger(held: Ledger) -> list[Any]:
    classes = sorted(held.ahead.classes)
    return [
        f"{held.head[:6]} {held.key.hex()[:4]} {held.floor and held.floor.k} {held.last} "
        f"{held.open_batch and held.open_batch.name[:6]}",
        [f"{one.entry.act} {one.name[:4]}" for one in held.chain],
        [f"{one.entry.act} {one.name[:4]}" for one in held.pending],
        [f"{one.act} {one.name[:4]} {one.by} {one.day} {one.batch[:4]} {one.reason}" for one in held.overtaken],
        [_batch(one) for one in held.batches.values()],
        {
            name[:4]: f"{one.reason} {one.whole} {_members(one.members)} {one.by} {one.day}"
            for name, one in held.recalled.items()
        },
        _members(held.auxiliary),
        [f"{one.batch[:4]} {one.recipient} {one.by} {one.day}" for one in held.handed],
        [f"{one.reason} {dict(one.counts)} {one.by} {one.day}" for one in held.refused],
        {name[:4]: _members(some) for name, some in held.revoked.items()},
        {name[:4]: {to: _members(some) for to, some in by.items()} for name, by in held.ended.items()},
        sorted(one[:4] for one in held.contradicted),
        _members(held.published),
        {MEMBERS[name]: times for name, times in held.waited.items()},
        {MEMBERS[name]: len(some) for name, some in held.lines_of.items() if len(some) > 1},
        [_members(held.twice), _members(held.elsewhere), sorted(one[:4] for one in held.settled), held.unread],
        [
            [_members(held.withdrawn(one, "P06")), _members(held.withdrawn_from(one))]
            for one in classes
            if held.withdrawn_from(one)
        ],
        [held.is_published(one) for one in MANIFESTS],
        [
            f"{one.name[:4]} {one.by} {len(one.branches)} {[len(line) for line in one.lines]} "
            f"{len(one.handed)} {len(one.undone)}"
            for one in held.settlements
        ],
        [_before(held, name) for name in held.batches],
        [held.profile(one) is not None for one in ("trusted", "public")],
    ]


def _batch(one: LedgerBatch) -> str:
    return (
        f"{one.name[:4]} {one.by} {one.day} {one.stage} {one.approved_by} {dict(one.left)} {one.left_on} {one.settled} "
        f"{one.stands} {one.is_open} {one.k} {one.m} {one.alpha} {one.first} {one.preset} {list(one.files)}"
    )


def _before(held: Ledger, name: str) -> str:
    try:
        found = held.before(name)
    except LedgerRefused as refused:
        return refused.reason
    return f"{len(found.chain)} {found.head[:4]} {_members(found.published)}"


def _members(names: Any) -> str:
    return " ".join(sorted(MEMBERS[name] for name in names))


def tables() -> Iterator[tuple[str, Any]]:
    """Secrets, plans and numbers that two coordinators agree to."""
    for number in range(80):
        dice, log, names = Random(2000 + number), tables_entries.Log(), list[str]()
        if number % 4:
            log = tables_entries.begun()
        for _ in range(dice.randint(4, 14)):
            _say_of_tables(dice, log, names)
        settled = (
            [Settled(place=(0, 5), day=date(2026, dice.choice((2, 4, 12)), 1), words=("a", "b"))]
            if dice.random() < 0.2
            else []
        )
        yield f"{number}", _tables(log.fold(*settled))


def _say_of_tables(dice: Random, log: tables_entries.Log, names: list[str]) -> None:
    by = dice.choice(("anna", "boris", "clara"))
    more: dict[str, Any] = {
        "logged": dice.random() > 0.12,
        "may": dice.random() > 0.06,
        "day": tables_entries.DAY + timedelta(days=dice.randint(0, 3)),
    }
    plan = dice.choice(
        (
            tables_entries.PLAN,
            tables_entries.PLAN,
            Plan.fitting(2025, 700, borders=["HRV-BIH"], codebook="1"),
            Plan.fitting(2026, 100, borders=[], codebook="1"),
        )
    )
    match dice.choice(("secret", "plan", "numbers", "numbers", "agree", "agree", "agree", "agree")):
        case "secret":
            log.secret(by, generation=dice.choice((1, 1, 2, 3)), **more)
        case "plan":
            names.append(log.plan(by, plan, **more))
        case "numbers":
            label = dice.choice(("2026-01", "2026-02", "2026-Q1", "2026", "2025", "until 2026-01"))
            start = dice.choice((0, 100, 200, 300))
            layer = dice.choice((*(0,) * 7, 2))
            edition = dice.choice((*(1,) * 6, 2, 3))
            fits = label[:4] == str(plan.year) or "until" in label
            plan = plan if fits and Period.of(label).kind in plan.layers else tables_entries.PLAN
            made = tables_entries.contents(
                label,
                range(start, start + 3),
                number=dice.choice((60, 60, 65)),
                edition=edition,
                plan=plan,
                layer=layer,
            )
            names.append(log.numbers(by, made, generation=dice.choice((1, 1, 1, 2)), **more))
            if dice.random() < 0.06:
                del log.held[names[-1]]
        case _:
            about = dice.choice(names[-2:]) if names else "ab" * 32
            others = [one.by for one in log.entries if one.name == about]
            by = "anna" if "boris" in others or dice.random() < 0.2 else "boris"
            log.agree(by, about, **more)


def _tables(held: TablesLedger) -> list[Any]:
    days = (
        date(2026, 1, 31),
        date(2026, 2, 1),
        date(2026, 4, 1),
        date(2026, 12, 31),
        date(2027, 1, 1),
        date(2027, 2, 1),
    )
    return [
        {generation: master.hex()[:6] for generation, master in held.masters.items()},
        {generation: sorted(shares) for generation, shares in held.shared.items()},
        {year: plan.digest[:6] for year, plan in held.plans.items()},
        {f"{period} {edition}": file.name[-2:] for (period, edition), file in held.files.items()},
        {name[-2:]: f"{one.subject} {one.by} {one.day} {one.pending}" for name, one in held.proposed.items()},
        sorted(f"{name[-2:]} {by}" for name, by in held.underway),
        [str(held.last), held.unread, held.generation, {period: len(some) for period, some in held.counted.items()}],
        [held.may_be_printed(Period.of(label)) for label in ("2026-01", "2026-03", "2026-Q1", "2026")],
        [[one.label for one in due.makeable(held, day)][:4] for day in days],
        [_next(held, day) for day in days],
        {me: [one.name[-2:] for one in due.proposals_for(held, me)] for me in ("anna", "boris")},
    ]


def _next(held: TablesLedger, day: date) -> str:
    found = [
        due.next_period(held, day),
        *(due.next_period(held, day, refused=Period.of(one)) for one in ("2026-01", "2026-Q1", "2026")),
    ]
    return f"{[one and one.label for one in found]} {due.next_end(held, day)} {due.year_to_plan(held, day)}"


def names() -> Iterator[tuple[str, Any]]:
    """How acts and accounts are called."""
    yield "member", table_acts.member("ab" * 32)
    yield "class", [one.id for one in holding("b" * 32, range(5), range(6, 12), to=("P06", "P07")).classes]
    yield "digest of a plan", tables_entries.PLAN.digest


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "releases": releases,
    "branches": branches,
    "tables": tables,
    "names": names,
}
