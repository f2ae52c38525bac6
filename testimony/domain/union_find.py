"""Union-find over ids: merges pairs into classes, with the same result whatever the order of the pairs."""

from __future__ import annotations


class Unions:
    """Disjoint sets of strings. Joining is all that it knows, so nothing can go in a circle."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        """From now on they are of one class, with all that each was joined to before."""
        first, second = sorted((self.name(one), self.name(other)))
        self._above[second] = first

    def name(self, one: str) -> str:
        """The smallest id of its class; itself where it was never joined."""
        self._above.setdefault(one, one)
        top = one
        while self._above[top] != top:
            top = self._above[top]
        while self._above[one] != top:
            self._above[one], one = top, self._above[one]
        return top

    def names(self) -> dict[str, str]:
        """Every id that was asked about or joined -> the name of its class."""
        return {one: self.name(one) for one in list(self._above)}
