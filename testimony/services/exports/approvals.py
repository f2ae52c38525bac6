"""Exports that a second lawyer approves: the rule, proposals, approval and refusal, and what may leave today."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from testimony.domain.consent.purposes import Key
from testimony.domain.exports import approval
from testimony.domain.exports import fold as export_fold
from testimony.domain.exports.approval import Act, Entry, Proposal
from testimony.domain.exports.fold import Signed, Standing, State
from testimony.domain.roles import Role
from testimony.publication.exports import package
from testimony.sealing.roster.roster import ACTIVE
from testimony.services.consent import acts as consent_acts
from testimony.services.exports import accounts as export_accounts
from testimony.services.exports.errors import ExportRefused
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader, still_reads
from testimony.services.review.cases import READERS
from testimony.station.station import Station

ALL = "all"
"""The kind of file of an export of everything (`whole`)."""
NAMED = 8
"""Digits of a proposal's id that are enough to point at it."""


@dataclass(frozen=True, kw_only=True)
class Approvals:
    """`required`: the rules in force, none where one lawyer is enough. `held`: what was proposed, the newest first.

    `unread`: entries that cannot be read here.
    """

    required: frozenset[str]
    held: tuple[Standing, ...]
    unread: int

    @property
    def needs_two(self) -> bool:
        """Whether an export needs a second lawyer."""
        return bool(self.required)

    def find(self, id: str) -> Standing:
        """By its id or the first digits of it. Raises `ExportRefused("unknown")`."""
        found = [one for one in self.held if one.id.startswith(id)]
        if len(found) != 1 or len(id) < NAMED:
            raise ExportRefused("unknown")
        return found[0]


def read(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> Approvals:
    """How everything stands on the day `at`. Opens what is new. What somebody approved who left does not leave.

    Raises `ExportRefused("role")`.
    """
    if reader.role is not Role.LAWYER:
        raise ExportRefused("role")
    annexes.refresh(station, session, reader)
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(approval.KIND), Entry.parse)
    here, proposed = lawyers(station), {one.what.id for one in said if one.what.act is Act.PROPOSE}
    gone = [one for one in said if one.what.act is Act.APPROVE and one.signer not in here and one.what.id in proposed]
    found = export_fold.fold([Signed(entry=one.what, by=one.signer) for one in said if one not in gone], at)
    return Approvals(required=found.required, held=found.held, unread=unread)


def lawyers(station: Station) -> frozenset[str]:
    """The lawyers of the roster in force."""
    people = station.chain.latest.people
    return frozenset(one.id for one in people if one.role == Role.LAWYER and one.status == ACTIVE)


def require_two(station: Station, reader: Reader, *, day: date) -> None:
    """From now on an export needs a second lawyer, at each desk that hears of it.

    Raises `ExportRefused` (role, alone), `StationKeyless`.
    """
    if len(lawyers(station)) < 2:
        raise ExportRefused("alone")
    _say(station, reader, Entry(act=Act.REQUIRE, id=os.urandom(16).hex(), day=day))


def relax(station: Station, reader: Reader, known: Approvals, *, day: date) -> str:
    """Propose that one lawyer is enough. Returns the proposal's id. Raises `ExportRefused` (role, free)."""
    if not known.required:
        raise ExportRefused("free")
    entry = Entry(act=Act.RELAX, id=os.urandom(16).hex(), day=day, ends=tuple(sorted(known.required)))
    return _say(station, reader, entry)


def propose(
    station: Station, reader: Reader, use: Key, form: str, tids: Collection[str], *, sealed: bool, day: date
) -> str:
    """Propose to export `tids` to this reader. `form`: of `package.ENDINGS`, or `ALL`. Returns the proposal's id.

    Raises `ExportRefused` (role, use, form, nothing, large), `StationKeyless`.
    """
    export_accounts.require_possible(reader, use)
    if form not in {*package.ENDINGS, ALL}:
        raise ExportRefused("form")
    if not tids:
        raise ExportRefused("nothing")
    if len(tids) > export_accounts.MOST:
        raise ExportRefused("large")
    said = Proposal(use=use, form=form, sealed=sealed, tids=tuple(sorted(set(tids))))
    return _say(station, reader, Entry(act=Act.PROPOSE, id=os.urandom(16).hex(), day=day, proposal=said))


def approve(station: Station, reader: Reader, known: Approvals, id: str, digest: str, *, day: date) -> Standing:
    """Approve, as a second lawyer, exactly what has this `digest`.

    Raises `ExportRefused` (unknown, changed, twice, approved, declined, expired, role), `StationKeyless`.
    """
    one = known.find(id)
    if one.digest != digest:
        raise ExportRefused("changed")
    if one.by == reader.id:
        raise ExportRefused("twice")
    if one.state is State.APPROVED:
        raise ExportRefused("approved")
    _require_alive(one)
    _say(station, reader, Entry(act=Act.APPROVE, id=one.id, day=day, digest=one.digest))
    return one


def refuse(station: Station, reader: Reader, known: Approvals, id: str, *, day: date) -> Standing:
    """Refuse what was proposed, or take the own proposal back, for good. Raises `ExportRefused` (unknown, declined)."""
    one = known.find(id)
    if one.state is State.REFUSED:
        raise ExportRefused("declined")
    _say(station, reader, Entry(act=Act.REFUSE, id=one.id, day=day, digest=one.digest))
    return one


def require_free(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> None:
    """Raise `ExportRefused("second")` where an export needs a second lawyer."""
    if read(station, session, reader, annexes, at=at).needs_two:
        raise ExportRefused("second")


def require_no_program(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> None:
    """Raise `ExportRefused("programs")` where an export needs a second lawyer: a program would export without one."""
    if read(station, session, reader, annexes, at=at).needs_two:
        raise ExportRefused("programs")


def require_approved(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, id: str, *, at: date
) -> Proposal:
    """What a second lawyer approved for this reader. Raises `ExportRefused`: unknown, declined, expired, waiting."""
    one = read(station, session, reader, annexes, at=at).find(id)
    if one.proposal is None or one.by != reader.id:
        raise ExportRefused("unknown")
    _require_alive(one)
    if one.state is State.WAITING:
        raise ExportRefused("waiting")
    return one.proposal


def _require_alive(one: Standing) -> None:
    if one.state is State.REFUSED:
        raise ExportRefused("declined")
    if one.state is State.EXPIRED:
        raise ExportRefused("expired")


def _say(station: Station, reader: Reader, entry: Entry) -> str:
    if reader.role is not Role.LAWYER or not still_reads(station.chain.latest, reader):
        raise ExportRefused("role")
    Entry.parse(entry.to_value())  # check that every other desk can read it
    record, items = consent_acts.seal_content(
        station.chain.latest, reader, NOWHERE, entry.to_value(), day=entry.day, audiences=READERS
    )
    consent_acts.keep(station, reader, items, [("said", record.id)], entry.day)
    return entry.id
