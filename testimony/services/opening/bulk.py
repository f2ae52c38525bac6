"""Open parts of many testimonies at once: the same checks as for one, with one database query for all of them.

Opening one after the other takes three queries for each part, which cost more than the cryptography. Records to which a
grant was added are opened one by one (services/opening/compartments.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from testimony.domain.roles import Audience
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest, is_media
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.media import LIST
from testimony.services.opening import compartments
from testimony.services.opening.compartments import CONSENT, MAY_OPEN, Compartment
from testimony.services.opening.permission import Permission
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records.head_cipher import HeadSafe
from testimony.store.errors import PartDamaged
from testimony.store.models.records import Held, ObjectRow, RecordRow


@dataclass(frozen=True)
class Sealed:
    """A testimony to be opened. `manifest` is verified, None if verification fails."""

    record: SignedRecord
    manifest: Manifest | None
    grants: tuple[SignedRecord, ...] = ()
    withdrawals: tuple[SignedRecord, ...] = ()

    @property
    def tid(self) -> str:
        return str(self.record.value["tid"])


class Openings:
    """Several testimonies, all of them served here, for one reading session.

    `heads`: testimony -> names of the places (`OpeningKey.places`) of the heads that were opened.
    """

    def __init__(self, reading: ReadingSession, records: Mapping[str, SignedRecord]) -> None:
        self._reading, self._reader = reading, reading.reader
        self.heads: dict[str, set[bytes]] = {}
        self._heads = self._read_heads(list(records))
        tids = [str(record.value["tid"]) for record in records.values()]
        said = self._read_said(tids)
        self._safes = {tid: HeadSafe(key) for tid, key in reading.shred_keys.find_all(tids).items()}
        self.sealed = [self._sealed(record, said.get(str(record.value["tid"]), ())) for record in records.values()]

    def open_consent(self, sealed: Sealed) -> Compartment:
        """As `compartments.open_consent`."""
        return self.open(sealed, CONSENT, Permission(closed={}))

    def open(self, sealed: Sealed, part: str, permission: Permission) -> Compartment:
        """As `compartments.open_compartment`."""
        if sealed.manifest is None or sealed.grants:
            return compartments.open_compartment(
                self._reading, sealed.record, part, sealed.grants, permission=permission
            )
        if part not in MAY_OPEN[self._reader.audience]:
            return Compartment(part=part, closed="not_for_you")
        try:
            permission.require(compartments.compartment_of(part))
            opened = testimony.open_verified(
                sealed.record.id,
                sealed.manifest,
                part,
                self._reader.audience,
                self._head(sealed.tid, sealed.manifest, part),
                self._body(sealed.manifest, part),
                key=self._reader.key,
                chain=self._reading.chain,
            )
            mime = str(opened.header["type"])
            content = compartments.as_object(opened.content) if mime == "application/json" else {}
        except CannotOpen as refusal:
            return Compartment(part=part, closed=refusal.reason)
        found = Compartment(part=part, type=mime, content=content, data=opened.content)
        return compartments.as_told(found, permission)

    def opens(self, sealed: Sealed, part: str, permission: Permission) -> bool:
        """As `compartments.opens`, for a part that the manifest names."""
        manifest = sealed.manifest
        entry = manifest.part(part) if manifest else None
        if entry is None or manifest is None:
            return False
        if sealed.grants:
            return compartments.opens(self._reading, sealed.record, entry, permission=permission)
        if compartments.compartment_of(part) in permission.closed:
            return False
        if self._reader.audience is not Audience.LAWYERS and part not in MAY_OPEN[self._reader.audience]:
            return False
        head = self._head(sealed.tid, manifest, part)
        try:
            return head is not None and bool(age.open_head(head, self._reader.key))
        except CannotOpen:
            return False

    def has_heads(self, sealed: Sealed) -> bool:
        """Whether every head of a part of the text that the manifest names for this audience is here."""
        entries = sealed.manifest.parts if sealed.manifest else ()
        heads = (one.heads.get(self._reader.audience) for one in entries if not is_media(one.part) or one.part == LIST)
        return sealed.manifest is not None and all(head in self._heads for head in heads if head is not None)

    def _head(self, tid: str, manifest: Manifest, part: str) -> bytes | None:
        entry = manifest.part(part)
        name = entry.heads.get(self._reader.audience) if entry else None
        locked = self._heads.get(name) if name else None
        safe = self._safes.get(tid)
        head = safe.unlock(name, locked) if name and locked and safe else None
        if head is not None:
            self.heads.setdefault(tid, set()).add(age.place_name(head))
        return head

    def _body(self, manifest: Manifest, part: str) -> bytes | None:
        entry = manifest.part(part)
        try:
            return self._reading.body(entry.body) if entry else None
        except PartDamaged as error:
            raise CannotOpen("altered") from error

    def _sealed(self, record: SignedRecord, said: Sequence[SignedRecord]) -> Sealed:
        grants, withdrawals = (tuple(one for one in said if one.kind == kind) for kind in ("grant", "withdraw"))
        return Sealed(record, self._verified(record), grants, withdrawals)

    def _verified(self, record: SignedRecord) -> Manifest | None:
        try:
            return testimony.verify_manifest(record, self._reading.chain)
        except (Refused, NotCanonical):
            return None

    def _read_heads(self, records: Sequence[str]) -> dict[str, bytes]:
        """Heads as stored: each is decrypted when needed. For media only that of the list, since there may be
        hundreds.
        """
        wanted = select(ObjectRow.name, ObjectRow.sealed).where(
            ObjectRow.record.in_(records),
            ObjectRow.audience == self._reader.audience,
            ObjectRow.held == Held.HELD,
            ~ObjectRow.media | (ObjectRow.part == LIST),
        )
        return {name: sealed for name, sealed in self._reading.session.execute(wanted) if sealed}

    def _read_said(self, tids: Sequence[str]) -> dict[str, list[SignedRecord]]:
        wanted = select(RecordRow.subject, RecordRow.data).where(
            RecordRow.kind.in_(("grant", "withdraw")), RecordRow.subject.in_(tids), RecordRow.data != b""
        )
        found: dict[str, list[SignedRecord]] = {}
        for tid, data in self._reading.session.execute(wanted.order_by(RecordRow.arrival)):
            found.setdefault(str(tid), []).append(SignedRecord.decode(data))
        return found


def text_parts(manifest: Manifest) -> list[str]:
    """The parts of `manifest` that are not media, and the media list if there is one."""
    return [entry.part for entry in manifest.parts if not is_media(entry.part) or entry.part == LIST]
