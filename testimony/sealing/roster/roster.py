"""Rosters: signers, readers and their slots; parsed, and checked for what the code forbids whatever was signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from testimony import canonical
from testimony.errors import NotCanonical, Refused
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import Recipient
from testimony.sealing.errors import StructureWrong
from testimony.sealing.records import fields
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.roster.errors import RosterRefused
from testimony.sealing.roster.organisation import is_organisation

AUDIENCES = ("coordinators", "lawyers", "recovery")
AUDIENCE_OF = {"coordinator": "coordinators", "lawyer": "lawyers", "recovery": "recovery"}
ROLES = frozenset((*AUDIENCE_OF, "interviewer"))
KINDS = frozenset(("phone", "node", "central"))
COMPARTMENTS = frozenset(("coded", "consent", "identity", "incident", "media", "narrative", "provenance"))
FOR_COORDINATORS = frozenset(("coded", "consent"))
LARGEST_SLOTS = 64
KEYS = frozenset(("v", "no", "prev", "issued", "expires", "slots", "policy", "people", "devices"))
ACTIVE = "active"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in a roster, under a pseudonym. Interviewers have keys and no recipient."""

    id: str
    role: str
    status: str
    recipient: Recipient | None
    keys: tuple[PublicKey, ...]

    @classmethod
    def parse(cls, value: Any) -> Person:
        _require(isinstance(value, dict) and {"id", "role", "status"} <= set(value))
        _require(isinstance(value["role"], str) and value["role"] in ROLES)
        return cls(
            id=fields.text(value["id"], 64),
            role=value["role"],
            status=fields.text(value["status"], 32),
            recipient=Recipient.from_text(fields.text(value["age"], 4000)) if "age" in value else None,
            keys=_keys(value.get("keys", [])),
        )


@dataclass(frozen=True, kw_only=True)
class Device:
    """A phone ("phone"), a field node ("node") or the central server ("central")."""

    id: str
    kind: str
    status: str
    keys: tuple[PublicKey, ...]

    @classmethod
    def parse(cls, value: Any) -> Device:
        _require(isinstance(value, dict) and {"id", "keys", "status"} <= set(value))
        kind = value.get("kind", "phone")
        _require(isinstance(kind, str) and kind in KINDS and value["keys"])
        return cls(
            id=fields.text(value["id"], 64),
            kind=kind,
            status=fields.text(value["status"], 32),
            keys=_keys(value["keys"]),
        )


class Entry(NamedTuple):
    """Whose key a kid is: `role` is a person's role or a device's kind."""

    id: str
    role: str
    status: str
    keys: tuple[PublicKey, ...]

    @property
    def active(self) -> bool:
        return self.status == ACTIVE


@dataclass(frozen=True, kw_only=True)
class Roster:
    """One roster. `value` is the whole of it, with the keys that this version does not know."""

    data: bytes
    value: Mapping[str, Any]
    no: int
    prev: str | None
    issued: str
    expires: str
    slots: Mapping[str, int]
    policy: Mapping[str, frozenset[str]]
    people: tuple[Person, ...]
    devices: tuple[Device, ...]
    organisation: Mapping[str, Any]

    @classmethod
    def parse(cls, data: bytes) -> Roster:
        """Raises `RosterRefused`: structure, organisation, slots, roles or policy."""
        try:
            roster = cls._parse(data)
        except (NotCanonical, Refused, StructureWrong, KeyTextWrong) as error:
            raise RosterRefused("structure") from error
        if not is_organisation(roster.organisation):
            raise RosterRefused("organisation")
        _require_one_role_each(roster)
        _require_narrow_policy(roster)
        _require_room(roster)
        return roster

    @classmethod
    def _parse(cls, data: bytes) -> Roster:
        value = canonical.decode_object(data)
        fields.require_version(value, "roster")
        _require(set(value) >= KEYS)
        _require(isinstance(value["people"], list) and isinstance(value["devices"], list))
        _require(isinstance(value.get("organisation", {}), dict))
        return cls(
            data=data,
            value=value,
            no=fields.integer(value["no"], 1),
            prev=None if value["prev"] is None else fields.sha256(value["prev"]),
            issued=fields.day(value["issued"]),
            expires=fields.day(value["expires"]),
            slots=_slots(value["slots"]),
            policy=_policy(value["policy"]),
            people=tuple(Person.parse(person) for person in value["people"]),
            devices=tuple(Device.parse(device) for device in value["devices"]),
            organisation=value.get("organisation", {}),
        )

    @cached_property
    def sha256(self) -> str:
        return canonical.sha256_hex(self.data)

    def readers(self, audience: str) -> list[tuple[str, Recipient]]:
        """(id, recipient) of the active people of an audience."""
        return [
            (person.id, person.recipient)
            for person in self.people
            if person.recipient and person.status == ACTIVE and AUDIENCE_OF.get(person.role) == audience
        ]

    def recipients(self, audience: str) -> list[Recipient]:
        return [recipient for _, recipient in self.readers(audience)]

    @cached_property
    def _signers(self) -> dict[str, Entry]:
        entries = [Entry(person.id, person.role, person.status, person.keys) for person in self.people]
        entries += [Entry(device.id, device.kind, device.status, device.keys) for device in self.devices]
        return {key.kid: entry for entry in entries for key in entry.keys}

    def signer(self, kid: str) -> Entry | None:
        """Whose key `kid` is in this roster, active or not."""
        return self._signers.get(kid)

    def expired(self, day: str) -> bool:
        """Whether `day` (YYYY-MM-DD) is after the last one of this roster: warn loudly, go on sealing, log it."""
        return day > self.expires


def _require(allowed: object) -> None:
    if not allowed:
        raise Refused("structure")


def _keys(value: Any) -> tuple[PublicKey, ...]:
    _require(isinstance(value, list))
    return tuple(PublicKey.parse(key) for key in value)


def _slots(value: Any) -> dict[str, int]:
    slots = fields.exactly(value, AUDIENCES)
    return {audience: fields.integer(count, 1, LARGEST_SLOTS) for audience, count in slots.items()}


def _policy(value: Any) -> dict[str, frozenset[str]]:
    policy = fields.exactly(value, COMPARTMENTS)
    for audiences in policy.values():
        _require(isinstance(audiences, list) and all(audience in AUDIENCES for audience in audiences))
    return {part: frozenset(audiences) for part, audiences in policy.items()}


def _require_one_role_each(roster: Roster) -> None:
    """Raise unless each id, each recipient and each signing key stands in the roster once."""
    named: Counter[object] = Counter(who.id for who in roster.people)
    named.update(("device", device.id) for device in roster.devices)
    named.update(person.recipient for person in roster.people if person.recipient)
    named.update(key for keys in _key_lists(roster) for key in keys)
    if any(count > 1 for count in named.values()):
        raise RosterRefused("roles")


def _key_lists(roster: Roster) -> list[tuple[PublicKey, ...]]:
    return [person.keys for person in roster.people] + [device.keys for device in roster.devices]


def _require_narrow_policy(roster: Roster) -> None:
    if any("coordinators" in allowed for part, allowed in roster.policy.items() if part not in FOR_COORDINATORS):
        raise RosterRefused("policy")


def _require_room(roster: Roster) -> None:
    if any(len(roster.readers(audience)) > roster.slots[audience] for audience in AUDIENCES):
        raise RosterRefused("slots")
