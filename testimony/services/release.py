"""The thin release of a coordinator's desk: from opened `coded` parts to a table of classes, or a refusal and why.

Consent is looked up when a release is built and again when it leaves. No testimony is published twice: the desk's own
log holds an entry `published` for each. The engine of docs/anonymity.md takes the place of `build` later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.anonymity.classes import ClassRow, Partition, Row, partition
from testimony.anonymity.tables import csv_bytes
from testimony.answer import read
from testimony.domain.consent import Purpose
from testimony.domain.release import FAMILIES, release_line
from testimony.errors import PartMissing, ReleaseRefused
from testimony.sealing.records import SignedRecord
from testimony.services import codedrecords, collect, compartments, consents, custody
from testimony.services.annexes import AnnexIndex
from testimony.services.readers import Reader
from testimony.services.station import RELEASES, Station
from testimony.store.parts import PartStore

PURPOSES = (Purpose.COUNT, Purpose.MECHANISM)
K, M, BLANK_BELOW = 5, 2, 3
PERSON = ("w_age", "w_gender", "w_nat")  # equal ones count as one person: no lawyer has told them apart
INCIDENT = ("i_date", "i_segment")  # and as one incident
COLUMNS: tuple[tuple[str, str], ...] = (
    ("date_start", "#date+start"),
    ("date_end", "#date+end"),
    ("period", "#date+level"),
    ("border", "#geo+border+code"),
    ("age_group", "#respondee+age+code"),
    ("testimonies", "#indicator+testimonies+num"),
    *((family, f"#indicator+violence+{family.replace('_', '')}+num") for family in FAMILIES),
    ("blank", "#meta+blank+list"),
)


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What would leave: `data` are the very bytes. `members` are the manifests behind it, which never leave."""

    purpose: Purpose
    data: bytes
    rows: tuple[ClassRow, ...]
    members: tuple[str, ...]
    considered: int

    @property
    def sha256(self) -> str:
        return canonical.sha256_hex(self.data)

    @property
    def held_back(self) -> int:
        return self.considered - len(self.members)


@dataclass(frozen=True, kw_only=True)
class Released:
    """A release that left this desk."""

    id: str
    day: str
    purpose: str
    sha256: str
    rows: int
    testimonies: int


def build(
    station: Station,
    session: Session,
    reader: Reader,
    purpose: Purpose,
    *,
    at: date,
    annexes: AnnexIndex | None = None,
) -> Batch:
    """The table that may leave now for `purpose`, by all that is known here of each consent. Raises `ReleaseRefused`.

    `annexes` keeps for the caller what annexes say; what came since is looked at in any case.
    """
    index = annexes or AnnexIndex()
    index.refresh(station, session, reader)
    manifests, rows = [], []
    for record, answers in _usable(station, session, reader, purpose, at, index):
        manifests.append(record.id)
        rows.append(_row(answers))
    if not rows:
        raise ReleaseRefused("none")
    found = partition(rows, marks=FAMILIES, k=K, m=M, blank_below=BLANK_BELOW)
    if not found.rows:
        raise ReleaseRefused("small", testimonies=len(rows), k=K)
    members = tuple(sorted(manifests[index] for index in found.members))
    return Batch(purpose=purpose, data=table(found), rows=found.rows, members=members, considered=len(rows))


def publish(station: Station, session: Session, reader: Reader, batch: Batch, *, expected: str, at: date) -> str:
    """Let `batch` leave; return the release's id. Its bytes are on the disk before the log says so.

    Raises `ReleaseRefused("changed")` unless these are the bytes, by SHA-256, that the person looked at.
    """
    if batch.sha256 != expected:
        raise ReleaseRefused("changed")
    note = canonical.encode(
        {
            "v": "testimony/1/release",
            "purpose": batch.purpose.value,
            "day": at.isoformat(),
            "k": K,
            "m": M,
            "blank_below": BLANK_BELOW,
            "table": batch.sha256,
            "rows": len(batch.rows),
            "testimonies": len(batch.members),
        }
    )
    release = canonical.sha256_hex(note)
    _files(station).put_all({batch.sha256: batch.data, release: note})
    for member in batch.members:
        custody.append(session, kind="published", ref=member, by=reader.id, day=at.isoformat())
    custody.append(session, kind="released", ref=release, by=reader.id, day=at.isoformat())
    return release


def refusal(
    station: Station,
    session: Session,
    reader: Reader,
    purpose: Purpose,
    *,
    at: date,
    annexes: AnnexIndex | None = None,
) -> ReleaseRefused | None:
    """Why nothing may leave now for `purpose`, written down in the desk's own log; None when something may."""
    try:
        build(station, session, reader, purpose, at=at, annexes=annexes)
    except ReleaseRefused as refused:
        _write_down(session, reader, purpose, refused, at)
        return refused
    return None


def released(station: Station, session: Session) -> list[Released]:
    """The releases of this desk, the newest first."""
    found = []
    for entry in _entries(session):
        if entry["kind"] == "released":
            found.append(_described(station, entry["ref"]))
    return found[::-1]


def find(station: Station, session: Session, release: str) -> tuple[Released, bytes]:
    """A release and its table. Raises `PartMissing`, `PartDamaged`."""
    if custody.position_of(session, release, "released") is None:
        raise PartMissing
    described = _described(station, release)
    return described, _files(station).read(described.sha256)


def table(found: Partition) -> bytes:
    """The classes as CSV with an HXL row. Blanks are empty cells, named once more in the last column."""
    return csv_bytes(COLUMNS, [_cells(row) for row in found.rows])


def _cells(row: ClassRow) -> list[str | int | None]:
    year, border, age = row.labels
    span: list[str | int | None] = [f"{year}-01-01", f"{year}-12-31", "year"] if year.isdigit() else [None, None, year]
    blanks = " ".join(family for family in FAMILIES if row.counts[family] is None)
    return [*span, border, age, row.n, *(row.counts[family] for family in FAMILIES), blanks or None]


def _row(answers: Mapping[str, Mapping[str, Any]]) -> Row:
    line = release_line(answers)
    return Row(
        labels=(line.year, line.border, line.age),
        marks=line.families,
        person=_same(answers, PERSON),
        incident=_same(answers, INCIDENT),
    )


def _same(answers: Mapping[str, Mapping[str, Any]], fields: tuple[str, ...]) -> str:
    """Equal for accounts that may be of one person or incident. Why an answer is missing tells nobody apart."""
    said = [read(answer).get("value") if isinstance(answer := answers.get(field), dict) else None for field in fields]
    return json.dumps(said, sort_keys=True)


def _usable(
    station: Station, session: Session, reader: Reader, purpose: Purpose, at: date, index: AnnexIndex
) -> Iterator[tuple[SignedRecord, Mapping[str, Any]]]:
    """Testimonies, never published, not withdrawn, that open here and whose consent to `purpose` stands."""
    after = -1
    while page := collect.records_of_kind(session, "manifest", after=after):
        after = page[-1][0]
        for _, record in page:
            answers = _answers(station, session, reader, record, purpose, at, index)
            if answers is not None:
                yield record, answers


def _answers(
    station: Station,
    session: Session,
    reader: Reader,
    record: SignedRecord,
    purpose: Purpose,
    at: date,
    index: AnnexIndex,
) -> Mapping[str, Any] | None:
    tid = str(record.value["tid"])
    if custody.position_of(session, record.id, "published") is not None or not collect.is_served(session, tid):
        return None
    grants = compartments.grants_of(session, tid)
    consented = compartments.open_compartment(station, session, reader, record, "consent", grants)
    stands = consents.of(station, session, record, consented, annexes=index, at=at)
    if not any(key.purpose is purpose for key in stands.usable):
        return None
    coded = compartments.open_compartment(station, session, reader, record, "coded", grants)
    known = codedrecords.of_record(station, index, record, coded)
    return known.answers if known else None


def _entries(session: Session) -> Iterator[dict[str, Any]]:
    after = 0
    while page := custody.entries(session, after, 1000):
        after = page[-1][0] + 1
        yield from (canonical.decode_object(entry) for _, entry in page)


def _described(station: Station, release: str) -> Released:
    note = canonical.decode_object(_files(station).read(release))
    return Released(
        id=release,
        day=note["day"],
        purpose=note["purpose"],
        sha256=note["table"],
        rows=note["rows"],
        testimonies=note["testimonies"],
    )


def _files(station: Station) -> PartStore:
    return PartStore(station.settings.home / RELEASES)


def _write_down(session: Session, reader: Reader, purpose: Purpose, refused: ReleaseRefused, at: date) -> None:
    """An entry under the hash of what was said: counts and a reason, no testimony."""
    said = {"v": "testimony/1/release-refused", "purpose": purpose.value, "reason": refused.reason, **refused.values}
    ref = canonical.sha256_hex(canonical.encode(said))
    custody.append(session, kind="refused", ref=ref, by=reader.id, day=at.isoformat())
