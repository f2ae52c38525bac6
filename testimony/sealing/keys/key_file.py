"""Key files: a reader's opening key and signing seed, or a root's seed, encrypted with a passphrase as stock age does.

The plaintext is what `age-keygen` writes: comment lines, then the opening key. The signing seed is in a comment, so
stock `age -d` gives a file that stock `age -d -i` accepts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from testimony.sealing.age import age
from testimony.sealing.age.errors import KeyFileDamaged, KeyTextWrong
from testimony.sealing.age.recipients import KEY_TEXT, OpeningKey
from testimony.sealing.keys.passphrase import normalised
from testimony.sealing.keys.wordlist import fingerprint_words, propose_passphrase
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer

__all__ = ["KeyFile", "fingerprint_words", "propose_passphrase"]

SEED = re.compile(r"# testimony-(sign|root): ([0-9a-f]{64})")


@dataclass(frozen=True, kw_only=True, repr=False)
class KeyFile:
    """What a key file holds; any of the three may be absent. Never shown by `repr`, never logged."""

    opening: OpeningKey | None = None
    signing_seed: bytes | None = None
    root_seed: bytes | None = None

    @property
    def signer(self) -> Signer | None:
        """The Ed25519 signer of grants and reviews."""
        return Signer(self.signing_seed) if self.signing_seed else None

    @property
    def root(self) -> Signer | None:
        """The Ed25519 and ML-DSA-65 signer of rosters."""
        return Signer(self.root_seed, ROOT_ALGORITHMS) if self.root_seed else None

    def seal(self, passphrase: str, log_n: int = 18) -> bytes:
        """The bytes of the key file: an age file with one scrypt stanza of work factor 2^log_n (at most 20)."""
        return age.passphrase_seal(normalised(passphrase), self._text().encode(), log_n)

    @classmethod
    def open(cls, data: bytes, passphrase: str) -> KeyFile:
        """Raises `PassphraseWrong`, or `KeyFileDamaged` for anything that is not such a file."""
        plaintext = age.passphrase_open(normalised(passphrase), data)
        try:
            return cls._parse(plaintext.decode())
        except (UnicodeDecodeError, KeyTextWrong) as error:
            raise KeyFileDamaged from error

    @classmethod
    def bare(cls, data: bytes) -> KeyFile:
        """What stock `age-keygen -pq` writes, without a passphrase. Raises `KeyFileDamaged`."""
        try:
            return cls._parse(data.decode())
        except (UnicodeDecodeError, KeyTextWrong) as error:
            raise KeyFileDamaged from error

    def _text(self) -> str:
        lines = ["# A key of testimony/1. Keep it and its passphrase apart."]
        if self.opening:
            lines.append(f"# public key: {self.opening.recipient.text}")
        if self.signing_seed:
            lines.append(f"# testimony-sign: {self.signing_seed.hex()}")
        if self.root_seed:
            lines.append(f"# testimony-root: {self.root_seed.hex()}")
        if self.opening:
            lines.append(self.opening.text)
        return "\n".join(lines) + "\n"

    @classmethod
    def _parse(cls, text: str) -> KeyFile:
        lines = text.splitlines()
        keys = [OpeningKey.from_text(line) for line in lines if line.lower().startswith(KEY_TEXT)]
        seeds = {found[1]: bytes.fromhex(found[2]) for line in lines if (found := SEED.fullmatch(line))}
        if len(keys) > 1 or not (keys or seeds):
            raise KeyFileDamaged
        return cls(opening=keys[0] if keys else None, signing_seed=seeds.get("sign"), root_seed=seeds.get("root"))
