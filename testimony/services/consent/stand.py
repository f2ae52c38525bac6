"""The state of the consent of one testimony, small enough for lists of thousands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from testimony.domain.consent.days import Days
from testimony.domain.consent.fold import Standing
from testimony.domain.consent.purposes import Key


@dataclass(frozen=True, kw_only=True, slots=True)
class Stand:
    """The state of one testimony's consent on that day. `standings`: None if it cannot be read here.

    `usable`: the allowed uses; `ends`: the last day of those that end; `ended`: the last day of those that have ended.
    `told`: at a coordinator's desk the border and the language of the conversation, if it may be counted for somebody.
    `final`: nothing that arrives by itself can change this. `days`: on which it is valid if nothing more is said; None
    if it is not final.
    """

    standings: Mapping[Key, Standing] | None = None
    usable: frozenset[Key] = frozenset()
    ends: Mapping[Key, date] = field(default_factory=dict)
    ended: Mapping[Key, date] = field(default_factory=dict)
    told: tuple[str, str] | None = None
    final: bool = True
    days: Days | None = None
