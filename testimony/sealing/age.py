"""age v1 files with post-quantum recipients only: heads, bodies, and key files under a passphrase.

Source: c2sp.org/age 1.1.0. A *head* is the bytes through the newline after the MAC line; a *body* is the 16-byte nonce
and the STREAM chunks. Any head || body of one file key is a complete age file.
"""

from __future__ import annotations

from collections.abc import Sequence

from testimony.sealing.recipients import OpeningKey, Recipient


def seal_head(file_key: bytes, recipients: Sequence[Recipient], slots: int) -> bytes:
    """A head with exactly `slots` stanzas for `file_key` (16 bytes): the recipients, then decoys, shuffled.

    Raises `SlotsTooFew` when there are more recipients than slots.
    """
    raise NotImplementedError


def seal_body(file_key: bytes, plaintext: bytes) -> bytes:
    """The payload of an age file: 16-byte nonce, then STREAM."""
    raise NotImplementedError


def open_head(head: bytes, key: OpeningKey) -> bytes:
    """The file key. Raises `CannotOpen`: `altered`, or `not_for_you` when no stanza opens with `key`."""
    raise NotImplementedError


def open_body(file_key: bytes, body: bytes) -> bytes:
    """The plaintext, only after the last chunk was verified. Raises `CannotOpen("altered")`."""
    raise NotImplementedError
