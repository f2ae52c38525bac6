"""Archives for tests, put together file by file out of an invented organisation, so that each file can be spoiled."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from testimony import canonical
from testimony.sealing.archive import archive
from testimony.sealing.archive import checks as archive_checks
from testimony.sealing.archive.archive import File, Index
from testimony.sealing.archive.zip import StoredZip
from testimony.sealing.log import checkpoint, cosignature, merkle, timestamp
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.parts.manifest import IMPORTED
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.revocation import revocation
from testimony.sealing.statements import statements
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.testimony import Content
from testimony.sealing.verification import Finding
from tests.support.sealing.organisation import Organisation, _keys
from tests.support.sealing.timestamp_authority import Authority

Files = dict[str, bytes]
STATEMENT = "On the river they took our telephones and sent us back."
NARRATIVE = {
    "statements": [
        {"dir": "rtl", "id": "s1", "lang": "ar", "original": None, "text": "عند النهر أخذوا هواتفنا وأعادونا."},
        {"dir": "ltr", "id": "s2", "lang": "en", "original": "s1", "text": STATEMENT},
    ]
}
EPOCH = "ab" * 16
DAY = "2026-11-25"
SEEN = 1795608000
"""Seconds since 1970, when a partner cosigned."""


@dataclass
class Case:
    """An organisation with a central server, one testimony, and everything that an archive of it holds."""

    organisation: Organisation = field(default_factory=Organisation)
    central: Signer = field(default_factory=Signer.generate)
    partner: Signer = field(default_factory=Signer.generate)
    form: bytes = b""
    """The questionnaire that the manifest names; with it the coded incident `answers` is in clear too."""
    answers: Mapping[str, Any] = field(default_factory=dict)
    imported: bool = False
    """Whether a lawyer brought the account from elsewhere."""

    def __post_init__(self) -> None:
        made = self.organisation
        if made.chain.signer(self.central.kid) is None:
            devices = [*made.roster["devices"], _device("central", self.central, "central")]
            named = {cosignature.WITNESSES: [self.witness.describe()]}
            made.roster = {**made.roster, "devices": devices, **named}
            made.roster_record = made.sign(made.roster)
            made.chain = RosterChain(made.root, [made.roster_record])
        self.code = Signer.generate()
        contents = {
            "narrative": Content("application/json", canonical.encode(NARRATIVE)),
            "coded": Content("application/json", b'{"answers":{}}'),
            "provenance": Content("application/json", b'{"place":"camp-a"}'),
        }
        if self.form:
            contents["incident"] = Content("application/json", canonical.encode({"answers": self.answers}))
        asked: dict[str, Any] = {"form_sha256": canonical.sha256_hex(self.form)} if self.form else {}
        if self.imported:
            asked |= {"version": IMPORTED, "device": made.lawyer_signer, "interviewer": made.lawyer_signer}
        self.sealed = made.seal(contents, withdraw=self.code.public_keys[0].pub.hex(), **asked)
        self.entries = [self._entry(no, f"{no:064x}") for no in range(7)]
        self.entries[4] = self._entry(4, self.sealed.record.id)

    @property
    def witness(self) -> Witness:
        return Witness("partner.example/w1", self.partner.public_keys[0])

    @property
    def tid(self) -> str:
        return str(self.sealed.record.value["tid"])

    @property
    def log(self) -> str:
        return f"log/{self.central.kid}/{EPOCH}"

    def files(self) -> Files:
        """Of an archive in which everything holds and three parts are shown in clear."""
        made = self.organisation
        files: Files = {
            "README.txt": b"An archive.\n",
            "verify.html": b"<!doctype html>\n",
            "root.json": made.root.data,
        }
        for number, record in enumerate(made.chain.records, 1):
            files |= signed(f"chain/{number:04}", record)
        files |= record_files(self.sealed.record, self.receipt(), self.annexed().record, self.granted()[0])
        for part in self.sealed.parts:
            files |= objects(*part.heads.values(), part.body)
        files |= objects(*self.annexed().part.heads.values(), self.annexed().part.body, self.granted()[1])
        for part in ("narrative", "provenance", "coded", *(("incident",) if self.form else ())):
            files |= self.revealed(part)
        if self.form:
            files |= {f"forms/{canonical.sha256_hex(self.form)}.json": self.form}
        files |= self.note(7) | self.note(3) | self.grew(3, 7) | self.proof(4, 7)
        return files

    def receipt(self) -> SignedRecord:
        parts = [part.describe()["body"] for part in self.sealed.parts]
        return statements.receipt(
            record=self.sealed.record.id, parts=parts, log_size=5, root="0" * 64, durable=True, signer=self.central
        )

    def annexed(self) -> annex.SealedAnnex:
        if not hasattr(self, "_annex"):
            made = self.organisation
            readers = {"lawyers": (made.chain.recipients("lawyers"), 4)}
            self._annex = annex.seal_annex(
                b'{"kind":"note"}', tid=self.tid, day=DAY, roster=made.chain.latest.sha256, audiences=readers,
                signer=made.lawyer_signer,
            )  # fmt: skip
        return self._annex

    def granted(self) -> tuple[SignedRecord, bytes]:
        head = b"another head"
        record = statements.grant(
            manifest=self.sealed.record.id, part="coded", head=canonical.sha256_hex(head), day=DAY,
            signer=self.organisation.lawyer_signer,
        )  # fmt: skip
        return record, head

    def revealed(self, part: str) -> Files:
        opened = self.organisation.open(self.sealed, part, "lawyers", self.organisation.lawyer_a)
        name = f"revealed/{self.tid}/{part}"
        return {f"{name}.line": opened.line, f"{name}.content": opened.content}

    def note(self, size: int, root: bytes | None = None) -> Files:
        whole = merkle.root(self.leaves(size)) if root is None else root
        note = checkpoint.sign(f"testimony/1/log/{self.central.kid}", size, whole, self.central, epoch=EPOCH).encode()
        return {f"{self.log}/{size}-{canonical.sha256_hex(note)[:8]}.note": note}

    def cosigned(
        self, files: Files, size: int, witness: Witness | None = None, *, signer: Signer | None = None, time: int = SEEN
    ) -> Files:
        """`files` with one more cosignature under the head of `size` entries."""
        name = next(one for one in files if one.startswith(f"{self.log}/{size}-"))
        note = cosignature.add(files[name].decode(), witness or self.witness, signer or self.partner, time).encode()
        other = f"{self.log}/{size}-{canonical.sha256_hex(note)[:8]}.note"
        return {other if one == name else one: note if one == name else data for one, data in files.items()}

    def stamped(self, size: int, authority: Authority, roots: bytes | None = None) -> Files:
        """A time stamp of the head of `size` entries."""
        (note,) = self.note(size).values()
        query = timestamp.ask(hashlib.sha256(note).digest(), bytes(range(16)))
        name = f"timestamps/{canonical.sha256_hex(note)}"
        return {
            f"{name}.pem": authority.pem if roots is None else roots,
            f"{name}.tsq": query,
            f"{name}.tsr": authority.reply(query),
        }

    def grew(self, old: int, new: int) -> Files:
        path = merkle.consistency_proof(self.leaves(new), old)
        return {f"{self.log}/{old}.grew": archive.growth(old, new, path)}

    def proof(self, no: int, size: int) -> Files:
        path = merkle.inclusion_proof(self.leaves(size), no)
        return {f"{self.log}/{no}.entry": archive.inclusion(self.entries[no], size, path)}

    def leaves(self, size: int) -> list[bytes]:
        return [merkle.leaf_hash(entry) for entry in self.entries[:size]]

    def revoked(self, position: int) -> SignedRecord:
        roots = self.organisation.roots[:2]
        return revocation(
            key=self.organisation.device.kid, log=self.central.kid, position=position, day=DAY, roots=roots
        )

    def sign(self, files: Mapping[str, bytes], **changes: Any) -> SignedRecord:
        """The list of `files`, signed by a lawyer."""
        said: dict[str, Any] = {
            "organisation": self.organisation.chain.fingerprint,
            "purpose": "P09",
            "recipient": "case-river",
            "by": self.organisation.lawyer_signer.kid,
            "day": DAY,
            "files": tuple(
                File(name=name, len=len(data), sha256=canonical.sha256_hex(data)) for name, data in files.items()
            ),
            **changes,
        }
        return Index(**said).sign(self.organisation.lawyer_signer)

    def pack(self, files: Mapping[str, bytes], listed: Mapping[str, bytes] | None = None) -> bytes:
        """The archive of `files`; `listed`: what its signed list says instead."""
        record = self.sign(files if listed is None else listed)
        return packed(files, record)

    def _entry(self, no: int, ref: str) -> bytes:
        value = {"v": "testimony/1/entry", "no": no, "kind": "received", "day": DAY, "ref": ref, "by": "phone-7"}
        return canonical.encode(value)


def packed(files: Mapping[str, bytes], record: SignedRecord) -> bytes:
    listed = archive.parse_index(record).files if record.value["v"] == "testimony/1/archive" else ()
    return container(
        {
            **files,
            archive.SUMS: archive.sums(listed),
            archive.LIST: record.data,
            archive.LIST_SIGNED: archive.sigs_of(record),
        }
    )


def container(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    made = StoredZip(written.write)
    for name, data in files.items():
        made.add(name, data)
    made.finish()
    return written.getvalue()


def signed(name: str, record: SignedRecord) -> Files:
    return {f"{name}.json": record.data, f"{name}.sigs": archive.sigs_of(record)}


def record_files(*records: SignedRecord) -> Files:
    found: Files = {}
    for record in records:
        found |= signed(f"records/{record.id}", record)
    return found


def objects(*things: bytes) -> Files:
    return {f"objects/{canonical.sha256_hex(thing)}": thing for thing in things}


def findings(data: bytes) -> list[Finding]:
    return list(archive_checks.examine(io.BytesIO(data)))


def failures(data: bytes) -> list[str]:
    return [finding.code for finding in findings(data) if finding.holds == "no"]


def flipped(data: bytes, at: int = -1) -> bytes:
    """`data` with the lowest bit of one byte turned."""
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def _device(name: str, signer: Signer, kind: str) -> dict[str, Any]:
    return {"id": name, "kind": kind, "status": "active", "keys": _keys(signer)}


Spoil = Callable[[Case, Files], bytes]
