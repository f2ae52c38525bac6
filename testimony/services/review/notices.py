"""Who was told that consent to a file has ended: read it at a lawyer's desk, record it, and take back a mistake."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from testimony.domain.review import notice
from testimony.domain.review.notice import Act, Notice, Signed
from testimony.domain.roles import Role
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.cases import READERS
from testimony.services.review.disclosures import Left
from testimony.services.review.errors import NoticeRefused
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Notices:
    """What was said of each file (its id in the register) and testimony. `unread`: annexes that cannot be read."""

    said: Mapping[tuple[str, str], frozenset[Signed]]
    unread: int

    def told(self, file: str, tid: str) -> Signed | None:
        """Who told those that got the file of this testimony, and when."""
        return notice.standing(self.said.get((file, tid), ()))


def read(station: Station, annexes: AnnexIndex) -> Notices:
    """From all that `annexes` (refreshed before) hold."""
    found: dict[tuple[str, str], set[Signed]] = {}
    said, unread = lawyer_annexes.read(station.chain, annexes.of_kind(notice.KIND), Notice.parse)
    for one in said:
        found.setdefault((one.what.file, one.annex.tid), set()).add(Signed(notice=one.what, signer=one.signer))
    return Notices(said={about: frozenset(signed) for about, signed in found.items()}, unread=unread)


def tell(
    station: Station, reader: Reader, held: Notices, left: Left, tids: Collection[str], told: date, *, day: date
) -> None:
    """Record that those who got the file `left` were told on `told` about `tids`.

    Raises `NoticeRefused`: role, future, early (before the file was made), none (all were told); `StationKeyless`.
    """
    if told > day:
        raise NoticeRefused("future")
    if told < left.file.day:
        raise NoticeRefused("early")
    due = [tid for tid in left.tids if tid in tids and held.told(left.file.id, tid) is None]
    _say(station, reader, held, left, due, Act.TOLD, told, day)


def take_back(station: Station, reader: Reader, held: Notices, left: Left, *, day: date) -> None:
    """Record that this was a mistake: those who got the file were not told. Raises as `tell`."""
    said = [tid for tid in left.tids if held.told(left.file.id, tid) is not None]
    _say(station, reader, held, left, said, Act.MISTAKE, day, day)


def _say(
    station: Station, reader: Reader, held: Notices, left: Left, tids: list[str], act: Act, told: date, day: date
) -> None:
    if reader.role is not Role.LAWYER:
        raise NoticeRefused("role")
    if not tids:
        raise NoticeRefused("none")
    kept, said = [], []
    for tid, one in _notices(held, left, tids, act, told, day):
        record, items = consent_acts.seal_content(
            station.chain.latest, reader, tid, one.to_value(), day=day, audiences=READERS
        )
        kept += items
        said.append(("said", record.id))
    consent_acts.keep(station, reader, kept, said, day)


def _notices(
    held: Notices, left: Left, tids: list[str], act: Act, told: date, day: date
) -> Iterator[tuple[str, Notice]]:
    for tid in tids:
        seen = frozenset(one.notice.id for one in held.said.get((left.file.id, tid), ()))
        yield tid, Notice(id=os.urandom(16).hex(), file=left.file.id, act=act, told=told, day=day, after=seen)
