"""Handle withdrawals that name only the code: find the testimonies of a code, and keep it until one arrives."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from testimony.errors import NotCanonical, Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, PublicKey
from testimony.sealing.statements import early_withdrawal
from testimony.sealing.statements.early_withdrawal import EarlyWithdrawal
from testimony.sealing.statements.statements import Withdrawal
from testimony.services.withdrawal.shredding import Proof
from testimony.store.models.codes import CodeRow
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow, TombstoneRow

Heads = dict[str, dict[str, list[str]]]
"""Part -> audience -> names of heads."""

AT_MOST_WAITING = 120_000
"""Six for each code, each a few hundred bytes that anybody can sign. More: somebody is filling the disk."""

MOST_ANNEXES = 32
"""Annexes by one code: each withdraws some uses for good, and there are not that many."""


def testimonies(session: Session, key: str) -> list[str]:
    """Ids of the testimonies that were sealed with the code whose public key is `key`, including shredded ones."""
    return list(session.scalars(select(CodeRow.tid).where(CodeRow.key == key).order_by(CodeRow.tid).distinct()))


def is_by_code(session: Session, record: SignedRecord, tid: str) -> bool:
    """Whether `record` names the code of the testimony `tid` as its signer; the signature is not verified."""
    keys = session.scalars(select(CodeRow.key).where(CodeRow.tid == tid))
    return record.by in {PublicKey(ED25519, bytes.fromhex(key)).kid for key in keys}


def annexes(session: Session, key: str) -> int:
    """How many annexes that the code with the public key `key` signed are held here."""
    by = PublicKey(ED25519, bytes.fromhex(key)).kid
    counted = select(func.count()).where(RecordRow.kind == "annex", RecordRow.signer == by)
    return session.execute(counted).scalar_one()


def ended_unheard(session: Session, key: str) -> bool:
    """Whether keeping ended here for every testimony of this code before central signed for any of its text.

    Central then may never learn of the code, and refuses what it signed.
    """
    found = (
        select(OutboxRow.text_delivered, TombstoneRow.withdrawal, CodeRow.record)
        .select_from(CodeRow)
        .outerjoin(OutboxRow, OutboxRow.record == CodeRow.record)
        .outerjoin(TombstoneRow, (TombstoneRow.subject == CodeRow.tid) & TombstoneRow.shredded.is_(True))
        .where(CodeRow.key == key)
    )
    rows = session.execute(found).all()
    return bool(rows) and all(not heard and buried_by == manifest for heard, buried_by, manifest in rows)


def annexes_unheard(session: Session, records: Collection[str]) -> list[str]:
    """Those of `records` that are annexes by a code of which everything `ended_unheard`."""
    wanted = select(RecordRow.name, RecordRow.data).where(RecordRow.kind == "annex", RecordRow.name.in_(list(records)))
    keys = {name: SignedRecord.decode(data).value.get("key") for name, data in session.execute(wanted)}
    return [name for name, key in keys.items() if key is not None and ended_unheard(session, str(key))]


def has_withdrawn(session: Session, key: str) -> bool:
    """Whether this station holds something that the code with the public key `key` withdrew, known or not."""
    public = PublicKey(ED25519, bytes.fromhex(key))
    wanted = select(RecordRow.data).where(
        RecordRow.kind.in_(("withdraw", early_withdrawal.KIND)), RecordRow.signer == public.kid
    )
    for data in session.scalars(wanted):
        try:
            SignedRecord.decode(data).verify([public])
        except (SignatureBad, NotCanonical):
            continue  # one that waits for its testimony was not verified yet
        return True
    return False


def heads(session: Session, tid: str) -> Heads:
    """Names of the heads of `tid`, for a withdrawal of single ones; those of later grants are `GRANTED`.

    All pieces of recordings and pictures are one part, `media`: who may open one may open all.
    """
    columns = (ObjectRow.part, ObjectRow.media, ObjectRow.audience, ObjectRow.name)
    left = (ObjectRow.subject == tid, ObjectRow.audience.is_not(None), ObjectRow.held != Held.WITHDRAWN)
    found: Heads = {}
    for part, media, audience, name in session.execute(select(*columns).where(*left).order_by(ObjectRow.name)):
        found.setdefault("media" if media else part, {}).setdefault(str(audience), []).append(name)
    return found


def withdrawal_of(session: Session, keys: Sequence[str]) -> str | None:
    """The record by which everything that was sealed with these keys of a code is gone here, and will be when it
    arrives; None if some of it is not.
    """
    tids = [testimonies(session, key) for key in keys]
    stones = select(TombstoneRow.subject, TombstoneRow.withdrawal)
    here = [tid for found in tids for tid in found]
    gone = dict(session.execute(stones.where(TombstoneRow.subject.in_(here), TombstoneRow.shredded.is_(True))).all())
    waiting = {str(record.value["key"]): record.id for record in early_of(session, keys)}
    absent = [key for key, found in zip(keys, tids, strict=True) if not found]
    if len(gone) < len(here) or not all(key in waiting for key in absent):
        return None
    return gone[here[0]] if here else waiting[absent[0]]


def subject_of(key: str) -> str:
    """The subject under which a record that waits for the code `key` is stored: half of the key, as ids have that
    length.
    """
    return key[:32]


def early_of(session: Session, keys: Collection[str]) -> list[SignedRecord]:
    """The early withdrawals by these codes that are held here, in order of arrival."""
    subjects = {subject_of(key) for key in keys}
    wanted = select(RecordRow.data).where(RecordRow.subject.in_(subjects), RecordRow.kind == early_withdrawal.KIND)
    records = [SignedRecord.decode(data) for data in session.scalars(wanted.order_by(RecordRow.arrival))]
    return [record for record in records if record.value["key"] in keys]


def proof(statement: EarlyWithdrawal, tid: str) -> Proof:
    """The proof for one testimony of that code: the same as for a full withdrawal signed with the code."""
    return Proof(Withdrawal(tid=tid, scope="all", by=statement.by, day=statement.day), by_witness=True)


def require_room(session: Session) -> None:
    """Raise `Refused` if so many wait for their testimony that somebody must be filling the disk."""
    waiting = select(func.count()).where(
        RecordRow.kind == early_withdrawal.KIND, RecordRow.progress.in_((Progress.UNPROVEN, Progress.SPARE))
    )
    if session.execute(waiting).scalar_one() >= AT_MOST_WAITING:
        raise Refused("waiting.full")
