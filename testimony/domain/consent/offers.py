"""The organisation's consent settings in a roster: its names by language, uses to ask for, and referral services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from testimony.domain.consent.fold import Key, Purpose

Text = str | Mapping[str, str]
FALLBACK = "en"

ORDER = (
    Purpose.RECORD, Purpose.LAWYER, Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK, Purpose.VOICE,
    Purpose.PHOTOGRAPH, Purpose.SERVICE, Purpose.TRACING, Purpose.CONTACT, Purpose.UN_CASE, Purpose.UN_LETTER,
    Purpose.UN_REPORT, Purpose.UN_NAME, Purpose.COURT, Purpose.QUOTES, Purpose.NARRATIVE, Purpose.JOURNALISTS,
    Purpose.HANDOVER,
)  # fmt: skip
"""The order of asking: what others need comes before them, what most people are asked before what few are."""

LIVES: Mapping[Purpose, int | None] = {
    Purpose.RECORD: 24, Purpose.VOICE: 6, Purpose.PHOTOGRAPH: 24, Purpose.LAWYER: 24, Purpose.SERVICE: 3,
    Purpose.COUNT: None, Purpose.MECHANISM: 24, Purpose.UN_CASE: 12, Purpose.UN_LETTER: 12, Purpose.UN_REPORT: 12,
    Purpose.UN_NAME: 12, Purpose.COURT: 12, Purpose.NETWORK: 24, Purpose.QUOTES: 12, Purpose.JOURNALISTS: 3,
    Purpose.CONTACT: 12, Purpose.TRACING: 12, Purpose.HANDOVER: 12, Purpose.NARRATIVE: 12,
}  # fmt: skip
"""Months, None without a limit. A voice is kept until it is transcribed, and no longer than this."""

OWN = {Purpose.RECORD: "organisation", Purpose.VOICE: "organisation", Purpose.PHOTOGRAPH: "organisation",
       Purpose.LAWYER: "lawyers", Purpose.COUNT: "public", Purpose.QUOTES: "public",
       Purpose.NARRATIVE: "public", Purpose.CONTACT: "organisation"}  # fmt: skip
"""Purposes whose recipient is always the same one; what a roster writes there is not asked."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What lawyers need to know of a case. The roster carries it, so everybody at the organisation can read it.

    `state`: the respondent State, ISO 3166-1 alpha-3; `deadline`: YYYY-MM-DD; `lawyers`: their ids in the roster.
    """

    body: str = ""
    application: str = ""
    state: str = ""
    deadline: str = ""
    lawyers: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: Any) -> Case | None:
        """From an entry of the roster; None where it has none, or one in a form that this version does not know."""
        if not isinstance(value, Mapping) or not set(value) <= CASE_FIELDS or not _are_texts(value.get("lawyers", [])):
            return None
        said = {name: value.get(name, "") for name in CASE_FIELDS - {"lawyers"}}
        if not all(isinstance(text, str) for text in said.values()) or not _is_day(said["deadline"]):
            return None
        return cls(**said, lawyers=tuple(value.get("lawyers", ())))

    def describe(self) -> dict[str, Any]:
        """As `read` takes it, without what is not said."""
        said = {name: getattr(self, name) for name in sorted(CASE_FIELDS) if getattr(self, name)}
        return said | ({"lawyers": list(self.lawyers)} if self.lawyers else {})


CASE_FIELDS: Final = frozenset(("body", "application", "state", "deadline", "lawyers"))


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One use that this organisation asks a witness for. `name` None: the name is one of the organisation's own."""

    purpose: Purpose
    recipient: str
    name: Text | None
    life_months: int | None
    case: Case | None = None

    @property
    def key(self) -> Key:
        return Key(self.purpose, self.recipient)

    @property
    def id(self) -> str:
        """Names the offer on pages: the purpose, and the recipient where there may be several ("P05-camp-clinic")."""
        return card_id(self.key)


@dataclass(frozen=True, kw_only=True)
class Referral:
    """A place of help. `kind`: medical, protection, legal, tracing, psychosocial or shelter."""

    id: str
    kind: str
    name: Text
    how: Text


def card_id(key: Key) -> str:
    plain = OWN.get(key.purpose, "mechanism" if key.purpose is Purpose.MECHANISM else None)
    return str(key.purpose) if key.recipient == plain else f"{key.purpose}-{key.recipient}"


def text_in(text: Text | None, lang: str) -> str:
    """`text` in `lang`, else in English, else in any language; "" when there is none."""
    if text is None or isinstance(text, str):
        return text or ""
    own = lang.lower()
    return text.get(own) or text.get(own.partition("-")[0]) or text.get(FALLBACK) or next(iter(text.values()), "")


def entries(organisation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The uses as the roster writes them; those of the program where the roster does not name any."""
    return list(organisation.get("purposes") or _unnamed(organisation))


def offers(organisation: Mapping[str, Any]) -> tuple[Offer, ...]:
    """What a witness is asked for, in the order of asking. A purpose that this version does not know is not asked."""
    known = {str(purpose) for purpose in Purpose}
    found = [_offer(one) for one in entries(organisation) if one["purpose"] in known]
    unique = {offer.key: offer for offer in found}
    return tuple(sorted(unique.values(), key=lambda offer: (ORDER.index(offer.purpose), offer.recipient)))


def referrals(organisation: Mapping[str, Any]) -> tuple[Referral, ...]:
    """The places of help, as the roster lists them."""
    return tuple(
        Referral(id=one["id"], kind=one["kind"], name=one["name"], how=one["how"])
        for one in organisation.get("referrals", ())
    )


def _unnamed(organisation: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """What organisations ask for whose roster does not say it: those before this key, and small ones."""
    least = ((Purpose.RECORD, "organisation"), (Purpose.LAWYER, "lawyers"), (Purpose.COUNT, "public"))
    yield from ({"purpose": str(purpose), "recipient": recipient} for purpose, recipient in least)
    if organisation.get("mechanism"):
        yield {"purpose": str(Purpose.MECHANISM), "recipient": "mechanism"}


def _offer(value: Mapping[str, Any]) -> Offer:
    purpose = Purpose(value["purpose"])
    return Offer(
        purpose=purpose,
        recipient=OWN.get(purpose, value["recipient"]),
        name=value.get("name"),
        life_months=value.get("life_months", LIVES[purpose]),
        case=Case.read(value.get("case")),
    )


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_day(text: str) -> bool:
    try:
        return not text or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
