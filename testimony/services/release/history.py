"""The history of releases from the ledger: what was sent to whom, what was refused, what was withdrawn since.

It also makes the notice for people who hold files: the lines from which somebody has withdrawn, and those that no
longer count. The notice names lines by their ids only and contains nothing more detailed than a line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from testimony.domain.ledger.ledger import Ledger, LedgerBatch, Overtaken, Refusal
from testimony.domain.ledger.settlement import Settlement
from testimony.domain.ledger.state import Stage
from testimony.services.release.errors import ReleaseRefused

WITHDRAWN, RECALLED, RECALLED_IN_PART = "withdrawn", "recalled", "recalled_in_part"
COLUMNS: Final = (
    ("class", "#meta+class+id"),
    ("batch", "#meta+batch+id"),
    ("what", "#meta+notice+code"),
    ("testimonies", "#indicator+testimonies+num"),
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """One release. `batch`: as in the ledger. `pending`: it has not come back from central's log.

    `rows`, `testimonies`, `waiting`: how many lines it has, of how many testimonies, and how many found no class.
    `handed`: to whom its bytes were handed out. `withdrawn`, `recalled`: testimonies and lines withdrawn or recalled
    since.
    """

    batch: LedgerBatch
    pending: bool
    rows: int
    testimonies: int
    waiting: int
    handed: tuple[str, ...]
    withdrawn: int
    recalled: int


@dataclass(frozen=True, kw_only=True)
class History:
    """`releases`: newest first. `published`: testimonies in a release that is still valid. `unread`: unreadable
    entries.
    """

    releases: tuple[Told, ...]
    refusals: tuple[Refusal, ...]
    overtaken: tuple[Overtaken, ...]
    published: int
    unread: int
    last: date | None
    settled: tuple[Settlement, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Line:
    """What is reported about one line: `what` happened to how many of its testimonies."""

    class_id: str
    batch: str
    what: str
    testimonies: int


def of(held: Ledger) -> History:
    """The history in the ledger `held`."""
    return History(
        releases=tuple(_told(held, batch) for batch in reversed(held.ahead.batches.values())),
        refusals=tuple(sorted(held.refused, key=lambda one: one.day, reverse=True)),
        overtaken=held.overtaken,
        published=len(held.published),
        unread=held.unread,
        last=held.last,
        settled=held.settlements,
    )


def file_of(held: Ledger, sha256: str) -> tuple[LedgerBatch, str] | None:
    """The batch and recipient of a file with these bytes; None if the ledger knows no such file."""
    return next(
        ((batch, to) for batch in held.batches.values() for to, known in batch.files.items() if known == sha256), None
    )


def lines(held: Ledger, recipient: str) -> tuple[Line, ...]:
    """What `recipient` must be told about the lines it was sent, by class id."""
    found: list[Line] = []
    for name, batch in held.batches.items():
        if recipient in batch.left and batch.stage is Stage.LEFT:
            for one in batch.contents.classes:
                if recipient in one.recipients:
                    found += _taken_back(held, one.id, name, recipient)
    return tuple(sorted(found, key=lambda line: (line.class_id, line.what)))


def notice(held: Ledger, recipient: str) -> bytes:
    """`lines` as CSV with an HXL row: all of them each time. Raises `ReleaseRefused("notice")` if nothing was
    released.
    """
    if not any(recipient in batch.left for batch in held.batches.values()):
        raise ReleaseRefused("notice")
    written = io.StringIO(newline="")
    rows = csv.writer(written, lineterminator="\r\n")
    rows.writerows(zip(*COLUMNS, strict=True))
    rows.writerows((f"c{one.class_id}", one.batch, one.what, one.testimonies) for one in lines(held, recipient))
    return written.getvalue().encode()


def _taken_back(held: Ledger, id: str, batch: str, recipient: str) -> Iterable[Line]:
    """The lines withdrawn for a recipient; it is not told whether in full or for this recipient alone."""
    if withdrawn := held.withdrawn(id, recipient):
        yield Line(class_id=id, batch=batch, what=WITHDRAWN, testimonies=len(withdrawn))
    if id in held.recalled:
        recall = held.recalled[id]
        what = RECALLED if recall.whole else RECALLED_IN_PART
        yield Line(class_id=id, batch=batch, what=what, testimonies=len(recall.members))


def _told(held: Ledger, batch: LedgerBatch) -> Told:
    ids = [one.id for one in batch.contents.classes]
    return Told(
        batch=held.batches.get(batch.name, batch),
        pending=batch.name not in held.batches or held.batches[batch.name] != batch,
        rows=len(ids),
        testimonies=sum(one.n for one in batch.contents.classes),
        waiting=len(batch.contents.waiting),
        handed=tuple(sorted({one.recipient for one in held.handed if one.batch == batch.name})),
        withdrawn=sum(len(held.withdrawn_from(id)) for id in ids),
        recalled=sum(id in held.recalled for id in ids),
    )
