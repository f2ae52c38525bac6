"""Shows the fingerprint of an organisation's root, for people to compare."""

from __future__ import annotations


def fingerprint(sha256: str) -> str:
    """The root fingerprint as people compare it: six words, and the beginning of the number."""
    from testimony.sealing.keys.wordlist import fingerprint_words

    return f"{fingerprint_words(sha256)} ({sha256[:16]}…)"
