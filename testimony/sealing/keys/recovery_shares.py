"""Splits the recovery key into five SLIP-39 shares of which any three restore it, with a clear error for each mistake.

Source: SLIP-0039 (github.com/satoshilabs/slips), one group, 3 of 5, no passphrase, extendable, iteration exponent 1; by
the reference library `shamir-mnemonic`. The secret is the 32-byte seed of the opening key itself, so any SLIP-39 tool
and stock `age` can restore it (docs/recovery-format.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import shamir_mnemonic
from shamir_mnemonic import wordlist
from shamir_mnemonic.share import Share as Mnemonic

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.keys.errors import ShareRefused
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import labelled

SHARES: Final = 5
THRESHOLD: Final = 3
WORDS: Final = 33
"""The number of words of a share of 32 bytes."""
SEED_BYTES: Final = 32
LEAST_LETTERS: Final = 4
"""The first four letters tell each word of the list from every other."""
LABEL: Final = "testimony/1/recovery-sign"
BY_LETTERS: Final = {word[:LEAST_LETTERS]: word for word in wordlist.WORDLIST}


@dataclass(frozen=True, kw_only=True, repr=False)
class Share:
    """One of the five: its words, its number (1 to 5), and to which splitting it belongs. Never shown by `repr`."""

    words: tuple[str, ...]
    number: int
    set: int

    @property
    def text(self) -> str:
        return " ".join(self.words)


def split(seed: bytes) -> tuple[Share, ...]:
    """Five shares of `seed` (32 bytes), any three of which restore it; two reveal nothing."""
    if len(seed) != SEED_BYTES:
        raise ValueError(len(seed))
    (group,) = shamir_mnemonic.generate_mnemonics(1, [(THRESHOLD, SHARES)], seed)
    return tuple(read_share(text) for text in group)


def read_share(text: str) -> Share:
    """A share as somebody typed it: in any case and spacing, numbered or not, words cut after four letters.

    Raises `ShareRefused`: count, word, checksum, other. It names places of words, never a word.
    """
    typed = _typed(text)
    if len(typed) != WORDS:
        raise ShareRefused("count", found=len(typed))
    words = tuple(BY_LETTERS.get(word[:LEAST_LETTERS], "") for word in typed)
    unknown = [place for place, (word, meant) in enumerate(zip(typed, words, strict=True), 1) if not _is(word, meant)]
    if unknown:
        raise ShareRefused("word", places=", ".join(map(str, unknown)))
    try:
        found = Mnemonic.from_mnemonic(" ".join(words))
    except shamir_mnemonic.MnemonicError:
        raise ShareRefused("checksum") from None  # its text has words in it
    shape = (found.group_count, found.group_threshold, found.member_threshold, len(found.value))
    if shape != (1, 1, THRESHOLD, SEED_BYTES) or found.index >= SHARES:
        raise ShareRefused("other")
    return Share(words=words, number=found.index + 1, set=found.identifier)


def combine(shares: Sequence[Share]) -> bytes:
    """The seed out of three shares. Raises `ShareRefused`: few, duplicate, mixed, wrong."""
    if len({share.number for share in shares}) < len(shares):
        mixed = len({share.set for share in shares}) > 1
        raise ShareRefused("mixed" if mixed else "duplicate")
    if len({share.set for share in shares}) > 1:
        raise ShareRefused("mixed")
    if len(shares) < THRESHOLD:
        raise ShareRefused("few")
    try:
        seed = shamir_mnemonic.combine_mnemonics([share.text for share in shares[:THRESHOLD]])
    except shamir_mnemonic.MnemonicError:
        raise ShareRefused("wrong") from None
    return bytes(seed)


def keys_of(seed: bytes) -> KeyFile:
    """The opening key of `seed`, with the signing seed SHA-256(L("testimony/1/recovery-sign", seed))."""
    return KeyFile(opening=OpeningKey(seed), signing_seed=hashlib.sha256(labelled(LABEL, seed)).digest())


def _typed(text: str) -> list[str]:
    """The words, without the numbers and the signs that stand between them on paper."""
    spaced = "".join(sign if sign.isalpha() else " " for sign in text.lower())
    return spaced.split()


def _is(typed: str, meant: str) -> bool:
    """Whether `typed` is the word `meant`, or its first letters, four at least (or all of a shorter word)."""
    return bool(meant) and meant.startswith(typed) and len(typed) >= min(LEAST_LETTERS, len(meant))
