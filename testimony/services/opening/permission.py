"""What one reader may open of a testimony on one day, by the witness's consent of that day.

`services.consent.permissions` makes it. Every function that opens anything but the consent itself asks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from testimony.services.opening.errors import NotPermitted


@dataclass(frozen=True, kw_only=True)
class Permission:
    """`closed`: why the witness's consent keeps a compartment (or one kind of media) closed, by its name. `rough`: of
    the coded account it opens rough facts alone, since the witness was told no more. `fields`: the only fields of the
    coded account that it opens, because nothing that this reader does needs more; None for all.
    """

    closed: Mapping[str, str]
    rough: bool = False
    fields: frozenset[str] | None = None

    @property
    def to_count(self) -> Permission:
        """The same for what counts answers and shows nobody's: those who were told of rough facts agreed to a count."""
        return replace(self, rough=False)

    def require(self, *names: str) -> None:
        """Raise `NotPermitted` if one of these compartments or kinds of media is closed."""
        for name in names:
            if reason := self.closed.get(name):
                raise NotPermitted(reason)
