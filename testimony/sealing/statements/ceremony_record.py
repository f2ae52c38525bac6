"""The record of a key ceremony's attendance, `testimony/1/ceremony`, signed by the ceremony's key for the custody log.

A new recovery key signs with the seed that three of its shares restored; new roots sign as they sign a roster, and new
page keys as they sign a page; if the recovery key was used, the lawyer in charge signs. It holds pseudonyms, a day and
a code for the place; never a share.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.records import fields, signatures
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey, Signer
from testimony.sealing.roster.chain import Root, RosterChain, first_kid, require_threshold
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.pages import THRESHOLD
from testimony.sealing.roster.trusted_files import Trust
from testimony.sealing.statements.errors import CeremonyRefused
from testimony.sealing.statements.statements import require_signed

KIND: Final = "ceremony"
LABEL: Final = "testimony/1/ceremony"
RECOVERY, ROOTS, PAGES, RECOVERED = "recovery", "roots", "pages", "recovered"
SIGNERS: Final = {RECOVERY: frozenset({"recovery"}), RECOVERED: frozenset({"lawyer"})}
LEAD, HOLDER, WITNESS = "lead", "holder", "witness"
ROLES: Final = (LEAD, HOLDER, WITNESS)
CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MOST: Final = 16
KeyGroups = Sequence[Sequence[PublicKey]]


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """`place`: a code. `people`: (pseudonym, role), in the order of the shares or keys that they hold."""

    place: str
    day: str
    people: tuple[tuple[str, str], ...]

    @property
    def holders(self) -> list[str]:
        return [who for who, role in self.people if role == HOLDER]

    def require_whole(self, holders: int, *, at_least: bool = False) -> None:
        """Raise `CeremonyRefused` (place, people) unless all are named once, with a lead and so many holders."""
        if not CODE.fullmatch(self.place):
            raise CeremonyRefused("place")
        names, count = [who for who, _ in self.people], len(self.holders)
        if len(set(names)) < len(names) or not all(map(CODE.fullmatch, names)) or len(names) > MOST:
            raise CeremonyRefused("people")
        leads = sum(role == LEAD for _, role in self.people)
        if leads != 1 or (count < holders if at_least else count != holders):
            raise CeremonyRefused("people")

    def describe(self) -> dict[str, Any]:
        present = [{"id": who, "role": role} for who, role in self.people]
        return {"day": self.day, "place": self.place, "present": present}


def attested(what: str, attendance: Attendance, key: str, signer: Signer) -> SignedRecord:
    """`what`: RECOVERY or RECOVERED; `key`: `name_of` the recipient."""
    value = {"v": LABEL, "what": what, **attendance.describe(), "key": key, "by": signer.kid}
    return SignedRecord.sign(value, signer)


def attested_by_roots(attendance: Attendance, root: Root, signers: Sequence[Signer]) -> SignedRecord:
    """A root ceremony's record: signed by as many of its keys as must sign a roster, in their order in the root."""
    return _attested_by_keys(ROOTS, attendance, root.fingerprint, root.keys, signers)


def attested_by_page_keys(attendance: Attendance, keys: KeyGroups, signers: Sequence[Signer]) -> SignedRecord:
    """The record of a ceremony of page keys: signed by as many of `keys` as must sign a page."""
    return _attested_by_keys(PAGES, attendance, name_of_page_keys(keys), keys, signers)


def _attested_by_keys(
    what: str, attendance: Attendance, key: str, keys: KeyGroups, signers: Sequence[Signer]
) -> SignedRecord:
    order = [group[0].kid for group in keys]
    ranked = sorted(signers, key=lambda one: order.index(one.kid))
    value = {"v": LABEL, "what": what, **attendance.describe(), "key": key, "by": ranked[0].kid}
    return SignedRecord.sign_by_roots(value, ranked)


def name_of(recipient: Recipient) -> str:
    """SHA-256(L("testimony/1/ceremony", recipient bytes)), hex: a recovery key as people compare it, in six words."""
    return canonical.sha256_hex(signatures.labelled(LABEL, recipient.raw))


def name_of_page_keys(keys: KeyGroups) -> str:
    """SHA-256(L("testimony/1/ceremony", canonical JSON of the keys, ascending by kid)), hex: the three page keys as
    people compare them, in six words. The order in which a roster names them does not count."""
    told = [[half.describe() for half in group] for group in sorted(keys, key=lambda group: group[0].kid)]
    return canonical.sha256_hex(signatures.labelled(LABEL, canonical.encode(told)))


def parse(record: SignedRecord) -> tuple[str, Attendance]:
    """What it was and who was there. Raises `NotCanonical` or `Refused`; verifies no signature."""
    value = fields.statement(record, KIND, {"what", "day", "place", "present", "key", "by"})
    if value["what"] not in (RECOVERY, ROOTS, PAGES, RECOVERED):
        raise Refused("structure")
    fields.sha256(value["key"])
    fields.kid(value["by"])
    attendance = Attendance(
        place=fields.text(value["place"], 64), day=fields.day(value["day"]), people=_people(value["present"])
    )
    return str(value["what"]), attendance


def verify(record: SignedRecord, chain: RosterChain) -> Attendance:
    """Raises `Refused` unless it is signed by the key that it is about, or by a lawyer who used it.

    Roots, page keys and recovery keys of the past count as well as those in force: it tells of their day.
    """
    what, attendance = parse(record)
    if what == ROOTS:
        _require_roots(record, chain.roots)
        return attendance
    if what == PAGES:
        _require_page_keys(record, chain)
        return attendance
    require_signed(record, chain, SIGNERS[what])
    named = {name_of(one) for roster in chain.rosters for one in _recoveries(roster.people)}
    if record.value["key"] not in named:
        raise Refused("structure")
    return attendance


def _recoveries(people: Sequence[Any]) -> list[Recipient]:
    return [one.recipient for one in people if one.role == "recovery" and one.recipient is not None]


def _require_roots(record: SignedRecord, roots: Sequence[Root]) -> None:
    root = next((one for one in roots if one.fingerprint == record.value["key"]), None)
    if root is None or record.by != first_kid(record.sigs[0] if record.sigs else ()):
        raise Refused("structure")
    try:
        root.verify(record)
    except RosterRefused as error:
        raise Refused("signature.bad") from error


def _require_page_keys(record: SignedRecord, chain: RosterChain) -> None:
    named = (Trust.from_roster(roster).releases for roster in chain.rosters)
    keys = next((one for one in named if one and name_of_page_keys(one) == record.value["key"]), None)
    if keys is None or record.by != first_kid(record.sigs[0] if record.sigs else ()):
        raise Refused("structure")
    try:
        require_threshold(record, keys, THRESHOLD)
    except RosterRefused as error:
        raise Refused("signature.bad") from error


def _people(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST:
        raise Refused("structure")
    found = [fields.exactly(one, {"id", "role"}) for one in value]
    people = tuple((fields.text(one["id"], 64), fields.text(one["role"], 32)) for one in found)
    if any(role not in ROLES or not CODE.fullmatch(who) for who, role in people):
        raise Refused("structure")
    return people
