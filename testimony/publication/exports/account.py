"""One testimony as it is exported: answers, words, and what is closed. Every kind of file is made from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

VERSION: Final = "testimony/1/export"


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words in one language. `lang`: BCP 47. `dir`: ltr or rtl. `original`: the id of the words that they translate.
    `made`: "interview", or "desk" for a translation that a lawyer made.
    """

    id: str
    lang: str
    dir: str
    text: str
    original: str | None = None
    made: str = "interview"


@dataclass(frozen=True, kw_only=True)
class Medium:
    """Says that there is a recording, picture or file, which itself is not exported. `bytes`: its size."""

    number: int
    kind: str
    bytes: int


@dataclass(frozen=True, kw_only=True)
class Account:
    """`day`: on which it was sealed. `answers`: question -> {"value"} or {"missing"}, as lawyers use them today.
    `corrected`: questions whose answer a lawyer changed. `unread`: questions whose sealed answer does not fit the
    questionnaire. `closed`: compartment or kind of media -> why it is left out. `seal`: "yes" if all proofs hold,
    "open" if some cannot be checked at this desk yet.
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
        """Its JSON, which `schema.of` describes."""
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
