"""Pulls missing files that the roster in force names: checked wordings, recordings, pieces of trusted files."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical, TestimonyError
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import WordingRefused
from testimony.services.roster import trusted_files
from testimony.services.wordings import wordings
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import FramesTorn, Transport
from testimony.sync.wire.frames import Frame

FEW: Final = 64
"""Names in one question while there are answers: some twenty recordings fill one."""
MANY: Final = 2048
"""And while nothing of what was asked for is there."""
log = logging.getLogger("testimony.sync")


@dataclass(kw_only=True)
class WordingReport:
    """Wordings and recordings newly here, `left` still lacking; `refused`: rules by the name of what was not kept.

    `error`: why it stopped. What was delivered and fetched besides stands all the same.
    """

    wordings: int = 0
    clips: int = 0
    left: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    error: TestimonyError | None = None


def fetch(
    station: Station,
    transport: Transport,
    *,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> WordingReport:
    """Ask for everything that is lacking, once; each answer is on the disk before the next is asked for.

    `seconds`: begin no further question after so long (None: go on to the end). Raises nothing that was foreseen: no
    testimony may wait because a recording does not come.
    """
    report, began = WordingReport(), clock()
    try:
        _fetch(station, transport, report, lambda: seconds is None or clock() - began < seconds)
        report.refused |= trusted_files.settle(station)
    except TestimonyError as error:
        report.error = error
        log.warning("wordings were not fetched: %s", error.code)
    report.left = len(_lacking(station))
    return report


def _fetch(station: Station, transport: Transport, report: WordingReport, may_go_on: Callable[[], bool]) -> None:
    """First the wordings, then what they name: that is lacking as soon as they are here."""
    asked: set[str] = set()
    size = FEW
    while may_go_on() and (wanted := [name for name in _lacking(station) if name not in asked][:size]):
        try:
            frames = transport.wordings(wanted)
        except FramesTorn as torn:
            _take_all(station, torn.frames, set(wanted), report)
            raise
        answered = wanted[: _answered(frames, len(wanted), transport)]
        asked.update(answered)
        size = FEW if _take_all(station, frames, set(answered), report) else MANY


def _take_all(station: Station, frames: Sequence[Frame], asked: set[str], report: WordingReport) -> int:
    """How many were given."""
    given = [frame for frame in frames if frame.kind in ("record", "object")]
    for frame in given:
        _take(station, frame, asked, report)
    return len(given)


def _lacking(station: Station) -> list[str]:
    """Trusted files first: an interview asks what they say."""
    return trusted_files.lacking(station) + wordings.lacking(station)


def _answered(frames: Sequence[Frame], asked: int, transport: Transport) -> int:
    said = canonical.decode_object(frames[-1].payload).get("answered")
    if type(said) is not int or not 0 < said <= asked:
        raise NotTheStation(url=transport.base_url)
    return said


def _take(station: Station, frame: Frame, asked: set[str], report: WordingReport) -> None:
    """What was not asked for is not even looked at; what is bad is named, and what comes behind it counts."""
    name = ""
    try:
        record = SignedRecord.decode(frame.payload) if frame.kind == "record" else None
        name = sha256_hex(frame.payload) if record is None else record.id
        if name not in asked:
            return
        if record is None:
            report.clips += not trusted_files.keep(station, frame.payload) and wordings.keep_clip(
                station, frame.payload
            )
        else:
            report.wordings += wordings.keep(station, record)
    except WordingRefused as error:
        report.refused[name] = f"wording.{error.reason}"
    except NotCanonical:
        report.refused[name] = "wording.structure"
