"""The acts of a release, from the order to the bytes that leave: plan, build, approve, send, hand out, cancel, recall.

Each act looks consent and the ledger up anew and writes at most one entry of the ledger; nothing leaves on the word of
one desk. Where a rule holds it back, the refusal is raised as a noun of `errors`, and a build writes it down.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from testimony.errors import ReleaseRefused
from testimony.services import releasematerial
from testimony.services.annexes import AnnexIndex
from testimony.services.readers import Reader
from testimony.services.releaseplan import Order, Plan
from testimony.services.station import Station


@dataclass(frozen=True, kw_only=True)
class Releaser:
    """Who releases, at which desk, on which day. `annexes` keeps for the caller what annexes say."""

    station: Station
    reader: Reader
    annexes: AnnexIndex
    day: date


def plan(by: Releaser, order: Order, *, name: str = "") -> Plan:
    """What would leave now for `order`; writes nothing. `name`: of the release (32 hex), another each time if not given.

    Where no profile of this preset is pinned, one is made for it (`Plan.made`). Raises `ReleaseRefused`, `RiskTooHigh`,
    `LedgerIncomplete`, `LedgerForked`, `ReleaseClock`, `ProfileUnfit`, `HierarchyUnusable`.
    """
    raise NotImplementedError


def pin(by: Releaser, order: Order, *, again: bool = False) -> Made | None:
    """Make and pin the profile for `order` where none of its preset is pinned, or `again`; opens the ledger if need be.

    What it made; None where one is pinned already. It is for records that were not published. Raises as `plan`.
    """
    raise NotImplementedError


def build(by: Releaser, order: Order, *, name: str = "", expected: Mapping[str, str] | None = None) -> Plan:
    """Propose the release: what `plan` gives, written into the ledger. Nothing leaves.

    `expected`: SHA-256 of each recipient's file as a person previewed it under `name`. A refusal is written down and
    raised, as by `plan`; and `LedgerRefused`, `ReleaseRefused("changed")`.
    """
    raise NotImplementedError


def preview(by: Releaser, name: str) -> Mapping[str, bytes]:
    """The files of the release `name` under way, made anew from what this desk has: the bytes that leave, or none.

    Raises as `approve`.
    """
    raise NotImplementedError


def approve(by: Releaser, name: str) -> str:
    """Agree, at another desk than the one that proposed, to what this desk makes anew of its own data, byte for byte.

    The name of the entry. Raises `ReleaseRefused` (unknown, twice, differs, withdrawn), `LedgerRefused`.
    """
    raise NotImplementedError


def send(by: Releaser, name: str, recipients: Iterable[str]) -> str:
    """Order that it leaves for `recipients`. Nothing is handed out before the order came back from central's log.

    Consent and ledger are looked up again; what may no longer leave cancels the release. The name of the entry. Raises
    `ReleaseRefused` (unknown, withdrawn), `LedgerRefused`.
    """
    raise NotImplementedError


def hand_out(by: Releaser, name: str, recipient: str) -> bytes:
    """The file for `recipient`, once the order to leave is in central's log: the very bytes that were approved.

    Consent and ledger are looked up a last time. From the first time on it is kept here and given again unchanged.
    Raises `ReleaseRefused` (unknown, pending, withdrawn), after which it is cancelled.
    """
    raise NotImplementedError


def cancel(by: Releaser, name: str) -> str:
    """Give the release up before it left; afterwards only who ordered that it leaves, and handed nothing out."""
    raise NotImplementedError


def recall(by: Releaser, class_id: str, *, reason: str, members: Iterable[str] = ()) -> str:
    """Take a class back, or where `members` (manifests) are given a random cohort with them that is large enough.

    `reason`: demand, correction, mistake or danger. Raises `LedgerRefused`.
    """
    raise NotImplementedError


def revoke(by: Releaser) -> int:
    """Write down of which published classes somebody has withdrawn since, for the lines to whoever holds them."""
    raise NotImplementedError
