"""Errors of the custody log."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class LogForked(TestimonyError):
    code = "log.forked"
    kind = Kind.CONFLICT
    sentence = N_("The custody log of station %(station)s has two different versions. Trust neither; report it.")


class LogWentBack(TestimonyError):
    code = "log.back"
    kind = Kind.CONFLICT
    sentence = N_(
        "The custody log of station %(station)s is shorter than it was. It was restored or replaced; report it."
    )


class CentralsTwo(LogWentBack):
    """A life of central that it left as it was restored answers again: the old server runs beside the restored one."""

    code = "log.two"
    sentence = N_(
        "Two central servers answer at one address: the one that was restored, and the one from before (%(station)s). "
        "Nothing is lost. Stop the old one; headquarters decides which of them it is."
    )


class CheckpointForeign(TestimonyError):
    code = "checkpoint.foreign"
    kind = Kind.REFUSED
    sentence = N_(
        "This is no signed head of this organisation's central log, or it was changed on the way. Nothing follows from "
        "it. Ask for it again (“testimony checkpoint show”)."
    )
