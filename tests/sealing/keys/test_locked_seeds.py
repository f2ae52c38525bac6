"""An interviewer's locked seeds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from testimony import canonical
from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.errors import StructureWrong
from testimony.sealing.keys import passphrase
from testimony.sealing.keys.locked_seeds import lock, unlock
from tests.support.sealing.vectors import VECTORS

SEEDS = {"interviewer": hashlib.sha256(b"i").digest(), "device": hashlib.sha256(b"d").digest()}
LOCKED = lock(SEEDS, "six plain words in a row", person="interviewer-3", device="phone-7")


def test_the_passphrase_gives_the_seeds_back() -> None:
    assert unlock(json.loads(canonical.encode(LOCKED)), "six plain words in a row") == SEEDS


def test_argon2id_is_the_shared_one() -> None:
    vector = VECTORS["draft"]
    stretched = passphrase.argon2id(vector["passphrase"].encode(), bytes.fromhex(vector["argon2id"]["salt"]))
    assert stretched.hex() == vector["argon2_out"]


def test_another_passphrase_gives_nothing() -> None:
    with pytest.raises(PassphraseWrong):
        unlock(LOCKED, "six plain words in a raw")


def test_every_keyboards_spelling_of_a_passphrase_is_the_same() -> None:
    locked = lock(SEEDS, "caf\u00e9 \u2126", person="p", device="d")
    assert unlock(locked, " cafe\u0301 \u03a9 ") == SEEDS


@pytest.mark.parametrize("name", ["person", "device"])
def test_seeds_of_one_person_are_not_served_as_anothers(name: str) -> None:
    with pytest.raises(PassphraseWrong):
        unlock({**LOCKED, name: "somebody"}, "six plain words in a row")


@pytest.mark.parametrize(
    "change",
    [
        {"v": "testimony/2/locked"},
        {"argon2id": {**LOCKED["argon2id"], "m_kib": 8}},
        {"argon2id": {**LOCKED["argon2id"], "salt": "00"}},
        {"argon2id": None},
        {"ct": LOCKED["ct"][2:]},
        {"nonce": "zz"},
        {"extra": 1},
    ],
)
def test_weaker_costs_or_another_structure_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(StructureWrong):
        unlock({**LOCKED, **change}, "six plain words in a row")


def test_seeds_of_another_length_are_not_locked() -> None:
    with pytest.raises(StructureWrong):
        lock({"interviewer": bytes(31), "device": bytes(32)}, "words", person="p", device="d")
