"""The kinds of alarms at central, in order of severity, and what an alarm e-mail may contain."""

from __future__ import annotations

from typing import Final, Literal

OfServer = Literal[
    "forked", "log", "database", "damaged", "disk", "ballast", "roster", "backup", "incomplete", "untested", "unstamped"
]
OfStation = Literal["marked", "awaited", "lacking", "silent", "full", "refused", "certificate", "clock"]
OfPartner = Literal["uncosigned"]
Kind = OfServer | OfStation | OfPartner

GRAVEST_FIRST: Final[tuple[Kind, ...]] = (
    "forked",  # a central signed two stories
    "log",  # the own log does not verify
    "database",  # damaged
    "damaged",  # sealed objects on this disk
    "disk",  # nearly full
    "marked",  # a station was copied or restored
    "awaited",  # readers wait for a station since central was restored
    "lacking",  # a station: records that the log names did not come there
    "silent",  # a station was not heard of for a week and more
    "full",  # the disk of a station takes nothing in
    "refused",  # an object that a station delivered was refused in the last week
    "backup",  # the last one is old, or none was ever made
    "incomplete",  # a key is not in the last one, or something was damaged or missing
    "untested",  # no backup was restored as a test, or long ago, or since others open it
    "unstamped",  # no valid time stamp came for days, although the log says more than the last one saw
    "uncosigned",  # of a partner: the same
    "roster",  # ends within a month, or has ended
    "certificate",  # of a station for phones: the same
    "ballast",  # the reserve for withdrawals is used up
    "clock",  # of a station is wrong
)
OF_STATIONS: Final = frozenset({"marked", "awaited", "lacking", "silent", "full", "refused", "certificate", "clock"})
"""They are about a station of the roster each; `uncosigned` is about a partner, and all others about the server."""
HARMLESS: Final = frozenset({"roster", "certificate", "disk"})
"""What an e-mail may name, where it is about nothing else: days that a calendar knows, and what every station that
delivers is told anyway. That a station is silent or was copied would tell who has seized it that this was noticed."""
