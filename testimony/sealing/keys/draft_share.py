"""The node's share of a draft's key: 32 random bytes, sealed on the phone so that only one node can return them."""

from __future__ import annotations

from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen

SHARE_BYTES = 32
END_OF_HEAD = b"\n--- "
MAC_BYTES = 44  # 43 digits and the newline


def seal_share(share: bytes, recipient: Recipient) -> bytes:
    """An age file (head ‖ body) with one stanza; 1691 bytes."""
    file_key = age.new_file_key()
    return age.seal_head(file_key, [recipient], 1) + age.seal_body(file_key, share)


def open_share(sealed: bytes, key: OpeningKey) -> bytes:
    """The 32 bytes. Raises `CannotOpen`: `altered`, or `not_for_you` for one that was sealed to another key."""
    end = sealed.find(END_OF_HEAD) + len(END_OF_HEAD) + MAC_BYTES
    file_key = age.open_head(sealed[:end], key)
    share = age.open_body(file_key, sealed[end:])
    if len(share) != SHARE_BYTES:
        raise CannotOpen("altered")
    return share
