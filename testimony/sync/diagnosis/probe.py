"""Ask the central server and the store of bodies how they are, in bounded time, and diagnose the own station by it."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from testimony.errors import NotDelivered, TestimonyError
from testimony.services.diagnosis import diagnosis
from testimony.services.diagnosis.types import Line, Reach
from testimony.services.link import metered
from testimony.store.errors import BucketSilent
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.errors import OrganisationForeign, StationTooSlow
from testimony.sync.http import certificate
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.deadline import Aside
from testimony.sync.http.route import Way
from testimony.sync.http.transport import Transport

if TYPE_CHECKING:
    from testimony.station.station import Station

ANSWER_TIMEOUT: Final = 6.0
"""Seconds for an answer, whatever it waits for: a name server keeps to no timeout of ours."""
CONNECT_TIMEOUT: Final = 3.0


def look(station: Station, *, now: datetime) -> list[Line]:
    """The lines of `diagnosis.diagnose` for `now` (UTC). Takes about three times `ANSWER_TIMEOUT` at most."""
    bodies = Aside(station.parts.require_reachable)
    reach = replace(ask(station), bodies=_refusal(bodies))
    with station.database.reading() as session:
        return diagnosis.diagnose(station, session, reach, now=now)


def ask(station: Station) -> Reach:
    """What comes of asking the central server now. Nothing of the station goes there, and nothing that comes is kept.

    The central server asks at its own address, as others do.
    """
    url = address(station)
    if not url:
        return Reach()
    way = Way.from_settings(station.settings)
    channel = HttpChannel(
        way, connect_seconds=CONNECT_TIMEOUT, read_seconds=ANSWER_TIMEOUT, whole_seconds=ANSWER_TIMEOUT
    )
    transport = Transport(url, None, channel=channel, pause=_give_up)
    try:
        Aside(transport.knock).result(ANSWER_TIMEOUT)
        if station.settings.role == "central":
            until = Aside(lambda: certificate.last_day(url, way, seconds=CONNECT_TIMEOUT)).result(ANSWER_TIMEOUT)
            return Reach(url=url, until=until)
        return _with_roster(station, transport)
    except TimeoutError:
        return Reach(url=url, error=StationTooSlow(url=url))
    except TestimonyError as error:
        return Reach(url=url, error=error)
    finally:
        channel.close()


def _refusal(bodies: Aside[None]) -> TestimonyError | None:
    """Why bodies can neither be stored nor read now."""
    try:
        bodies.result(ANSWER_TIMEOUT)
    except TimeoutError:
        return BucketSilent()
    except TestimonyError as error:
        return error
    return None


def address(station: Station) -> str:
    """Where the central server is; "" if no address is set."""
    settings = station.settings
    if settings.role != "central":
        return station.central_url
    return settings.public_url or f"http://127.0.0.1:{settings.port}"


def _with_roster(station: Station, transport: Transport) -> Reach:
    """With the newest roster there, unless the link is metered or too slow for it.

    Raises `OrganisationForeign`, and what a bundle that is none raises.
    """
    known = Reach(url=transport.base_url, ahead=transport.ahead)
    with station.database.reading() as session:
        if metered.is_on(station, session):
            return known
    try:
        data = Aside(transport.trust).result(ANSWER_TIMEOUT)
    except (NotDelivered, TimeoutError):  # it answered a moment ago, so it is there; its roster stays unknown
        return known
    chain = bundle_trust.read_offer(io.BytesIO(data)).chain
    ours = {roster.sha256 for roster in station.chain.rosters}
    if ours.isdisjoint(roster.sha256 for roster in chain.rosters):
        raise OrganisationForeign(url=transport.base_url)
    entry = chain.latest.signer(station.kid) if station.kid else None
    return Reach(
        url=transport.base_url,
        ahead=transport.ahead,
        roster=chain.latest.no,
        active=None if not station.kid else entry is not None and entry.status == "active",
    )


def _give_up(_: float) -> None:
    """In place of the pause before a request is repeated: a person waits for this answer."""
    raise NotDelivered
