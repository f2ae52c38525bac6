"""What every act of a hand-over takes at this desk: station, reader and annexes; and a sealed file for the browser."""

from __future__ import annotations

from datetime import date

from flask import Response

from testimony.services.handover import partners, standings
from testimony.services.handover.partners import Partner
from testimony.services.handover.standings import Standings
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.station.station import Station
from testimony.web import context
from testimony.web.desk.session import key


def acting() -> tuple[Station, Reader, AnnexIndex]:
    """In the order in which the acts take them."""
    return context.station(), key.reader(), key.key_holder().annexes


def today() -> date:
    return context.now().date()


def hand_overs() -> Standings:
    """All hand-overs as they stand today."""
    station, reader, annexes = acting()
    with context.reading() as db:
        return standings.read(station, db, reader, annexes, at=today())


def known() -> list[Partner]:
    """The organisations that lawyers noted."""
    station, reader, annexes = acting()
    with context.reading() as db:
        annexes.refresh(station, db, reader)
    return partners.known(station, annexes)


def sealed_file(data: bytes, name: str) -> Response:
    """For the browser to save; it keeps no copy."""
    answer = Response(data, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
