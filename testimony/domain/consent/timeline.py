"""The history of a consent: its events in order, and which refusal ended which grant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from testimony.domain.consent.authority import Counted, Said
from testimony.domain.consent.events import ENDING, Act, ConsentEvent


@dataclass(frozen=True, kw_only=True)
class Step:
    """One event and who signed it (`roles`, each once).

    `rule`: why it does not count as what it says, a key of `authority.RULES`; "" when it does.
    `ended_by`: of a yes, the first of what took it back. `ended_on`: of a yes whose life is over, its last day.
    """

    event: ConsentEvent
    roles: tuple[str, ...]
    rule: str = ""
    ended_by: ConsentEvent | None = None
    ended_on: date | None = None


def timeline(said: Iterable[Said], counted: Counted, at: date) -> list[Step]:
    """Everything but the asking, by day; on one day what saw another comes after it."""
    roles: dict[ConsentEvent, set[str]] = {}
    for one in said:
        roles.setdefault(one.event, set()).add(one.role)
    by_id = {event.id: event for event in roles}
    rules = {**counted.held, **counted.refused}
    ending = [event for event in roles if event.act in ENDING and event not in rules]
    steps = [
        Step(
            event=event,
            roles=tuple(sorted(roles[event])),
            rule=rules.get(event, ""),
            ended_by=_ended_by(event, ending, by_id) if event.act is Act.GRANT else None,
            ended_on=event.last_day if event.act is Act.GRANT and not event.lives(at) else None,
        )
        for event in roles
        if event.act is not Act.ASK
    ]
    return sorted(steps, key=lambda step: _order(step.event, by_id))


def _order(event: ConsentEvent, by_id: Mapping[str, ConsentEvent]) -> tuple[date, int, str, str]:
    """What one device said on one day comes in the order of the uses."""
    return event.day, len(_past(event, by_id)), event.purpose or "", event.id


def _ended_by(
    grant: ConsentEvent, ending: Iterable[ConsentEvent], by_id: Mapping[str, ConsentEvent]
) -> ConsentEvent | None:
    past = _past(grant, by_id)
    about = [event for event in ending if _same(event, grant) and event.id not in past]
    return min(about, key=lambda event: (event.day, event.id), default=None)


def _same(ending: ConsentEvent, grant: ConsentEvent) -> bool:
    return ending.purpose in (None, grant.purpose) and ending.recipient in (None, grant.recipient)


def _past(event: ConsentEvent, by_id: Mapping[str, ConsentEvent]) -> frozenset[str]:
    seen: set[str] = set()
    waiting = [*event.after]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(by_id[name].after if name in by_id else ())
    return frozenset(seen)
