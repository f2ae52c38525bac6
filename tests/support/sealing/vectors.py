"""The format's shared vectors (`tests/vectors/testimony-1.json`), parsed for the tests that read them."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain

FILE = Path(__file__).parents[2] / "vectors" / "testimony-1.json"
VECTORS: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
AUTHORS = ("py", "js")


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def record(value: dict[str, Any], data: str = "bytes") -> SignedRecord:
    return SignedRecord(raw(value[data]), tuple(value["sigs"]))


@cache
def opening_key(name: str) -> OpeningKey:
    return OpeningKey.from_text(VECTORS["keys"][name]["identity"])


@cache
def signer(name: str) -> Signer:
    value = VECTORS["signers"][name]
    return Signer(bytes.fromhex(value["seed"]), [key["alg"] for key in value["public"]])


@cache
def chain() -> RosterChain:
    return RosterChain(Root.parse(raw(VECTORS["root"]["bytes"])), [record(VECTORS["roster"])])


@cache
def chain_with_keys() -> RosterChain:
    """The vectors' chain and one roster more, in which the lawyer who signs grants has that key."""
    longer = RosterChain(Root.parse(raw(VECTORS["root"]["bytes"])), chain().records)
    value = json.loads(longer.latest.data)
    value["people"][0]["keys"] = [key.describe() for key in signer("lawyer-a sig").public_keys]
    value |= {"no": longer.latest.no + 1, "prev": longer.latest.sha256}
    longer.add(SignedRecord.sign_by_roots(value, [signer("root-1"), signer("root-2")]))
    return longer


def split(file: bytes) -> tuple[bytes, bytes]:
    """The head and the body of an age file."""
    mac = file.index(b"\n--- ") + 1
    end = file.index(b"\n", mac) + 1
    return file[:end], file[end:]


@cache
def case_part(author: str, part: str, audience: str) -> tuple[bytes, bytes]:
    return split(raw(VECTORS["cases"][author]["parts"][part][audience]))


def case_record(author: str) -> SignedRecord:
    return record(VECTORS["cases"][author], "manifest")
