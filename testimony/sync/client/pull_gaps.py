"""Asks central again for the records that its log names and that this station lacks (`services/custody/gaps.py`).

The feed is read again from each such entry. So a record comes as soon as somebody hands it over who has it, and no
central needs to know a new request.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final

from testimony.sealing.errors import SignatureBad
from testimony.services.custody import gaps as custody_gaps
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.gaps import HASH_ONLY, Gaps, LogEntry
from testimony.station.station import Station
from testimony.sync.client.feed_page import Page
from testimony.sync.client.pull import PullReport, adopt_rosters, ask, signed_head, take_in
from testimony.sync.http.transport import Transport

MOST_PIECES: Final = 64
"""Pieces of the feed that one exchange reads again for what was left out."""
MOST_UNCONFIRMED: Final = 2
"""The same for what central says was destroyed: it never comes from an honest central, and each piece costs 512 KiB."""


def fetch(station: Station, transport: Transport, *, audience: str | None, report: PullReport) -> None:
    """Ask once for each lacking record and each entry of which only the hash came; what comes is taken in.

    `audience`: a desk's. A field station asks for what was left out alone, on what may be a slow link.

    Counted in `report`, that of the feed just read, whose `gaps` is what is lacking afterwards. Raises what `pull`
    raises, and `LogForked` if central now shows another log than before.
    """
    lacking = _gaps(station)
    unconfirmed = () if audience is None else lacking.unconfirmed
    for wanted, most in ((lacking.left_out, MOST_PIECES), (unconfirmed, MOST_UNCONFIRMED)):
        ordered = _from_anywhere(wanted, most)
        for _ in range(most):
            if ordered:
                ordered = _read_again(station, transport, ordered, audience, report)
    report.gaps = _gaps(station)


def _from_anywhere(wanted: Sequence[LogEntry], most: int) -> list[LogEntry]:
    """`wanted` in order; from a place that chance chooses if they are too many for one exchange: all get their turn."""
    start = random.randrange(len(wanted)) if len(wanted) > most else 0  # noqa: S311  # keeps no secret
    return [*wanted[start:], *wanted[:start]]


def _gaps(station: Station) -> Gaps:
    with station.database.reading() as session:
        return custody_gaps.find(session, station.chain, station.settings.role)


def _read_again(
    station: Station, transport: Transport, wanted: Sequence[LogEntry], audience: str | None, report: PullReport
) -> list[LogEntry]:
    """Read one piece of the feed from the first of `wanted` on. Returns those of `wanted` that are not in the piece."""
    first = wanted[0]
    page = ask(transport, first.position)
    rest = [one for one in wanted[1:] if not (one.log == first.log and first.position < one.position < page.next)]
    if page.station != first.log or not page.leaves:
        return rest  # another central than the one whose log lacks a record
    _require_same_log(station, page)
    adopt_rosters(station, page, report)
    take_in(station, page, audience, report)
    _keep_entries(station, page, first.position, wanted)
    return rest


def _require_same_log(station: Station, page: Page) -> None:
    """Raise `LogForked` if the signed head of this piece is of another log than the one that was read before."""
    try:
        signed_head(station, page)
    except SignatureBad:
        return  # nobody vouches for it; its records prove themselves
    with station.database.transaction() as session:
        split_view.consider(station, session, page.checkpoint)
    with station.database.reading() as session:
        split_view.require_one_story(station.chain, session)


def _keep_entries(station: Station, page: Page, begin: int, wanted: Sequence[LogEntry]) -> None:
    """Keep the entries of which only the hash was known; each must have that hash."""
    hidden = {one.position for one in wanted if one.kind == HASH_ONLY and one.log == page.station}
    entries = {begin + number: entry for number, entry in enumerate(page.entries) if entry is not None}
    found = {position: entry for position, entry in entries.items() if position in hidden}
    if found:
        with station.database.transaction() as session:
            custody_log.mirror_fill(session, page.station, found)
