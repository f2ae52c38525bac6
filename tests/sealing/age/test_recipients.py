"""Opening keys, recipients and decoys."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from testimony.sealing.age import age, bech32
from testimony.sealing.age.errors import KeyTextWrong
from testimony.sealing.age.recipients import COEFFICIENTS, OpeningKey, Recipient
from tests.support.sealing.vectors import VECTORS, opening_key

XWING = [v for v in VECTORS["hpke"] if (v["kem"], v["aead"], v["aad"]) == ("xwing", "cc", "")]


@pytest.mark.parametrize("name", VECTORS["keys"])
def test_a_seed_gives_the_shared_key_and_recipient(name: str) -> None:
    vector = VECTORS["keys"][name]
    key = OpeningKey.from_seed(bytes.fromhex(vector["seed"]))
    assert key.text == vector["identity"]
    assert key.recipient.text == vector["recipient"]
    assert OpeningKey.from_text(vector["identity"]).seed == key.seed
    assert Recipient.from_text(vector["recipient"]) == key.recipient


def test_the_shared_hpke_vectors_cover_both_libraries() -> None:
    assert {vector["lib"] for vector in XWING} == {"hpke-js", "panva"}


@pytest.mark.parametrize("author", ["py_ct", "js_ct"])
@pytest.mark.parametrize("vector", XWING, ids=lambda vector: str(vector["lib"]))
def test_hpke_opens_what_other_libraries_sealed(vector: dict[str, str], author: str) -> None:
    key = OpeningKey.from_seed(bytes.fromhex(vector["sk"]))
    assert key.recipient.raw.hex() == vector["pk"]
    opened = age.SUITE.decrypt(bytes.fromhex(vector[author]), key.private_key, info=bytes.fromhex(vector["info"]))
    assert opened.hex() == vector["pt"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "age1pq1",
        "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
        VECTORS["keys"]["lawyer-a"]["identity"],
        VECTORS["keys"]["lawyer-a"]["recipient"][:-1],
        VECTORS["keys"]["lawyer-a"]["recipient"].replace("pz", "pZ", 1),
        VECTORS["keys"]["lawyer-a"]["recipient"].upper(),
        VECTORS["keys"]["lawyer-a"]["recipient"][:-1] + "b",
        bech32.encode("age1pq", bytes(1215)),
        bech32.encode("age1pq", b"\xff" * 1216),
    ],
)
def test_only_a_whole_post_quantum_recipient_is_accepted(text: str) -> None:
    with pytest.raises(KeyTextWrong):
        Recipient.from_text(text)


def test_a_recipient_is_not_an_opening_key() -> None:
    with pytest.raises(KeyTextWrong):
        OpeningKey.from_text(VECTORS["keys"]["lawyer-a"]["recipient"])


@given(st.binary(max_size=80))
def test_bech32_gives_back_what_it_was_given_in_either_case(data: bytes) -> None:
    text = bech32.encode("some-prefix-", data)
    assert bech32.decode("some-prefix-", text) == data
    assert bech32.decode("some-prefix-", text.upper()) == data


@given(st.binary(min_size=1, max_size=40), st.data())
def test_bech32_finds_one_wrong_letter(data: bytes, draw: st.DataObject) -> None:
    text = bech32.encode("p", data)
    place = draw.draw(st.integers(2, len(text) - 1))
    other = draw.draw(st.sampled_from([letter for letter in bech32.ALPHABET if letter != text[place]]))
    with pytest.raises(KeyTextWrong):
        bech32.decode("p", text[:place] + other + text[place + 1 :])


def test_decoys_are_points_that_the_library_accepts_and_no_two_are_alike() -> None:
    decoys = [Recipient.decoy() for _ in range(50)]
    assert all(len(age.SUITE.encrypt(bytes(16), decoy.public_key, info=age.INFO)) == 1152 for decoy in decoys)
    assert len({decoy.raw for decoy in decoys}) == 50


def test_decoy_coefficients_are_spread_like_those_of_made_keys() -> None:
    """Uniform below 3329, so the mean is 1664; the bounds are six standard errors wide."""
    made = [OpeningKey.generate().recipient for _ in range(50)]
    for keys in (made, [Recipient.decoy() for _ in range(50)]):
        values = [value for key in keys for value in _coefficients(key)]
        assert len(values) == 50 * COEFFICIENTS
        assert max(values) < 3329
        assert abs(sum(values) / len(values) - 1664) < 31
        assert len(set(values)) > 3320


def test_nothing_secret_is_shown_of_a_key() -> None:
    key = opening_key("lawyer-a")
    assert key.seed.hex() not in repr(key)
    assert key.text not in repr(key)


def test_what_is_sealed_to_another_key_does_not_open() -> None:
    sealed = age.SUITE.encrypt(bytes(16), opening_key("lawyer-a").recipient.public_key, info=age.INFO)
    with pytest.raises(InvalidTag):
        age.SUITE.decrypt(sealed, opening_key("stranger").private_key, info=age.INFO)


def _coefficients(key: Recipient) -> list[int]:
    packed = int.from_bytes(key.raw[: COEFFICIENTS * 12 // 8], "little")
    return [packed >> 12 * place & 0xFFF for place in range(COEFFICIENTS)]
