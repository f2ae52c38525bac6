"""The node's half of a draft's key opens with the one key that it was sealed to, and with nothing else."""

from __future__ import annotations

import pytest

from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from testimony.sealing.keys import draft_share

SHARE = bytes(range(32))


def test_a_share_opens_with_its_key() -> None:
    key = OpeningKey.generate()
    sealed = draft_share.seal_share(SHARE, key.recipient)
    assert SHARE not in sealed
    assert len(sealed) == 1691
    assert draft_share.open_share(sealed, key) == SHARE


def test_another_key_opens_nothing() -> None:
    sealed = draft_share.seal_share(SHARE, OpeningKey.generate().recipient)
    with pytest.raises(CannotOpen) as refused:
        draft_share.open_share(sealed, OpeningKey.generate())
    assert refused.value.reason == "not_for_you"


@pytest.mark.parametrize("at", [0, 30, 1600, 1630, 1690])
def test_one_changed_byte_is_noticed(at: int) -> None:
    key = OpeningKey.generate()
    sealed = bytearray(draft_share.seal_share(SHARE, key.recipient))
    sealed[at] ^= 1
    with pytest.raises(CannotOpen):
        draft_share.open_share(bytes(sealed), key)


@pytest.mark.parametrize("share", [b"", SHARE[:31], SHARE + b"x"])
def test_a_share_is_32_bytes(share: bytes) -> None:
    key = OpeningKey.generate()
    with pytest.raises(CannotOpen):
        draft_share.open_share(draft_share.seal_share(share, key.recipient), key)


@pytest.mark.parametrize("sealed", [b"", b"\n--- ", b"age-encryption.org/v1\n"])
def test_what_is_no_age_file_is_refused(sealed: bytes) -> None:
    with pytest.raises(CannotOpen):
        draft_share.open_share(sealed, OpeningKey.generate())
