"""Manage the node's shares of draft keys: a stock of one-time keys, usable for a limited time, then destroyed.

A share key is an opening key (`sealing/age/recipients.py`). Its seed is a line of `share.keys`, a file like that of the
shred keys: it lies outside the database and its backups, and is rewritten when a line is deleted. The database rows
that belong to it hold no secret. A key is destroyed when the draft is sealed or deleted, when a phone that may hold the
draft is lost, when its person or phone is no longer active in the roster, or after 60 days by two clocks.
docs/drafts.md describes the protocol with the phone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.domain.time import A_DAY, ROSTER, Clocks
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import draft_share
from testimony.sealing.roster.roster import Roster
from testimony.services.accounts.errors import DeviceUnknown, ShareElsewhere, ShareGone
from testimony.store.models.accounts import LockedSeedsRow
from testimony.store.models.sessions import SessionRow
from testimony.store.models.shares import HandsetRow, LostDeviceRow, ShareKeyRow

if TYPE_CHECKING:
    from testimony.station.station import Station

AT_ONCE = 8
AT_MOST = 64
"""Keys that one person may have at a node. If a phone loses its storage again and again, it gets no more for 60
days.
"""
LIFE = timedelta(days=60)
KEY = "drafts"
NODE, SITTING, NONE = "node", "sitting", "none"
"""What a roster's `drafts.share` says of the node's share: only the node gives it; the phone keeps it too, under the
passphrase, for one sitting; there is none.
"""
LOST = "lost"  # a phone in a roster that is lost, which is more than not active


@dataclass(frozen=True)
class ShareKey:
    """What the phone gets: the id for later requests, and the key to seal to."""

    id: str
    recipient: str


@dataclass(frozen=True)
class Lost:
    """The effects of reporting a phone as lost."""

    keys: int
    handsets: int  # phones on which the device's keys were used here, with everything that others had on them
    people: tuple[str, ...]  # whose sessions at this node were ended


def setting(roster: Roster) -> str:
    """`NODE`, `SITTING` or `NONE`; a roster without the setting, or with one that this version does not know, means
    `NODE`.
    """
    drafts = roster.value.get(KEY)
    said = drafts.get("share") if isinstance(drafts, dict) else None
    return said if said in (SITTING, NONE) else NODE


def wanted(roster: Roster) -> bool:
    """Whether drafts of this organisation have a node share."""
    return setting(roster) != NONE


def reserve(
    station: Station, session: Session, *, person: str, device: str, want: int, handset: str | None = None
) -> list[str]:
    """Reserve ids of new keys: `want`, or as many as the limits allow. None for a phone that is lost or not active.

    `device` is the person's own in the roster; `handset` names the phone that they hold, which may be another's.
    """
    sweep(station, session)
    roster = station.chain.latest
    if not wanted(roster) or device not in _active_phones(roster) or session.get(LostDeviceRow, device) is not None:
        return []
    if handset is not None:
        session.merge(HandsetRow(handset=handset, device=device))
    held = session.execute(select(func.count()).where(ShareKeyRow.person == person)).scalar_one()
    ids = [secrets.token_hex(16) for _ in range(max(0, min(want, AT_ONCE, AT_MOST - held)))]
    said = {
        "person": person,
        "device": device,
        "handset": handset,
        "made": _day_of_making(station.clocks()),
        "aged": None,
    }
    session.add_all(ShareKeyRow(id=id, **said) for id in ids)
    return ids


def make(station: Station, ids: Sequence[str]) -> list[ShareKey]:
    """Make the keys for committed ids from `reserve`. Their seeds are on the disk before this returns."""
    seeds = station.share_keys.ensure(ids) if ids else {}
    return [ShareKey(id, OpeningKey.from_seed(seed).recipient.text) for id, seed in seeds.items()]


def open_share(station: Station, session: Session, *, id: str, at: str, person: str, sealed: bytes) -> bytes:
    """Open the share in `sealed`, for the person who owns the key `id`. `at` is the station that issued the key.

    Raises `ShareElsewhere`, `ShareGone` (destroyed, or another person's: the caller cannot tell which), `CannotOpen`.
    """
    if at != station.kid:
        raise ShareElsewhere
    row = session.get(ShareKeyRow, id)
    seed = station.share_keys.find(id) if row is not None and row.person == person else None
    if seed is None:
        raise ShareGone
    return draft_share.open_share(sealed, OpeningKey.from_seed(seed))


def destroy(station: Station, session: Session, ids: Iterable[str]) -> int:
    """Destroy these keys. Returns how many there were. Only the phone knows an id, so anybody who names it may destroy
    it.
    """
    named = list(ids)
    station.share_keys.shred(named)  # first: a crash then leaves rows without a key, which open nothing
    found = select(func.count()).where(ShareKeyRow.id.in_(named))
    count = session.execute(found).scalar_one()
    session.execute(delete(ShareKeyRow).where(ShareKeyRow.id.in_(named)))
    return count


def sweep(station: Station, session: Session) -> int:
    """Destroy the keys that may no longer exist. Returns how many."""
    if not station.chain.records:
        return 0
    clocks = station.clocks()
    rows = list(session.scalars(select(ShareKeyRow)))
    phones, people = _active_phones(station.chain.latest), _active_people(station.chain.latest)
    ended = [row.id for row in rows if row.device not in phones or row.person not in people or _too_old(row, clocks)]
    return destroy(station, session, ended) if ended else 0


def clear(station: Station) -> None:
    """Run `sweep` in its own transaction: at every start, after every new roster, and from time to time."""
    with station.database.reading() as session:
        if session.execute(select(func.count()).select_from(ShareKeyRow)).scalar_one() == 0:
            return
    with station.database.transaction() as session:
        sweep(station, session)


def count_phones(session: Session) -> int:
    """On how many phones a draft may be that a key of this node opens."""
    return session.scalar(select(func.count(func.coalesce(ShareKeyRow.handset, ShareKeyRow.device).distinct()))) or 0


def end_lost(station: Station) -> None:
    """`lose` every phone that the roster in force marks as lost: at every start, and after every new roster."""
    if station.settings.role != "field" or not station.chain.records:
        return
    said = {each.id for each in station.chain.latest.devices if each.kind == "phone" and each.status == LOST}
    with station.database.reading() as session:
        new = sorted(said - set(session.scalars(select(LostDeviceRow.device))))
    for device in new:
        with station.database.transaction() as session:
            lose(station, session, device)


def lose(station: Station, session: Session, device: str) -> Lost:
    """Report the phone `device` as lost: destroy its keys, issue no others, end the sessions of its users.

    A device of the roster is a key, which only shows on which phones it was used. So all keys that were issued to any
    of these phones are destroyed, whoever owns them. Raises `DeviceUnknown` if the roster in force names no such phone.
    """
    if device not in {each.id for each in station.chain.latest.devices if each.kind == "phone"}:
        raise DeviceUnknown(device=device)
    session.merge(LostDeviceRow(device=device, day=station.today()))
    handsets = list(session.scalars(select(HandsetRow.handset).where(HandsetRow.device == device)))
    there = (ShareKeyRow.device == device) | ShareKeyRow.handset.in_(handsets)
    rows = list(session.scalars(select(ShareKeyRow).where(there)))
    people = {row.person for row in rows} | _holders(session, device)
    session.execute(delete(SessionRow).where(SessionRow.person.in_(people)))
    keys = destroy(station, session, [row.id for row in rows])
    return Lost(keys=keys, handsets=len(handsets), people=tuple(sorted(people)))


def _holders(session: Session, device: str) -> set[str]:
    """The people whose locked seeds hold the key of `device`."""
    values: list[dict[str, Any]] = [
        canonical.decode_object(data) for data in session.scalars(select(LockedSeedsRow.data))
    ]
    return {str(value["person"]) for value in values if value["device"] == device}


def _day_of_making(clocks: Clocks) -> str:
    """Today; where the own clock is not to be believed, the latest day that it can be."""
    day = clocks.own if clocks.counts else clocks.today + ROSTER
    return day.isoformat()


def _too_old(row: ShareKeyRow, clocks: Clocks) -> bool:
    """Whether its 60 days are over by two clocks, and were over on an earlier day too."""
    today = clocks.today.isoformat()
    if not clocks.is_past(date.fromisoformat(row.made) + LIFE + A_DAY):
        row.aged = None
        return False
    row.aged = min(row.aged or today, today)
    return row.aged < today


def _active_phones(roster: Roster) -> set[str]:
    return {device.id for device in roster.devices if device.kind == "phone" and device.status == "active"}


def _active_people(roster: Roster) -> set[str]:
    return {who.id for who in roster.people if who.status == "active" and who.role == "interviewer"}
