"""Seals an imported account as a testimony: the lawyer who imports it signs, and its consent is "as documented"."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from testimony import canonical
from testimony.domain.coding import coded_account
from testimony.domain.consent import compartments
from testimony.domain.consent.conditions import DOCUMENTED, OF_DOCUMENTS
from testimony.domain.consent.offers import LIVES, OWN, offers
from testimony.domain.consent.purposes import Purpose, months_later
from testimony.domain.roles import Role
from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire.form import Form
from testimony.sealing.parts.manifest import IMPORTED
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import Trust
from testimony.sealing.testimony.testimony import Content, SealedTestimony, seal
from testimony.services.imports.accounts import Account
from testimony.services.imports.errors import ImportRefused
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming

KIND: Final = "imported"
LEAST_SEALS: Final = 2
"""The version of the form that the roster must allow: only then does a destruction name an import."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where records come from. `name`: who kept them, and how. `consent`: where it is documented. `lang`: of words."""

    name: str
    consent: str
    file_sha256: str
    lang: str


def require_may(roster: Roster, reader: Reader) -> None:
    """Raise `ImportRefused` (role, seals) or `NotEnoughLawyers` unless `reader` may import."""
    if reader.role is not Role.LAWYER or reader.signer is None:
        raise ImportRefused("role")
    if Trust.from_roster(roster).seals < LEAST_SEALS:
        raise ImportRefused("seals")
    table = compartments.narrow(compartments.readers(OF_DOCUMENTS), roster.policy)
    compartments.require_enough_lawyers(table, len(roster.recipients("lawyers")))


def sealed(roster: Roster, reader: Reader, account: Account, source: Source, *, now: datetime) -> SealedTestimony:
    """The account as a sealed testimony. Call `require_may` first. Raises `PartTooLarge`, `SlotsTooFew`."""
    if reader.signer is None:
        raise ImportRefused("role")
    form, day = Form.load(), now.date()
    table = compartments.narrow(compartments.readers(OF_DOCUMENTS), roster.policy)
    parts = contents(roster, reader, account, source, form, now)
    return seal(
        {part: Content("application/json", canonical.encode(value)) for part, value in parts.items()},
        readers={
            part: {str(audience): roster.recipients(audience) for audience in audiences}
            for part, audiences in table.items()
        },
        slots=roster.slots,
        roster_sha256=roster.sha256,
        roster_no=roster.no,
        device=reader.signer,
        interviewer=reader.signer,
        day=day.isoformat(),
        at=_moment(now),
        form=form.id,
        form_sha256=form.sha256,
        version=IMPORTED,
        keep_until=kept_until(roster, day),
    )


def incoming(of: SealedTestimony) -> list[Incoming]:
    """What a desk stores of a testimony: the manifest, then heads and bodies."""
    objects = [data for part in of.parts for data in (*part.heads.values(), part.body)]
    return [Incoming("record", of.record.encode()), *(Incoming("object", data) for data in objects)]


def contents(
    roster: Roster, reader: Reader, account: Account, source: Source, form: Form, now: datetime
) -> dict[str, dict[str, Any]]:
    """Compartment -> content, in the formats of the interview page."""
    answers = {part: {name: {"value": value} for name, value in said.items()} for part, said in account.answers.items()}
    incident = answers.get("incident", {})
    statement = {"id": "s1", "lang": source.lang, "dir": dir_of(source.lang), "text": account.text, "original": None}
    brought = {
        "source": source.name,
        "consent": source.consent,
        "by": reader.id,
        "day": now.date().isoformat(),
        "file_sha256": source.file_sha256,
        "row": account.row,
        "row_sha256": account.sha256,
        "number": account.number,
        "kept": [list(one) for one in account.kept],
    }
    return {
        "incident": {"form": form.id, "answers": incident},
        "coded": {"form": form.id, "answers": coded_account.generalise(incident, form.value)},
        "identity": {"answers": answers.get("identity", {})},
        "narrative": {
            "statements": [statement] if account.text else [],
            "answers": {"w_lang": {"value": source.lang}, **answers.get("narrative", {})},
        },
        "consent": {"events": documented_events(roster, now.date()), "language": source.lang, DOCUMENTED: True},
        "provenance": {
            "finished": _moment(now),
            "partial": False,
            KIND: brought,
            **{name: one["value"] for name, one in answers.get("provenance", {}).items()},
        },
    }


def documented_events(roster: Roster, day: date, purposes: Collection[Purpose] = OF_DOCUMENTS) -> list[dict[str, Any]]:
    """An ASK and a GRANT for each of `purposes`, which are the organisation's own, from the day of the import."""
    found: list[dict[str, Any]] = []
    for purpose in sorted(purposes):
        about = {
            "purpose": str(purpose),
            "recipient": OWN[purpose],
            "life_months": _life(roster, purpose),
            "day": day.isoformat(),
        }
        asked = os.urandom(16).hex()
        found.append({"event": "ASK", "id": asked, "after": [], **about})
        found.append({"event": "GRANT", "id": os.urandom(16).hex(), "after": [asked], **about})
    return found


def _life(roster: Roster, purpose: Purpose) -> int | None:
    asked = {offer.purpose: offer.life_months for offer in offers(roster.organisation)}
    return asked.get(purpose, LIVES[purpose])


def kept_until(roster: Roster, day: date) -> str | None:
    """The month until which what is sealed on `day` without an interview is kept, YYYY-MM; None: without an end."""
    life = _life(roster, Purpose.RECORD)
    return None if life is None else months_later(day, life).isoformat()[:7]


def _moment(now: datetime) -> str:
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")
