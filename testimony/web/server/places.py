"""Shares the connections of a server fairly: who has most of them gives way to the next client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Holder = TypeVar("Holder")


class Places(Generic[Holder]):
    """`most` connections at a time, `most_of_one` of them from one network (see `testimony.web.networks`).

    When all places are taken, the network that holds most of them loses its oldest connection: `send_away` closes it.
    One that is being answered (`is_busy`) goes only if all of them are. So no client can keep another one out, and who
    holds few connections keeps them. Not thread-safe.
    """

    def __init__(
        self,
        most: int,
        most_of_one: int,
        send_away: Callable[[Holder], None],
        is_busy: Callable[[Holder], bool] = lambda _: False,
    ) -> None:
        self._most, self._most_of_one, self._send_away, self._is_busy = most, most_of_one, send_away, is_busy
        self._held: dict[str, dict[Holder, int]] = {}
        self._number = self._arrived = 0

    def take(self, network: str, holder: Holder) -> bool:
        """Give `holder` a place. False: its network has `most_of_one` already, and nothing has changed."""
        if len(self._held.get(network, ())) >= self._most_of_one:
            return False
        if self._number >= self._most:
            self._make_room()
        self._arrived += 1
        self._held.setdefault(network, {})[holder] = self._arrived
        self._number += 1
        return True

    def leave(self, network: str, holder: Holder) -> None:
        """Free the place of `holder`; nothing happens if it has none."""
        held = self._held.get(network, {})
        if held.pop(holder, None) is not None:
            self._number -= 1
            if not held:
                del self._held[network]

    def _make_room(self) -> None:
        name, held = max(self._held.items(), key=lambda item: (len(item[1]), -next(iter(item[1].values()))))
        goes = next((each for each in held if not self._is_busy(each)), next(iter(held)))
        self.leave(name, goes)
        self._send_away(goes)
