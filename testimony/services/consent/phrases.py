"""Describe the state of a consent in words: the same on screen and on paper."""

from __future__ import annotations

from typing import Final

from testimony.errors import N_

STATES: Final = {
    "not_asked": N_("not asked"),
    "undecided": N_("not decided"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
    "invalid": N_("not valid"),
    "expired": N_("expired"),
    "granted": N_("agreed"),
    "erased": N_("erased"),
}
ON_HOLD: Final = N_("on hold")
