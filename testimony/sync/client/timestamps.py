"""Asks a time stamp authority to stamp central's log head (RFC 3161, 3.4): over HTTP, with time and size limits."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final

from testimony.errors import NotDelivered
from testimony.sealing.log import timestamp
from testimony.sealing.log.errors import StampRefused
from testimony.services.witnesses import failures as witness_failures
from testimony.services.witnesses import witnesses
from testimony.sync.errors import NotTheStation, StationUntrusted
from testimony.sync.http.channel import Channel, HttpChannel
from testimony.sync.http.route import Way

if TYPE_CHECKING:
    from testimony.station.station import Station

CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 30.0
WHOLE_SECONDS: Final = 60.0
HEADERS: Final = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


def authority_channel(station: Station) -> HttpChannel:
    """The way to the authority: the proxy of the settings, the system's authorities for https."""
    return HttpChannel(
        Way(proxy=station.settings.proxy),
        connect_seconds=CONNECT_SECONDS,
        read_seconds=READ_SECONDS,
        whole_seconds=WHOLE_SECONDS,
    )


def stamp(station: Station, channel: Channel, *, anew: bool = False) -> str | None:
    """Have the head of the own log stamped where that is due; the record's name, None where nothing was asked.

    No transaction is open while the authority is waited for. Raises `StampRefused`; then nothing was kept but the
    reason, for the page of central.
    """
    try:
        return _stamp(station, channel, anew=anew)
    except StampRefused as error:
        if error.reason != "unset":
            with station.database.transaction() as session:
                witness_failures.note(station, session, "stamp", error.reason)
        raise


def _stamp(station: Station, channel: Channel, *, anew: bool) -> str | None:
    roots = witnesses.trusted_roots(station)
    with station.database.reading() as session:
        note = witnesses.note_to_stamp(station, session, anew=anew)
    if note is None:
        return None
    query = timestamp.ask(hashlib.sha256(note.encode()).digest(), os.urandom(timestamp.NONCE_BYTES))
    reply = _ask(station.settings.timestamp_url, channel, query)
    return witnesses.keep_stamp(station, note, query, reply, roots)


def _ask(url: str, channel: Channel, query: bytes) -> bytes:
    try:
        answer = channel.send("POST", url, dict(HEADERS), query)
    except NotTheStation as error:  # what was longer than any answer may be
        raise StampRefused("large") from error
    except StationUntrusted as error:
        raise StampRefused("tls") from error
    except NotDelivered as error:
        raise StampRefused("unreachable") from error
    if answer.status != 200:
        raise StampRefused("answer")
    if len(answer.body) > timestamp.LARGEST_REPLY:
        raise StampRefused("large")
    return answer.body
