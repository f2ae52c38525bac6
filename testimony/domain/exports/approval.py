"""What a lawyer says about exports: contents of annexes. They name testimonies by number and hold no word of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony import canonical
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, ID, listed, matched

KIND: Final = "export"
FORM: Final = re.compile(r"[a-z]{2,16}", re.ASCII)
LONGEST: Final = 200
"""Characters of a recipient."""


class Act(StrEnum):
    """REQUIRE: an export needs a second lawyer. RELAX proposes that it does not any more."""

    REQUIRE = "REQUIRE"
    RELAX = "RELAX"
    PROPOSE = "PROPOSE"
    APPROVE = "APPROVE"
    REFUSE = "REFUSE"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """An export of `tids` for `use` as a file of the kind `form`. `sealed`: to its author's key; else anybody reads it.

    The author of the proposal is the reader of the export.
    """

    use: Key
    form: str
    sealed: bool
    tids: tuple[str, ...]

    @classmethod
    def parse(cls, value: Any) -> Proposal:
        """Raises `EventUnreadable`."""
        if not isinstance(value, Mapping) or set(value) != {"purpose", "recipient", "form", "sealed", "tids"}:
            raise EventUnreadable("structure")
        recipient, sealed = value["recipient"], value["sealed"]
        if not isinstance(recipient, str) or not 0 < len(recipient) <= LONGEST or not isinstance(sealed, bool):
            raise EventUnreadable("structure")
        try:
            use = Key(Purpose(str(value["purpose"])), recipient)
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(use=use, form=matched(value["form"], FORM), sealed=sealed, tids=listed(value["tids"], ID, least=1))

    def to_value(self) -> dict[str, Any]:
        """`Proposal.parse(one.to_value()) == one`."""
        return {
            "purpose": str(self.use.purpose),
            "recipient": self.use.recipient,
            "form": self.form,
            "sealed": self.sealed,
            "tids": list(self.tids),
        }


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a lawyer said. `id`: of the rule or proposal that it is about. `digest`: of what is approved or refused.

    `ends`: the ids of the rules that RELAX ends, and no later one.
    """

    act: Act
    id: str
    day: date
    digest: str = ""
    proposal: Proposal | None = None
    ends: tuple[str, ...] = ()

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Entry:
        """From the content of an annex, `{"kind": "export", …}`. Raises `EventUnreadable`."""
        try:
            act = Act(str(value.get("event")))
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(
            act=act,
            id=matched(value.get("id"), ID),
            day=day,
            digest=matched(value.get("digest"), HASH) if act in (Act.APPROVE, Act.REFUSE) else "",
            proposal=Proposal.parse(value.get("proposal")) if act is Act.PROPOSE else None,
            ends=listed(value.get("ends"), ID, least=1) if act is Act.RELAX else (),
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        said: dict[str, Any] = {"kind": KIND, "event": str(self.act), "id": self.id, "day": self.day.isoformat()}
        if self.digest:
            said["digest"] = self.digest
        if self.proposal is not None:
            said["proposal"] = self.proposal.to_value()
        if self.ends:
            said["ends"] = list(self.ends)
        return said

    @property
    def about(self) -> str:
        """The digest by which a second lawyer approves exactly this."""
        return canonical.sha256_hex(canonical.encode(self.to_value()))
