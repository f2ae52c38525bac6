"""Store what a node reports about itself to central with its signed request, and when it was last heard of.

Numbers, no content. Each node has three rows: its condition (day, clock, outbox, disk), its versions (software,
roster, wordings), and how many records it lacks; besides, how often its interviewers said that a sentence is wrong. A
stick reports less: the day on which it was written and what was waiting then. The rows are shown to the people who run
central; no decision depends on them, but the nodes' date is one clock (docs/time.md).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.orm import Session

from testimony import __version__
from testimony.domain.time import Clock
from testimony.errors import TestimonyError
from testimony.services.continuity.reoffer import count_waiting
from testimony.services.custody import gaps
from testimony.services.monitoring import health as monitoring_health
from testimony.services.monitoring import safety_counts
from testimony.services.withdrawal import clock_readings
from testimony.services.wordings import questionnaires, wordings, wrong_sentences
from testimony.store.models.base import is_stored
from testimony.store.state import nodes
from testimony.store.state.nodes import NodeGapsRow, NodeSoftwareRow, NodeStateRow

if TYPE_CHECKING:
    from testimony.station.station import Station

WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9@.+_ -]{0,19}")
MOST: Final = 10**8
"""Numbers that a node reports must be smaller than this, and its texts have at most 20 characters."""
MEGA: Final = 1_000_000
log = logging.getLogger("testimony.sync")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """A node as last heard of. Empty or None: it did not report that, as older versions do not.

    `clock`: minutes by which its clock is ahead of central's. `media`, `free`, `floor`: millions of bytes. `carried`:
    it was heard of through a stick, which was written on `day` and reports only what was waiting.
    """

    day: str
    carried: bool = False
    clock: int | None = None
    waiting: int | None = None
    media: int | None = None
    free: int | None = None
    floor: int | None = None
    software: str = ""
    form: str = ""
    until: str = ""  # the last day of its certificate
    roster: int | None = None
    wordings: int | None = None
    lacking: int | None = None  # records that central's log names and that did not come there


NUMBERS: Final = ("waiting", "media", "free", "floor")
TEXTS: Final = ("software", "form", "until")
COUNTS: Final = ("roster", "wordings")
LACKING: Final = "lacking"
WRONG: Final = "wrong"


def own(station: Station) -> dict[str, Any]:
    """What this node reports about itself; nothing if some of it cannot be read, since testimonies do not wait for
    that.
    """
    try:
        return _own(station)
    except TestimonyError as error:
        log.warning("this station does not say how it stands: %s", error.code)
        return {}


def _own(station: Station) -> dict[str, Any]:
    with station.database.reading() as session:
        left, waiting = safety_counts.media_left(session), count_waiting(session)
        lacking = gaps.find(session, station.chain, station.settings.role).unexplained
        wrong = wrong_sentences.told(station, session)
    ends = monitoring_health.certificate_ends(station)
    return {
        "software": __version__,
        "form": questionnaires.in_force(station).id[:20],
        "roster": station.chain.latest.no,
        "wordings": len(wordings.named(station.chain.latest)) - _lacking_wordings(station),
        LACKING: lacking,
        **({WRONG: wrong} if wrong else {}),
        "waiting": waiting,
        "media": left // MEGA,
        "free": station.space.free() // MEGA,
        "floor": station.space.floor // MEGA,
        "until": "" if ends is None else ends.isoformat(),
    }


def note(station: Station, kid: str, said: object, *, created: int | None) -> None:
    """At central: the node `kid` sent a request, and `said` this about itself. Opens a transaction if it is news.

    Values that do not fit are left out. If the disk accepts no writes, nothing is stored, so that withdrawals are not
    held up.
    """
    minutes = None if created is None else round((created - datetime.now(UTC).timestamp()) / 60)
    given = _fitting(said) | {"day": station.today(), "clock": minutes if _is_number(minutes) else None}
    stands = NodeStateRow(node=kid, carried=False, **{key: given.get(key) for key in ("day", "clock", *NUMBERS)})
    has = NodeSoftwareRow(node=kid, **{key: given.get(key) for key in (*TEXTS, *COUNTS)})
    try:
        _keep(station, stands, has, NodeGapsRow(node=kid, lacking=given.get(LACKING)))
        if isinstance(said, dict) and said.get(WRONG):
            with station.database.transaction() as session:
                wrong_sentences.note(session, kid, said[WRONG])
        if created is not None and given["clock"] is not None:
            clock_readings.hear(station, Clock.NODES, datetime.fromtimestamp(created, UTC).date(), fresh=True)
    except TestimonyError as error:
        log.warning("what a node says of itself was not kept: %s", error.code)


def note_carried(station: Station, kid: str, *, day: str, waiting: int) -> None:
    """At central: a stick arrived that the node `kid` wrote on `day` by its own clock, when `waiting` records waited.

    A stick older than the last contact is no news, nor is one of a day on which the node reported more itself. A day in
    the future counts as today.
    """
    signed, day = day, min(day, station.today())
    with station.database.reading() as session:
        known = heard(session, kid)
    if known is not None and (known.day, not known.carried) > (day, False):
        return
    unsaid = dict.fromkeys(("clock", *NUMBERS))
    told = unsaid | {"waiting": waiting if _is_number(waiting) else None}
    try:
        _keep(station, NodeStateRow(node=kid, day=day, carried=True, **told))
        clock_readings.hear(station, Clock.NODES, date.fromisoformat(signed), fresh=False)
    except TestimonyError as error:
        log.warning("that a stick of a node came was not kept: %s", error.code)


def heard(session: Session, kid: str) -> Contact | None:
    """At central: the last report of the node `kid`."""
    stands, has = nodes.state(session, kid), nodes.software(session, kid)
    if stands is None:
        return None
    return Contact(
        day=stands.day,
        carried=stands.carried,
        clock=stands.clock,
        waiting=stands.waiting,
        media=stands.media,
        free=stands.free,
        floor=stands.floor,
        software=(has.software if has else None) or "",
        form=(has.form if has else None) or "",
        until=(has.until if has else None) or "",
        roster=has.roster if has else None,
        wordings=has.wordings if has else None,
        lacking=nodes.lacking(session, kid),
    )


def _keep(station: Station, *rows: NodeStateRow | NodeSoftwareRow | NodeGapsRow) -> None:
    with station.database.reading() as session:
        news = [row for row in rows if not is_stored(session, row)]
    if news:
        with station.database.transaction() as session:
            for row in news:
                session.merge(row)


def _fitting(said: object) -> dict[str, Any]:
    given = said if isinstance(said, dict) else {}
    taken = {name: given.get(name) for name in (*NUMBERS, *COUNTS, LACKING)}
    fitting: dict[str, Any] = {name: value for name, value in taken.items() if _is_number(value)}
    words = {name: given.get(name) for name in TEXTS}
    return fitting | {name: word for name, word in words.items() if isinstance(word, str) and WORD.fullmatch(word)}


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) < MOST


def _lacking_wordings(station: Station) -> int:
    named = set(wordings.named(station.chain.latest).values())
    return len(named.intersection(wordings.lacking(station))) if named else 0
