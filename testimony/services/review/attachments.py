"""Attachments of a case at a lawyer's desk: attach a file, list what is attached, open it, take it out."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any, Final

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.consent.purposes import Key
from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.titles import one_line
from testimony.domain.review import attachment
from testimony.domain.review.attachment import Attachment, Signed, Sort, TakenOut
from testimony.domain.review.case import CASES
from testimony.domain.roles import Role
from testimony.domain.sealed_file import ENDING, LARGEST
from testimony.sealing.testimony import pieces
from testimony.services.consent import acts as consent_acts
from testimony.services.consent import sealed_files
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import NOWHERE, AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.review.cases import READERS
from testimony.services.review.errors import AttachmentRefused
from testimony.station.station import Station

OTHER: Final = "bin"
"""The ending of a file whose name has none that can be used."""


@dataclass(frozen=True, kw_only=True)
class Attached:
    """The attachments of all cases, the newest first. `unread`: how many annexes of these kinds cannot be read."""

    files: tuple[Signed, ...]
    unread: int

    def of(self, case: Key) -> list[Signed]:
        """All of one case, also those that were taken out."""
        return [one for one in self.files if one.file.case == case]

    def within(self, case: Key) -> list[Signed]:
        """Those that were not taken out."""
        return [one for one in self.of(case) if one.out is None]

    def find(self, case: Key, id: str) -> Signed:
        """Raises `AttachmentRefused`."""
        found = next((one for one in self.within(case) if one.file.id == id), None)
        if found is None:
            raise AttachmentRefused("other")
        return found


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a lawyer sends. `tid`: the testimony that it concerns, "" for the case as a whole; `of`: its manifest.

    `made`: YYYY-MM-DD, or "". `name`: the file's, of which the ending alone is kept.
    """

    tid: str
    of: str
    title: str
    sort: Sort
    made: str
    name: str
    data: bytes


def read(station: Station, annexes: AnnexIndex) -> Attached:
    """From all that `annexes` (refreshed before) hold."""
    files: list[Signed] = []
    outs: list[tuple[str, TakenOut, str]] = []
    unread = 0
    for annex in (*annexes.of_kind(attachment.KIND), *annexes.of_kind(attachment.OUT)):
        tid = "" if annex.tid == NOWHERE else annex.tid
        try:
            signer = lawyer_annexes.signer_of(station.chain, annex)
            if signer is None:
                raise EventUnreadable
            if annex.content.get("kind") == attachment.OUT:
                outs.append((tid, TakenOut.parse(annex.content), signer))
            else:
                file = _of(Attachment.parse(annex.content), tid)
                files.append(Signed(file=file, signer=signer, record=annex.name, tid=tid))
        except EventUnreadable:
            unread += 1
    found, ignored = attachment.fold(files, outs)
    return Attached(files=tuple(found), unread=unread + ignored)


def attach(
    station: Station,
    reader: Reader,
    held: Attached,
    case: Key,
    wish: Wish,
    *,
    covered: Collection[str],
    day: date,
) -> Attachment:
    """Seal the file and all its pieces, and store all of it or nothing. `covered`: the testimonies of the case whose
    consent stands today.

    Raises `AttachmentRefused`: role, empty, large, title, day, there (the same file is in the case), consent;
    `TestimonyUnknown`, `StoreFull`, `StationKeyless`.
    """
    if reader.role is not Role.LAWYER or case.purpose not in CASES:
        raise AttachmentRefused("role")
    if wish.tid and wish.tid not in covered:
        raise AttachmentRefused("consent")
    made = _described(held, case, wish, day)
    key, items = sealed_files.seal_pieces(station, reader, made.id, wish.data, day=day)
    file = Attachment(**{**vars(made), "key": key})
    record, described = _seal(station, reader, wish.tid, file.to_value(), day)
    consent_acts.keep(station, reader, [*items, *described], [("said", record)], day)
    return file


def take_out(station: Station, reader: Reader, held: Attached, case: Key, id: str, reason: str, *, day: date) -> None:
    """Take it out of the case. It stays sealed, and the page says why and by whom.

    Raises `AttachmentRefused`: role, reason, long, other; `TestimonyUnknown`, `StationKeyless`.
    """
    if reader.role is not Role.LAWYER:
        raise AttachmentRefused("role")
    one, why = held.find(case, id), one_line(reason)
    if not why:
        raise AttachmentRefused("reason")
    if len(why) > attachment.LONGEST_REASON:
        raise AttachmentRefused("long")
    said = TakenOut(id=os.urandom(16).hex(), file=id, reason=why, day=day)
    record, items = _seal(station, reader, one.tid, said.to_value(), day)
    consent_acts.keep(station, reader, items, [("said", record)], day)


def open_file(
    station: Station, session: Session, reader: Reader, annexes: AnnexIndex, one: Signed, *, day: date
) -> bytes:
    """The whole file, its hash checked. This desk's own log says that it was opened. Raises `CannotOpen`."""
    return sealed_files.open_file(
        station, session, reader, annexes, one.file, signer=one.signer, record=one.record, day=day
    )


def looks_damaged(ending: str, data: bytes) -> bool:
    """Whether a file does not begin or end as files with this ending do. It is attached as it is."""
    check = sealed_files.WHOLE.get({"jpeg": "jpg"}.get(ending, ending))
    return check is not None and not check(data)


def ending_of(name: str) -> str:
    """The ending of a file's name, in small letters; nothing else of it is kept."""
    found = PurePosixPath(one_line(name).replace("\\", "/")).suffix.removeprefix(".").lower()
    return found if ENDING.fullmatch(found) else OTHER


def _described(held: Attached, case: Key, wish: Wish, day: date) -> Attachment:
    """Everything but the key. Raises `AttachmentRefused`."""
    title = one_line(wish.title)
    if not wish.data:
        raise AttachmentRefused("empty")
    if len(wish.data) > LARGEST:
        raise AttachmentRefused("large")
    if not title or len(title) > attachment.LONGEST:
        raise AttachmentRefused("title")
    sha256 = canonical.sha256_hex(wish.data)
    if any(one.file.sha256 == sha256 for one in held.within(case)):
        raise AttachmentRefused("there")
    return Attachment(
        id=os.urandom(16).hex(),
        of=wish.of,
        case=case,
        title=title,
        sort=wish.sort,
        made=_made(wish.made, day),
        ending=ending_of(wish.name),
        size=len(wish.data),
        sha256=sha256,
        key="",
        pieces=pieces.count_of(len(wish.data)),
        day=day,
    )


def _made(text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        made = date.fromisoformat(text)
    except ValueError as error:
        raise AttachmentRefused("day") from error
    if made.isoformat() != text or made > today:
        raise AttachmentRefused("day")
    return made


def _seal(station: Station, reader: Reader, tid: str, content: dict[str, Any], day: date) -> tuple[str, list[Incoming]]:
    """What concerns a testimony ends with it; what concerns the case does not."""
    if tid:
        record, items = consent_acts.seal_bound(station, reader, tid, content, day=day, audiences=READERS)
    else:
        record, items = consent_acts.seal_content(
            station.chain.latest, reader, NOWHERE, content, day=day, audiences=READERS
        )
    return record.id, items


def _of(file: Attachment, tid: str) -> Attachment:
    if bool(file.of) != bool(tid):
        raise EventUnreadable("structure")
    return file
