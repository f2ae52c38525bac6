"""Errors of the demonstration."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class NoPrivateNetwork(TestimonyError):
    code = "network.private"
    kind = Kind.FAULT
    sentence = N_(
        "This computer is in no private network. Join it and the phone to the same Wi-Fi, then start again. If it is "
        "in one, write this computer's address there after --phones."
    )
