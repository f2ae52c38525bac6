"""Computes the causal past of events: which earlier events each device had seen when it wrote its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol


class Seeing(Protocol):
    """An event that names those which its device had seen."""

    @property
    def after(self) -> frozenset[str]: ...


Masks = Mapping[str, int]
"""By id: the bits of what was seen, directly or through what that had seen. Without an entry nothing was."""


def seen(events: Mapping[str, Seeing], bits: Mapping[str, int]) -> Masks:
    """For each of `events` (by id), which of `bits` (id -> one bit) lie in its past.

    One walk over the events and what they name; ids that nobody knows lead no further. Events that name each other in
    a circle cannot come from a clock that runs forwards: they count as having seen all of each other.
    """
    masks: dict[str, int] = {}
    for circle in _circles(events):
        mask = 0
        for name in circle:
            for other in events[name].after:
                mask |= bits.get(other, 0) | masks.get(other, 0)
        masks.update(dict.fromkeys(circle, mask))
    return masks


def _circles(events: Mapping[str, Seeing]) -> Iterator[Collection[str]]:
    """Events that have seen each other, nearly always one alone, each after all that it has seen.

    Tarjan's strongly connected components (1972), without recursion: a history may be longer than Python's stack.
    """
    number: dict[str, int] = {}  # in the order of finding them
    lowest: dict[str, int] = {}  # the first found of the unfinished ones that can be reached
    unfinished: dict[str, None] = {}
    path: list[tuple[str, Iterator[str]]] = []

    def enter(name: str) -> None:
        number[name] = lowest[name] = len(number)
        unfinished[name] = None
        path.append((name, iter(events[name].after)))

    def leave() -> Collection[str]:
        name, _ = path.pop()
        if path:
            lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[name])
        return _since(name, unfinished) if lowest[name] == number[name] else ()

    for root in events:
        if root not in number:
            enter(root)
        while path:
            name, ahead = path[-1]
            for other in ahead:
                if other in unfinished:
                    lowest[name] = min(lowest[name], number[other])
                elif other in events and other not in number:
                    enter(other)
                    break
            else:
                yield leave()


def _since(name: str, unfinished: dict[str, None]) -> Collection[str]:
    """Take `name` and all that was found after it out of `unfinished`."""
    taken = [unfinished.popitem()[0]]
    while taken[-1] != name:
        taken.append(unfinished.popitem()[0])
    return taken
