"""One testimony as it is exported: its answers, its words and what is closed, in a form that every file is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

VERSION: Final = "testimony/1/export"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words in one language. `original`: the id of what they translate. `made`: "interview", or "desk" for a
    translation of a lawyer."""

    id: str
    lang: str
    dir: str
    text: str
    original: str | None = None
    made: str = "interview"


@dataclass(frozen=True, kw_only=True)
class Medium:
    """A recording, picture or file, which is in no export: only that there is one."""

    number: int
    kind: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """`answers`: {"value"} or {"missing"} by question, as lawyers use them today; `corrected`: where a lawyer changed
    them. `unread`: questions whose sealed answer does not fit the questionnaire. `closed`: why a compartment or a kind
    of media is not in it. `seal`: "yes" if all proofs hold, "open" if some cannot be checked at this desk yet.
    """

    id: str
    day: str
    form: str
    form_sha256: str
    seal: str
    purpose: str
    recipient: str
    answers: Mapping[str, Mapping[str, Any]]
    corrected: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    statements: tuple[Words, ...] = ()
    incidents: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    closed: Mapping[str, str] = field(default_factory=dict)

    def to_value(self) -> dict[str, Any]:
        """As JSON; `schema.of` describes it."""
        return {
            "v": VERSION,
            "id": self.id,
            "day": self.day,
            "form": self.form,
            "form_sha256": self.form_sha256,
            "seal": self.seal,
            "use": {"purpose": self.purpose, "recipient": self.recipient},
            "answers": {name: dict(answer) for name, answer in self.answers.items()},
            "corrected": list(self.corrected),
            "unread": list(self.unread),
            "statements": [asdict(one) for one in self.statements],
            "incidents": list(self.incidents),
            "media": [asdict(one) for one in self.media],
            "closed": dict(self.closed),
        }
