"""Words for passphrases and fingerprints."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from testimony.sealing.keys import wordlist
from tests.support.sealing.vectors import VECTORS


def test_the_list_is_the_one_that_its_note_names() -> None:
    note = wordlist.LIST.with_name("LICENSE.md").read_text(encoding="utf-8")
    assert hashlib.sha256(wordlist.LIST.read_bytes()).hexdigest() in re.findall(r"[0-9a-f]{64}", note)
    assert len(set(wordlist.words())) == 7776
    assert (wordlist.words()[0], wordlist.words()[-1]) == ("abacus", "zoom")


def test_a_passphrase_is_six_words_of_the_list_and_never_the_same() -> None:
    proposed = {wordlist.propose_passphrase() for _ in range(50)}
    assert len(proposed) == 50
    assert all(len(words.split(" ")) == 6 and set(words.split(" ")) <= set(wordlist.words()) for words in proposed)


def test_a_fingerprint_is_six_words_that_change_with_the_hash() -> None:
    fingerprint = VECTORS["root"]["fingerprint_sha256"]
    assert wordlist.fingerprint_words(fingerprint) == "poise strife bauble lend record anchor"
    assert wordlist.fingerprint_words(hashlib.sha256(b"x").hexdigest()) != wordlist.fingerprint_words(fingerprint)
    assert wordlist.fingerprint_words("0" * 64) == " ".join(["abacus"] * 6)


def test_a_fingerprint_has_the_words_that_the_phone_says_too() -> None:
    vectors = json.loads((Path(__file__).parents[2] / "vectors" / "fingerprint.json").read_text("utf-8"))
    assert len(vectors["words"]) > 3
    for print_, words in vectors["words"].items():
        assert wordlist.fingerprint_words(print_) == words
