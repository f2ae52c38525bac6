"""Previews an import: the first accounts, the cells that fit no answer, and the rows that are here already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from testimony.services.imports.accounts import Account

SHOWN: Final = 10


@dataclass(kw_only=True)
class Preview:
    """`first`: the accounts that are shown. `unread`: heading -> how many cells should have been answers and are
    kept as they are written. `total`: rows of the file; `new`: rows that would be imported; `twice`: (row, earlier row)
    of duplicates; `here`: rows that were imported before; `refused`: rows that say that the person did not agree;
    `too_large`: rows that do not fit into a testimony; `lacking`: rows that name a file which is not in the archive.
    """

    first: list[Account] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)
    total: int = 0
    new: int = 0
    twice: list[tuple[int, int]] = field(default_factory=list)
    here: int = 0
    refused: int = 0
    too_large: int = 0
    lacking: int = 0


def preview(accounts: Iterable[Account], known: Collection[str], *, lacking: int = 0) -> Preview:
    """The preview of `accounts`. `known`: the keys of rows that were imported before."""
    made, seen = Preview(lacking=lacking), dict[str, int]()
    for account in accounts:
        made.total += 1
        if account.key in seen:
            made.twice.append((account.row, seen[account.key]))
            continue
        seen[account.key] = account.row
        if account.key in known:
            made.here += 1
        elif not account.agreed:
            made.refused += 1
        elif account.too_large:
            made.too_large += 1
        else:
            made.new += 1
            made.unread.update(account.unread)
            if len(made.first) < SHOWN:
                made.first.append(account)
    return made
