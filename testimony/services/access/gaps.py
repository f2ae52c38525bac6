"""Find what active readers cannot open although consent allows it, because they or their keys came later.

The recovery key counts as such a reader: anyone who can open a part may grant it to a new recovery key, as long as
the witness agrees that the part is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.consent import compartments as consent_compartments
from testimony.domain.consent.authority import INTERVIEW
from testimony.domain.consent.compartments import Readers
from testimony.domain.roles import Audience, Role
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.parts.manifest import Manifest, PartEntry
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import Roster
from testimony.sealing.testimony.annex import PART, parse_annex
from testimony.services.consent import consents, recipients, scope_reduction
from testimony.services.consent.consents import Consents
from testimony.services.consent.recipients import READERS
from testimony.services.opening import annexes, compartments
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.compartments import compartment_of
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.withdrawal import suspension
from testimony.station.station import Station

NOBODY: Final[frozenset[Recipient]] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A part that `audience` may read, and `lacking`: the active recipients of that audience who cannot open it.

    `record`: the manifest or annex. `tid`: the testimony that it is about. `head`: one that this reader's key opens.
    """

    record: str
    part: str
    tid: str
    audience: Audience
    lacking: frozenset[Recipient]
    head: bytes = field(repr=False)


class Why(StrEnum):
    """Why nobody is granted access to a testimony, or not to everything that they might read."""

    GONE = "gone"  # withdrawn or suspended
    HELD = "held"  # a use is on hold
    UNREADABLE = "unreadable"  # its consent cannot be read in full here
    CONSENT = "consent"  # the consent, or the policy, lets no such role read any of it
    CLOSED = "closed"  # this reader's key opens no consent, or not the part: usually only the recovery key does


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What can be opened to active readers of the testimony `tid`; `why`: the reason if something is kept from them."""

    tid: str
    gaps: tuple[Gap, ...] = ()
    why: Why | None = None


def judged(
    station: Station,
    session: Session,
    reader: Reader,
    index: AnnexIndex,
    records: Iterable[SignedRecord],
    *,
    at: date,
    anew: bool = False,
) -> list[Judged]:
    """Judge each of these manifests. `index`: refreshed before. `anew`: as if other audiences' heads were lost."""
    search = _Search(station, session, reader, index, at, anew=anew)
    return [search.judge(record) for record in records]


def of_annexes(
    station: Station, session: Session, reader: Reader, index: AnnexIndex, *, at: date, anew: bool = False
) -> Iterator[Gap]:
    """Find the gaps in annexes alone. `index`: refreshed before. `anew`: as for `judged`."""
    search = _Search(station, session, reader, index, at, anew=anew)
    for one in index.everything():
        yield from search.of_annex(one)


def behind(station: Station, session: Session, reader: Reader, index: AnnexIndex, *, at: date) -> list[str]:
    """The testimonies here that the current recovery key cannot open in full, because they were sealed to an older one.

    Counts heads and opens nothing, so it includes what this reader cannot open. `index`: refreshed before.
    """
    search = _Search(station, session, reader, index, at)
    found: list[str] = []
    after = -1
    while page := record_queries.records_of_kind(session, "manifest", after=after):
        after = page[-1][0]
        found += [str(record.value["tid"]) for _, record in page if search.is_behind(record)]
    return found


def gaps(station: Station, session: Session, reader: Reader, index: AnnexIndex, *, at: date) -> Iterator[Gap]:
    """Everything that this reader can open and a colleague cannot. `index`: refreshed before.

    Annexes come before the testimonies, because a person who reads a testimony must also see what was withdrawn of it.
    Leaves out testimonies that are withdrawn, suspended or on hold in any use, or whose consent cannot be read in full.
    """
    search = _Search(station, session, reader, index, at)
    for one in index.everything():
        yield from search.of_annex(one)
    after = -1
    while page := record_queries.records_of_kind(session, "manifest", after=after):
        after = page[-1][0]
        for _, record in page:
            yield from search.of_testimony(record)


class _Search:
    def __init__(
        self,
        station: Station,
        session: Session,
        reader: Reader,
        index: AnnexIndex,
        at: date,
        *,
        anew: bool = False,
    ) -> None:
        self.station, self.session, self.reader, self.index, self.at = station, session, reader, index, at
        self.anew = anew
        self.roster = station.chain.latest
        self.present = {to: frozenset(self.roster.recipients(to)) for to in READERS}
        self.told = recipients.known(index)

    def of_annex(self, one: OpenedAnnex) -> Iterator[Gap]:
        record = record_queries.record_of(self.session, one.name) if self._has_strangers(one.roster) else None
        if record is None or not record_queries.is_served(self.session, one.tid):
            return
        annex = parse_annex(record)
        grants = compartments.grants_of(self.session, annex.id)
        names = [name for name, _ in annexes.heads_of(self.session, annex, self.reader.audience)]
        for audience in READERS:
            if audience in annex.part.heads:
                sealed = NOBODY if self._is_lost(audience) else self._named(one.roster, audience)
                lacking = self.present[audience] - sealed - self._granted(grants, audience)
                yield from self._gap(record, PART, one.tid, audience, lacking, names)

    def of_testimony(self, record: SignedRecord) -> Iterator[Gap]:
        yield from self.judge(record).gaps

    def judge(self, record: SignedRecord) -> Judged:
        manifest = compartments.parsed(record)
        grants = compartments.grants_of(self.session, manifest.tid)
        if not (grants or self._has_strangers(manifest.roster)):
            return Judged(tid=manifest.tid)
        if not record_queries.is_served(self.session, manifest.tid):
            return Judged(tid=manifest.tid, why=Why.GONE)
        stands = self._stands(record, grants)
        if isinstance(stands, Why):
            return Judged(tid=manifest.tid, why=stands)
        return self._of_parts(record, manifest, stands, grants)

    def is_behind(self, record: SignedRecord) -> bool:
        manifest = compartments.parsed(record)
        came = self.present[Audience.RECOVERY] - self._named(manifest.roster, Audience.RECOVERY)
        if not came or not record_queries.is_served(self.session, manifest.tid):
            return False
        grants = compartments.grants_of(self.session, manifest.tid)
        gone = record_queries.withdrawn(self.session, [str(grant.value["head"]) for grant in grants])
        live = [grant for grant in grants if grant.value["head"] not in gone]
        told = {entry.part: [one for one in live if one.value["part"] == entry.part] for entry in manifest.parts}
        return any(came - self._granted(of_part, Audience.RECOVERY) for of_part in told.values())

    def _of_parts(
        self, record: SignedRecord, manifest: Manifest, stands: Consents, grants: Sequence[SignedRecord]
    ) -> Judged:
        now = consent_compartments.narrow(scope_reduction.kept(stands.counted.events, self.at), self.roster.policy)
        then = self._at_interview(manifest, stands)
        found: list[Gap] = []
        came = self._strangers(manifest.roster) - {Audience.RECOVERY}  # anything that is kept is kept for recovery
        allowed = closed = False
        for entry in manifest.parts:
            names = compartments.head_names(self.reader, manifest, entry.part, grants)
            for audience in READERS:
                if audience not in now[compartment_of(entry.part)]:
                    continue
                allowed = allowed or audience in came
                lacking = self._lacking(manifest, entry, audience, then, grants)
                gap = list(self._gap(record, entry.part, manifest.tid, audience, lacking, names))
                found += gap
                closed = closed or bool(lacking and not gap)
        why = Why.CLOSED if closed else Why.CONSENT if came and not allowed else None
        return Judged(tid=manifest.tid, gaps=tuple(found), why=why)

    def _stands(self, record: SignedRecord, grants: Sequence[SignedRecord]) -> Consents | Why:
        """Its consent, or the reason why it is not known in full or holds something back."""
        reading = ReadingSession.at(self.station, self.session, self.reader)
        held = compartments.open_consent(reading, record, grants)
        day = reading.day(str(record.value["tid"]), self.at)
        found = consents.consents_of(self.station.chain, self.session, record, held, annexes=self.index, at=day)
        if found.lines is None or found.unread:
            return Why.CLOSED if held.closed == "not_for_you" else Why.UNREADABLE
        return Why.HELD if any(line.on_hold for line in found.lines) else found

    def _at_interview(self, manifest: Manifest, stands: Consents) -> Readers:
        """To whom the heads of the manifest were sealed: where nobody may read, a phone puts decoys."""
        sealed = self.station.chain.by_sha256(manifest.roster)
        said = [one.event for one in stands.said if one.signer == INTERVIEW]
        table = scope_reduction.kept(said, date.fromisoformat(manifest.day))
        return consent_compartments.narrow(table, sealed.policy if sealed else {})

    def _lacking(
        self, manifest: Manifest, entry: PartEntry, audience: Audience, then: Readers, grants: Sequence[SignedRecord]
    ) -> frozenset[Recipient]:
        """Nobody if no head of that audience is left: a new audience needs a new consent."""
        of_part = [grant for grant in grants if grant.value["part"] == entry.part]
        own = entry.heads.get(audience, "")
        gone = record_queries.withdrawn(self.session, [own, *(str(grant.value["head"]) for grant in of_part)])
        gone |= suspension.taken(self.session, manifest.tid)
        live = [grant for grant in of_part if grant.value["head"] not in gone]
        sealed = NOBODY
        if own and own not in gone and audience in then[compartment_of(entry.part)]:
            sealed = self._named(manifest.roster, audience)
        granted = self._granted(live, audience)
        if not sealed | granted and audience is not self.reader.audience:
            return NOBODY
        return self.present[audience] - granted - (NOBODY if self._is_lost(audience) else sealed)

    def _is_lost(self, audience: Audience) -> bool:
        """Whether the heads that were sealed with it count as lost. Those of this reader's own audience are here."""
        return self.anew and audience is not self.reader.audience

    def _gap(
        self,
        record: SignedRecord,
        part: str,
        tid: str,
        audience: Audience,
        lacking: frozenset[Recipient],
        names: Sequence[str],
    ) -> Iterator[Gap]:
        head = (
            compartments.own_head(ReadingSession.at(self.station, self.session, self.reader), names)
            if lacking
            else None
        )
        if head is not None:
            yield Gap(record=record.id, part=part, tid=tid, audience=audience, lacking=lacking, head=head)

    def _has_strangers(self, roster: str) -> bool:
        return self.anew or bool(self._strangers(roster))

    def _strangers(self, roster: str) -> set[Audience]:
        """The audiences that gained a recipient since `roster`."""
        return {audience for audience in READERS if self.present[audience] - self._named(roster, audience)}

    def _named(self, roster: str, audience: Audience) -> frozenset[Recipient]:
        found: Roster | None = self.station.chain.by_sha256(roster)
        return frozenset(found.recipients(audience)) if found else NOBODY

    def _granted(self, grants: Iterable[SignedRecord], audience: Audience) -> frozenset[Recipient]:
        """Those who got a head later. A head whose granter does not name the recipient counts for nobody: one too many
        is safer.

        For the recovery key only grants by lawyers count. Otherwise a coordinator, who may grant codes and consent,
        could keep a new key out, and the old paper shares would be burnt.
        """
        if audience is Audience.RECOVERY:
            grants = [one for one in grants if self._is_by_lawyer(one)]
        told = [
            to
            for to in (recipients.recipient_of(grant, self.told) for grant in grants)
            if to and to.audience == audience
        ]
        return NOBODY.union(*(self._named(to.roster, audience) for to in told))

    def _is_by_lawyer(self, grant: SignedRecord) -> bool:
        signer = self.station.chain.was_active(grant.by)
        return signer is not None and signer.role == Role.LAWYER
