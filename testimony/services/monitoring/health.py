"""Report the condition of a station to monitors and overviews: numbers and days, nothing about people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy.orm import Session

from testimony import __version__
from testimony.certificates.errors import CertificateRefused
from testimony.errors import SettingsDamaged, TestimonyError
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.continuity import central_view
from testimony.services.custody import split_view
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.delivery.refusals import Counted
from testimony.services.intake import rejections
from testimony.services.intake.rejections import Rejected
from testimony.services.integrity import database_check
from testimony.services.link import clock_skew, last_sync
from testimony.services.records import scrub
from testimony.services.withdrawal import clock_findings
from testimony.services.withdrawal.clock_findings import Said
from testimony.services.wordings import questionnaires
from testimony.store.errors import StoreUnconfirmed
from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.station.station import Station

SOON: Final = 30
"""Days before its end from which a roster is reported as ending."""
Warned = Literal["damaged", "database", "forked", "marked", "refused", "ballast"]
Took = Literal["writable", "unconfirmed", "failing"]
Age = Literal["never", "day", "week", "older"]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`free`, `floor`: bytes; `ballast`: whether the reserve for withdrawals exists. `roster_days`: until its end,
    negative after it. `exchanged`: days since the last sync, None: never. `clock`: minutes by which it was ahead of
    central's then.

    `damaged`: objects; `unsound`: the database. `forked`: central signed two different logs. `marked`: the day since
    which central reports this node as copied. `rejected`: refused here from others, `refused`: refused at central from
    here. `clocks`: dates that no second clock confirms. At a node: the questionnaire (`form`, "" if it is damaged) and
    the certificate's last day and days left.
    """

    software: str
    free: int
    floor: int
    roster_no: int
    roster_ends: str
    roster_days: int
    exchanged: int | None
    ballast: bool
    rejected: tuple[Rejected, ...]
    refused: tuple[Counted, ...]
    damaged: int
    unsound: bool
    forked: bool
    marked: str
    clock: int | None
    form: str
    until: str
    certificate_days: int | None
    clocks: tuple[Said, ...]

    @property
    def clock_is_off(self) -> bool:
        return self.clock is not None and abs(self.clock) > clock_skew.A_FEW

    @property
    def warnings(self) -> list[Warned]:
        """What needs a person's attention although everything is accepted."""
        found: dict[Warned, bool] = {
            "damaged": self.damaged > 0,
            "database": self.unsound,
            "forked": self.forked,
            "marked": bool(self.marked),
            "refused": bool(self.refused),
            "ballast": not self.ballast,
        }
        return [name for name, so in found.items() if so]

    @property
    def has_room(self) -> bool:
        return self.free > self.floor

    @property
    def roster_soon(self) -> bool:
        return 0 <= self.roster_days < SOON

    @property
    def exchange_age(self) -> Age:
        if self.exchanged is None:
            return "never"
        return "day" if self.exchanged <= 1 else "week" if self.exchanged <= 7 else "older"


def look(station: Station, session: Session) -> Condition:
    """The condition now. A station without a roster has number 0."""
    today, latest = date.fromisoformat(station.today()), station.chain.latest if station.chain.records else None
    exchanged, ends = last_sync.last(session), certificate_ends(station)
    return Condition(
        software=__version__,
        free=station.space.free(),
        floor=station.space.floor,
        roster_no=latest.no if latest else 0,
        roster_ends=latest.expires if latest else "",
        roster_days=(date.fromisoformat(latest.expires) - today).days if latest else 0,
        exchanged=None if exchanged is None else (today - exchanged).days,
        ballast=station.space.has_ballast(),
        rejected=tuple(rejections.recent(session)),
        refused=tuple(delivery_refusals.counted(delivery_refusals.standing(session))),
        damaged=scrub.count(session),
        unsound=database_check.is_damaged(session),
        forked=bool(split_view.is_forked(station.chain, session)),
        marked=central_view.quarantined_since(session),
        clock=clock_skew.difference(session),
        form=_form(station),
        until="" if ends is None else ends.isoformat(),
        certificate_days=None if ends is None else (ends - today).days,
        clocks=tuple(clock_findings.found(session, station.clocks())),
    )


def certificate_ends(station: Station) -> date | None:
    """The last day of a node's certificate for phones; None if it has none, or one that cannot be read."""
    if station.settings.role != "field":
        return None
    try:
        held = certificate_store.installed(station.settings.home)
    except (CertificateRefused, FileUnreadable):
        return None  # the node's front page reports that it is damaged
    return None if held is None else held.ends.date()


def _form(station: Station) -> str:
    try:
        return questionnaires.in_force(station).id if station.settings.role == "field" else ""
    except SettingsDamaged:
        return ""


def try_store(station: Station) -> Took:
    """Whether the store accepts data now: it writes one small row that changes each time, and asks a bucket for bodies
    to answer.

    "unconfirmed": a database server that waits for its standby.
    """
    try:
        station.parts.require_reachable()
        with station.database.transaction() as session:
            row = maintenance.edit(session)
            row.probe = not row.probe
    except StoreUnconfirmed:
        return "unconfirmed"
    except TestimonyError:
        return "failing"
    return "writable"
