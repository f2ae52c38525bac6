"""Write an archive at a lawyer's desk: signed originals of testimonies in one file, and the parts that consent allows.

Consent is checked at the moment of writing, as it is on that day. A part that is shown leaves the desk for good, so the
desk's own log records that it was, and by whom (docs/archive.md).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.review.case import CASES
from testimony.domain.roles import Role
from testimony.domain.testimony import note
from testimony.platform import files
from testimony.sealing.archive import archive
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.zip import StoredZip
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.manifest import Manifest, is_media
from testimony.sealing.parts.part import OpenedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony.media import LIST
from testimony.services.archive import heads as archive_heads
from testimony.services.archive.errors import ArchiveRefused
from testimony.services.certificates.errors import FileTaken
from testimony.services.consent import permissions
from testimony.services.consent.consents import Consents
from testimony.services.custody import log as custody_log
from testimony.services.opening import compartments
from testimony.services.opening.annexes import LAWYERS, AnnexIndex
from testimony.services.opening.compartments import ORDER
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.permission import Permission
from testimony.services.opening.reader import Reader
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.records import queries as record_queries
from testimony.services.wordings import questionnaires
from testimony.station.errors import StationKeyless
from testimony.station.station import ROOT, Station
from testimony.store.errors import PartDamaged
from testimony.store.files import durable
from testimony.store.models.records import ReceiptRow

MEDIA: Final = "media"
REVEALABLE: Final = (*ORDER, MEDIA)
"""What a lawyer may choose to show in clear."""
PROVING: Final = frozenset({"manifest", "grant", "withdraw", "withdraw-early", "contest", "shredded"})
"""Kinds of records about a testimony that go into an archive; questions, for example, do not."""
KEPT: Final = frozenset(LAWYERS) - {note.KIND}
"""Kinds of annexes that no archive has: they are the lawyers' own, and a transcript leaves the desk in no file. Notes
are not left out: they are sealed to the organisation's own lawyers, and earlier archives have them.
"""
README: Final = Path(__file__).with_name("archive-readme.txt")
VERIFIER: Final = Path(__file__).parent / archive.VERIFIER
HALF: Final = ".part"

Source = Callable[[], bytes]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What an archive should hold. `use`: the case for which parts are shown in clear; `reveal`: which, of
    `REVEALABLE`.

    `sealed`: include heads, bodies and annexes. Without them nobody who gets the file can ever open more than is shown.
    `agreed`: two lawyers agreed to hand it over (`services.handover`), so `use` may be P15.
    """

    tids: tuple[str, ...]
    use: Key | None = None
    reveal: frozenset[str] = frozenset()
    sealed: bool = True
    agreed: bool = False


@dataclass(frozen=True, kw_only=True)
class Archive:
    """An archive that is ready to write: its signed list, and where each file comes from."""

    record: SignedRecord
    files: tuple[tuple[archive.File, Source], ...]

    @property
    def size(self) -> int:
        """Bytes of all files on the list."""
        return sum(file.len for file, _ in self.files)


def compose(
    station: Station, session: Session, reader: Reader, wish: Wish, *, at: date, annexes: AnnexIndex | None = None
) -> Archive:
    """Look up, hash and sign everything, and record in the desk's log that it leaves. Writes nothing to disk.

    `session` writes, and must stay open until the archive is written. Raises `ArchiveRefused`, `StationKeyless`,
    `TestimonyUnknown`, `PartDamaged`.
    """
    signer = _lawyer(reader)
    index = annexes or AnnexIndex()
    index.refresh(station, session, reader)
    sources: dict[str, Source] = dict(_whole(station))
    records: list[str] = []
    for tid in wish.tids:
        record = _served(session, tid)
        sources.update(_testimony(station, session, reader, record, wish, at, index))
        records.append(record.id)
        custody_log.append(session, kind="exported", ref=record.id, by=reader.id, day=at.isoformat())
    sources.update((name, partial(_same, data)) for name, data in archive_heads.log_files(station, session, records))
    if len(sources) > archive.MOST_FILES:
        raise ArchiveRefused("large")
    files = tuple((_file(name, source()), source) for name, source in _in_order(sources))
    said = archive.Index(
        organisation=station.chain.fingerprint,
        purpose=wish.use.purpose if wish.use and wish.reveal else "",
        recipient=wish.use.recipient if wish.use and wish.reveal else "",
        by=signer.kid,
        day=at.isoformat(),
        files=tuple(file for file, _ in files),
    )
    return Archive(record=said.sign(signer), files=files)


def write(made: Archive, sink: Callable[[bytes], object]) -> None:
    """Hand the bytes of `made` to `sink`, one file in memory at a time. Raises `PartDamaged`, `ArchiveRefused`."""
    container = StoredZip(sink)
    try:
        for file, source in made.files:
            data = source()
            if canonical.sha256_hex(data) != file.sha256:
                raise PartDamaged  # the disk returned something else a moment ago
            container.add(file.name, data)
        container.add(archive.SUMS, archive.sums(file for file, _ in made.files))
        container.add(archive.LIST, made.record.data)
        container.add(archive.LIST_SIGNED, archive.sigs_of(made.record))
        container.finish()
    except ArchiveUnreadable as error:
        raise ArchiveRefused("large") from error


def save(made: Archive, path: Path) -> None:
    """Write it to a private file next to `path`, and rename it when it is complete and on the disk. Raises `FileTaken`,
    `StoreFull`, `StoreUnwritable`, `StoreFailing` and as `write`; then nothing is left behind.
    """
    if path.exists():
        raise FileTaken(file=str(path))
    half = path.with_name(path.name + HALF)
    with durable.named_errors(path.parent):
        descriptor = files.create(half)
        try:
            with os.fdopen(descriptor, "wb") as file:
                write(made, file.write)
                file.flush()
                files.sync(file.fileno())
            durable.replace(half, path)
            durable.sync_folder(path.parent)
        except BaseException:
            half.unlink(missing_ok=True)
            raise


def stands(station: Station, session: Session, reader: Reader, tid: str, *, at: date, annexes: AnnexIndex) -> Consents:
    """The consent of the testimony at `at`, with `annexes` (refreshed before). Raises `TestimonyUnknown`."""
    record = _served(session, tid)
    return permissions.read_consent(ReadingSession.at(station, session, reader), record, annexes=annexes, at=at).stands


def _lawyer(reader: Reader) -> Signer:
    if reader.role is not Role.LAWYER:
        raise ArchiveRefused("role")
    if reader.signer is None:
        raise StationKeyless
    return reader.signer


def _served(session: Session, tid: str) -> SignedRecord:
    record = next((one for one in record_queries.records_about(session, tid) if one.kind == "manifest"), None)
    if record is None:
        raise TestimonyUnknown(tid=tid)
    if not record_queries.is_served(session, tid):
        raise ArchiveRefused("gone")
    return record


def _whole(station: Station) -> Iterator[tuple[str, Source]]:
    """The files of the organisation, which belong to no testimony."""
    yield archive.README, README.read_bytes
    yield archive.VERIFIER, VERIFIER.read_bytes
    yield archive.ROOT, (station.settings.home / ROOT).read_bytes
    for number, record in enumerate(station.chain.records, 1):
        yield from _signed(f"chain/{number:04}", record)


def _testimony(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    wish: Wish,
    at: date,
    annexes: AnnexIndex,
) -> Iterator[tuple[str, Source]]:
    manifest = compartments.parsed(record)
    about = [one for one in record_queries.records_about(session, manifest.tid) if one.kind in PROVING]
    told = [one.name for one in annexes.about(manifest.tid) if one.content.get("kind") not in KEPT]
    said = list(record_queries.records_of(session, told).values())
    grants = [one for annex in said for one in compartments.grants_of(session, str(annex.value["id"]))]
    if not wish.sealed:
        about, said, grants = [one for one in about if one.kind != "grant"], [], []
    for one in (*about, *said, *grants):
        yield from _signed(f"records/{one.id}", one)
    for data in session.scalars(select(ReceiptRow.data).where(ReceiptRow.record == record.id)):
        receipt = SignedRecord.decode(data)
        yield from _signed(f"records/{receipt.id}", receipt)
    for one in (*about, *said, *grants) if wish.sealed else ():
        yield from _objects(station, session, one.id)
    form = questionnaires.find(station.settings.home, manifest.form_sha256)
    if form is not None and canonical.sha256_hex(form.definition) == manifest.form_sha256:
        yield f"forms/{manifest.form_sha256}.json", partial(_same, form.definition)
    if wish.reveal:
        _require_agreed(station, session, reader, record, wish, at, annexes)
        yield from _revealed(ReadingSession.at(station, session, reader), record, manifest, wish.reveal)


def _signed(name: str, record: SignedRecord) -> Iterator[tuple[str, Source]]:
    yield f"{name}.json", partial(_same, record.data)
    yield f"{name}.sigs", partial(_same, archive.sigs_of(record))


def _objects(station: Station, session: Session, record: str) -> Iterator[tuple[str, Source]]:
    """The heads and bodies that are held. The verifier counts the missing ones."""
    for thing in record_queries.parts_of(session, record):
        if thing.held:
            source: Source = partial(_head, station, session, thing.name)
            if thing.audience is None:
                source = partial(_body, station, thing.name)
            yield f"objects/{thing.name}", source


def _require_agreed(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    wish: Wish,
    at: date,
    annexes: AnnexIndex,
) -> None:
    """Raise `ArchiveRefused` unless the witness agrees today to this case and to keeping what was recorded."""
    if wish.use is None or wish.use.purpose not in (Purpose.HANDOVER, *CASES)[not wish.agreed :]:
        raise ArchiveRefused("use")
    reading = ReadingSession.at(station, session, reader)
    consented = permissions.read_consent(reading, record, annexes=annexes, at=at)
    usable = consented.stands.usable
    if wish.use not in usable:
        raise ArchiveRefused("consent", purpose=f"{wish.use.purpose} {wish.use.recipient}")
    for purpose in _of_media(reading, record, wish.reveal, consented.permission):
        if purpose not in {key.purpose for key in usable}:
            raise ArchiveRefused("consent", purpose=str(purpose))


def _of_media(
    reading: ReadingSession,
    record: SignedRecord,
    reveal: Collection[str],
    permission: Permission,
) -> list[Purpose]:
    """The uses that recordings and pictures need besides the case, if they exist and are to be shown."""
    manifest = compartments.parsed(record)
    if MEDIA not in reveal or manifest.part(LIST) is None:
        return []
    try:
        kinds = {item.kind for item in OpenMedia(reading, manifest.tid, permission=permission).items}
    except CannotOpen as error:
        raise ArchiveRefused("part") from error
    return [permissions.MEDIA[kind] for kind in sorted(kinds)]


def _revealed(
    reading: ReadingSession,
    record: SignedRecord,
    manifest: Manifest,
    reveal: Collection[str],
) -> Iterator[tuple[str, Source]]:
    grants = compartments.grants_of(reading.session, manifest.tid)
    for entry in manifest.parts:
        if (MEDIA if is_media(entry.part) else entry.part) in reveal:
            opened = partial(_opened, reading, record.id, manifest, entry.part, grants)
            name = f"revealed/{manifest.tid}/{entry.part}"
            yield f"{name}.line", partial(_of, opened, "line")
            yield f"{name}.content", partial(_of, opened, "content")


def _opened(
    reading: ReadingSession,
    record: str,
    manifest: Manifest,
    part: str,
    grants: Sequence[SignedRecord],
) -> OpenedPart:
    try:
        return compartments.open_one(reading, record, manifest, part, grants)
    except CannotOpen as error:
        raise ArchiveRefused("part") from error


def _of(opened: Callable[[], OpenedPart], which: str) -> bytes:
    """`which`: "line" or "content" of the opened part."""
    return bytes(getattr(opened(), which))


def _same(data: bytes) -> bytes:
    return data


def _head(station: Station, session: Session, name: str) -> bytes:
    data = record_queries.read_head(station, session, name)
    if data is None:
        raise PartDamaged
    return data


def _body(station: Station, name: str) -> bytes:
    data = record_queries.read_body(station, name)
    if data is None:
        raise PartDamaged
    return data


def _in_order(sources: dict[str, Source]) -> list[tuple[str, Source]]:
    """What people look for first, then the rest by name, so that equal archives have equal bytes."""
    first = (archive.README, archive.VERIFIER, archive.ROOT)
    return [(name, sources[name]) for name in (*first, *sorted(sources.keys() - set(first)))]


def _file(name: str, data: bytes) -> archive.File:
    if len(data) > archive.LARGEST_FILE:
        raise ArchiveRefused("large")
    return archive.File(name=name, len=len(data), sha256=canonical.sha256_hex(data))
