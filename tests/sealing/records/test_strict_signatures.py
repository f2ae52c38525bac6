"""Ed25519 is one equation in both verifiers: without the cofactor, byte for byte, and under no key of small order."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random

import pytest

from testimony.sealing.errors import SignatureBad, StructureWrong
from testimony.sealing.log import cosignature
from testimony.sealing.log.errors import WitnessUnusable
from testimony.sealing.records.signatures import ED25519, PublicKey
from tests.support.sealing import edwards
from tests.support.sealing.edwards import Forger
from tests.support.sealing.mutations import SMALL, WEAK

ROOT = Path(__file__).parents[3]
MESSAGE = b"a statement"

Asked = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""


def python(asked: Asked) -> bool:
    try:
        PublicKey(ED25519, asked[0]).verify_raw(asked[1], asked[2])
    except SignatureBad:
        return False
    return True


def browser(node: str, asked: list[Asked]) -> list[bool]:
    given = json.dumps(
        [dict(zip(("pub", "message", "sig"), (part.hex() for part in one), strict=True)) for one in asked]
    )
    done = subprocess.run(
        [node, str(ROOT / "tests/js/ed25519.mjs")], input=given, capture_output=True, text=True, check=True
    )
    return [bool(one) for one in json.loads(done.stdout)]


def twisted(rng: Random, *, key: int, signature: int) -> Asked:
    """A signature of which key and R have these multiples of a point of order 8 in them."""
    forger = Forger(rng.randbytes(32), SMALL[key])
    return forger.pub, MESSAGE, forger.sign(MESSAGE, rng.getrandbits(250), SMALL[signature])


def test_a_point_of_small_order_in_r_is_refused_by_both(node: str) -> None:
    asked = [twisted(Random(number), key=0, signature=number) for number in range(8)]
    assert [python(one) for one in asked] == [True] + 7 * [False]
    assert browser(node, asked) == [True] + 7 * [False]


def test_a_signature_whose_r_is_of_small_order_holds_for_neither_or_both(node: str) -> None:
    """libsodium refuses them all, which is why no station verifies with it."""
    rng = Random(27)
    forgers = [(Forger(rng.randbytes(32), SMALL[key]), SMALL[multiple]) for key in range(8) for multiple in range(8)]
    asked = [(forger.pub, MESSAGE, forger.sign(MESSAGE, 0, point)) for forger, point in forgers]
    expected = [python(one) for one in asked]
    assert 0 < sum(expected) < len(asked)
    assert browser(node, asked) == expected


def test_keys_of_mixed_order_hold_for_the_same_signatures_in_both(node: str) -> None:
    rng = Random(8)
    asked = [twisted(rng, key=rng.randrange(8), signature=rng.randrange(8)) for _ in range(200)]
    expected = [python(one) for one in asked]
    assert 0 < sum(expected) < 200
    assert browser(node, asked) == expected


def test_under_a_weak_key_nothing_holds(node: str) -> None:
    nobody = edwards.encode(edwards.IDENTITY) + bytes(32)
    asked = [(bytes.fromhex(key), bytes([number]), nobody) for key in WEAK for number in range(16)]
    assert len(WEAK) == 14
    assert not any(map(python, asked))
    assert not any(browser(node, asked))


@pytest.mark.parametrize("key", [*WEAK, *((edwards.P + y).to_bytes(32, "little").hex() for y in range(19))])
def test_a_weak_key_and_a_second_spelling_are_refused_where_they_are_read(key: str) -> None:
    with pytest.raises(StructureWrong):
        PublicKey.parse({"alg": ED25519, "pub": key})
    witness = cosignature.Witness("partner.example/w1", PublicKey(ED25519, bytes.fromhex(key)))
    with pytest.raises(WitnessUnusable):
        cosignature.read_key(witness.text)


def test_s_is_below_the_order_of_the_group_in_both(node: str) -> None:
    public, message, made = twisted(Random(3), key=0, signature=0)
    larger = int.from_bytes(made[32:], "little") + edwards.ORDER
    asked = [(public, message, made), (public, message, made[:32] + larger.to_bytes(32, "little"))]
    assert [python(one) for one in asked] == browser(node, asked) == [True, False]
