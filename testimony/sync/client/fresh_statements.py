"""Trades freshness statements of the roster with central: takes its one, signs today's, and brings it a newer one."""

from __future__ import annotations

from testimony.sealing.records.signatures import Signer
from testimony.services.roster import freshness
from testimony.services.roster.errors import ConfirmationRefused
from testimony.station.station import Station
from testimony.sync.client.handshake import Greeting
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame


def take(station: Station, signer: Signer | None, greeting: Greeting) -> None:
    """Keep the statement that central gave in its greeting, once the rosters of its log are here.

    At the desk of somebody whom the roster names for it, the reader's key `signer` then signs one for today: what is in
    force was just compared with central. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`.
    """
    freshness.take_value(station, greeting.fresh)
    if signer is None or station.settings.role != "desk" or not freshness.is_confirmer(station.chain, signer):
        return
    try:
        freshness.confirm(station, signer, compared=True)
    except ConfirmationRefused as error:  # a newer roster is known and is not here: pages and `doctor` say so
        if error.reason != "behind":
            raise


def bring(station: Station, transport: Transport, greeting: Greeting) -> None:
    """Bring central the statement of this station if it is newer than central's. Raises `NotDelivered`."""
    if not greeting.takes_fresh or greeting.behind:
        return
    own = freshness.newer_than(station, greeting.fresh)
    if own is not None:
        transport.rosters([Frame("record", own.record.encode())])
