"""Open one part of a testimony at a desk: find the head that this reader's key opens, then decrypt the content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from testimony.domain.coding import coded_account
from testimony.domain.roles import Audience
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age import age
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest, PartEntry, is_media
from testimony.sealing.parts.part import OpenedHead, OpenedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.testimony import testimony
from testimony.services.opening.errors import NOT_AGREED
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.store.errors import PartDamaged

CONSENT, CODED = "consent", "coded"
ORDER = ("narrative", "identity", "incident", "coded", "consent", "provenance")
MAY_OPEN = {
    Audience.COORDINATORS: frozenset({"coded", "consent"}),
    Audience.LAWYERS: frozenset(ORDER),
    Audience.RECOVERY: frozenset({"consent"}),  # to find out who else may read; statements are for those readers
}


@dataclass(frozen=True, kw_only=True)
class Compartment:
    """One part: opened (`content`) or not (`closed`: a key of `CLOSED_SENTENCES`), never both. `head`: the one that
    opened a part of version 2. `rough`: what is not a rough fact was left out, of corrections too; `fields`: the only
    fields that were not, None if all were kept."""

    part: str
    type: str = ""
    content: Mapping[str, Any] | None = None
    data: bytes = field(default=b"", repr=False)
    closed: str | None = None
    rough: bool = False
    fields: frozenset[str] | None = None
    head: OpenedHead | None = field(default=None, repr=False, compare=False)

    def shows(self, code: str) -> bool:
        """Whether an answer to this field of the coded account may be shown, as it was sealed or corrected."""
        known = self.fields is None or code in self.fields
        return known and (code in coded_account.ROUGH or not self.rough)


def open_consent(reading: ReadingSession, record: SignedRecord, grants: Sequence[SignedRecord] = ()) -> Compartment:
    """Open the consent of the testimony `record`, which says what else may be opened."""
    return open_compartment(reading, record, CONSENT, grants, permission=Permission(closed={}))


def open_compartment(
    reading: ReadingSession,
    record: SignedRecord,
    part: str,
    grants: Sequence[SignedRecord] = (),
    *,
    permission: Permission,
) -> Compartment:
    """Open one part of the testimony `record` with the reader's key, through the manifest's head or a grant's, as far
    as the consent of the day allows."""
    if part not in MAY_OPEN[reading.reader.audience]:
        return Compartment(part=part, closed="not_for_you")  # code, not the roster, keeps coordinators out
    try:
        permission.require(compartment_of(part))
        manifest, _ = testimony.authentic_part(record, part, reading.chain)
        opened = open_one(reading, record.id, manifest, part, grants)
        mime = str(opened.header["type"])
        content = as_object(opened.content) if mime == "application/json" else {}
    except CannotOpen as refusal:
        reason = why_closed(reading, record, part, grants, refusal.reason)
        return Compartment(part=part, closed=reason)
    found = Compartment(part=part, type=mime, content=content, data=opened.content, head=opened.head)
    return as_told(found, permission)


def as_told(held: Compartment, permission: Permission) -> Compartment:
    """`held`, cut down to what `permission` opens of a coded account. It holds other bytes than were sealed only if
    something was left out."""
    if held.part != CODED or (permission.fields is None and not permission.rough):
        return held
    told = replace(held, rough=permission.rough, fields=permission.fields)
    answers = (held.content or {}).get("answers")
    if not permission.rough and isinstance(answers, Mapping) and all(map(told.shows, answers)):
        return told
    content = coded_account.only(told.shows, held.content or {})
    return replace(told, content=content, data=json.dumps(content).encode())


def why_closed(
    reading: ReadingSession, record: SignedRecord, part: str, grants: Sequence[SignedRecord], reason: str
) -> str:
    """`reason` of `CannotOpen`, or "withdrawn" if a head for this reader is not here because it was taken back."""
    if reason not in ("incomplete", NOT_AGREED):
        return reason
    names = head_names(reading.reader, parsed(record), part, grants)
    held_back = record_queries.is_suspended(reading.session, str(record.value["tid"]))
    return "withdrawn" if held_back or record_queries.withdrawn(reading.session, names) else reason


def open_one(
    reading: ReadingSession,
    record_id: str,
    manifest: Manifest,
    part: str,
    grants: Sequence[SignedRecord] = (),
) -> OpenedPart:
    """Try the manifest's head for this reader, then those of grants. Raises `CannotOpen`. The caller checks access
    and the witness's consent first.
    """
    closed = CannotOpen("incomplete")
    for head, grant in _heads(reading.reader, manifest, part, grants):
        try:
            return _open(reading, record_id, manifest, part, head, grant)
        except CannotOpen as refusal:
            closed = refusal
            if refusal.reason == "altered":
                break
        except PartDamaged as error:
            raise CannotOpen("altered") from error
    raise closed


def grants_of(session: Session, tid: str) -> list[SignedRecord]:
    """The grants on a testimony."""
    return [record for record in record_queries.records_about(session, tid) if record.kind == "grant"]


def opens(reading: ReadingSession, record: SignedRecord, entry: PartEntry, *, permission: Permission) -> bool:
    """Whether some head here yields a file key to this reader; the part itself is not decrypted for a list."""
    reader = reading.reader
    if reader.audience is Audience.COORDINATORS and entry.part not in MAY_OPEN[reader.audience]:
        return False
    if compartment_of(entry.part) in permission.closed:
        return False
    manifest = parsed(record)
    names = head_names(reader, manifest, entry.part, grants_of(reading.session, manifest.tid))
    return own_head(reading, names) is not None


def parsed(record: SignedRecord) -> Manifest:
    """The manifest of `record`. Raises `CannotOpen("altered")`."""
    try:
        return Manifest.read(record.value)
    except (NotCanonical, Refused) as error:  # intake accepted it, so the disk was altered
        raise CannotOpen("altered") from error


def ordered(manifest: Manifest) -> list[PartEntry]:
    """The text parts in reading order: statements first."""
    text = [entry for entry in manifest.parts if not is_media(entry.part)]
    return sorted(text, key=lambda entry: ORDER.index(entry.part))


def own_head(reading: ReadingSession, names: Sequence[str]) -> bytes | None:
    """The first of the heads `names` that this key opens, if any."""
    for name in names:
        head = reading.head(name)
        try:
            if head is not None and age.open_head(head, reading.reader.key):
                return head
        except CannotOpen:
            continue
    return None


def head_names(reader: Reader, manifest: Manifest, part: str, grants: Sequence[SignedRecord] = ()) -> list[str]:
    """Names of the heads with which this reader may try to open `part`."""
    return [name for name, _ in _heads(reader, manifest, part, grants)]


def compartment_of(part: str) -> str:
    """The compartment whose readers a part has: a piece of media belongs to `media`."""
    return "media" if is_media(part) else part


def _heads(
    reader: Reader, manifest: Manifest, part: str, grants: Sequence[SignedRecord]
) -> list[tuple[str, SignedRecord | None]]:
    entry = manifest.part(part)
    own = entry.heads.get(reader.audience) if entry else None
    heads: list[tuple[str, SignedRecord | None]] = [(own, None)] if own else []
    heads.extend((grant.value["head"], grant) for grant in grants if grant.value.get("part") == part)
    return heads


def _open(
    reading: ReadingSession,
    record_id: str,
    manifest: Manifest,
    part: str,
    head: str,
    grant: SignedRecord | None,
) -> OpenedPart:
    entry = manifest.part(part)
    return testimony.open_verified(
        record_id,
        manifest,
        part,
        reading.reader.audience if grant is None else None,
        reading.head(head),
        reading.body(entry.body) if entry else None,
        key=reading.reader.key,
        chain=reading.chain,
        grants=() if grant is None else (grant,),
    )


def as_object(data: bytes) -> Mapping[str, Any]:
    """The JSON object in an opened part. Raises `CannotOpen("altered")` for anything else."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:  # sealed by a dishonest device
        raise CannotOpen("altered") from error
    if not isinstance(value, dict):
        raise CannotOpen("altered")
    return value
