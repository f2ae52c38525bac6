"""Estimate how hard a password or passphrase is to guess, with zxcvbn: common words, patterns, dates, known words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from testimony.sealing.keys import passphrase

LOOKED_AT = 72  # characters: the time grows with the square


@dataclass(frozen=True, order=True)
class Strength:
    """`digits`: log10 of the number of guesses needed. `score`: the same on a scale from 0 to 4."""

    digits: float
    score: int


def weakest(typed: str, words: Iterable[str]) -> Strength:
    """The lower strength of `typed` as it is hashed, with and without its spaces; `words` are tried first.

    [zxcvbn](https://github.com/dwolfhub/zxcvbn-python) looks at its first 72 characters.
    """
    from zxcvbn import zxcvbn

    text = passphrase.normalised(typed)
    known = [form for word in words if word for form in {word, _bare(word), *word.split()} if form]
    found = []
    for looked_at in {text, _bare(text)}:  # spaces between common words make them no harder to guess
        if not looked_at:
            return Strength(0, 0)
        guess = zxcvbn(looked_at[:LOOKED_AT], user_inputs=known)
        found.append(Strength(float(guess["guesses_log10"]), int(guess["score"])))
    return min(found)


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())
