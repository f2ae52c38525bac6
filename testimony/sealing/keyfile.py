"""Key files: a reader's opening key and signing seed, or a root's seed, under a passphrase that stock age understands."""

from __future__ import annotations

from dataclasses import dataclass

from testimony.sealing.recipients import OpeningKey
from testimony.sealing.signing import Signer


@dataclass(frozen=True, kw_only=True)
class KeyFile:
    """What a key file holds; any of the three may be absent. Never shown by `repr`, never logged."""

    opening: OpeningKey | None = None
    signing_seed: bytes | None = None
    root_seed: bytes | None = None

    @property
    def signer(self) -> Signer | None:
        """The Ed25519 signer of grants and reviews."""
        raise NotImplementedError

    @property
    def root(self) -> Signer | None:
        """The Ed25519 and ML-DSA-65 signer of rosters."""
        raise NotImplementedError

    def seal(self, passphrase: str, log_n: int = 18) -> bytes:
        """The bytes of the key file: an age file with one scrypt stanza of work factor 2^log_n (at most 20)."""
        raise NotImplementedError

    @classmethod
    def open(cls, data: bytes, passphrase: str) -> KeyFile:
        """Raises `PassphraseWrong`, or `KeyFileDamaged` for anything that is not such a file."""
        raise NotImplementedError
