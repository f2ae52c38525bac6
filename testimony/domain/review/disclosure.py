"""A file that was made of testimonies to leave the organisation: what, for whom, under which consent, with which hash.

Who got what is as privileged as the case: these annexes are sealed to lawyers and recovery alone (docs/casefile.md,
"What left"). Each testimony in the file has one of its own, all with the same id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.consent.events import LONGEST_RECIPIENT
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, ID, listed, matched

KIND: Final = "disclosure"
CASE_FILE, ARCHIVE = "casefile", "archive"
MADE: Final = re.compile(r"[a-z]{1,32}", re.ASCII)
"""Besides these two a kind of submission."""


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One file. `use`: the consent under which it was made; None for an archive that shows nothing in clear.

    `attached`: the attachments of the case that it names, by their ids.
    """

    id: str
    made: str
    use: Key | None
    sha256: str
    day: date
    attached: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: Any) -> Disclosure:
        """From the content of an annex, `{"kind": "disclosure", …}`. Raises `EventUnreadable`."""
        if not isinstance(value, Mapping):
            raise EventUnreadable("structure")
        try:
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("day") from error
        return cls(
            id=matched(value.get("id"), ID),
            made=matched(value.get("made"), MADE),
            use=_use(value.get("purpose"), value.get("recipient")),
            sha256=matched(value.get("sha256"), HASH),
            day=day,
            attached=listed(value.get("attached", ()), ID),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {
            "kind": KIND,
            "id": self.id,
            "made": self.made,
            "purpose": str(self.use.purpose) if self.use else None,
            "recipient": self.use.recipient if self.use else None,
            "sha256": self.sha256,
            "day": self.day.isoformat(),
            **({"attached": list(self.attached)} if self.attached else {}),
        }


def _use(purpose: object, recipient: object) -> Key | None:
    if purpose is None and recipient is None:
        return None
    if not isinstance(recipient, str) or not 0 < len(recipient) <= LONGEST_RECIPIENT:
        raise EventUnreadable("recipient")
    try:
        return Key(Purpose(str(purpose)), recipient)
    except ValueError as error:
        raise EventUnreadable("purpose") from error
