"""Errors of the custody log."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class LogForked(TestimonyError):
    code = "log.forked"
    kind = Kind.CONFLICT
    sentence = N_("The custody log of station %(station)s tells two different stories. Trust neither; report it.")


class LogWentBack(TestimonyError):
    code = "log.back"
    kind = Kind.CONFLICT
    sentence = N_(
        "The custody log of station %(station)s is shorter than it was. It was restored or replaced; report it."
    )


class CheckpointForeign(TestimonyError):
    code = "checkpoint.foreign"
    kind = Kind.REFUSED
    sentence = N_(
        "This is no signed head of this organisation's central log, or it was changed on the way. Nothing follows from "
        "it. Ask for it again (“testimony checkpoint show”)."
    )
