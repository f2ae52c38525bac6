"""The promise of the fold over thousands of offline histories, and that breaking any rule of it is found.

A failure names the number of its history: `history(NUMBER)` makes it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState, Standing
from testimony.domain.consent.purposes import Key, Purpose
from tests.support.domain.histories import History, history
from tests.support.each_time import each_time

FEW, MANY = 4_000, 20_000
LATER = 5  # of so many one is also looked at with more said after it
ENOUGH_TO_FIND = 3_000
"""A broken rule shows within so many."""


@pytest.mark.parametrize("histories", each_time([FEW, MANY], FEW))
def test_in_thousands_of_offline_histories_no_rule_is_ever_broken(histories: int) -> None:
    counted: Counter[Standing] = Counter()
    for number in range(histories):
        one = history(number)
        broken = fault(one) or (later(one) if number % LATER == 0 else None)
        assert broken is None, f"history({number}): {broken}"
        for standing in consent_fold.states(one.events, one.at).values():
            counted[standing] += 1
    often = histories / 100
    reached = {
        state for state in ConsentState if counted[Standing(state)] > often and counted[Standing(state, True)] > often
    }
    assert reached == set(ConsentState), counted


def fault(one: History) -> str | None:
    """What of the promise does not hold for `one`; None when all of it does."""
    told, usable = consent_fold.states(one.events, one.at), consent_fold.usable(one.events, one.at)
    if (consent_fold.states(one.arrived, one.at), consent_fold.usable(one.arrived, one.at)) != (told, usable):
        return "the order or the number of deliveries changes it"
    past = {event.id: past_of(event, one) for event in one.events}
    for key in told:
        expected = said_again(one, past, key)
        if told[key] != expected:
            return f"{key} is {told[key]} and should be {expected}"
    expected_usable = {key for key in told if told[key] == Standing(ConsentState.GRANTED) and has_its_needs(key, told)}
    if usable != expected_usable:
        return f"usable is {usable} and should be {expected_usable}"
    return None


def later(one: History) -> str | None:
    """What holds whatever is said next: nothing undoes an erasure, and only a release that saw it ends a hold."""
    key = min(consent_fold.usable(one.events, one.at), default=None)
    if key is None:
        return None
    seen = frozenset(event.id for event in one.events)
    again = ConsentEvent(
        id="n", act=Act.GRANT, purpose=key.purpose, recipient=key.recipient, day=one.at, after=seen | {"l"}
    )
    for act, undone_by in ((Act.ERASE, None), (Act.HOLD, Act.RELEASE), (Act.WITHDRAW, Act.GRANT)):
        last = ConsentEvent(id="l", act=act, purpose=None, recipient=None, day=one.at)
        for undoing in (again, replace(again, act=Act.RELEASE)):
            blind = replace(undoing, after=seen)
            stands = [
                consent_fold.states([*one.events, last, *more], one.at)[key] == Standing(ConsentState.GRANTED)
                for more in ([], [blind], [undoing])
            ]
            if stands != [False, False, undoing.act is undone_by]:
                return f"{key} after {act} and {undoing.act}: {stands}"
    return None


def past_of(event: ConsentEvent, one: History) -> frozenset[str]:
    """The causal past, by walking back from each event alone."""
    known = {other.id: other for other in one.events}
    past: set[str] = set()
    waiting = list(event.after)
    while waiting:
        name = waiting.pop()
        if name not in past:
            past.add(name)
            waiting.extend(known[name].after if name in known else ())
    return frozenset(past)


def said_again(one: History, past: dict[str, frozenset[str]], key: Key) -> Standing:
    """The five rules of docs/consent.md once more, word by word, without the code's own functions."""
    mine = [e for e in one.events if e.purpose in (None, key.purpose) and e.recipient in (None, key.recipient)]

    def those(*acts: Act) -> list[ConsentEvent]:
        return [event for event in mine if event.act in acts]

    holds = [hold for hold in those(Act.HOLD) if not any(hold.id in past[let.id] for let in those(Act.RELEASE))]
    ends = those(Act.REFUSE, Act.WITHDRAW, Act.INVALIDATE)
    live = [grant for grant in those(Act.GRANT) if all(end.id in past[grant.id] for end in ends)]
    if those(Act.ERASE):
        state = ConsentState.ERASED
    elif live:
        state = ConsentState.GRANTED if any(one.at <= end_of(grant) for grant in live) else ConsentState.EXPIRED
    elif ends:
        strongest = next(act for act in (Act.INVALIDATE, Act.WITHDRAW, Act.REFUSE) if those(act))
        state = {"I": ConsentState.INVALID, "W": ConsentState.WITHDRAWN, "R": ConsentState.REFUSED}[strongest[0]]
    else:
        state = ConsentState.UNDECIDED if those(Act.ASK) else ConsentState.NOT_ASKED
    return Standing(state, bool(holds))


NEEDS = {
    Purpose.RECORD: [],
    Purpose.COUNT: [Purpose.RECORD],
    Purpose.MECHANISM: [Purpose.RECORD],
    Purpose.LAWYER: [Purpose.RECORD],
    Purpose.QUOTES: [Purpose.RECORD, Purpose.LAWYER],
    Purpose.UN_CASE: [Purpose.RECORD, Purpose.LAWYER],
    Purpose.UN_LETTER: [Purpose.RECORD, Purpose.LAWYER, Purpose.UN_CASE],
}


def has_its_needs(key: Key, told: dict[Key, Standing]) -> bool:
    granted = [one for one, standing in told.items() if standing == Standing(ConsentState.GRANTED)]
    case = [one for one in granted if one.purpose is not Purpose.UN_CASE or one.recipient == key.recipient]
    return all(need in [one.purpose for one in case] for need in NEEDS[key.purpose])


def end_of(grant: ConsentEvent) -> date:
    """The last day of a life that began on a 28th."""
    months = grant.day.month - 1 + (grant.life_months or 1200)
    return grant.day.replace(year=grant.day.year + months // 12, month=months % 12 + 1)


def direct(events: Mapping[str, ConsentEvent], bits: Mapping[str, int]) -> dict[str, int]:
    """Only what an event names itself counts as seen."""
    return {name: sum(bits.get(other, 0) for other in event.after) for name, event in events.items()}


def unerased(fold: Any, heard: Any, at: date) -> ConsentState:
    heard.acts.discard(Act.ERASE)
    return STATE(fold, heard, at)


STATE = consent_fold._Fold._state
BROKEN: dict[str, tuple[object, str, object]] = {
    "a restriction need not have been seen": (consent_fold._Fold, "live", lambda self, heard: granted(self, heard)),
    "one restriction that was seen is enough": (consent_fold._Fold, "live", lambda self, heard: seen_one(self, heard)),
    "the last grant to arrive decides": (consent_fold._Fold, "live", lambda self, heard: granted(self, heard)[-1:]),
    "only what is named itself was seen": (consent_fold, "seen", direct),
    "an erasure can be undone": (consent_fold._Fold, "_state", unerased),
    "a life never ends": (ConsentEvent, "lives", lambda self, at: True),
    "a life ends a day early": (ConsentEvent, "lives", lambda self, at: self.last_day is None or at < self.last_day),
    "the weakest restriction is named": (consent_fold, "AFTER", consent_fold.AFTER[::-1]),
    "a hold holds nothing": (consent_fold._Fold, "_is_on_hold", lambda self, key, heard: False),
    "any release ends any hold": (consent_fold._Fold, "_is_on_hold", lambda self, key, heard: not self.releases),
    "no release ends a hold": (consent_fold._Fold, "_is_on_hold", lambda self, key, heard: True),
    "what concerns everything concerns nothing": (consent_fold, "_over", lambda key: ()),
    "nothing needs anything": (consent_fold, "effective_keys", frozenset),
}


def granted(fold: Any, heard: Any) -> list[ConsentEvent]:
    return [fold.by_id[name] for name in heard.grants]


def seen_one(fold: Any, heard: Any) -> list[ConsentEvent]:
    return [one for one in granted(fold, heard) if not heard.ends or heard.ends & fold.past[one.id]]


@pytest.mark.parametrize("rule", BROKEN)
def test_breaking_any_rule_of_the_fold_is_found(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*BROKEN[rule])
    assert any(fault(history(number)) for number in range(ENOUGH_TO_FIND))
