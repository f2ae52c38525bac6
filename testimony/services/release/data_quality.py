"""The data-quality report of a release: how often each field was answered, and the reasons where it was not.

It counts the accounts that may be released. Small numbers are suppressed, and never just one of a field: the statuses
of a field add up to all accounts, so a single suppressed number could be calculated from the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.coding.data_quality import Status
from testimony.services.coding import counts as coding_counts
from testimony.services.coding import opened_accounts
from testimony.services.coding.counts import Told
from testimony.services.coding.eligibility import Account
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
from testimony.station.station import Station

BLANK_BELOW: Final = 3


@dataclass(frozen=True, kw_only=True)
class Quality:
    """One field, or all fields of the accounts in one language. `counts`: by status, None if suppressed.

    `corrected`: accounts in which a lawyer changed it; these have a status as well, so they are counted separately.
    """

    name: str
    counts: Mapping[Status, int | None]
    corrected: int | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """`accounts`: how many there are. `fields`: in form order. `languages`: of the conversation, those of several
    accounts, each with its answers to all fields; `told`: how many accounts each has, the rare ones together.
    """

    accounts: int
    fields: tuple[Quality, ...]
    languages: tuple[Quality, ...]
    told: Told


def of(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    *,
    at: date,
    recipients: Collection[str] | None = None,
) -> Report:
    """Report on the same accounts as `candidates.of`."""
    asked = frozenset(candidates.recipients_of(station.chain) if recipients is None else recipients)
    held = opened_accounts.open_accounts(station, session, reader, annexes, candidates.vocabulary(), at=at)
    accounts = [one for one in held if candidates.why_not(one, asked) is None]
    told = coding_counts.shown_counts(Counter(one.language for one in accounts))
    named = [name for name, _ in told.counts or () if name != coding_counts.OTHERS]
    return Report(
        accounts=len(accounts),
        fields=_by_field(accounts),
        languages=tuple(
            _of_language(name, [one for one in accounts if one.language == name]) for name in sorted(named)
        ),
        told=told,
    )


def blanked(counts: Mapping[Status, int]) -> dict[Status, int | None]:
    """`counts` with every status, None for counts below `BLANK_BELOW`, zero included.

    If the suppressed counts add up to so little or so much that they could be worked out, the smallest others are
    suppressed too.
    """
    full = {status: counts.get(status, 0) for status in Status}
    hidden = {status for status, count in full.items() if count < BLANK_BELOW}
    shown = sorted((status for status in full if status not in hidden), key=lambda one: (full[one], one))
    while shown and not _is_loose([full[status] for status in hidden]):
        hidden.add(shown.pop(0))
    return {status: None if status in hidden else count for status, count in full.items()}


def _is_loose(blank: Collection[int]) -> bool:
    """Whether the sum of the suppressed counts, which follows from the rest, leaves each of them open, or contains
    nobody.
    """
    return sum(blank) == 0 or (len(blank) > 1 and 0 < sum(blank) < (BLANK_BELOW - 1) * len(blank))


def _by_field(accounts: Iterable[Account]) -> tuple[Quality, ...]:
    counts: dict[str, Counter[Status]] = {}
    corrected: Counter[str] = Counter()
    for one in accounts:
        for name, status in one.said:
            counts.setdefault(name, Counter())[status] += 1
        corrected.update(one.corrected)
    return tuple(_quality(name, said, corrected[name]) for name, said in counts.items())


def _of_language(name: str, accounts: Collection[Account]) -> Quality:
    counts = Counter(status for one in accounts for _, status in one.said)
    return _quality(name, counts, sum(len(one.corrected) for one in accounts))


def _quality(name: str, counts: Mapping[Status, int], corrected: int) -> Quality:
    return Quality(name=name, counts=blanked(counts), corrected=corrected if corrected >= BLANK_BELOW else None)
