"""Decide when an alarm e-mail is due, which of several servers sends it, and when a failed one is retried.

An e-mail may give the number of kinds of alarm and, where all of them are harmless, their names. A server takes a lease
in one transaction before it sends, so that only one of several does; when a lease lapses, another server may take it.
An e-mail may therefore go twice, if a server dies after the mail server accepted it and before that was noted. None is
ever forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from testimony.domain.testimony.alarms import GRAVEST_FIRST, HARMLESS
from testimony.store.models import alarms
from testimony.store.models.alarms import AlarmRow

HOUR: Final = 3600
"""Seconds between two e-mails, unless there is a kind that no e-mail of the last hour named."""
AGAIN: Final = 24 * HOUR
"""Seconds until a reminder that open alarms exist which nobody has seen."""
LEASE: Final = 600
FIRST_WAIT: Final = 300
LONGEST_WAIT: Final = 6 * HOUR


@dataclass(frozen=True, kw_only=True)
class Post:
    """The state of the e-mails. Seconds since 1970: the last was `sent`; none is tried before `next`. `tries`: failures
    since; `error`: the reason, a key of `MAIL_SENTENCES`, also if only some of the recipients got it.
    """

    sent: int = 0
    next: int = 0
    tries: int = 0
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """The content of one e-mail: the `kinds`, most severe first, and the alarms by their handles."""

    kinds: tuple[str, ...]
    handles: tuple[str, ...]

    @property
    def number(self) -> int:
        """The number of kinds. Stations are not counted, since their number must stay private."""
        return len(self.kinds)

    @property
    def named(self) -> tuple[str, ...]:
        """The kinds if all may be named, else none: one left out of a list would reveal that it is severe."""
        return self.kinds if HARMLESS.issuperset(self.kinds) else ()


def state(session: Session) -> Post:
    """The stored state; empty for a station that never sent an e-mail."""
    row = alarms.mail(session)
    return Post() if row is None else Post(sent=row.sent, next=row.next, tries=row.tries, error=row.error)


def due(session: Session, *, now: int) -> Letter | None:
    """What an e-mail should say now; None if none is due."""
    post = state(session)
    if now < post.next <= now + LONGEST_WAIT:  # further ahead: a clock was set back meanwhile
        return None
    rows = list(session.scalars(select(AlarmRow).where(AlarmRow.gone.is_(None), AlarmRow.seen.is_(None))))
    passed = now - post.sent if post.sent <= now else AGAIN
    untold = {row.kind for row in rows if row.told < row.since}
    if not rows or not (untold - _lately(session, now) or (untold and passed >= HOUR) or passed >= AGAIN):
        return None
    kinds = sorted({row.kind for row in rows}, key=GRAVEST_FIRST.index)
    return Letter(kinds=tuple(kinds), handles=tuple(sorted(row.handle for row in rows)))


def take(session: Session, *, now: int) -> Letter | None:
    """As `due`, and reserved for `LEASE` seconds. In a transaction, which servers enter one after another."""
    letter = due(session, now=now)
    if letter is not None:
        _keep(session, replace(state(session), next=now + LEASE))
    return letter


def sent(session: Session, letter: Letter, *, now: int, error: str = "") -> None:
    """Record that it was sent, to some or all of the recipients."""
    for row in session.scalars(select(AlarmRow).where(AlarmRow.handle.in_(letter.handles))):
        row.told = max(now, row.since)
    _keep(session, Post(sent=now, error=error))


def failed(session: Session, reason: str, *, now: int) -> None:
    """Record that it failed: the next try waits twice as long as this one did, and no alarm counts as reported."""
    post = state(session)
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(post.tries, 16))
    _keep(session, replace(post, next=now + wait, tries=min(post.tries + 1, 9999), error=reason))


def _lately(session: Session, now: int) -> set[str]:
    """The kinds that an e-mail of the last hour named."""
    return set(session.scalars(select(AlarmRow.kind).where(AlarmRow.told > now - HOUR, AlarmRow.told <= now)))


def _keep(session: Session, post: Post) -> None:
    alarms.keep_mail(session, sent=post.sent, next_try=post.next, tries=post.tries, error=post.error)
