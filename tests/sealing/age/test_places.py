"""A key remembers in which stanza of a head it was found, and a wrong memory costs nothing but time."""

from __future__ import annotations

import pytest

from testimony.sealing.age import age
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen

FILE_KEY = bytes(range(16))
SLOTS = 6


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The stanzas that were tried."""
    found: list[bytes] = []
    real = age._unwrap_one

    def counted(stanza: age.Stanza, key: OpeningKey) -> bytes | None:
        found.append(stanza[0])
        return real(stanza, key)

    monkeypatch.setattr(age, "_unwrap_one", counted)
    return found


def head_of(key: OpeningKey) -> bytes:
    """One in which the key is in the last place."""
    while True:
        head = age.seal_head(FILE_KEY, [key.recipient, Recipient.decoy()], SLOTS)
        age.open_head(head, key)
        if key.places[age.place_name(head)] == SLOTS - 1:
            return head


def test_a_head_that_was_opened_before_takes_one_try(tried: list[bytes]) -> None:
    key = OpeningKey.generate()
    head = head_of(key)
    again = OpeningKey(key.seed)
    again.places.update(key.places)
    tried.clear()
    assert age.open_head(head, again) == FILE_KEY
    assert len(tried) == 1
    assert age.open_head(head, OpeningKey(key.seed)) == FILE_KEY
    assert len(tried) == 1 + SLOTS


@pytest.mark.parametrize("place", [0, 3, 7, -1])
def test_a_wrong_place_changes_nothing_but_the_order(place: int) -> None:
    key = OpeningKey.generate()
    head = head_of(key)
    key.places[age.place_name(head)] = place
    assert age.open_head(head, key) == FILE_KEY
    assert key.places[age.place_name(head)] == SLOTS - 1


def test_a_head_for_others_stays_closed_and_is_not_noted() -> None:
    key, head = OpeningKey.generate(), head_of(OpeningKey.generate())
    with pytest.raises(CannotOpen):
        age.open_head(head, key)
    assert key.places == {}
