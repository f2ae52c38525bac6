"""Check that this computer is connected to no network, before a key ceremony makes anything."""

from __future__ import annotations

from testimony.platform.networks import connected
from testimony.sealing.statements.errors import CeremonyRefused

__all__ = ["connected", "require_none"]


def require_none(found: tuple[str, ...] | None) -> None:
    """Raise `CeremonyRefused("networked")` if there is one. If the system cannot tell, a person must check."""
    if found:
        raise CeremonyRefused("networked", names=", ".join(found))
