"""What is bound to a testimony opens with the salt of its consent, and with nothing else."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.sealing.errors import CannotOpen
from testimony.sealing.testimony import bound

SALT = bytes(range(32)).hex()
SAID = {"kind": "note", "text": "They came at night."}


def test_the_key_is_that_of_the_vector() -> None:
    """Computed once more with HMAC alone: extract with 32 zero bytes, then expand one block."""
    assert bound.key_of(SALT).hex() == "b0ed4eb4ca9bc4158bb1e26c426607ef"


def test_it_opens_with_its_own_key_alone() -> None:
    sealed = bound.bind(SAID, bound.key_of(SALT))
    assert sealed.keys() == {"kind", "sealed"}
    assert "night" not in str(sealed)
    assert bound.release(sealed, bound.key_of(SALT)) == canonical.encode(SAID)
    with pytest.raises(CannotOpen):
        bound.release(sealed, bound.key_of("00" * 32))


@pytest.mark.parametrize(
    "value",
    [
        {"kind": "bound"},
        {"kind": "bound", "sealed": 7},
        {"kind": "bound", "sealed": "no base64!"},
        {"kind": "bound", "sealed": ""},
        {"kind": "bound", "sealed": "QUJD"},
        {"kind": "bound", "sealed": "QUJD", "more": 1},
    ],
)
def test_what_is_in_another_form_is_altered(value: dict[str, object]) -> None:
    with pytest.raises(CannotOpen) as refused:
        bound.release(value, bound.key_of(SALT))
    assert refused.value.reason == "altered"
