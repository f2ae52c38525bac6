"""Any three of five shares give the recovery key back, two give nothing, and every slip of the pen has its sentence."""

from __future__ import annotations

import hashlib
import itertools
import json
import subprocess
from pathlib import Path

import pytest
import shamir_mnemonic
from shamir_mnemonic import wordlist
from shamir_mnemonic.shamir import RawShare, _interpolate
from shamir_mnemonic.share import Share as Mnemonic

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys import recovery_shares
from testimony.sealing.keys.errors import ShareRefused
from testimony.sealing.keys.recovery_shares import Share

VECTORS = Path(__file__).parents[2] / "vectors" / "slip39"
SEED = bytes(range(32))
THREES = list(itertools.combinations(range(5), 3))


@pytest.fixture(scope="module")
def shares() -> tuple[Share, ...]:
    return recovery_shares.split(SEED)


def refused(text: str) -> ShareRefused:
    with pytest.raises(ShareRefused) as refusal:
        recovery_shares.read_share(text)
    return refusal.value


def test_the_vendored_vectors_are_what_was_taken() -> None:
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=VECTORS, check=True)


@pytest.mark.parametrize(
    ("name", "mnemonics", "secret"), [one[:3] for one in json.loads((VECTORS / "vectors.json").read_text())]
)
def test_the_library_keeps_the_official_vectors(name: str, mnemonics: list[str], secret: str) -> None:
    if secret:
        assert shamir_mnemonic.combine_mnemonics(mnemonics, b"TREZOR").hex() == secret, name
    else:
        with pytest.raises(shamir_mnemonic.MnemonicError):
            shamir_mnemonic.combine_mnemonics(mnemonics)


@pytest.mark.parametrize("chosen", THREES)
def test_any_three_shares_restore_the_seed(shares: tuple[Share, ...], chosen: tuple[int, ...]) -> None:
    assert recovery_shares.combine([shares[place] for place in chosen]) == SEED


@pytest.mark.parametrize("chosen", list(itertools.combinations(range(5), 2)))
def test_two_shares_do_not(shares: tuple[Share, ...], chosen: tuple[int, ...]) -> None:
    with pytest.raises(ShareRefused) as refusal:
        recovery_shares.combine([shares[place] for place in chosen])
    assert refusal.value.reason == "few"


def test_two_shares_fit_every_secret(shares: tuple[Share, ...]) -> None:
    """Not only our code refuses: for whatever first byte of the secret a third share exists that fits these two."""
    two = [Mnemonic.from_mnemonic(share.text) for share in shares[:2]]
    for guess in (0, 1, 77, 255):
        points = [RawShare(one.index, one.value[:1]) for one in two] + [RawShare(255, bytes([guess]))]
        third = RawShare(2, _interpolate(points, 2))
        assert _interpolate([*points[:2], third], 255) == bytes([guess])


def test_a_share_has_33_words_and_says_which_it_is(shares: tuple[Share, ...]) -> None:
    assert [share.number for share in shares] == [1, 2, 3, 4, 5]
    assert {len(share.words) for share in shares} == {33}
    assert len({share.set for share in shares}) == 1
    assert all(word in wordlist.WORDLIST for share in shares for word in share.words)


def test_a_share_is_never_shown_by_repr(shares: tuple[Share, ...]) -> None:
    shown = set(repr(shares[0]).split()) - {"object"}  # which Python says of everything, and the list has it too
    assert not shown & set(shares[0].words)


def test_what_is_typed_may_be_numbered_in_capitals_and_cut_after_four_letters(shares: tuple[Share, ...]) -> None:
    share = shares[3]
    numbered = "\n".join(f"{number}. {word.upper()}" for number, word in enumerate(share.words, 1))
    assert recovery_shares.read_share(numbered) == share
    assert recovery_shares.read_share(" ".join(word[:4] for word in share.words)) == share


def test_a_lacking_word_is_told_by_the_count(shares: tuple[Share, ...]) -> None:
    assert str(refused(" ".join(shares[0].words[:32]))).startswith("A share has 33 words, and 32 were typed.")


def test_words_that_are_in_no_list_are_told_by_their_numbers(shares: tuple[Share, ...]) -> None:
    words = list(shares[0].words)
    words[4], words[8] = "xylophone", words[8] + "s"
    error = refused(" ".join(words))
    assert error.reason == "word"
    assert "5, 9" in str(error)
    assert "xylophone" not in str(error)


@pytest.mark.parametrize("place", range(33))
def test_any_one_wrong_word_is_found(shares: tuple[Share, ...], place: int) -> None:
    words = list(shares[0].words)
    words[place] = next(word for word in wordlist.WORDLIST if word != words[place])
    error = refused(" ".join(words))
    assert error.reason == "checksum"
    assert not set(str(error).split()) & (set(words) - {"other", "paper", "with", "them", "list"})


def test_words_that_changed_places_are_found(shares: tuple[Share, ...]) -> None:
    words = list(shares[0].words)
    place = next(place for place in range(20) if words[place] != words[place + 1])
    words[place], words[place + 1] = words[place + 1], words[place]
    assert refused(" ".join(words)).reason == "checksum"


def test_shares_of_another_kind_are_refused() -> None:
    ((two_of_three, *_),) = shamir_mnemonic.generate_mnemonics(1, [(2, 3)], SEED)
    assert refused(two_of_three).reason == "other"
    groups = shamir_mnemonic.generate_mnemonics(2, [(3, 5), (3, 5)], SEED)
    assert refused(groups[0][0]).reason == "other"
    (longer,) = shamir_mnemonic.generate_mnemonics(1, [(3, 5)], bytes(16))
    assert refused(longer[0]).reason == "count"


def test_the_same_share_twice_is_said(shares: tuple[Share, ...]) -> None:
    with pytest.raises(ShareRefused) as refusal:
        recovery_shares.combine([shares[0], shares[1], shares[0]])
    assert refusal.value.reason == "duplicate"


def test_shares_of_two_ceremonies_do_not_mix(shares: tuple[Share, ...]) -> None:
    other = next(found for found in iter(lambda: recovery_shares.split(SEED), None) if found[0].set != shares[0].set)
    for mixed in ([shares[0], shares[1], other[2]], [shares[0], shares[1], other[1]]):
        with pytest.raises(ShareRefused) as refusal:
            recovery_shares.combine(mixed)
        assert refusal.value.reason == "mixed"


def test_three_shares_that_give_no_secret_are_said(shares: tuple[Share, ...]) -> None:
    """Two sets may by chance have the same number of fifteen bits: then the digest of the secret tells."""
    stranger = Mnemonic.from_mnemonic(recovery_shares.split(bytes(32))[2].text)
    original = Mnemonic.from_mnemonic(shares[2].text)
    forged = Mnemonic(**{**vars(stranger), "identifier": original.identifier})
    with pytest.raises(ShareRefused) as refusal:
        recovery_shares.combine([shares[0], shares[1], recovery_shares.read_share(forged.mnemonic())])
    assert refusal.value.reason == "wrong"


def test_the_seed_is_the_opening_key_and_gives_a_signing_key(shares: tuple[Share, ...]) -> None:
    keys = recovery_shares.keys_of(recovery_shares.combine(shares[1:4]))
    assert keys.opening is not None
    assert keys.signing_seed == hashlib.sha256(b"testimony/1/recovery-sign\0" + SEED).digest()
    assert keys.opening.recipient == OpeningKey(SEED).recipient
