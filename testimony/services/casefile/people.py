"""Name the persons of the roster in a file: with the name that the maker of the file gives them, and with their role.

The roster itself has pseudonyms only, because anybody near a station can read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from testimony.errors import N_
from testimony.sealing.roster.chain import RosterChain
from testimony.services.casefile.errors import CaseFileRefused

LONGEST: Final = 100  # characters of a name
MOST: Final = 200
ROLES: Final = {"lawyer": N_("lawyer"), "interviewer": N_("interviewer"), "coordinator": N_("coordinator")}
UNKNOWN: Final = N_("unknown")


@dataclass(frozen=True, kw_only=True)
class People:
    """`roles` and `names` by the ID in the roster."""

    roles: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


def roles_in(chain: RosterChain) -> dict[str, str]:
    """The role of every person that a roster ever had; by the newest roster."""
    return {one.id: one.role for roster in reversed(chain.rosters) for one in roster.people}


def parse_names(value: Any) -> dict[str, str]:
    """{ID: name}, without empty names. Raises `CaseFileRefused` ("person")."""
    if not isinstance(value, Mapping) or len(value) > MOST:
        raise CaseFileRefused("person")
    names = {str(id): " ".join(name.split()) if isinstance(name, str) else None for id, name in value.items()}
    if any(name is None or len(name) > LONGEST for name in names.values()):
        raise CaseFileRefused("person")
    return {id: name for id, name in names.items() if name}
