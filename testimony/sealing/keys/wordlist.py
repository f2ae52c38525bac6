"""Word lists for people: suggested passphrases, and fingerprints that two people can read to each other."""

from __future__ import annotations

import secrets
from functools import cache
from pathlib import Path

LIST = Path(__file__).with_name("words") / "eff_large_wordlist.txt"
FINGERPRINT_WORDS = 6


@cache
def words() -> tuple[str, ...]:
    """The EFF large wordlist, in its order: 7,776 words."""
    return tuple(line.split("\t")[1] for line in LIST.read_text(encoding="ascii").splitlines())


def propose_passphrase(count: int = 6) -> str:
    """`count` words of the EFF large list, chosen by the system's CSPRNG (12.9 bits a word), with spaces between."""
    return " ".join(secrets.choice(words()) for _ in range(count))


def fingerprint_words(sha256_hex: str) -> str:
    """Six words for a hash (77 bits of it): n = the hash as an integer; six times: word n mod 7776, n = n // 7776."""
    number = int(sha256_hex, 16)
    chosen = []
    for _ in range(FINGERPRINT_WORDS):
        number, index = divmod(number, len(words()))
        chosen.append(words()[index])
    return " ".join(chosen)
