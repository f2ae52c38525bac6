"""Read what a witness agrees to now: the consent given in the interview and all later changes.

All callers use this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy.orm import Session

from testimony.domain.consent import authority, conditions
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.authority import INTERVIEW, WITNESS, Counted, Said
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.documents import FIELD, Named
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState, Standing
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.consent.timeline import Step, timeline
from testimony.domain.errors import EventUnreadable
from testimony.questionnaire.consent_scripts import tells_rough_facts, told_items
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.consent import erasures, partial_withdrawals
from testimony.services.consent.erasures import Erasure
from testimony.services.opening import compartments, lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.compartments import Compartment

SAID_YES = (ConsentState.GRANTED, ConsentState.EXPIRED)


@dataclass(frozen=True, kw_only=True)
class ByDocument:
    """The document that says yes: its day, the record of the annex that has it, and the lawyer who attached it."""

    made: date
    annex: str
    signer: str


@dataclass(frozen=True, kw_only=True)
class ConsentLine:
    """The state of one consent today; only `usable` decides.

    `until`: its last day, None without a limit. `history`: (act, day) of each event, in order. `document`: what says
    yes in place of the witness.
    """

    purpose: Purpose
    recipient: str
    state: ConsentState
    on_hold: bool
    usable: bool
    until: date | None = None
    history: tuple[tuple[str, date], ...] = ()
    name_shown: str = ""  # P08d: full, initials or none
    document: ByDocument | None = None

    @property
    def key(self) -> Key:
        return Key(self.purpose, self.recipient)


@dataclass(frozen=True, kw_only=True)
class Consents:
    """Everything that this reader can see of one testimony's consent at `at`.

    `said`: each event with each of its signatures; a yes that a guard refuses is included as a no. `unread`: annexes
    about this testimony that cannot be read, by rule: they agree to nothing. `readable` is False if the consent of the
    interview cannot be read; then nothing counts as agreed. `rough`: ids of events in words that told of rough facts.
    `erasures`: the withdrawals with which somebody proposed to erase everything. `imported`: an account from elsewhere.
    `documents`: by the id of a yes, the document that says it.
    """

    tid: str
    at: date
    readable: bool
    said: tuple[Said, ...]
    counted: Counted
    unread: Mapping[str, str]
    rough: frozenset[str] = frozenset()
    erasures: tuple[Erasure, ...] = ()
    imported: bool = False
    documents: Mapping[str, ByDocument] = field(default_factory=dict)
    annexes: AnnexIndex = field(default_factory=AnnexIndex, repr=False, compare=False)

    @cached_property
    def lines(self) -> tuple[ConsentLine, ...] | None:
        """A line for each purpose; None if it cannot be read."""
        if self.standings is None:
            return None
        events = self.counted.events
        return tuple(
            ConsentLine(
                purpose=key.purpose,
                recipient=key.recipient,
                state=standing.state,
                on_hold=standing.on_hold,
                usable=key in self.usable,
                until=consent_fold.life_end(events, key),
                history=tuple((str(one.act), one.day) for one in consent_fold.in_order(events, key)),
                name_shown=_name_shown(events, key),
                document=self._document(key) if standing.state in SAID_YES else None,
            )
            for key, standing in sorted(self.standings.items())
        )

    @cached_property
    def standings(self) -> Mapping[Key, Standing] | None:
        """The state of each key, without the histories of `lines`, which are slow for thousands; None as there."""
        try:
            return consent_fold.states(self.counted.events, self.at) if self.readable else None
        except EventUnreadable:
            return None

    @cached_property
    def usable(self) -> frozenset[Key]:
        """The uses allowed on that day; none if it cannot be read."""
        return frozenset() if self.standings is None else consent_fold.usable(self.counted.events, self.at)

    @cached_property
    def rough_facts(self) -> bool:
        """Whether the witness was told that coordinators see only rough facts, and has not agreed to more since."""
        granted = {key for key, one in (self.standings or {}).items() if one.state is ConsentState.GRANTED}
        counting = {key for key in granted if key.purpose in COUNTING}
        yes = [one for one in self.counted.events if one.act is Act.GRANT and _key(one) in counting]
        spoken = [one for one in yes if one.id not in self.documents]
        return bool(spoken) and all(one.id in self.rough for one in spoken)

    def may_be_asked(self, key: Key) -> bool:
        """Whether a yes to `key` would change anything today."""
        return key not in self.usable or (key.purpose in COUNTING and self.rough_facts)

    @property
    def steps(self) -> list[Step]:
        """The events, in order."""
        return timeline(self.said, self.counted, self.at)

    @property
    def waiting(self) -> list[ConsentEvent]:
        """The proposals that a second person has not confirmed, and that two roles have not called false: RELEASE and
        ERASE.
        """
        lacking = [event for event, rule in self._doubts() if rule == "second.signature" and not self.is_void(event)]
        return sorted(lacking, key=lambda event: (event.day, event.id))

    @property
    def seen(self) -> list[str]:
        """The ids of everything that counts, for `after` of the next event."""
        return sorted(event.id for event in self.counted.events)

    def is_void(self, event: ConsentEvent) -> bool:
        """Whether `event` proposed to erase everything, and two roles said that this is false."""
        own = [one.void for one in self.erasures if one.event == event]
        return bool(own) and all(own)

    def signers(self, event: ConsentEvent) -> set[str]:
        """The signers of `event`, by their ids in the roster."""
        return {one.signer for one in self.said if one.event == event}

    def _document(self, key: Key) -> ByDocument | None:
        """Of the last yes to `key`."""
        said = (one for one in reversed(consent_fold.in_order(self.counted.events, key)) if one.act is Act.GRANT)
        return self.documents.get(next(said).id)

    def _doubts(self) -> Iterable[tuple[ConsentEvent, str]]:
        return (*self.counted.refused.items(), *self.counted.held.items())


def consents_of(
    chain: RosterChain,
    session: Session,
    record: SignedRecord,
    held: Compartment | None,
    *,
    annexes: AnnexIndex,
    at: date,
    withdrawals: Iterable[SignedRecord] | None = None,
    manifest: Manifest | None = None,
) -> Consents:
    """The consents at `at`, from the compartment `consent` (`held`) of the testimony `record`, from `annexes`
    (refreshed before), and from what the witness withdrew with the code. Raises `CannotOpen("altered")`.

    `withdrawals`, `manifest`: the withdrawal records about it, and what `record` says, if the caller has read those.
    """
    manifest = manifest or compartments.parsed(record)
    tid = manifest.tid
    content = (held.content if held else None) or {}
    at_interview, readable = _at_interview(content) if held and held.content is not None else ([], False)
    said = [
        Said(event=event, signer=INTERVIEW, role=INTERVIEW) for event in _first_judged(manifest, at_interview, content)
    ]
    rough = {one.event.id for one in said} if tells_rough_facts(content) else set()
    said += partial_withdrawals.taken_back(chain, session, manifest, about=withdrawals)
    unread: dict[str, str] = {}
    erasing: list[Erasure] = []
    documents: dict[str, ByDocument] = {}
    for annex in annexes.about(tid):
        if annex.content.get("kind") != authority.KIND:
            continue
        try:
            events = authority.events_of(annex.content)
        except EventUnreadable:
            unread[annex.name] = "structure"
            continue
        circumstances = annex.content.get("circumstances")
        named = _named_document(chain, manifest, annex)
        if named is None:
            judged = _judged(events, circumstances)
        else:
            judged = list(conditions.by_document(events, named[0]))
            source = ByDocument(made=named[0].made, annex=named[0].annex, signer=named[1])
            documents |= {event.id: source for event in judged if event.act is Act.GRANT}
        rough |= {event.id for event in judged} if tells_rough_facts(circumstances) else set()
        said += [_voice(chain, annex, event, manifest.withdraw) for event in judged]
        erasing += erasures.erasures_of(session, annex, judged)
    counted = authority.counted(said, at)
    late = {
        event
        for event in counted.events
        if event.id in documents and conditions.overtaken(event, documents[event.id].made, counted.events)
    }
    if late:
        refused = {event: replace(event, act=Act.REFUSE, reason="not_recorded") for event in late}
        said = [replace(one, event=refused.get(one.event, one.event)) for one in said]
        documents = {id: one for id, one in documents.items() if id not in {event.id for event in late}}
        counted = authority.counted(said, at)
    return Consents(
        tid=tid,
        at=at,
        readable=readable,
        said=tuple(said),
        counted=counted,
        unread=unread,
        rough=frozenset(rough),
        erasures=tuple(erasing),
        imported=manifest.imported,
        documents=documents,
        annexes=annexes,
    )


def sealed_uses(manifest: Manifest, content: Mapping[str, Any], at: date) -> frozenset[Key]:
    """The uses that stand at `at` by what was sealed with the testimony alone. `content`: of its consent."""
    told, readable = _at_interview(content)
    said = [Said(event=event, signer=INTERVIEW, role=INTERVIEW) for event in _first_judged(manifest, told, content)]
    try:
        return consent_fold.usable(authority.counted(said, at).events, at) if readable else frozenset()
    except EventUnreadable:
        return frozenset()


def hindrance(circumstances: Any, purpose: Purpose) -> str | None:
    """Why these circumstances rule out consent to `purpose`, a key of `guards.OBSTACLES`; None if nothing does.

    Anything that cannot be understood counts as not recorded.
    """
    try:
        return conditions.hindrance(purpose, circumstances, told_items(circumstances))
    except (TypeError, AttributeError, ValueError):  # sealed by a dishonest device in an unknown format
        return "not_recorded"


def _first_judged(
    manifest: Manifest, events: Iterable[ConsentEvent], content: Mapping[str, Any]
) -> Iterable[ConsentEvent]:
    """What was sealed with the testimony. An import covers no more than papers do, whatever a lawyer sealed in it as
    circumstances: no phone asked anybody.
    """
    if manifest.imported:
        return conditions.documented(events)
    return _judged(events, content)


def _named_document(chain: RosterChain, manifest: Manifest, annex: OpenedAnnex) -> tuple[Named, str] | None:
    """What an annex names in place of circumstances, and the lawyer who signed. Only for an account from elsewhere: a
    phone asks the witness.
    """
    signer = lawyer_annexes.signer_of(chain, annex)
    if not manifest.imported or signer is None or "circumstances" in annex.content:
        return None
    try:
        return Named.parse(annex.content.get(FIELD)), signer
    except EventUnreadable:
        return None


def _judged(events: Iterable[ConsentEvent], circumstances: Any) -> list[ConsentEvent]:
    try:
        return list(conditions.judged(events, circumstances, told_items(circumstances)))
    except (TypeError, AttributeError, ValueError):
        return list(conditions.judged(events, {}, told_items({})))


def _at_interview(content: Mapping[str, Any]) -> tuple[list[ConsentEvent], bool]:
    told = content.get("events", [])
    try:
        return [ConsentEvent.parse(value) for value in told], isinstance(told, list)
    except (EventUnreadable, TypeError):
        return [], False


def _voice(chain: RosterChain, annex: OpenedAnnex, event: ConsentEvent, withdraw: str | None) -> Said:
    """The signer: by the newest roster that knows the key, or the witness if the testimony's own code signed it, whose
    key is `withdraw`. Another code says nothing about this testimony.
    """
    if annex.code is not None:
        return Said(event=event, signer=WITNESS, role=WITNESS, tid_ok=annex.code == withdraw)
    entry, now = chain.signer(annex.by), chain.latest.signer(annex.by)
    return Said(
        event=event,
        signer=entry.id if entry else annex.by,
        role=entry.role if entry else "",
        active=now is not None and now.active,
    )


def _key(event: ConsentEvent) -> Key | None:
    return Key(event.purpose, event.recipient) if event.purpose and event.recipient else None


def _name_shown(events: Iterable[ConsentEvent], key: Key) -> str:
    """How a name is to be shown, from the last answer on `key`."""
    return next((one.name_shown for one in reversed(consent_fold.in_order(events, key)) if one.name_shown), "")
