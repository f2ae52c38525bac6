"""Proposals of the next roster: the changes that people request, and the bytes that the roots sign. None takes effect.

Changes are added while a proposal is open. Then it is prepared: from that moment it has exact bytes, with a number and
dates, and never changes, since somebody may be signing it. This module has no root key and is trusted by none.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from itertools import accumulate
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.errors import TestimonyError
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import Form
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.admission import Admission, read_admission
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.errors import EnrolmentRefused, ProposalRefused, RosterRefused
from testimony.sealing.roster.proposal import Proposal
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.services.accounts import audit
from testimony.services.accounts.administrators import Acting
from testimony.services.accounts.draft_shares import LOST
from testimony.services.roster import adoption, asked_form, uses
from testimony.services.roster import changes as roster_changes
from testimony.services.roster import diff as roster_diff
from testimony.services.roster.change import Change
from testimony.services.roster.errors import ProposalUnknown
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.station.station import Station
from testimony.store.models.proposals import ProposalRow

OPEN, SETTLED, PUBLISHED = "open", "settled", "published"
ADMIT, REVOKE, LOSE, RENEW, USE, FORM = "admit", "revoke", "lost", "renew", "use", "form"
IMPOSSIBLE: Final = (
    EnrolmentRefused, RosterRefused, QuestionnaireRefused, QuestionnaireTaken, QuestionnaireUnreadable,
)  # fmt: skip
MOST_WISHES: Final = 64
HISTORY: Final = 512 * 1024
"""Bytes of earlier rosters that go with a proposal: the file is uploaded again, with signatures."""
ABOUT: Final = 64
"""Characters that describe the subject of an act."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """One requested change. `id`: whom it is about; `request`: the applicant's request as received, the new use, or a
    questionnaire's definition.
    """

    act: str
    id: str = ""
    request: str = ""
    by: str = ""
    at: str = ""

    @property
    def admission(self) -> Admission | None:
        return read_admission(self.request.encode()) if self.act == ADMIT else None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A proposal as a page shows it. `roster`: the one that it would make, None if it cannot (`trouble` says why).

    `changes`, `cautions`: against the roster before it. `stale`: another one came into force since it was prepared.
    """

    id: str
    state: str
    by: str
    at: str
    closed_by: str
    closed_at: str
    wishes: tuple[Wish, ...]
    roster: Roster | None = None
    changes: tuple[Change, ...] = ()
    cautions: tuple[Change, ...] = ()
    stale: bool = False
    trouble: TestimonyError | None = None

    @property
    def signable(self) -> bool:
        return self.state == SETTLED and not self.stale


def wish(station: Station, session: Session, wished: Wish, acting: Acting) -> str:
    """Add to the open proposal, which is created if needed. Returns its id. Raises `ProposalRefused` and
    `IMPOSSIBLE`.

    It has no effect until the roots have signed.
    """
    row = session.execute(select(ProposalRow).where(ProposalRow.state == OPEN).order_by(ProposalRow.at)).scalar()
    return _add(station, session, row, wished, acting).id


def wish_alone(station: Station, session: Session, wished: Wish, acting: Acting) -> str:
    """Create a proposal with only this change, prepared at once, for what cannot wait. Raises as `wish`."""
    row = _add(station, session, None, wished, acting)
    settle(station, session, row.id, acting)
    return row.id


def unwish(session: Session, id: str, number: int, acting: Acting) -> None:
    """Remove the change with this number, counted from 0, from an open proposal. Raises `ProposalRefused`."""
    row = find(session, id)
    _require_open(row)
    wishes = _wishes(row)
    if not 0 <= number < len(wishes):
        raise ProposalUnknown
    gone = wishes.pop(number)
    _note(session, "unpropose", f"{gone.act} {gone.id}".strip(), acting)
    if wishes:
        row.wishes = _kept(wishes)
    else:
        session.delete(row)
    session.flush()


def settle(station: Station, session: Session, id: str, acting: Acting) -> None:
    """Prepare it: give it a number, dates and its bytes, after the roster in force; again if another came meanwhile.

    Raises `IMPOSSIBLE` if a change can no longer be made, `ProposalRefused`.
    """
    row = find(session, id)
    if row.state == PUBLISHED:
        raise ProposalRefused("published")
    adoption.refresh(station, session)
    issued = station.chain.latest.issued  # no floor if no clock is so far
    today = date.fromisoformat(max(acting.day, issued) if issued <= station.today() else acting.day)
    made = _made(station, _wishes(row), today)
    row.state, row.record = SETTLED, made.data
    _note(session, "settle", _named(made), acting)


def reopen(session: Session, id: str, acting: Acting) -> None:
    """Allow changes again; signatures on its bytes are then worthless. Raises `ProposalRefused`."""
    row = find(session, id)
    if row.state == PUBLISHED:
        raise ProposalRefused("published")
    row.state, row.record = OPEN, b""
    _note(session, "reopen", _summary(row), acting)


def drop(session: Session, id: str, acting: Acting) -> None:
    """Delete a proposal that was not published. Raises `ProposalRefused`."""
    row = find(session, id)
    if row.state == PUBLISHED:
        raise ProposalRefused("published")
    _note(session, "drop", _summary(row), acting)
    session.delete(row)
    session.flush()


def find(session: Session, id: str) -> ProposalRow:
    """The proposal with this id. Raises `ProposalUnknown`."""
    row = session.get(ProposalRow, id)
    if row is None:
        raise ProposalUnknown
    return row


def listed(station: Station, session: Session, *, most: int = 5) -> list[Shown]:
    """Those waiting, then the latest published ones."""
    adoption.refresh(station, session)
    rows = session.execute(select(ProposalRow).order_by(ProposalRow.at.desc(), ProposalRow.id)).scalars().all()
    waiting = [row for row in rows if row.state != PUBLISHED]
    done = [row for row in rows if row.state == PUBLISHED][:most]
    return [shown(station, row) for row in (*waiting, *done)]


def refresh_and_show(station: Station, session: Session, id: str) -> Shown:
    """The proposal as a page shows it. Raises `ProposalUnknown`."""
    adoption.refresh(station, session)
    return shown(station, find(session, id))


def shown(station: Station, row: ProposalRow) -> Shown:
    """Its result, computed from the two rosters."""
    chain, wishes = station.chain, tuple(_wishes(row))
    told = Shown(
        id=row.id,
        state=row.state,
        by=row.by,
        at=row.at,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
        wishes=wishes,
        stale=row.state == SETTLED and Roster.parse(row.record).prev != chain.latest.sha256,
    )
    try:
        roster = Roster.parse(row.record) if row.record else _made(station, wishes, date.fromisoformat(station.today()))
    except IMPOSSIBLE as error:
        return replace(told, trouble=error)
    before = chain.by_sha256(roster.prev or "") or chain.latest
    asked = [one for wished in wishes if (one := wished.admission) is not None]
    return replace(
        told,
        roster=roster,
        changes=tuple(roster_diff.changes(before, roster)),
        cautions=tuple(roster_diff.cautions(before, roster, asked)),
    )


def to_sign(station: Station, session: Session, id: str) -> Proposal:
    """What the roots get: the bytes, the requests, and the rosters before. Raises `ProposalRefused`."""
    row = find(session, id)
    if row.state != SETTLED:
        raise ProposalRefused("open" if row.state == OPEN else "published")
    adoption.refresh(station, session)
    made = Proposal(
        record=SignedRecord(row.record, ()),
        requests=tuple(wished.request.encode() for wished in _wishes(row) if wished.act == ADMIT),
        history=_latest_of(station.chain.records),
    )
    if made.roster.prev != station.chain.latest.sha256:
        raise ProposalRefused("stale")
    return made


def _latest_of(records: Sequence[SignedRecord]) -> tuple[SignedRecord, ...]:
    """As many of the newest as fit in a file; `testimony roster follow` fetches the rest."""
    sizes = accumulate(len(record.encode()) for record in reversed(records))
    room = sum(size <= HISTORY for size in sizes)
    return tuple(records[max(0, len(records) - room) :])


def is_there(session: Session, id: str) -> bool:
    """Whether it still exists."""
    return session.get(ProposalRow, id) is not None


def uses_waiting(session: Session) -> list[uses.Entries]:
    """The new uses in proposals that are not published."""
    rows = session.execute(select(ProposalRow).where(ProposalRow.state != PUBLISHED)).scalars()
    return [uses.decode(one.request) for row in rows for one in _wishes(row) if one.act == USE]


def definitions(row: ProposalRow) -> list[bytes]:
    """The questionnaires that this proposal would put in force."""
    return [one.request.encode() for one in _wishes(row) if one.act == FORM]


def waiting(session: Session) -> str:
    """The id of a waiting proposal, which sets new dates whatever else is in it; empty if there is none."""
    row = session.execute(select(ProposalRow).where(ProposalRow.state != PUBLISHED).order_by(ProposalRow.at)).scalar()
    return row.id if row else ""


def moment(now: int) -> str:
    """YYYY-MM-DDTHH:MMZ of seconds since 1970."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%MZ")


def _add(station: Station, session: Session, row: ProposalRow | None, wished: Wish, acting: Acting) -> ProposalRow:
    adoption.refresh(station, session)
    at = moment(acting.now)
    wishes = _wishes(row) if row else []
    _require_new(wishes, wished)
    wishes.append(Wish(act=wished.act, id=wished.id, request=wished.request, by=acting.by, at=at))
    _made(station, wishes, date.fromisoformat(station.today()))  # refused now, so that nobody signs in vain
    if row is None:
        row = ProposalRow(
            id=secrets.token_hex(16), state=OPEN, by=acting.by, at=at, record=b"", closed_by="", closed_at=""
        )
        session.add(row)
    row.wishes = _kept(wishes)
    session.flush()
    _note(session, "propose", f"{wished.act} {wished.id}".strip(), acting)
    return row


def _require_new(wishes: Sequence[Wish], wished: Wish) -> None:
    if len(wishes) >= MOST_WISHES:
        raise ProposalRefused("torn")
    if any((one.act, one.id, one.request) == (wished.act, wished.id, wished.request) for one in wishes):
        raise ProposalRefused("twice")


def _made(station: Station, wishes: Sequence[Wish], today: date) -> Roster:
    """The roster that would follow. Raises `ProposalRefused` and `IMPOSSIBLE`."""
    if not wishes:
        raise ProposalRefused("empty")
    draft: dict[str, Any] = roster_changes.renew(station.chain.latest)
    forms: list[Form] = []
    for one in wishes:
        if one.act == FORM:
            forms.append(asked_form.add(station, draft, one.request.encode(), forms))
        else:
            _fulfil(station.chain, draft, one)
    return Roster.parse(canonical.encode(roster_changes.following(station.chain, draft, today)))


def _fulfil(chain: RosterChain, draft: dict[str, Any], one: Wish) -> None:
    if (asked := one.admission) is not None:
        _require_not_in(draft, asked)
        roster_changes.admit(chain, asked, one.id, draft)
    elif one.act in {REVOKE, LOSE}:
        roster_changes.revoke(chain.latest, [one.id], LOST if one.act == LOSE else roster_changes.REVOKED, draft)
    elif one.act == USE:
        uses.add(draft, uses.decode(one.request))


def _require_not_in(draft: dict[str, Any], asked: Admission) -> None:
    keys = [key.describe() for key in asked.keys]
    for held in (*draft["people"], *draft["devices"]):
        if held.get("keys") == keys and held["status"] == ACTIVE:
            raise EnrolmentRefused("known", id=held["id"])


def _require_open(row: ProposalRow) -> None:
    if row.state != OPEN:
        raise ProposalRefused("published" if row.state == PUBLISHED else "settled")


def _wishes(row: ProposalRow) -> list[Wish]:
    return [Wish(**one) for one in json.loads(row.wishes)]


def _kept(wishes: Sequence[Wish]) -> bytes:
    return canonical.encode([asdict(one) for one in wishes])


def _summary(row: ProposalRow) -> str:
    return ", ".join(f"{one.act} {one.id}".strip() for one in _wishes(row))


def _named(roster: Roster) -> str:
    """A roster in the audit log: number and the beginning of its SHA-256."""
    return f"{roster.no} {roster.sha256[:16]}"


def _note(session: Session, act: str, about: str, acting: Acting) -> None:
    audit.note(session, act, by=acting.by, about=about[:ABOUT], now=acting.now)
