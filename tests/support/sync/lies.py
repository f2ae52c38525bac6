"""How central lies to a station: what it gives differs from what it has, and what it is given it takes all the same.

A central that signs for what it throws away is none of these: nothing that stations exchange could show it.
"""

from __future__ import annotations

from typing import Final, Protocol

from testimony import canonical
from testimony.services.custody import log as custody_log
from testimony.station.station import Station
from testimony.sync.http.channel import Answer, Channel, InProcess
from testimony.sync.wire.frames import Frame
from tests.support.sync.hostile_central import Change, hidden, in_feed, name_of
from tests.support.sync.manipulations import bit_changed, swap_entries
from tests.support.sync.world import Changed, api

CHANGES: Final = ("records", "objects", "hashes", "damage", "reorder")
"""What is done to the pieces of a log, or to the file of a stick: see `change_of`."""
LIES: Final = (*CHANGES, "freeze", "fork", "replay")
"""Freeze: the log as it was when the lie began. Fork: that with an entry of its own. Replay: earlier answers again."""
GIVES: Final = ("/sync/feed", "/sync/media")
GREETING: Final = "/sync/greeting"


class Lie(Protocol):
    """What stands between a station and central for as long as the lie lasts."""

    def between(self, central: Channel) -> Channel: ...


def change_of(how: str, digits: frozenset[str]) -> Change:
    """One of `CHANGES`: records, objects, hashes are `hidden`; damage flips a bit of each record and object with a name
    that begins with one of `digits`; reorder swaps the first entry with the last.
    """
    if how == "reorder":
        return swap_entries
    if how != "damage":
        return hidden(how, digits)

    def damaged(frames: list[Frame]) -> list[Frame]:
        return [bit_changed(one) if _is_named(one, digits) else one for one in frames]

    return damaged


def with_a_bit_changed(file: bytes, place: float, bit: int) -> bytes:
    """`place`: of the byte, as a part of the length of the file."""
    at = int(place * len(file))
    return file[:at] + bytes([file[at] ^ 1 << bit]) + file[at + 1 :]


class Altered:
    """Each piece of the feed is changed on its way."""

    def __init__(self, change: Change) -> None:
        self.change = change

    def between(self, central: Channel) -> Channel:
        return Changed(central, in_feed(self.change))


class Shadow:
    """What central gives comes from a copy of it; what it takes goes to itself."""

    def __init__(self, copy: Station) -> None:
        self.copy = copy
        self.channel = InProcess(api(copy).test_client())

    def between(self, central: Channel) -> Channel:
        return _Divided(Changed(central, self._greeted), self.channel)

    def _greeted(self, path: str, answer: Answer) -> Answer:
        if path != GREETING or answer.status != 200:
            return answer
        with self.copy.database.reading() as session:
            note = custody_log.checkpoint(self.copy.signer, session)
        said = canonical.decode_object(answer.body) | {"checkpoint": note}
        return Answer(200, answer.headers, canonical.encode(said))


class Replay:
    """To each question the first answer that this station ever got to it; `memory` has them by path, in order."""

    def __init__(self, memory: dict[str, Answer]) -> None:
        self.memory = dict(memory)

    def between(self, central: Channel) -> Channel:
        return Changed(central, lambda path, answer: self.memory.get(path, answer))


def remembered(central: Channel, memory: dict[str, Answer]) -> Channel:
    """Keeps in `memory` the first answer to each greeting and to each question about the log."""

    def keep(path: str, answer: Answer) -> Answer:
        if answer.status == 200 and path.startswith((GREETING, "/sync/feed")):
            memory.setdefault(path, answer)
        return answer

    return Changed(central, keep)


class _Divided:
    def __init__(self, central: Channel, shadow: Channel) -> None:
        self.central, self.shadow = central, shadow

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        path = "/" + url.split("/", 3)[3]
        gives = path.startswith(GIVES)
        return (self.shadow if gives else self.central).send(method, url, headers, body)


def _is_named(frame: Frame, digits: frozenset[str]) -> bool:
    return frame.kind in ("record", "object") and name_of(frame)[:1] in digits
