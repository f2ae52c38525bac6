"""A freshness statement: a key that the roster names says that on this day no newer roster existed.

The key can do nothing else. Its seed is derived from a reader's key file, so it lies where that file lies, and never at
central (docs/sealing.md, "Freshness of the roster").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from testimony.errors import Refused
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.records import fields
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.sealing.roster.trusted_files import Confirmer, Trust
from testimony.sealing.statements.statements import require_signature

KIND: Final = "fresh"
INFO: Final = b"testimony/1/fresh"


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """On `day` (YYYY-MM-DD) the roster with this SHA-256 and this number was the newest."""

    roster: str
    no: int
    day: str
    by: str

    @property
    def rank(self) -> tuple[int, str]:
        """The greater one is the newer statement."""
        return self.no, self.day


def confirming_key(reader: Signer) -> Signer:
    """The key for freshness statements alone that belongs to a reader's signing key: HKDF-SHA256 of its seed."""
    return Signer(hkdf(reader.seed, b"", INFO))


def confirmers(roster: Roster) -> tuple[Confirmer, ...]:
    """Whose freshness statements count under `roster`: those that it names and who are active people in it.

    Raises `RosterRefused("structure")`.
    """
    active = {person.id for person in roster.people if person.status == ACTIVE}
    return tuple(one for one in Trust.from_roster(roster).fresh if one.id in active)


def fresh(*, roster: Roster, day: str, signer: Signer) -> SignedRecord:
    """`signer`: a `confirming_key`."""
    value = {"v": f"testimony/1/{KIND}", "roster": roster.sha256, "no": roster.no, "day": day, "by": signer.kid}
    return SignedRecord.sign(value, signer)


def verify_fresh(record: SignedRecord, chain: RosterChain) -> Fresh:
    """Whether its day has come is not asked here.

    It may name a roster that is newer than those of `chain`. Raises `NotCanonical`, or `Refused` unless a confirmer of
    the roster in force signed it: structure, version.newer, kind.unknown, signer.unknown, signature.bad; roster.unknown
    for another roster of a number that `chain` has passed.
    """
    said = Fresh(**fields.formed(record, KIND))
    keys = [one.key for one in confirmers(chain.latest) if one.key.kid == said.by]
    if not keys:
        raise Refused("signer.unknown")
    require_signature(record, keys[:1])
    named = chain.by_sha256(said.roster)
    if (named is None and said.no <= chain.latest.no) or (named is not None and named.no != said.no):
        raise Refused("roster.unknown")
    return said
