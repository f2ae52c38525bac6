"""Verifies one testimony in an archive: sealed and revealed parts, interviewer, signatures and withdrawal."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing import verification
from testimony.sealing.archive.logs import Logs
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest
from testimony.sealing.parts.part import LONGEST_LINE, commitment, read_header
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.statements import statements
from testimony.sealing.testimony import attestation
from testimony.sealing.verification import Finding, Holds

VOIDING = frozenset({"lawyer", "coordinator"})


@dataclass(frozen=True, kw_only=True)
class Revealed:
    """A part in clear that holds. `form`: the questionnaire that its manifest names, None where that is not here."""

    tid: str
    part: str
    type: str  # MIME
    content: bytes
    form: bytes | None


Show = Callable[[Revealed], object]


class Testimony:
    """A testimony with a verified manifest. `interviewer` is asked last of the parts: it needs provenance in clear."""

    __test__ = False  # its name begins with "Test"

    def __init__(self, manifest: Manifest, record: SignedRecord, chain: RosterChain) -> None:
        self._manifest, self._record, self._chain = manifest, record, chain
        self._provenance: bytes | None = None

    def sealed(self, objects: Collection[str], granted: Iterable[str]) -> Finding:
        """Which of the heads and bodies that are named are here; that each is what it is called was looked at."""
        named = {*self._manifest.names, *granted}
        held = len(named & set(objects))
        if held == 0:
            return self._find("sealed.absent", Holds.OPEN)
        if held < len(named):
            return self._find("sealed.lacking", Holds.OPEN, number=held, missing=len(named) - held)
        return self._yes("sealed.whole", number=held)

    def revealed(
        self, read: Callable[[str], bytes], parts: Mapping[str, list[str]], show: Show, form: bytes | None
    ) -> Iterator[Finding]:
        """The parts in clear, by the commitments in the manifest alone; `parts`: name -> its files.

        `show` gets each that holds, and `form` with it where its hash is the manifest's.
        """
        if form is not None and canonical.sha256_hex(form) != self._manifest.form_sha256:
            form = None
        for part in sorted(parts):
            line, content = (f"revealed/{self._manifest.tid}/{part}.{kind}" for kind in ("line", "content"))
            held = set(parts[part])
            wrong = self._wrong(part, read(line), read(content)) if held == {line, content} else "header"
            if wrong:
                yield self._find(f"revealed.{wrong}", Holds.NO, part=part)
                continue
            data, kind = read(content), str(read_header(read(line))["type"])
            if part == "provenance":
                self._provenance = data
            show(Revealed(tid=self._manifest.tid, part=part, type=kind, content=data, form=form))
            yield self._yes("revealed.holds", part=part)

    def interviewer(self) -> Finding:
        if self._provenance is None:
            return self._find("interviewer.sealed", Holds.OPEN)
        try:
            attested = attestation.verify(self._provenance, self._manifest, self._chain)
        except CannotOpen:
            return self._find("interviewer.refused", Holds.NO)
        code = "interviewer.imported" if self._manifest.imported else "interviewer.holds"
        return self._yes(code, person=attested.person_id, time=attested.at)

    def receipt(self, record: SignedRecord, logs: Logs) -> Finding:
        finding, said = verification.check_receipt(record.encode(), self._record.id, self._manifest, self._chain)
        if said is None:
            code = "receipt.empty" if finding.code == "receipt.empty" else "receipt.refused"
            return self._find(code, Holds.NO)
        return self._find("receipt.forked", Holds.NO) if logs.contradict(said) else finding

    def withdrawn(
        self, withdrawals: Iterable[SignedRecord], contests: Mapping[str, set[str]], early: Mapping[str, str]
    ) -> Iterator[Finding]:
        """What was taken back, by the code or by a worker whom nobody contests."""
        code = self._manifest.withdraw or ""
        if code in early:
            yield self._find("withdrawn.all", Holds.NO, day=early[code])
        for record in withdrawals:
            if record.value["tid"] == self._manifest.tid:
                yield self._withdrawal(record, contests.get(record.id, set()))

    def _withdrawal(self, record: SignedRecord, roles: set[str]) -> Finding:
        try:
            said = statements.verify_withdrawal(record, self._chain, self._manifest.withdraw)
        except (NotCanonical, Refused):
            return self._find("record.refused", Holds.NO, name=f"records/{record.id}.json")
        by_worker = self._chain.signer(said.by) is not None
        if by_worker and roles >= VOIDING:
            return self._yes("withdrawn.void", day=said.day)
        if said.scope == "all":
            return self._find("withdrawn.all", Holds.NO, day=said.day)
        return self._yes("withdrawn.part", day=said.day, number=len(said.scope))

    def _wrong(self, part: str, line: bytes, content: bytes) -> str:
        """What is wrong with a part in clear, "" when nothing is."""
        entry, consent = self._manifest.part(part), self._manifest.part("consent")
        if entry is None or consent is None or len(line) > LONGEST_LINE:
            return "header"
        if commitment(line) != entry.commit:
            return "commitment"
        expected: dict[str, Any] = {
            "tid": self._manifest.tid,
            "rev": self._manifest.rev,
            "part": part,
            "form_sha256": self._manifest.form_sha256,
            "roster": self._manifest.roster,
            "consent": None if part == "consent" else consent.commit,
        }
        try:
            header = read_header(line)
        except (NotCanonical, Refused):
            return "header"
        if any(header[name] != value for name, value in expected.items()):
            return "header"
        is_it = (header["len"], header["sha256"]) == (len(content), canonical.sha256_hex(content))
        return "" if is_it else "content"

    def _yes(self, code: str, **values: str | int) -> Finding:
        return self._find(code, Holds.YES, **values)

    def _find(self, code: str, holds: Holds, **values: str | int) -> Finding:
        return Finding(code=code, holds=holds, tid=self._manifest.tid, values=values)
