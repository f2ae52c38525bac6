"""The roles of people who work with testimonies, and the audience of sealed parts of each role."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    INTERVIEWER = "interviewer"
    LAWYER = "lawyer"
    COORDINATOR = "coordinator"
    RECOVERY = "recovery"


class Audience(StrEnum):
    COORDINATORS = "coordinators"
    LAWYERS = "lawyers"
    RECOVERY = "recovery"


AUDIENCE_OF = {
    Role.LAWYER: Audience.LAWYERS,
    Role.COORDINATOR: Audience.COORDINATORS,
    Role.RECOVERY: Audience.RECOVERY,
}


def audience_of(role: Role) -> Audience | None:
    """The audience that `role` opens parts as; None for those who only seal."""
    return AUDIENCE_OF.get(role)
