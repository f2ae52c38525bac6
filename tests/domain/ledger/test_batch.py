"""What a batch of any size holds is cut to fit annexes, and comes back whole or not at all."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.domain import parts
from testimony.domain.errors import EventUnreadable
from testimony.domain.ledger import batch as ledger_batch
from testimony.domain.ledger.acts import Act, Entry
from testimony.domain.ledger.batch import Contents
from tests.support.domain.ledger_entries import DAY, hexed, holding

NAME = hexed("batch", 16)


def test_a_batch_of_a_hundred_thousand_fits_as_many_annexes_as_it_needs() -> None:
    many = holding(NAME, range(95_000), waiting=range(95_000, 100_000))
    texts, sha256 = ledger_batch.pack(many)
    assert len(texts) < 40
    for text in texts:
        assert len(canonical.encode(Entry(act=Act.PART, day=DAY, said={"text": text}).to_value())) < 230_000
    assert ledger_batch.unpack(texts, sha256) == many


@pytest.mark.parametrize("change", ["lost", "swapped", "cut", "other", "twice"])
def test_a_batch_whose_parts_do_not_fit_is_none(change: str) -> None:
    texts, sha256 = ledger_batch.pack(holding(NAME, range(12_000)))
    assert len(texts) > 2
    changed = {
        "lost": texts[1:],
        "swapped": [texts[1], texts[0], *texts[2:]],
        "cut": [*texts[:-1], texts[-1][:-8]],
        "other": [*texts[:-1], texts[-1] + "AAAA"],
        "twice": texts * 2,
    }[change]
    with pytest.raises(EventUnreadable):
        ledger_batch.unpack(changed, sha256)


def test_what_unpacks_to_more_than_any_organisation_has_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb, sha256 = ledger_batch.pack(Contents(classes=(), waiting=tuple(f"{n:032x}" for n in range(5000))))
    monkeypatch.setattr(parts, "LARGEST", 1000)
    with pytest.raises(EventUnreadable):
        ledger_batch.unpack(bomb, sha256)


def test_a_class_names_each_member_once_with_a_person_and_an_incident() -> None:
    held = holding(NAME, range(6))
    for changes in ({"members": held.classes[0].members[:1] * 6}, {"persons": held.classes[0].persons[:5]}):
        value = ledger_batch._value(held)
        value["classes"][0] |= {name: list(said) for name, said in changes.items()}
        with pytest.raises(EventUnreadable):
            ledger_batch._contents(value)
