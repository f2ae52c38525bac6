"""Take withdrawals in, inside the transaction of a batch: verify them at once, or when their testimony arrives."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import early_withdrawal, keep, statements
from testimony.services.intake import quotas
from testimony.services.intake.writer import Completed, Entering
from testimony.services.records.validation import Sound
from testimony.services.withdrawal import codes, destruction_receipts, endings, shredding, suspension
from testimony.services.withdrawal.shredding import Proof
from testimony.store.models.records import Progress, RecordRow

FIRST = "testimony/1/manifest"
"""The version of manifests that do not say until when the testimony is kept."""
UNPROVEN = "unproven"
"""Kind of log entry for a withdrawal whose testimony has not arrived: received, and not yet in force."""


def enter(entering: Entering, accepted: Sequence[Sound]) -> None:
    """Take in the batch's withdrawals, check those that waited for a testimony in `accepted`, and answer for what is
    gone.

    Then take in records about withdrawals: contests, and destruction receipts.
    """
    applied: set[str] = set()
    for name, record in entering.batch.withdrawals.items():
        if name not in entering.batch.known:
            try:
                take = _take_early if record.kind == early_withdrawal.KIND else _take
                applied |= take(entering, record)
            except Refused as error:
                entering.entered.answer(name, "refused", error.rule)
    manifests = [sound for sound in accepted if sound.kind == "manifest"]
    applied |= _prove_earlier(entering, {sound.subject for sound in manifests})
    applied |= _prove_early(entering, manifests)
    for sound in accepted:
        if sound.subject in applied and sound.record.id not in entering.entered.buried:
            entering.bury(sound)
    _hold_back(entering, accepted)
    _settle_ends(entering, accepted)
    for sound in accepted:
        if sound.kind == "contest":
            _contest(entering, sound)
        elif sound.kind == "shredded":
            destruction_receipts.keep(entering.session, sound.record)


def _hold_back(entering: Entering, accepted: Sequence[Sound]) -> None:
    """Suspend heads that arrived after the withdrawal that names them."""
    places = [place.subject for places in entering.batch.places.values() for place in places]
    subjects = {*places, *(sound.subject for sound in accepted if sound.subject)}
    shredding.narrow_again(entering.session, subjects)
    suspension.hold_back(entering.session, subjects)


def _settle_ends(entering: Entering, accepted: Sequence[Sound]) -> None:
    """Until when testimonies are kept, by manifests and lawyers' statements that just arrived."""
    manifests = {one.subject: one.record.version for one in accepted if one.kind == "manifest" and one.subject}
    keeps = {one.record.id: one.subject for one in accepted if one.kind == keep.KIND and one.subject}
    tids = {*keeps.values(), *(tid for tid, version in manifests.items() if version != FIRST)}
    tids |= endings.said(entering.session, manifests)
    if tids:
        endings.settle(entering.session, entering.site.chain, tids)
    entering.entered.kept += keeps


def _contest(entering: Entering, sound: Sound) -> None:
    void = suspension.contest(entering.site, entering.session, sound.record)
    if void is not None:
        _note_void(entering, void, sound.signer)


def _note_void(entering: Entering, withdrawal: str, by: str) -> None:
    """Serve what was suspended again, and give it again to those who read the log."""
    entering.entered.voided[withdrawal] = by
    tid = suspension.subject_of(entering.session, withdrawal)
    about = select(RecordRow.name).where(RecordRow.subject == tid)
    entering.recount(entering.session.scalars(about).all())


def _take(entering: Entering, record: SignedRecord) -> set[str]:
    """Store a new withdrawal. Returns the testimonies that it removes at once. Raises `Refused`."""
    statement = statements.parse_withdrawal(record)
    proof = _proof(entering, record, statement)
    sound = Sound(record=record, kind="withdraw", subject=statement.tid, signer=statement.by)
    entering.write_records([entering.record_row(sound, Progress.COMPLETE if proof else Progress.UNPROVEN)])
    entering.entered.answer(record.id, "stored")
    entering.entered.complete(Completed(record.id, "withdraw" if proof else UNPROVEN, statement.by, ()))
    return _apply(entering, record, proof) if proof else set()


def _take_early(entering: Entering, record: SignedRecord) -> set[str]:
    """Like `_take`, for a withdrawal that names only the code's key: it removes what is here, or waits for it."""
    statement, session = early_withdrawal.verify_early(record), entering.session
    tids = codes.testimonies(session, statement.key)
    if not tids:
        codes.require_room(session)
        quotas.require_share(session, entering.sender, entering.day)
    sound = Sound(
        record=record, kind=early_withdrawal.KIND, subject=codes.subject_of(statement.key), signer=statement.by
    )
    waiting = Progress.SPARE if statement.number > 0 else Progress.UNPROVEN
    entering.write_records([entering.record_row(sound, Progress.COMPLETE if tids else waiting)])
    entering.entered.answer(record.id, "stored")
    entering.entered.complete(Completed(record.id, "withdraw" if tids else UNPROVEN, statement.by, ()))
    return set().union(*(_apply(entering, record, codes.proof(statement, tid)) for tid in tids))


def _prove_early(entering: Entering, manifests: Sequence[Sound]) -> set[str]:
    """Apply withdrawals by the code alone to the testimonies that just arrived. One may apply to several, so it
    stays.
    """
    tids: dict[str, set[str]] = {}
    for sound in manifests:
        if sound.withdraw and sound.subject:
            tids.setdefault(sound.withdraw, set()).add(sound.subject)
    applied: set[str] = set()
    for record in codes.early_of(entering.session, tids) if tids else ():
        if record.id in entering.entered.completed:
            continue  # it arrived in this very batch, and found them
        statement = early_withdrawal.verify_early(record)
        shredding.settle(entering.session, record.id, genuine=True)
        entering.entered.proved.append(Completed(record.id, "withdraw", statement.by, ()))
        for tid in sorted(tids[statement.key]):
            applied |= _apply(entering, record, codes.proof(statement, tid))
    return applied


def _proof(entering: Entering, record: SignedRecord, statement: statements.Withdrawal) -> Proof | None:
    """None while the testimony, and with it the key of the witness's code, has not arrived."""
    chain, session = entering.site.chain, entering.session
    manifest = _manifest_of(entering, statement.tid)
    if manifest is None and chain.signer(statement.by) is None:
        shredding.require_room(session)
        quotas.require_share(session, entering.sender, entering.day)
        return None
    return shredding.prove(record, chain, manifest.value["withdraw"] if manifest else None)


def _prove_earlier(entering: Entering, tids: set[str | None]) -> set[str]:
    """Check withdrawals that arrived before their testimony."""
    applied: set[str] = set()
    waiting = shredding.unproven(entering.session, [tid for tid in tids if tid]) if tids else []
    for record in waiting:
        statement = statements.parse_withdrawal(record)
        manifest = _manifest_of(entering, statement.tid)
        try:
            proof = shredding.prove(record, entering.site.chain, manifest.value["withdraw"] if manifest else None)
        except Refused:
            shredding.settle(entering.session, record.id, genuine=False)
            continue
        shredding.settle(entering.session, record.id, genuine=True)
        entering.entered.proved.append(Completed(record.id, "withdraw", statement.by, ()))
        applied |= _apply(entering, record, proof)
    return applied


def _apply(entering: Entering, record: SignedRecord, proof: Proof) -> set[str]:
    tid, scope = proof.statement.tid, proof.statement.scope
    if proof.by_witness:
        shredding.apply(entering.session, record.id, proof)
        if scope == "all":
            suspension.finish_rows(entering.session, [tid])
        else:
            entering.entered.narrowed.append(record.id)
    else:
        entering.entered.contested |= suspension.contests(entering.session, record.id)
        if suspension.begin(entering.site, entering.session, record.id, proof.statement):
            entering.entered.voided[record.id] = proof.statement.by
        entering.entered.suspended.append(record.id)
    if shredding.is_shredded(entering.session, tid):
        return {tid}
    about = select(RecordRow.name).where(RecordRow.subject == tid)
    entering.recount(entering.session.scalars(about).all())
    return set()


def _manifest_of(entering: Entering, tid: str) -> SignedRecord | None:
    held = (RecordRow.subject == tid, RecordRow.kind == "manifest", RecordRow.progress != Progress.SHREDDED)
    data = entering.session.scalar(select(RecordRow.data).where(*held))
    return None if data is None else SignedRecord.decode(data)
