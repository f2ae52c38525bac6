"""Words for people: proposed passphrases and fingerprints that two people can read to each other."""

from __future__ import annotations


def propose_passphrase(count: int = 6) -> str:
    """`count` words of the EFF large list, chosen by the system's CSPRNG (12.9 bits a word), with spaces between."""
    raise NotImplementedError


def fingerprint_words(sha256_hex: str) -> str:
    """Six words for a hash (77 bits of it): n = the hash as an integer; six times: word n mod 7776, n = n // 7776."""
    raise NotImplementedError
