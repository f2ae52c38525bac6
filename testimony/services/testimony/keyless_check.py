"""Checks a stored testimony without a key and without a server: manifest, parts, receipts and log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from testimony.domain.roles import Audience
from testimony.sealing.parts.manifest import Manifest, is_media, piece_name
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.verification import Finding, Holds
from testimony.services.opening.errors import TestimonyUnknown
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import number_of
from testimony.services.testimony import evidence, proofs
from testimony.station.station import Station
from testimony.store.errors import PartDamaged


def examine(station: Station, session: Session, tid: str, *, log: Finding | None = None) -> list[Finding]:
    """Everything that can be checked here about the testimony `tid`. Raises `TestimonyUnknown`.

    `log`: as for `evidence.collect`.
    """
    record = _manifest_record(session, tid)
    found = proofs.check(
        session,
        station.chain,
        record,
        evidence.collect(session, station.chain, station.settings.role, station.own_signer, record.id, log=log),
    )
    found[1:1] = _parts(station, session, record)
    if not record_queries.is_served(session, tid):
        found.append(Finding(code="withdrawal.served", holds=Holds.YES))
    return found


def testimonies(session: Session) -> list[str]:
    """The ids of all testimonies here, in order of arrival."""
    tids, after = [], -1
    while page := record_queries.records_of_kind(session, "manifest", after=after):
        tids += [record.value["tid"] for _, record in page]
        after = page[-1][0]
    return tids


def manifest_of(session: Session, tid: str) -> Manifest:
    """The stored manifest of `tid`. Raises `TestimonyUnknown`."""
    return Manifest.parse(_manifest_record(session, tid).data)


def _manifest_record(session: Session, tid: str) -> SignedRecord:
    for record in record_queries.records_about(session, tid):
        if record.kind == "manifest":
            return record
    raise TestimonyUnknown(tid=tid)


def _parts(station: Station, session: Session, record: SignedRecord) -> Iterator[Finding]:
    """One finding for each damaged object, and one for all others together."""
    held = missing = 0
    damaged: list[str] = []
    pieces: dict[str, bool] = {}  # of media: whether head and body are here
    for thing in record_queries.parts_of(session, record.id):
        data, broken = None, False
        if thing.held:
            try:
                reads_head = thing.audience is not None
                data = (
                    record_queries.read_head(station, session, thing.name)
                    if reads_head
                    else record_queries.read_body(station, thing.name)
                )
            except PartDamaged:
                broken = True
                damaged.append(f"{thing.part} ({thing.audience or 'body'})")
        if is_media(thing.part):
            never = station.settings.role == "desk" and thing.audience == Audience.RECOVERY  # not sent there
            pieces[thing.part] = pieces.get(thing.part, True) and (never or data is not None)
        elif not broken:
            held, missing = held + (data is not None), missing + (data is None)
    if damaged:
        yield Finding(code="parts.damaged", holds=Holds.NO, values={"names": ", ".join(damaged)})
    if missing:
        yield Finding(code="parts.lacking", holds=Holds.OPEN, values={"number": held, "missing": missing})
    else:
        yield Finding(code="parts.hold", holds=Holds.YES if held else Holds.OPEN, values={"number": held})
    if pieces:
        yield _pieces(pieces)


def _pieces(pieces: Mapping[str, bool]) -> Finding:
    """Recordings and pictures; incomplete pieces are named, since they arrive one by one."""
    lacking = [part for part, here in pieces.items() if not here]
    here = len(pieces) - len(lacking)
    values: dict[str, str | int] = {"number": here, "all": len(pieces)}
    if lacking:
        return Finding(code="media.lacking", holds=Holds.OPEN, values={**values, "names": _ranges(lacking)})
    return Finding(code="media.hold", holds=Holds.YES, values=values)


def _ranges(parts: Sequence[str]) -> str:
    """Such as "media-003 to media-007, media-012": consecutive numbers are shown as a range."""
    runs: list[list[int]] = []
    for number in map(number_of, parts):
        if runs and runs[-1][-1] == number - 1:
            runs[-1][-1:] = [number] if len(runs[-1]) > 1 else [runs[-1][0], number]
        else:
            runs.append([number])
    return ", ".join(" to ".join(piece_name(number) for number in run) for run in runs)
