"""Rosters: signers, readers and their slots; parsed, and checked for what the code forbids whatever was signed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
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
FOR_COORDINATORS = frozenset(("coded", "consent"))
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
    def read(cls, value: Mapping[str, Any]) -> Person:
        """From an entry whose form holds. Raises `KeyTextWrong`."""
        return cls(
            id=value["id"],
            role=value["role"],
            status=value["status"],
            recipient=Recipient.from_text(value["age"]) if "age" in value else None,
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
    def read(cls, value: Mapping[str, Any]) -> Device:
        """From an entry whose form holds."""
        kind = value.get("kind", "phone")
        return cls(id=value["id"], kind=kind, status=value["status"], keys=_keys(value["keys"]))


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
        said = fields.require_form(value, "roster")
        return cls(
            data=data,
            value=value,
            **{name: said[name] for name in ("no", "prev", "issued", "expires", "slots")},
            policy={part: frozenset(audiences) for part, audiences in said["policy"].items()},
            people=tuple(Person.read(person) for person in said["people"]),
            devices=tuple(Device.read(device) for device in said["devices"]),
            organisation=said.get("organisation", {}),
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


def _keys(value: Sequence[Any]) -> tuple[PublicKey, ...]:
    return tuple(PublicKey.parse(key) for key in value)


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
