"""Archives full of records that somebody with good keys made wrong, for comparing the two verifiers.

A batch is one archive: its roster holds, and hundreds of records, log entries and parts in clear hang on it. What ends
the checking of an archive (its list, root, rosters) is changed in an archive of its own.
"""

from __future__ import annotations

import base64
from random import Random
from typing import Any

from testimony import canonical
from testimony.sealing.archive import archive
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.parts.part import commitment
from testimony.sealing.records import signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ED25519, Signer
from testimony.sealing.statements import keep, statements
from testimony.sealing.statements.early_withdrawal import early_withdrawal
from tests.support.sealing import mutations
from tests.support.sealing.archives import DAY, EPOCH, Case, Files, container, record_files, signed
from tests.support.sealing.edwards import Forger
from tests.support.sealing.mutations import SMALL, WEAK, Seal, kid_of, mutated, sealed
from tests.support.sealing.organisation import Organisation

Made = tuple[str, Any, Seal]
"""The kind of a record, its value as it would be right, and who signs it."""


class Workshop:
    """One organisation with a lawyer and a phone whose keys have a part of small order, and `rng` that decides."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        made = Organisation()
        self.forged = Forger(rng.randbytes(32), SMALL[1])
        self.phone = Forger(rng.randbytes(32), SMALL[3])
        made.roster["people"].append(
            {"id": "lawyer-c", "role": "lawyer", "status": "active", "keys": [_key(self.forged)]}
        )
        made.roster["devices"].append({"id": "phone-8", "status": "active", "keys": [_key(self.phone)]})
        self.case = Case(made)
        self.template = self.case.sealed.record.value
        self.entries: list[bytes] = []
        self.files: Files = {}
        self.paths: list[int] = []

    def batch(self, count: int) -> bytes:
        """An archive with `count` things changed."""
        self.entries, self.files, self.paths = [], {}, []
        self._add(self.case.sealed.record)
        self._log(self.case.sealed.record.id)
        for _ in range(count):
            self.rng.choice((self._record, self._record, self._manifest, self._clear, self._clear, self._logged))()
        made = self.case.organisation
        files: Files = {"root.json": made.root.data}
        for number, record in enumerate(made.chain.records, 1):
            files |= signed(f"chain/{number:04}", record)
        return self._packed({**files, **self.files, **self._proofs()})

    def alone(self) -> bytes:
        """An archive of which one of the things is changed on which all else hangs."""
        return self.rng.choice((self._roster, self._roster, self._list, self._head))()

    def _record(self) -> None:
        kind, value, seal = self._made()
        changed = mutated(self.rng, value)
        if self.rng.random() < 0.1 and isinstance(changed, dict) and changed.get("by"):
            forger = self.forged
            changed = {**changed, "by": kid_of(forger.pub)}
            seal = mutations.by_forger(self.rng, forger)
        self._add(sealed(self.rng, kind, changed, seal))

    def _made(self) -> Made:
        case, made, rng = self.case, self.case.organisation, self.rng
        lawyer, of = made.lawyer_signer, case.sealed.record.id
        names = sorted(name for part in self.template["parts"] for name in (part["body"], *part["heads"].values()))
        random = rng.randbytes(32).hex()
        parts = rng.choice((names, names[:3], names[:1], []))
        receipt = statements.receipt(
            record=of, parts=parts, log_size=rng.choice((0, 1, 2, 9, 10**6)), root=random, durable=rng.random() < 0.8,
            signer=rng.choice((case.central, made.station)),
        )  # fmt: skip
        part = rng.choice(("coded", "consent", "narrative", "media-001", "annex", "banana", "media-", "coded "))
        reader = rng.choice((lawyer, made.coordinator_signer))
        scope = rng.choice(("all", [random], [random, "0" * 64]))
        code, early, worker = case.code, Signer.generate(), rng.choice((case.code, made.interviewer, made.device))
        return rng.choice(
            (
                ("grant", statements.grant(manifest=of, part=part, head=random, day=DAY, signer=reader).value,
                mutations.by(reader)),
                ("withdraw", statements.withdrawal(tid=case.tid, scope=scope, day=DAY, signer=worker).value,
                mutations.by(worker)),
                ("contest", statements.contest(withdrawal=random, annex=random, day=DAY, signer=lawyer).value,
                mutations.by(lawyer)),
                ("shredded", statements.shredded(withdrawal=random, day=DAY, signer=case.central).value,
                mutations.by(case.central)),
                ("shredded", statements.shredded(withdrawal=rng.choice((random, None)), day=DAY, signer=case.central,
                destroyed=rng.choice(([], [random], [random, "0" * 64]))).value, mutations.by(case.central)),
                ("keep", keep.keep(tid=case.tid, until=rng.choice(("2028-11", None)), day=DAY, signer=reader).value,
                mutations.by(reader)),
                ("receipt", receipt.value,
                mutations.by(case.central if receipt.by == case.central.kid else made.station)),
                ("withdraw-early", early_withdrawal(day=DAY, signer=early).value, mutations.by(early)),
                ("annex", self._annex(lawyer, None), mutations.by(lawyer)),
                ("annex", self._annex(code, code.public_keys[0].pub.hex()), mutations.by(code)),
                self._unsigned(),
                ("refusal", statements.refusal(day=DAY, signer=made.device).value, mutations.by(made.device)),
            )
        )  # fmt: skip

    def _annex(self, signer: Signer, key: str | None) -> dict[str, Any]:
        part = {name: value for name, value in self.template["parts"][0].items() if name != "part"}
        value = {
            "v": "testimony/1/annex",
            "id": self.rng.randbytes(16).hex(),
            "day": DAY,
            "by": signer.kid,
            "part": part,
        }
        return value if key is None else {**value, "key": key}

    def _unsigned(self) -> Made:
        """In the name of a weak key."""
        key = self.rng.choice(WEAK)
        value = {"v": "testimony/1/withdraw-early", "key": key, "by": kid_of(bytes.fromhex(key)), "day": DAY}
        return "withdraw-early", value, mutations.by_nobody(key)

    def _fresh(self) -> dict[str, Any]:
        later = {"v": "testimony/2/manifest", "keep_until": self.rng.choice((None, "2028-11"))}
        return {**self.template, **self.rng.choice(({}, later)), "tid": self.rng.randbytes(16).hex()}

    def _manifest(self) -> None:
        rng, value = self.rng, self._fresh()
        seal = mutations.by(self._maker(value))
        if rng.random() < 0.1:
            value["by"], seal = kid_of(self.phone.pub), mutations.by_forger(rng, self.phone)
        key = rng.choice((*WEAK, self.forged.pub.hex()))
        if rng.random() < 0.15:
            value["withdraw"] = key
            taken = {
                "v": "testimony/1/withdraw",
                "tid": value["tid"],
                "scope": "all",
                "by": kid_of(bytes.fromhex(key)),
                "day": DAY,
            }
            nobody = mutations.by_nobody(key) if key in WEAK else mutations.by_forger(rng, self.forged)
            self._add(sealed(rng, "withdraw", taken, nobody))
            self._add(sealed(rng, "manifest", value, seal))
            return
        record = sealed(rng, "manifest", mutated(rng, value), seal)
        self._add(record)
        self._log(record.id)

    def _maker(self, value: dict[str, Any]) -> Signer:
        """Who signs `value`: a phone, or a lawyer who brings the account from elsewhere."""
        made = self.case.organisation
        if self.rng.random() < 0.7:
            return made.device
        value |= {"v": "testimony/3/manifest", "keep_until": None, "by": made.lawyer_signer.kid}
        return self.rng.choice((made.lawyer_signer, made.lawyer_signer, made.device))

    def _logged(self) -> None:
        """A good testimony under an entry that is not as entries are."""
        record = sealed(self.rng, "manifest", self._fresh(), mutations.by(self.case.organisation.device))
        self._add(record)
        value = {
            "v": "testimony/1/entry",
            "no": len(self.entries),
            "kind": "received",
            "day": DAY,
            "ref": record.id,
            "by": "phone-7",
        }
        self.entries.append(mutations.bytes_of(self.rng, mutated(self.rng, value)))
        self.paths.append(len(self.entries) - 1)

    def _clear(self) -> None:
        """A testimony with a part in clear, whose first line or whose attestation is changed."""
        rng, value = self.rng, self._fresh()
        maker = self._maker(value)
        parts = {part["part"]: dict(part) for part in value["parts"]}
        name = rng.choice(("narrative", "provenance", "consent"))
        content = canonical.encode({"note": rng.choice(("", "x"))})
        value["day"] = rng.choice((value["day"], value["day"], *mutations.DAYS))
        if name == "provenance":
            content = self._attested(value, {one: parts[one]["commit"] for one in parts if one != name})
        line = {
            "v": "testimony/1/part", "tid": value["tid"], "rev": 1, "part": name, "type": "application/json",
            "len": len(content), "sha256": canonical.sha256_hex(content), "salt": rng.randbytes(32).hex(),
            "consent": None if name == "consent" else parts["consent"]["commit"], "form_sha256": value["form_sha256"],
            "roster": value["roster"],
        }  # fmt: skip
        line |= rng.choice(({}, {"v": "testimony/2/part", "decoys": rng.randbytes(32).hex()}))
        data = mutations.bytes_of(rng, line if name == "provenance" and rng.random() < 0.8 else mutated(rng, line))
        parts[name]["commit"] = commitment(data)
        record = sealed(rng, "manifest", {**value, "parts": list(parts.values())}, mutations.by(maker))
        self._add(record)
        self._log(record.id)
        self.files |= {f"revealed/{value['tid']}/{name}.line": data, f"revealed/{value['tid']}/{name}.content": content}

    def _attested(self, value: dict[str, Any], commits: dict[str, str]) -> bytes:
        rng, made = self.rng, self.case.organisation
        signer = rng.choice((made.interviewer, made.lawyer_signer)) if "keep_until" in value else made.interviewer
        keys = [key.describe() for key in signer.public_keys]
        said = {
            "v": "testimony/1/attest",
            "tid": value["tid"],
            "rev": 1,
            "by": keys,
            "at": "2026-11-24T10:00:00Z",
            "commits": commits,
        }
        if rng.random() < 0.4:
            said["at"] = rng.choice(mutations.TIMES)
        record = sealed(rng, "attest", mutated(rng, said), mutations.by(signer))
        return canonical.encode(
            mutated(rng, {"attest": record.data.decode(), "sigs": list(record.sigs)}, rng.choice((0, 0, 0, 1)))
        )

    def _add(self, record: SignedRecord) -> None:
        self.files |= record_files(record)

    def _log(self, record: str) -> None:
        no = len(self.entries)
        self.entries.append(
            canonical.encode(
                {"v": "testimony/1/entry", "no": no, "kind": "received", "day": DAY, "ref": record, "by": "x"}
            )
        )
        self.paths.append(no)

    def _proofs(self) -> Files:
        self.case.entries = self.entries
        size = len(self.entries)
        leaves = self.case.leaves(size)
        files = self.case.note(size) | (self.case.note(1) | self.case.grew(1, size) if size > 1 else {})
        for no in self.paths:
            path = [one.hex() for one in merkle.inclusion_proof(leaves, no)]
            value = {"v": "testimony/1/included", "entry": self.entries[no].decode(), "size": size, "path": path}
            files[f"{self.case.log}/{no}.entry"] = canonical.encode(
                mutated(self.rng, value, self.rng.choice((0, 0, 0, 0, 1)))
            )
        return files

    def _roster(self) -> bytes:
        """Signed by the roots as it is; with what a phone and a lawyer of it signed."""
        rng, made = self.rng, self.case.organisation
        value = mutated(rng, made.roster)
        if rng.random() < 0.3:
            key = rng.choice((*WEAK, *(one.hex() for one in _unreduced())))
            value = mutated(rng, made.roster, 0)
            value["people"].append(
                {"id": "lawyer-d", "role": "lawyer", "status": "active", "keys": [{"alg": ED25519, "pub": key}]}
            )
            said = statements.grant(
                manifest=self.case.sealed.record.id, part="coded", head="0" * 64, day=DAY, signer=made.lawyer_signer
            )
            granted = {**said.value, "by": kid_of(bytes.fromhex(key))}
            extra = record_files(sealed(rng, "grant", granted, mutations.by_nobody(key)))
        else:
            extra = {}
        roster = sealed(rng, "roster", value, mutations.by_roots(made.roots[:2]))
        named = {"roster": roster.id, "roster_no": value.get("no", 1)}
        record = sealed(rng, "manifest", {**self._fresh(), **named}, mutations.by(made.device))
        return self._packed(
            {"root.json": made.root.data, **signed("chain/0001", roster), **record_files(record), **extra}
        )

    def _list(self) -> bytes:
        files = self.case.files()
        value = self.case.sign(files).value
        record = sealed(
            self.rng, "archive", mutated(self.rng, value), mutations.by(self.case.organisation.lawyer_signer)
        )
        return self._ended(files, self.case.sign(files), record)

    def _head(self) -> bytes:
        """The signed head of the log, its lines changed and signed again."""
        rng, case = self.rng, self.case
        case.entries = [case._entry(no, f"{no:064x}") for no in range(4)] + [case._entry(4, case.sealed.record.id)]
        origin = f"testimony/1/log/{case.central.kid}"
        root = base64.b64encode(merkle.root(case.leaves(5))).decode()
        lines = [origin, "5", root, f"epoch {EPOCH}"]
        lines[rng.randrange(4)] = rng.choice(
            (
                "",
                "5",
                "05",
                "+5",
                "5.0",
                "٥",
                root[:-2] + "B=",
                root + " ",
                f"epoch {EPOCH.upper()}",
                f"epoch {EPOCH}",
                origin,
                "x",
            )
        )
        text = "".join(f"{line}\n" for line in lines)
        raw = checkpoint.key_hash(origin, case.central.public_keys[0]) + case.central.sign_raw(text.encode())[0]
        good = base64.b64encode(raw).decode()
        bad = base64.b64encode(raw[:4] + bytes(64)).decode()
        own = f"— {origin} {good}\n"
        spelled = (
            own, own, own, own[:-1], f"— {origin} {good}\r\n", f"— {origin} {good}\t\n", f"— {origin} {bad}\n{own}",
            f"{own}— {origin} {bad}\n", f"— {origin} {good[:-2]}{chr(ord(good[-2]) + 1)}=\n",
            f"— {origin} {good.rstrip('=')}\n",
            f"— other {good}\n{own}", f"— other  {good}\n{own}", f"- {origin} {good}\n", f"{own}\n",
            f"—\u00a0{origin} {good}\n",
        )  # fmt: skip
        note = f"{text}\n{rng.choice(spelled)}".encode()
        made = case.organisation
        files = {
            "root.json": made.root.data,
            **signed("chain/0001", made.chain.records[0]),
            **record_files(case.sealed.record),
        }
        return self._packed({**files, f"{case.log}/5-{canonical.sha256_hex(note)[:8]}.note": note, **case.proof(4, 5)})

    def _packed(self, files: Files) -> bytes:
        record = self.case.sign(files)
        return self._ended(files, record, record)

    def _ended(self, files: Files, listed: SignedRecord, said: SignedRecord) -> bytes:
        sums = archive.sums(archive.parse_index(listed).files)
        return container(
            {**files, archive.SUMS: sums, archive.LIST: said.data, archive.LIST_SIGNED: archive.sigs_of(said)}
        )


def _key(forger: Forger) -> dict[str, str]:
    return {"alg": ED25519, "pub": forger.pub.hex()}


def _unreduced() -> list[bytes]:
    """Spellings of y that are not below the prime."""
    return [(mutations.edwards.P + y).to_bytes(32, "little") for y in range(2, 19)]


__all__ = ["Workshop", "signatures"]
