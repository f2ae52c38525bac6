"""Decide for whom each coded account at this desk may be released today, and keep only its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Final

from testimony.domain.coding.data_quality import Judge, Said
from testimony.domain.consent import compartments, days
from testimony.domain.consent import fold as consent_fold
from testimony.domain.consent.compartments import COUNTING
from testimony.domain.consent.days import Days
from testimony.domain.consent.events import ENDING, Act
from testimony.domain.consent.offers import offers
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.release import columns as release_columns
from testimony.domain.release.columns import Line, Vocabulary
from testimony.domain.roles import Audience
from testimony.domain.tables import questions as tables_questions
from testimony.domain.tables.questions import Told
from testimony.questionnaire.definition import for_coordinators
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.records.records import SignedRecord
from testimony.services.coding import coded_record
from testimony.services.coding.coded_record import CodedRecord
from testimony.services.consent import consents, permissions
from testimony.services.consent.consents import Consents
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.bulk import Openings, Sealed
from testimony.services.opening.compartments import Compartment, compartment_of
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.wordings import questionnaires

CLOSED: Final = "closed"
"""This key does not open it: no counting use was agreed to at the interview, or it did not arrive in full yet."""
UNREADABLE: Final = "unreadable"
"""It does not verify, or its content is not a consent or a coded account."""

NOT_FOR_YOU: Final = "not_for_you"
"""The code of `CannotOpen` for a part that was never sealed to this key."""

NOES: Final = ENDING | {Act.ERASE}
CONCERNED: Final = COUNTING | {Purpose.RECORD, None}
"""Purposes (None for all at once) whose refusal withdraws a counting use."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One testimony. `manifest`: the name of its record. `keys`: the counting uses that it may have on that day.

    `ended`: those that were asked for and withdrawn, so that they are not valid. `line`, `told`, `said`: its values,
    for lines, tables and the quality of data, if some use is allowed; `corrected`: fields that a lawyer changed;
    `language`: of the conversation. `alone`: no lawyer can open it, and none is meant to. `closed`: `CLOSED` or
    `UNREADABLE`, else "". `final`: nothing that arrives by itself can change this. `days`: on which it is valid if
    nothing more is said; None if that is not known. On that day at this desk: `gone`: "withdrawn" or "suspended", else
    ""; `cleared`: it may be released, by two lawyers, or if it is `alone` by two coordinators.
    """

    tid: str
    manifest: str
    keys: frozenset[Key] = frozenset()
    ended: frozenset[Key] = frozenset()
    line: Line | None = None
    told: Told = field(default_factory=dict)
    said: Said = ()
    corrected: frozenset[str] = frozenset()
    language: str = release_columns.MISSING
    alone: bool = False
    closed: str = ""
    final: bool = True
    days: Days | None = None
    gone: str = ""
    cleared: bool = False


class Opener:
    """Opens testimonies for one reading session and one day. `home`: of the station, where its forms are."""

    def __init__(
        self, reading: ReadingSession, home: Path, annexes: AnnexIndex, known: Vocabulary, *, at: date
    ) -> None:
        self._reading, self._home = reading, home
        self._annexes, self._known, self._at = annexes, known, at
        self._judges: dict[str, Judge] = {}
        self._lawyers = frozenset(reading.chain.latest.recipients(Audience.LAWYERS))
        offered = (one.key for roster in reading.chain.rosters for one in offers(roster.organisation))
        self._asked = frozenset(key for key in offered if key.purpose in COUNTING)

    def open(self, records: Mapping[str, SignedRecord]) -> list[Account]:
        """Open the testimonies `records` (manifests by name, all served here)."""
        openings = Openings(self._reading, records)
        taken = frozenset(record_queries.taken_away(self._reading.session, list(records)))
        return [self._account(openings, sealed, taken) for sealed in openings.sealed]

    def _account(self, openings: Openings, sealed: Sealed, taken: frozenset[str]) -> Account:
        bare = Account(tid=sealed.tid, manifest=sealed.record.id)
        if sealed.manifest is None:
            return replace(bare, closed=UNREADABLE)
        held = openings.open_consent(sealed)
        stands, usable = self._usable(sealed, held)
        bare = replace(bare, ended=self._ended(stands))
        steady = days.steady((one.event for one in stands.said), stands.at) if stands else None
        if held.closed:
            return _closed(replace(bare, days=steady if held.closed == NOT_FOR_YOU else None), held.closed)
        if stands is None or not stands.readable:
            return replace(bare, closed=UNREADABLE)
        bare = replace(bare, days=steady)
        keys = frozenset(key for key in usable if key.purpose in COUNTING)
        if not keys:
            return bare
        allowed = permissions.permission(stands, self._reading.reader.audience, held).to_count
        coded = openings.open(sealed, "coded", allowed)
        record = coded_record.of_record(self._reading.chain, self._home, self._annexes, sealed.record, coded)
        if record is None:
            return _closed(replace(bare, days=None), coded.closed)
        meant = any(key.purpose is Purpose.LAWYER for key in usable)
        said = self._judged(sealed.manifest, record)
        return replace(
            bare,
            days=bare.days if said else None,  # its form may still arrive
            keys=keys,
            line=release_columns.line(record.answers, self._known),
            told=tables_questions.told(record.answers),
            said=said,
            corrected=record.corrected,
            language=coded_record.language(held.content or {}),
            alone=not meant and not sealed.grants and not self._lawyers_open(sealed.manifest, stands, taken),
        )

    def _usable(self, sealed: Sealed, held: Compartment) -> tuple[Consents | None, frozenset[Key]]:
        """The consents, and the allowed uses; None if the events cannot be read.

        Withdrawals are known even if the consent itself is closed, from the code's withdrawals and annexes. It does not
        use `Consents.usable`, which also computes histories and ends: for thousands that takes longest.
        """
        try:
            stands = consents.consents_of(
                self._reading.chain,
                self._reading.session,
                sealed.record,
                held,
                annexes=self._annexes,
                at=self._reading.day(sealed.tid, self._at),
                withdrawals=sealed.withdrawals,
                manifest=sealed.manifest,
            )
            usable = consent_fold.usable(stands.counted.events, stands.at) if stands.readable else frozenset()
            return stands, usable
        except (CannotOpen, EventUnreadable):  # altered on the disk, or two acts with one number
            return None, frozenset()

    def _ended(self, stands: Consents | None) -> frozenset[Key]:
        """The ended uses. Most testimonies have none, and skip the computation."""
        if stands is None or not any(one.act in NOES and one.purpose in CONCERNED for one in stands.counted.events):
            return frozenset()
        return consent_fold.taken_back(stands.counted.events, self._asked, stands.at)

    def _judged(self, manifest: Manifest, record: CodedRecord) -> Said:
        judge = self._judges.get(manifest.form_sha256)
        if judge is None:
            form = questionnaires.find(self._home, manifest.form_sha256)
            judge = self._judges[manifest.form_sha256] = Judge(for_coordinators(form.value) if form else None)
        return judge.said_of(record.answers, contested=record.contested)

    def _lawyers_open(self, manifest: Manifest, stands: Consents, taken: frozenset[str]) -> bool:
        """Whether a lawyer of today may have a head of some part.

        Judged by every past consent and the policy of the roster that it was sealed under, since a decoy head looks
        like any other.
        """
        roster = self._reading.chain.by_sha256(manifest.roster)
        if roster is None or self._lawyers.isdisjoint(roster.recipients(Audience.LAWYERS)):
            return roster is None
        granted = {one.purpose for one in stands.counted.events if one.act is Act.GRANT and one.purpose}
        table = compartments.narrow(compartments.readers(granted), roster.policy)
        return any(
            Audience.LAWYERS in table[compartment_of(entry.part)] and head not in taken
            for entry in manifest.parts
            if (head := entry.heads.get(Audience.LAWYERS))
        )


def _closed(bare: Account, reason: str | None) -> Account:
    """The reason from the code of `CannotOpen`; None: it opened and has no content that we know. Only a part that did
    not arrive in full, or is damaged here, can still change by itself.
    """
    closed = UNREADABLE if reason in (None, "altered") else CLOSED
    return replace(bare, closed=closed, final=reason in (None, NOT_FOR_YOU))
