"""Fetches the update that central offers, and continues a download that stopped. A person applies it."""

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
from testimony.services.update.waiting_update import Download
from testimony.station.station import Station
from testimony.sync.errors import NotTheStation
from testimony.sync.http.transport import Transport

LARGEST: Final = 4 << 30
"""Bytes of an update that is fetched."""
TURN: Final = 120.0
"""Seconds of one sync in which pieces are fetched: the next sync must not wait for a slow link."""
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True)
class UpdateReport:
    """`version`: of the update that waits here or is being fetched, "" if none. `left`: bytes that are still to come.
    `error`: why fetching stopped.
    """

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
    """Fetch an update that is newer than this program and than the update that waits here already.

    `seconds`: send no further request after so long. Expected errors are reported, not raised: no testimony may wait
    for an update. A central of an earlier version offers none.
    """
    until = clock() + (TURN if seconds is None else seconds)
    try:
        return _fetch(station, transport, lambda: clock() < until)
    except NotTheStation:  # central answered earlier requests, so it is an earlier version without this path
        return UpdateReport(version=_newest_here(station))
    except TestimonyError as error:
        log.warning("the update was not fetched: %s", error.code)
        return UpdateReport(version=_newest_here(station), error=error)


def _fetch(station: Station, transport: Transport, may_go_on: Callable[[], bool]) -> UpdateReport:
    here = _newest_here(station)
    version, size, pieces = _ask(transport, here, 0)
    if not version:
        return UpdateReport(version=here)
    download = Download(station.settings, version, size)
    if download.was_refused:
        return UpdateReport(version=here)
    station.space.require_room(size - download.received)
    while download.received < size:
        if download.received or not pieces:
            if not may_go_on():
                return UpdateReport(version=version, left=size - download.received)
            told, length, pieces = _ask(transport, here, download.received)
            if (told, length) != (version, size) or not pieces:
                return UpdateReport(
                    version=here, left=size - download.received
                )  # central offers another one now: fetch it next time
        download.add(pieces)
    return UpdateReport(version=download.keep().version)


def _ask(transport: Transport, runs: str, start: int) -> tuple[str, int, bytes]:
    """Version and size of the update that central offers, and its bytes from `start`; "", 0 and none if it offers
    nothing newer than `runs`. Raises `NotTheStation`.
    """
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
