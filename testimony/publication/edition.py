"""One recipient's edition of a release: its publishable rows, the calculated risk, and the recalled lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from testimony.anonymity.class_table import ClassTable
from testimony.anonymity.remainder import Asked, Labels
from testimony.anonymity.risk import Risk


@dataclass(frozen=True, kw_only=True)
class Edition:
    """`name`: the batch, as the ledger calls it; `recipient`: its code ("P06", "P07:name").

    `preset`, `k`, `m`, `alpha`: what every class keeps. `attributes`: ids of the quasi-identifiers in the order of the
    rows' labels. `marks`: ids of what is counted; `stigma`: those whose share is limited. `table`: what
    `ClassTable.for_recipient` gave. `risk`: of its rows and of the accounts that wait for them, and of no others.
    `legend`: of each tier the level of each attribute. `revoked`: ids of classes that left before and of which somebody
    has withdrawn since; `recalled`: those that no longer count. `organisation`: its name, as a person says it.
    `waiting`: the accounts that found no line, by coarse labels. `asked`: of each mark, how many of the lines' accounts
    have an answer.
    """

    name: str
    recipient: str
    preset: str
    k: int
    m: int
    alpha: float
    attributes: tuple[str, ...]
    marks: tuple[str, ...]
    stigma: tuple[str, ...]
    table: ClassTable
    risk: Risk
    legend: tuple[Mapping[str, str], ...]
    revoked: tuple[str, ...] = ()
    recalled: tuple[str, ...] = ()
    organisation: str = ""
    waiting: tuple[tuple[str, Labels], ...] = ()
    asked: tuple[Asked, ...] = ()
