"""Archives with records that nobody may have written, and what is to be found in each."""

from __future__ import annotations

from collections.abc import Callable

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.revocation import revocation
from testimony.sealing.statements import statements
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import Content
from tests.support.sealing.archives import DAY, Case, Files, Spoil, flipped, objects, record_files
from tests.support.sealing.organisation import Organisation

STRANGER = Signer.generate()


def more(make: Callable[[Case], Files]) -> Spoil:
    """With what `make` gives besides."""
    return lambda case, files: case.pack({**files, **make(case)})


def record(make: Callable[[Case], SignedRecord]) -> Spoil:
    return more(lambda case: record_files(make(case)))


def withdrawal(case: Case, signer: Signer, scope: object = "all", tid: str = "") -> SignedRecord:
    return statements.withdrawal(tid=tid or case.tid, scope=scope, day=DAY, signer=signer)  # type: ignore[arg-type]


def contested(case: Case, *signers: Signer) -> Files:
    """A worker's withdrawal, contested by these."""
    taken = withdrawal(case, case.organisation.interviewer)
    return record_files(
        taken,
        *(statements.contest(withdrawal=taken.id, annex="0" * 64, day=DAY, signer=signer) for signer in signers),
    )


def receipt(case: Case, signer: Signer, *, of: str = "", parts: tuple[str, ...] = ()) -> SignedRecord:
    named = of or case.sealed.record.id
    return statements.receipt(record=named, parts=parts, log_size=5, root="0" * 64, durable=True, signer=signer)


def in_the_field(case: Case) -> SignedRecord:
    return receipt(case, case.organisation.station, parts=(case.sealed.parts[0].describe()["body"],))


def annexed(case: Case) -> SignedRecord:
    made = case.organisation
    readers = {"lawyers": (made.chain.recipients("lawyers"), 4)}
    return annex.seal_annex(
        b'{"kind":"note"}', tid=case.tid, day=DAY, roster=made.chain.latest.sha256, audiences=readers, signer=STRANGER
    ).record


def dated(day: str, **roster: object) -> Spoil:
    """A testimony of `day`, under a roster with these changes."""

    def make(case: Case, files: Files) -> bytes:
        organisation = Organisation()
        organisation.roster.update(roster)
        other = Case(organisation)
        other.sealed = organisation.seal(
            {"narrative": Content("application/json", b"{}")}, day=day, at=f"{day}T10:00:00Z"
        )
        other.entries[4] = other._entry(4, other.sealed.record.id)
        kept = {name: data for name, data in other.files().items() if not name.startswith(("revealed/", "objects/"))}
        return other.pack(kept)

    return make


def removed(case: Case, files: Files) -> bytes:
    """The next roster no longer has the phone, the testimony names the one before on a later day, and no log has it."""
    organisation = Organisation()
    other = Case(organisation)
    first = organisation.chain.latest
    value = organisation.successor(issued="2026-11-21")
    value["devices"] = [one for one in value["devices"] if one["id"] != "phone-7"]
    organisation.chain.add(organisation.sign(value))
    asked = {"roster_sha256": first.sha256, "roster_no": first.no}
    other.sealed = organisation.seal({"narrative": Content("application/json", b"{}")}, **asked)
    other.entries[4] = other._entry(4, other.sealed.record.id)
    return other.pack(
        {name: data for name, data in other.files().items() if not name.startswith(("revealed/", "objects/", "log/"))}
    )


def receipt_of_log(
    case: Case, *, log_size: int = 7, root: str = "", parts: bool = True, durable: bool = True
) -> SignedRecord:
    """By headquarters, of all bodies."""
    bodies = [part.describe()["body"] for part in case.sealed.parts] if parts else []
    said = root or merkle.root(case.leaves(log_size)).hex()
    return statements.receipt(
        record=case.sealed.record.id, parts=bodies, log_size=log_size, root=said, durable=durable, signer=case.central
    )


def granted(case: Case, signer: Signer) -> SignedRecord:
    return statements.grant(
        manifest=case.sealed.record.id, part="coded", head=canonical.sha256_hex(b"a head"), day=DAY, signer=signer
    )


def manifest(case: Case, signer: Signer, **changes: object) -> SignedRecord:
    return SignedRecord.sign({**case.sealed.record.value, **changes}, signer)


def in_the_name(signed: SignedRecord) -> SignedRecord:
    """The same words, which a stranger signed."""
    return SignedRecord.sign(signed.value, STRANGER)


def resigned(case: Case, files: Files) -> bytes:
    """One bit of the signature beside the manifest."""
    name = f"records/{case.sealed.record.id}.sigs"
    return case.pack({**files, name: flipped(files[name], -10)})


def of(contents: dict[str, bytes], **changes: object) -> Spoil:
    """An archive of another testimony, of these contents."""

    def make(case: Case, files: Files) -> bytes:
        other = Case(case.organisation, case.central)
        parts = {"provenance": b"{}", "narrative": b"{}", **contents}
        told = {part: Content("application/json", data) for part, data in parts.items()}
        other.sealed = case.organisation.seal(told, **changes)
        other.entries[4] = other._entry(4, other.sealed.record.id)
        return other.pack(other.files())

    return make


DEEP = b"[" * 20_000 + b"]" * 20_000


RECORD_WRONG: dict[str, tuple[Spoil, list[str]]] = {
    "a sealed part of nobody": (more(lambda _: objects(b"smuggled in")), ["record.strange"]),
    "taken back by the witness's code": (record(lambda case: withdrawal(case, case.code)), ["withdrawn.all"]),
    "taken back before it was known": (
        record(lambda case: early_withdrawal(day=DAY, signer=case.code)),
        ["withdrawn.all"],
    ),
    "taken back by a worker, and only a lawyer contests it": (
        more(lambda case: contested(case, case.organisation.lawyer_signer)),
        ["withdrawn.all"],
    ),
    "a withdrawal by a stranger": (record(lambda case: withdrawal(case, STRANGER)), ["record.refused"]),
    "a withdrawal of what is not here": (
        record(lambda case: withdrawal(case, case.code, tid="0" * 32)),
        ["record.strange"],
    ),
    "a device that was revoked before": (record(lambda case: case.revoked(3)), ["manifest.revoked"]),
    "a device that was revoked before, and later too as others say": (
        more(lambda case: {name: data for no in range(3, 12) for name, data in record_files(case.revoked(no)).items()}),
        ["manifest.revoked"],
    ),
    "a revocation by one root alone": (
        record(
            lambda case: revocation(
                key=case.organisation.device.kid, log=case.central.kid, position=3, day=DAY,
                roots=case.organisation.roots[:1],
            )
        ),
        ["record.refused"],
    ),
    "a manifest that no phone signed": (
        record(lambda case: manifest(case, case.organisation.interviewer)),
        ["manifest.refused"],
    ),
    "another manifest by a stranger": (record(lambda case: manifest(case, STRANGER, rev=2)), ["manifest.refused"]),
    "one bit of the manifest's signature": (resigned, ["manifest.refused"]),
    "a manifest of a newer version": (
        record(lambda case: manifest(case, case.organisation.device, v="testimony/4/manifest")),
        ["manifest.newer"],
    ),
    "a record of a kind that there is not": (
        record(lambda case: SignedRecord.sign({"v": "testimony/1/praise"}, case.organisation.lawyer_signer)),
        ["record.refused"],
    ),
    "a sealed statement by a stranger": (record(annexed), ["record.refused"]),
    "a head granted by a stranger": (record(lambda case: granted(case, STRANGER)), ["record.refused"]),
    "a contest by a stranger": (
        record(lambda _: statements.contest(withdrawal="0" * 64, annex="0" * 64, day=DAY, signer=STRANGER)),
        ["record.refused"],
    ),
    "a receipt by a stranger": (record(lambda case: receipt(case, STRANGER)), ["receipt.refused"]),
    "a receipt in the name of headquarters": (
        record(lambda case: in_the_name(case.receipt())),
        ["receipt.refused"],
    ),
    "a contest in the name of a lawyer": (
        record(
            lambda case: in_the_name(
                statements.contest(withdrawal="0" * 64, annex="0" * 64, day=DAY, signer=case.organisation.lawyer_signer)
            )
        ),
        ["record.refused"],
    ),
    "a withdrawal in the name of the code": (
        record(lambda case: in_the_name(withdrawal(case, case.code))),
        ["record.refused"],
    ),
    "a withdrawal by the code before it was known, signed by a stranger": (
        record(lambda case: in_the_name(early_withdrawal(day=DAY, signer=case.code))),
        ["record.refused"],
    ),
    "a receipt that names nothing": (record(lambda case: receipt_of_log(case, parts=False)), ["receipt.empty"]),
    "a receipt that says nothing of the disk": (
        record(lambda case: receipt_of_log(case, durable=False)),
        ["receipt.empty"],
    ),
    "a receipt of another log": (record(lambda case: receipt_of_log(case, root="1" * 64)), ["receipt.forked"]),
    "a receipt of a log that did not have it yet": (
        record(lambda case: receipt_of_log(case, log_size=4)),
        ["receipt.forked"],
    ),
    "a testimony of before the roster": (dated("1999-12-31"), ["manifest.early"]),
    "a testimony of the future": (dated("2999-01-01", expires="3000-01-01"), ["manifest.late"]),
    "a receipt by a lawyer": (
        record(lambda case: receipt(case, case.organisation.lawyer_signer)),
        ["receipt.refused"],
    ),
    "a receipt for more than there is": (
        record(lambda case: receipt(case, case.central, parts=("0" * 64,))),
        ["receipt.refused"],
    ),
    "a receipt for what is not here": (
        record(lambda case: receipt(case, case.central, of="0" * 64)),
        ["record.strange"],
    ),
    "taken down by somebody unknown": (of({}, interviewer=STRANGER), ["interviewer.refused"]),
}  # fmt: skip
RECORD_RIGHT: dict[str, tuple[Spoil, list[str]]] = {
    "a contested withdrawal": (
        more(lambda case: contested(case, case.organisation.lawyer_signer, case.organisation.coordinator_signer)),
        [],
    ),
    "a head taken back": (
        record(lambda case: withdrawal(case, case.code, [canonical.sha256_hex(b"head")])),
        [],
    ),
    "a device that was revoked later": (record(lambda case: case.revoked(4)), []),
    "words that are nested as nobody would": (of({"narrative": DEEP, "coded": b'{"answers":' + DEEP + b"}"}), []),
    "words that are none": (of({"narrative": b"\xff{", "coded": b'{"statements":[1],"answers":[2]}'}), []),
    "a receipt of the log that is here": (record(receipt_of_log), []),
    "a testimony under an expired roster": (
        dated("2026-11-24", expires="2026-11-21"),
        ["manifest.expired", "sealed.absent", "interviewer.sealed"],
    ),
    "a testimony of a phone that was removed": (
        removed,
        ["received.open", "manifest.removed", "sealed.absent", "interviewer.sealed"],
    ),
    "a receipt by a station in the field": (record(in_the_field), []),
}  # fmt: skip
