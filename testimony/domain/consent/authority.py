"""Decides who may change a consent after the interview: which signed events count, and why the others do not.

A pure function over the *set* of events (docs/consent.md, "Who may say what"): the order of arrival does not matter. A
restriction in doubt is never dropped because of the doubt: it holds until two people have looked at it.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from testimony.domain.consent.events import RESTRICTING, Act, ConsentEvent
from testimony.domain.errors import EventUnreadable
from testimony.domain.roles import Role
from testimony.errors import N_

INTERVIEW = "interview"
"""The role of what is sealed with the testimony itself: the witness's own answers at the interview."""
WITNESS = "witness"
"""The role of what the withdrawal code signed."""
PHONE = "phone"
"""The role of events signed by a phone's key for a witness; the interviewer is not named."""
PEOPLE = frozenset(map(str, Role))
ANSWERING = frozenset({INTERVIEW, Role.LAWYER, Role.INTERVIEWER})
DECIDING = frozenset({Role.LAWYER, Role.COORDINATOR})
MAY: Mapping[Act, frozenset[str]] = {
    Act.ASK: ANSWERING,
    Act.GRANT: ANSWERING,
    Act.REFUSE: ANSWERING,
    Act.WITHDRAW: PEOPLE | {INTERVIEW, WITNESS, PHONE},
    Act.INVALIDATE: frozenset({INTERVIEW, Role.LAWYER}),
    Act.HOLD: PEOPLE | {INTERVIEW},
    Act.RELEASE: DECIDING,
    Act.ERASE: PEOPLE,
}
"""Who may say what. Of devices a phone may take back, and no other says anything; RELEASE and ERASE count with a second
signature alone."""

KIND = "consent"
MOST_EVENTS = 256  # in one annex

RULES = {
    "structure": N_("What was said here about a consent cannot be read. It counts for nothing."),
    "other.testimony": N_("This was said about another testimony. It counts for nothing here."),
    "signer.role": N_("Who signed this may not say it. It counts for nothing."),
    "signer.inactive": N_("Who signed this is no longer active. It agrees to nothing; what it takes back is on hold."),
    "future": N_("This is dated in the future. It counts from that day on."),
    "second.signature": N_("This counts once a second person has signed it. Until then what it takes back is on hold."),
    "id.twice": N_("Two different acts have the same number. What they agree to counts for nothing."),
}


@dataclass(frozen=True, kw_only=True)
class Said:
    """One event and one signature under it.

    `signer`: the person's id in the roster, whatever their keys. `role`: theirs, or `INTERVIEW` or `WITNESS`.
    `active`: whether the roster in force still has them. `tid_ok`: whether the seal around it names this testimony.
    """

    event: ConsentEvent
    signer: str
    role: str
    active: bool = True
    tid_ok: bool = True


@dataclass(frozen=True, kw_only=True)
class Counted:
    """What counts (`events`, for the fold), and by which key of `RULES` the rest does not.

    `refused` events are not among `events` at all; `held` ones are, as a HOLD of what they would have ended.
    """

    events: frozenset[ConsentEvent]
    refused: Mapping[ConsentEvent, str]
    held: Mapping[ConsentEvent, str]


def counted(said: Iterable[Said], today: date) -> Counted:
    """Which of all events about one testimony count at a station whose day is `today`."""
    voices: dict[ConsentEvent, list[Said]] = defaultdict(list)
    for one in said:
        voices[one.event].append(one)
    doubts = {event: _doubt(event, signed, today) for event, signed in voices.items()}
    held = {event: rule for event, rule in doubts.items() if rule in HOLDING and event.act in RESTRICTING}
    refused = {event: rule for event, rule in doubts.items() if rule is not None and event not in held}
    sound = [event for event, rule in doubts.items() if rule is None]
    if not held and len({event.id for event in sound}) == len(sound):  # nearly always
        return Counted(events=frozenset(sound), refused=refused, held=held)
    return _sorted_out(sound, refused, held)


def _sorted_out(
    sound: Sequence[ConsentEvent], refused: Mapping[ConsentEvent, str], held: Mapping[ConsentEvent, str]
) -> Counted:
    """The same where something is held, or two different acts have one number."""
    twice = _sharing_an_id(sound)
    void = {event: "id.twice" for event in twice if event.act not in RESTRICTING}
    taken = {event.id for event in sound}
    kept = {_own(event) if event in twice else event for event in sound if event not in void}
    holds = {replace(_own(event) if event.id in taken else event, act=Act.HOLD) for event in held}
    return Counted(events=frozenset(kept | _apart(holds)), refused={**refused, **void}, held=held)


def events_of(content: Any) -> tuple[ConsentEvent, ...]:
    """The events in the content of an annex, `{"kind": "consent", "events": [...]}`. Raises `EventUnreadable`."""
    if not isinstance(content, Mapping) or content.get("kind") != KIND or not isinstance(content.get("events"), list):
        raise EventUnreadable
    if not 0 < len(content["events"]) <= MOST_EVENTS:
        raise EventUnreadable
    return tuple(map(ConsentEvent.parse, content["events"]))


def content_of(events: Sequence[ConsentEvent]) -> dict[str, Any]:
    """The content of an annex that says `events`; `events_of(content_of(events)) == tuple(events)`."""
    return {"kind": KIND, "events": [event.to_value() for event in events]}


HOLDING = frozenset({"signer.inactive", "second.signature"})


def _doubt(event: ConsentEvent, voices: Iterable[Said], today: date) -> str | None:
    """Why `event` does not count as what it says; None when it does. The first rule that every voice breaks."""
    here = [one for one in voices if one.tid_ok]
    if not here:
        return "other.testimony"
    entitled = [one for one in here if one.role in MAY[event.act]]
    if not entitled:
        return "signer.role"
    if event.act not in RESTRICTING and event.day > today + timedelta(days=1):
        return "future"
    active = [one for one in entitled if one.active]
    if not active:
        return "signer.inactive"
    return None if _enough(event.act, active) else "second.signature"


def _enough(act: Act, voices: Sequence[Said]) -> bool:
    """RELEASE needs a lawyer and a coordinator, ERASE two people of these roles; everything else one voice."""
    deciding = {(one.signer, one.role) for one in voices if one.role in DECIDING}
    signers, roles = {signer for signer, _ in deciding}, {role for _, role in deciding}
    if act is Act.RELEASE:
        return len(signers) >= 2 and len(roles) >= 2
    return act is not Act.ERASE or len(signers) >= 2


def _sharing_an_id(events: Iterable[ConsentEvent]) -> frozenset[ConsentEvent]:
    """Those whose id another one has too: who names it in `after` may have seen either, so they were seen by nobody."""
    by_id: dict[str, list[ConsentEvent]] = defaultdict(list)
    for event in events:
        by_id[event.id].append(event)
    return frozenset(event for sharing in by_id.values() if len(sharing) > 1 for event in sharing)


def _apart(holds: Iterable[ConsentEvent]) -> set[ConsentEvent]:
    """`holds`, none with the id of another."""
    everyone = set(holds)
    twice = _sharing_an_id(everyone)
    return {_own(event) if event in twice else event for event in everyone}


def _own(event: ConsentEvent) -> ConsentEvent:
    """`event` under an id that follows from all that it says, and that nothing can be sent with."""
    said = json.dumps(event.to_value(), sort_keys=True)
    return replace(event, id=f"{event.id}#{hashlib.sha256(said.encode('ascii')).hexdigest()[:32]}")
