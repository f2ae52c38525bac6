"""Fetches the update that waits at central, from where it stopped. Here it waits for a person."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from testimony import __version__, canonical
from testimony.errors import NotCanonical, TestimonyError
from testimony.sealing.update.manifest import NUMBERS, numbers
from testimony.services.update import waiting_update
from testimony.services.update.waiting_update import Coming
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import Transport

LARGEST: Final = 4 << 30
A_TURN: Final = 120.0
"""Seconds of one exchange in which pieces are asked for: the next exchange must not wait for a slow link."""
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class UpdateReport:
    """`version`: what waits here or still comes, "" for nothing; `left`: bytes to come; `error`: why it stopped."""

    version: str = ""
    left: int = 0
    error: TestimonyError | None = None


def fetch(
    station: Station,
    transport: Transport,
    *,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> UpdateReport:
    """Ask for an update that is newer than this program and than what waits here already.

    `seconds`: begin no further question after so long. Raises nothing that was foreseen: no testimony may wait because
    an update does not come. A central of an earlier version knows of none.
    """
    until = clock() + (A_TURN if seconds is None else seconds)
    try:
        return _fetch(station, transport, lambda: clock() < until)
    except NotTheStation:  # a station of ours answered just before: it has no such path
        return UpdateReport(version=_newest_here(station))
    except TestimonyError as error:
        log.warning("the update was not fetched: %s", error.code)
        return UpdateReport(version=_newest_here(station), error=error)


def _fetch(station: Station, transport: Transport, may_go_on: Callable[[], bool]) -> UpdateReport:
    here = _newest_here(station)
    version, size, pieces = _ask(transport, here, 0)
    if not version:
        return UpdateReport(version=here)
    coming = Coming(station.settings, version, size)
    if coming.was_refused:
        return UpdateReport(version=here)
    station.space.require_room(size - coming.came)
    while coming.came < size:
        if coming.came or not pieces:
            if not may_go_on():
                return UpdateReport(version=version, left=size - coming.came)
            told, length, pieces = _ask(transport, here, coming.came)
            if (told, length) != (version, size) or not pieces:
                return UpdateReport(version=here, left=size - coming.came)  # another one waits there now: next time
        coming.add(pieces)
    return UpdateReport(version=coming.keep().version)


def _ask(transport: Transport, runs: str, start: int) -> tuple[str, int, bytes]:
    """Version and length of what waits at central, and the next piece. Raises `NotTheStation`."""
    frames = transport.update({"runs": runs or __version__, "from": start})
    try:
        said = canonical.decode_object(frames[-1].payload)
    except NotCanonical as error:
        raise NotTheStation(url=transport.base_url) from error
    version, size = said.get("version"), said.get("size")
    if version == "":
        return "", 0, b""
    pieces = b"".join(frame.payload for frame in frames if frame.kind == "object")
    if not isinstance(version, str) or not NUMBERS.fullmatch(version) or type(size) is not int or size > LARGEST:
        raise NotTheStation(url=transport.base_url)
    if start + len(pieces) > size or numbers(version) <= numbers(runs or __version__):
        raise NotTheStation(url=transport.base_url)
    return version, size, pieces


def _newest_here(station: Station) -> str:
    found = waiting_update.newer(station.settings)
    return found.version if found else ""
