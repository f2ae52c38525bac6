"""The testimonies before and after one, in the order and with the filters of the list as it was asked for last."""

from __future__ import annotations

from dataclasses import dataclass, replace

from testimony.domain.testimony import inbox
from testimony.domain.testimony.inbox import EMPTY
from testimony.web import context
from testimony.web.desk.inbox.inbox import Asked, saying
from testimony.web.desk.session import key


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """`before`, `after`: testimonies, "" at the ends. `place`: from 1, of `of`."""

    before: str
    after: str
    place: int
    of: int


def neighbours(tid: str) -> Neighbours | None:
    """Those of the testimony `tid`; None where the list does not have it.

    One that the filters leave out by now, because its review went on, stays where its order puts it.
    """
    held, reader, day = key.key_holder(), key.reader(), context.now().date()
    asked: Asked = held.asked or Asked()
    with context.reading() as db:
        held.inbox.refresh(context.station(), db, reader, held.annexes, day=day)
    rows = held.inbox.rows()
    found = inbox.asked(rows, asked.question, me=reader.id, today=day, only=saying(asked.words))
    shown = {row.tid for row in found} | {tid}
    order = replace(EMPTY, sort=asked.question.sort, turned=asked.question.turned)
    tids = [row.tid for row in inbox.asked(rows, order, me=reader.id, today=day, only=shown)]
    if tid not in tids:
        return None
    at = tids.index(tid)
    return Neighbours(
        before=tids[at - 1] if at else "", after=tids[at + 1] if at + 1 < len(tids) else "", place=at + 1, of=len(tids)
    )
