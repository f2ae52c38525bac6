"""The desk's exchange with central, on behalf of the reader whose key is unlocked."""

from __future__ import annotations

from datetime import date

from testimony.errors import NoStation
from testimony.services import metering, obeying
from testimony.services.offering import count_waiting
from testimony.sync.channel import HttpChannel
from testimony.sync.exchange import ExchangeReport, at_desk
from testimony.sync.transport import Transport
from testimony.sync.way import Way
from testimony.web import context
from testimony.web.desk import key

PATIENCE = 30.0
"""Seconds for recordings and pictures at one press of the button: all text has come by then, and the rest can wait."""


def exchange(seconds: float = PATIENCE, *, asked: bool = False) -> ExchangeReport:
    """Deliver and fetch now; a way that is closed is in the report's `failure`, and nothing is lost by it.

    `seconds`: for media, and for wordings. On a metered link both wait, unless they were `asked` for this once.
    """
    reader, station = key.reader(), context.station()
    if not station.settings.central_url:
        return ExchangeReport(failure=NoStation())
    channel = HttpChannel(Way.of(station.settings))
    transport = Transport(station.settings.central_url, reader.signer, channel=channel)
    heavy = asked or may_be_heavy()
    return at_desk(station, transport, audience=reader.audience, seconds=seconds, heavy=heavy, obey=_obey)


def may_be_heavy() -> bool:
    """Whether recordings and pictures come too: not while the link is metered."""
    with context.reading() as db:
        return metering.may_go(context.station(), db)


def _obey() -> int:
    held, day = key.held(), date.fromisoformat(context.station().today())
    return obeying.obey(context.station(), key.reader(), held.annexes, day=day, seen=held.obeyed)


def waiting() -> int:
    """How many records of this desk have no receipt of central yet."""
    with context.reading() as db:
        return count_waiting(db)
