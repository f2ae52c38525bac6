"""Partners' cosignatures on checkpoints: c2sp.org/tlog-cosignature, Ed25519 (`cosignature/v1`).

A cosigner states: at this time this was the largest head of the log that I saw, and it extends all earlier ones.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from testimony.errors import Refused
from testimony.sealing.errors import SignatureBad
from testimony.sealing.log import checkpoint
from testimony.sealing.log.errors import WitnessUnusable
from testimony.sealing.records import forms
from testimony.sealing.records.signatures import ED25519, PublicKey, Signer
from testimony.sealing.roster.chain import Roster

KIND: Final = b"\x04"
LATEST: Final = 253402300799
"""The last second of the year 9999."""
WITNESSES: Final = "witnesses"
"""The key of a roster under which they stand: [{"name", "pub" (64 hex)}]. Older programs pass over it."""
MOST: Final = 16
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}", re.ASCII)
"""The name of a partner's key in a roster, for example an address without its scheme."""


@dataclass(frozen=True)
class Witness:
    """A partner that cosigns: the name of its key, and the key."""

    name: str
    key: PublicKey

    @property
    def id(self) -> bytes:
        """The four bytes by which a note names this key."""
        return hashlib.sha256(self.name.encode() + b"\n" + KIND + self.key.pub).digest()[:4]

    @property
    def text(self) -> str:
        """As others take it: a vkey of C2SP, name+hash+base64."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(KIND + self.key.pub).decode()}"

    def describe(self) -> dict[str, str]:
        """As it stands in a roster."""
        return {"name": self.name, "pub": self.key.pub.hex()}


@dataclass(frozen=True)
class Cosigned:
    """One line of a note: by `name`, at `time` (ISO 8601, UTC); `holds` is None where no roster names this key."""

    name: str
    time: str
    holds: bool | None


def read_key(text: str) -> Witness:
    """From a vkey. Raises `WitnessUnusable`."""
    name, _, rest = text.strip().partition("+")
    hashed, _, encoded = rest.partition("+")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise WitnessUnusable from error
    if raw[:1] != KIND or not forms.holds("witness", {"name": name, "pub": raw[1:].hex()}):
        raise WitnessUnusable
    found = Witness(name, PublicKey(ED25519, raw[1:]))
    if found.id.hex() != hashed:
        raise WitnessUnusable
    return found


def is_name(name: str) -> bool:
    """Whether a partner's key may be called so."""
    return NAME.fullmatch(name) is not None


def of_roster(roster: Roster) -> tuple[Witness, ...]:
    """The partners that a roster names. What is not of this form names nobody."""
    said = roster.value.get(WITNESSES, [])
    if not isinstance(said, list) or len(said) > MOST:
        return ()
    try:
        return tuple(_parsed(one) for one in said)
    except Refused:
        return ()


def of_all(rosters: Iterable[Roster]) -> tuple[Witness, ...]:
    """The partners that any of the rosters names, each key once: what one cosigned while it was named stays good."""
    return tuple(dict.fromkeys(one for roster in rosters for one in of_roster(roster)))


def add(note: str, witness: Witness, signer: Signer, time: int) -> str:
    """The checkpoint `note` with one more line: `signer` cosigns it at `time`, seconds since 1970."""
    text = body(note)
    raw = witness.id + time.to_bytes(8) + signer.sign_raw(_message(text, time))[0]
    return f"{note}\u2014 {witness.name} {base64.b64encode(raw).decode()}\n"


def lines(note: str, origin: str) -> list[str]:
    """The lines of a verified note that are not its log's own, each with its end."""
    found = checkpoint.NOTE.fullmatch(note)
    if found is None:
        raise SignatureBad
    return [f"{line}\n" for line in found["signatures"].split("\n")[:-1] if line.split(" ")[1] != origin]


def plain(note: str, origin: str) -> str:
    """The note as its log signed it, without anybody's cosignature: what a time stamp is over."""
    head = body(note)
    own = (line for line in note[len(head) + 1 :].split("\n") if line.split(" ")[1:2] == [origin])
    return f"{head}\n{next(own, '')}\n"


def body(note: str) -> str:
    """What is signed: the note without its signatures. Raises `SignatureBad`."""
    found = checkpoint.NOTE.fullmatch(note)
    if found is None:
        raise SignatureBad
    return found["text"]


def examine(note: str, origin: str, witnesses: Iterable[Witness]) -> list[Cosigned]:
    """Each cosignature of a verified note, by whom and when, and whether it holds."""
    known = {(one.name, one.id): one for one in witnesses}
    return [_examined(body(note), line, known) for line in lines(note, origin)]


def _examined(text: str, line: str, known: Mapping[tuple[str, bytes], Witness]) -> Cosigned:
    _, name, encoded = line.rstrip("\n").split(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raw = b""
    if base64.b64encode(raw).decode() != encoded:
        raw = b""
    witness = known.get((name, raw[:4]))
    if witness is None:
        return Cosigned(name if is_name(name) else "?", "", None)
    time = int.from_bytes(raw[4:12])
    try:
        if len(raw) != 76 or time > LATEST:
            raise SignatureBad
        witness.key.verify_raw(_message(text, time), raw[12:])
    except SignatureBad:
        return Cosigned(name, "", False)
    return Cosigned(name, datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), True)


def _message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _parsed(value: Any) -> Witness:
    """Raises `Refused`."""
    if not forms.holds("witness", value):
        raise Refused("structure")
    return Witness(value["name"], PublicKey(ED25519, bytes.fromhex(value["pub"])))
