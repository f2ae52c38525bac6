"""Which audience opens which part: consent purposes become readers by one fixed table. Twin of `readertable.js`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from testimony.domain.consent import Purpose
from testimony.domain.roles import Audience

COMPARTMENTS = ("coded", "consent", "identity", "incident", "media", "narrative", "provenance")
AUDIENCES = (Audience.COORDINATORS, Audience.LAWYERS, Audience.RECOVERY)


def readers(purposes: Iterable[Purpose]) -> dict[str, frozenset[Audience]]:
    """For each compartment the audiences that may open it while `purposes` stand; nobody at all without P01."""
    raise NotImplementedError


def narrow(table: Mapping[str, frozenset[Audience]], policy: Mapping[str, Iterable[str]]) -> dict[str, frozenset[Audience]]:
    """`table` cut down to the roster's policy (compartment -> audiences). A policy never adds; recovery always stays."""
    raise NotImplementedError


def require_enough_lawyers(table: Mapping[str, frozenset[Audience]], active_lawyers: int) -> None:
    """Raise `NotEnoughLawyers` where lawyers read anything and fewer than two are active."""
    raise NotImplementedError
