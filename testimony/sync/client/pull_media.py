"""Pulls the pieces of recordings and pictures that a lawyer's desk lacks: after all text, and resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.services.feed.missing_media import AUDIENCE
from testimony.services.intake.intake import take_in
from testimony.services.records import media_counts
from testimony.services.records.media_counts import Piece
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import FramesTorn, Transport
from testimony.sync.wire.frames import Frame

FEW: Final = 32
"""Pieces in one question while there are answers: two or three of them fill one."""
MANY: Final = 2048
"""And while none of those asked for is there."""


@dataclass(kw_only=True)
class MediaReport:
    """`pieces` newly here, `left` still lacking; `refused`: rules by the name of what was not taken in or not given."""

    pieces: int = 0
    objects: int = 0
    left: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def fetch(
    station: Station,
    transport: Transport,
    *,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
    report: MediaReport | None = None,
) -> MediaReport:
    """Ask for every piece that is lacking, once; each answer is on the disk before the next is asked for.

    `seconds`: begin no further question after so long (None: go on to the end). Only for a lawyer's desk: central
    gives nobody else any. `report`: for a caller who wants to watch; `pieces` and `left` go on as pieces are answered,
    and are counted on the disk at the end. Raises what `Transport` and `take_in` raise; what came before
    stays, frame by frame.
    """
    report = MediaReport() if report is None else report
    began = clock()
    with station.database.reading() as session:
        lacking = media_counts.lacking(session, AUDIENCE)
    wanted, size = list(lacking), FEW
    report.left = len(wanted)
    while wanted and (seconds is None or clock() - began < seconds):
        try:
            frames = transport.media(_question(wanted[:size]))
        except FramesTorn as torn:
            _take_in(station, _of_those(torn.frames, lacking, wanted[:size]), report)
            raise
        done = answered(frames, len(wanted[:size]), transport)
        given = any(frame.kind == "object" for frame in frames)
        _take_in(station, _of_those(frames, lacking, wanted[:done]), report)
        report.refused |= refusals(frames, transport)
        size = FEW if given else MANY
        wanted = wanted[done:]
        report.pieces += done if given else 0
        report.left = len(wanted)
    with station.database.reading() as session:
        report.left = len(media_counts.lacking(session, AUDIENCE))
    report.pieces = len(lacking) - report.left
    return report


def _of_those(frames: Sequence[Frame], lacking: Mapping[Piece, set[str]], asked: Sequence[Piece]) -> list[bytes]:
    """The heads and bodies of pieces that were `asked` for, and nothing else that came along."""
    names = set().union(*(lacking[piece] for piece in asked))
    return [frame.payload for frame in frames if frame.kind == "object" and sha256_hex(frame.payload) in names]


def _question(wanted: Sequence[Piece]) -> list[dict[str, Any]]:
    """By record, in order: {"record", "pieces": [number, …]}."""
    asked: dict[str, list[int]] = {}
    for piece in wanted:
        asked.setdefault(piece.record, []).append(media_counts.number_of(piece.part))
    return [{"record": record, "pieces": numbers} for record, numbers in asked.items()]


def answered(frames: Sequence[Frame], asked: int, transport: Transport) -> int:
    """How many of the first of those `asked` for an answer is about. Raises `NotTheStation`."""
    said = canonical.decode_object(frames[-1].payload).get("answered")
    if type(said) is not int or not 0 < said <= asked:
        raise NotTheStation(url=transport.base_url)
    return said


def _take_in(station: Station, objects: Sequence[bytes], report: MediaReport) -> None:
    outcome = take_in(station, [Incoming("object", data) for data in objects])
    for status in outcome.statuses:
        if status.status == "refused":
            report.refused[status.name] = status.rule
        report.objects += status.status == "stored"


def refusals(frames: Sequence[Frame], transport: Transport) -> dict[str, str]:
    """What was not given although it should be there. What has not come to headquarters yet is no failure."""
    return {name: rule for name, rule in _statuses(frames, transport) if rule not in ("", "not.held")}


def _statuses(frames: Sequence[Frame], transport: Transport) -> Iterator[tuple[str, str]]:
    for frame in frames:
        if frame.kind == "status":
            try:
                said = canonical.decode_object(frame.payload)
            except NotCanonical as error:
                raise NotTheStation(url=transport.base_url) from error
            yield str(said.get("name")), str(said.get("rule") or "")
