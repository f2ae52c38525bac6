"""The organisation's consent settings in a roster: its names by language, uses to ask for, and referral services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
class Offer:
    """One use that this organisation asks a witness for. `name` None: the name is one of the organisation's own."""

    purpose: Purpose
    recipient: str
    name: Text | None
    life_months: int | None

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


def offers(organisation: Mapping[str, Any]) -> tuple[Offer, ...]:
    """What a witness is asked for, in the order of asking. A purpose that this version does not know is not asked."""
    known = {str(purpose) for purpose in Purpose}
    named = organisation.get("purposes") or _unnamed(organisation)
    found = [_offer(one) for one in named if one["purpose"] in known]
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
    )
