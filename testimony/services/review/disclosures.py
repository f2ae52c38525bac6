"""The register of what left: note a file that was made of testimonies, and list all files that lawyers made."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from testimony.domain.consent.purposes import Key
from testimony.domain.review import disclosure
from testimony.domain.review.disclosure import Disclosure
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.services.review.errors import CaseRefused
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Left:
    """A file with the testimonies in it, and who made it, by the id in the roster."""

    file: Disclosure
    by: str
    tids: tuple[str, ...]


def note(
    station: Station,
    reader: Reader,
    tids: Sequence[str],
    sha256: str,
    *,
    made: str,
    use: Key | None,
    day: date,
    attached: Sequence[str] = (),
) -> Disclosure:
    """Note the file with this SHA-256 at each testimony in it, before it is handed out. Opens a transaction.

    `attached`: ids of the attachments that it names.

    Raises `CaseRefused`, `StationKeyless`.
    """
    if reader.role is not Role.LAWYER:
        raise CaseRefused("role")
    file = Disclosure(id=os.urandom(16).hex(), made=made, use=use, sha256=sha256, day=day, attached=tuple(attached))
    kept, said = [], []
    for tid in tids:
        record, items = consent_acts.seal_content(
            station.chain.latest, reader, tid, file.to_value(), day=day, audiences=READERS
        )
        kept += items
        said.append(("said", record.id))
    consent_acts.keep(station, reader, kept, said, day)
    return file


def register(station: Station, annexes: AnnexIndex) -> tuple[list[Left], int]:
    """All files, the newest first, and how many annexes of this kind cannot be read. `annexes`: refreshed before."""
    found: dict[tuple[Disclosure, str], list[str]] = {}
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(disclosure.KIND), Disclosure.parse)
    for one in said:
        found.setdefault((one.what, one.signer), []).append(one.annex.tid)
    left = [Left(file=file, by=by, tids=tuple(sorted(set(tids)))) for (file, by), tids in found.items()]
    return sorted(left, key=lambda one: (one.file.day, one.file.id), reverse=True), unread
