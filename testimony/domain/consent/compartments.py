"""Maps consent purposes to the audiences that can open each part, by one fixed table.

Twin of `interview/consent/compartments.js`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from testimony.domain.consent.fold import Key, Purpose, effective, effective_keys, months_later
from testimony.domain.errors import NotEnoughLawyers
from testimony.domain.roles import Audience

COMPARTMENTS = ("coded", "consent", "identity", "incident", "media", "narrative", "provenance")
AUDIENCES = (Audience.COORDINATORS, Audience.LAWYERS, Audience.RECOVERY)
TO_COORDINATORS = frozenset({"coded", "consent"})  # the code's own ceiling: nothing else ever goes to them
TO_CLEAR = TO_COORDINATORS | {"incident"}  # what lawyers need to clear and to link coded records
COUNTING = frozenset({Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK})
LEAST_LAWYERS = 2

GIVES = {
    Purpose.RECORD: "locked", Purpose.VOICE: "voice", Purpose.PHOTOGRAPH: "pictures", Purpose.LAWYER: "everything",
    Purpose.SERVICE: "contact", Purpose.COUNT: "numbers", Purpose.MECHANISM: "codes", Purpose.UN_CASE: "case",
    Purpose.UN_LETTER: "letter", Purpose.UN_REPORT: "summary", Purpose.UN_NAME: "name", Purpose.COURT: "case",
    Purpose.NETWORK: "codes", Purpose.QUOTES: "quotes", Purpose.JOURNALISTS: "story", Purpose.CONTACT: "call",
    Purpose.TRACING: "missing", Purpose.HANDOVER: "whole", Purpose.NARRATIVE: "narrative",
}  # fmt: skip
"""What a purpose gives, or lets happen: never more than its sentence asked for. `contact` is name and contact, `codes`
the facts without name and words, `case` name, facts and account, `whole` all of it, `narrative` the story without
names and places."""

Readers = dict[str, frozenset[Audience]]


def readers(purposes: Iterable[Purpose]) -> Readers:
    """For each compartment the audiences that may open it while `purposes` stand; nobody at all without P01.

    A purpose whose prerequisites do not stand counts for nothing.
    """
    standing = effective(purposes)
    if Purpose.RECORD not in standing:
        return {name: frozenset() for name in COMPARTMENTS}
    counted = bool(standing & COUNTING)
    to_lawyers = frozenset(COMPARTMENTS) if Purpose.LAWYER in standing else TO_CLEAR if counted else frozenset()
    to_coordinators = TO_COORDINATORS if counted else frozenset()
    opened = {Audience.COORDINATORS: to_coordinators, Audience.LAWYERS: to_lawyers, Audience.RECOVERY: {*COMPARTMENTS}}
    return {name: frozenset(audience for audience in AUDIENCES if name in opened[audience]) for name in COMPARTMENTS}


def closed_by(withdrawn: Iterable[Purpose]) -> Readers:
    """For each compartment the audiences that lose it when `withdrawn` are taken back, whatever else was agreed to.

    Who cannot read the consent takes every other purpose to stand, so that no reader is shut out whom the witness may
    still want; whoever can read it may close more.
    """
    kept = readers(frozenset(Purpose) - frozenset(withdrawn))
    return {name: audiences - kept[name] for name, audiences in readers(Purpose).items()}


@dataclass(frozen=True, order=True)
class Given:
    """What one standing consent gives, to whom, and the last day of it (None: no limit)."""

    purpose: Purpose
    recipient: str
    what: str
    until: date | None


def given_purposes(lives: Mapping[Key, int | None], day: date) -> list[Given]:
    """What is given while the keys of `lives` (key -> months) stand, agreed to on `day`; in the order of purposes."""
    return sorted(
        Given(key.purpose, key.recipient, GIVES[key.purpose], _until(day, lives[key])) for key in effective_keys(lives)
    )


def _until(day: date, life_months: int | None) -> date | None:
    return None if life_months is None else months_later(day, life_months)


def narrow(table: Mapping[str, frozenset[Audience]], policy: Mapping[str, Iterable[str]]) -> Readers:
    """`table` cut down to the roster's policy (compartment -> audiences).

    A policy never adds, a compartment that it does not name is closed, and recovery always stays.
    """
    return {
        name: frozenset(one for one in audiences if one is Audience.RECOVERY or one in tuple(policy.get(name, ())))
        for name, audiences in table.items()
    }


def require_enough_lawyers(table: Mapping[str, frozenset[Audience]], active_lawyers: int) -> None:
    """Raise `NotEnoughLawyers` where lawyers read anything and fewer than two are active."""
    if active_lawyers < LEAST_LAWYERS and any(Audience.LAWYERS in audiences for audiences in table.values()):
        raise NotEnoughLawyers
