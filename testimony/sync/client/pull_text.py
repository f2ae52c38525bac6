"""Pulls the missing text parts of records that a desk already has, because the feed sends each part only once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from testimony.canonical import sha256_hex
from testimony.services.feed import missing_text
from testimony.services.feed.missing_text import Text
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.pull import PullReport
from testimony.sync.client.pull_media import answered, refusals
from testimony.sync.errors import StationRefused
from testimony.sync.http.transport import FramesTorn, Transport
from testimony.sync.wire.frames import Frame
from testimony.sync.wire.selection import UNNAMED

FEW: Final = 128
"""Heads and bodies in one question while there are answers: about that many fill one."""
MANY: Final = 1024
"""And while none of those asked for is there: so many a central takes."""
OLDER: Final = frozenset({"structure", "signer.role"})
"""What a central says to a lawyer, and to a coordinator, that does not know this question yet."""


def fetch(station: Station, transport: Transport, *, audience: str, report: PullReport) -> None:
    """Ask for all of it, once; each answer is on the disk before the next is asked for. Nothing lacks: nothing is said.

    Counted in `report`, that of the feed just read. An older central is not asked further. Raises what `Transport` and
    `take_in` raise; what came before stays.
    """
    with station.database.reading() as session:
        wanted = missing_text.lacking(session, audience)
    size = FEW
    while wanted:
        asked = wanted[:size]
        try:
            frames = transport.texts(_question(asked))
        except FramesTorn as torn:
            _take_in(station, torn.frames, asked, report)
            raise
        except StationRefused as error:
            if error.rule in OLDER:
                return
            raise
        size = FEW if _take_in(station, frames, asked, report) else MANY
        report.refused |= refusals(frames, transport)
        wanted = wanted[answered(frames, len(asked), transport) :]


def _question(asked: Sequence[Text]) -> list[dict[str, Any]]:
    """By record, in order: {"record", "objects": [name, …]}."""
    names: dict[str, list[str]] = {}
    for one in asked:
        names.setdefault(one.record, []).append(one.name)
    return [{"record": record, "objects": of_record} for record, of_record in names.items()]


def _take_in(station: Station, frames: Sequence[Frame], asked: Sequence[Text], report: PullReport) -> int:
    """How many of those that were `asked` for came; anything else is not taken in, and told."""
    names = {one.name for one in asked}
    came = {sha256_hex(frame.payload): frame.payload for frame in frames if frame.kind == "object"}
    report.refused |= dict.fromkeys(came.keys() - names, UNNAMED)
    ours = [Incoming("object", data) for name, data in came.items() if name in names]
    for status in take_in(station, ours).statuses if ours else ():
        if status.status == "refused":
            report.refused[status.name] = status.rule
        report.objects += status.status == "stored"
    return len(ours)
