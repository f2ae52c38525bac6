"""What an attachment may say, and which count: the same in whatever order they came."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.errors import EventUnreadable
from testimony.domain.review import attachment
from testimony.domain.review.attachment import Attachment, Signed, Sort, TakenOut
from testimony.domain.sealed_file import LARGEST

DAY = date(2026, 1, 20)
FILE = Attachment(
    id="a" * 32, of="b" * 64, case=Key(Purpose.COURT, "court-a"), title="Letter", sort=Sort.LETTER, made=None,
    ending="pdf", size=7, sha256="c" * 64, key="d" * 32, pieces=1, day=DAY,
)  # fmt: skip
OUT = TakenOut(id="e" * 32, file=FILE.id, reason="Wrong case", day=DAY)


def test_what_is_said_is_read_as_it_was_said() -> None:
    assert Attachment.parse(FILE.to_value()) == FILE
    assert TakenOut.parse(OUT.to_value()) == OUT
    dated = Attachment(**{**vars(FILE), "made": DAY, "of": ""})
    assert Attachment.parse(dated.to_value()) == dated


@pytest.mark.parametrize(
    "change",
    [
        {"title": ""}, {"title": "x" * 121}, {"title": "fdp.\u202eexe"}, {"title": "a\nb"}, {"sort": "VIRUS"},
        {"made": "2026-02-30"}, {"ending": "../x"}, {"ending": ""}, {"size": 0}, {"size": LARGEST + 1}, {"size": True},
        {"sha256": "x"}, {"key": "d"}, {"pieces": 0}, {"purpose": "P01"}, {"recipient": ""}, {"of": None}, {"id": 7},
    ],
)  # fmt: skip
def test_what_does_not_fit_is_not_read(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        Attachment.parse(FILE.to_value() | change)


@pytest.mark.parametrize("change", [{"reason": ""}, {"reason": "x" * 301}, {"file": "x"}, {"day": "yesterday"}])
def test_without_a_reason_nothing_is_taken_out(change: dict[str, Any]) -> None:
    with pytest.raises(EventUnreadable):
        TakenOut.parse(OUT.to_value() | change)


def test_the_first_who_took_it_out_is_named_and_of_two_under_one_id_none_counts() -> None:
    later = TakenOut(id="f" * 32, file=FILE.id, reason="Twice", day=date(2026, 1, 21))
    one, twin = (Signed(file=FILE, signer=who, record=who, tid="t") for who in ("lawyer-1", "lawyer-2"))
    for outs in permutations([("t", OUT, "lawyer-1"), ("t", later, "lawyer-2"), ("", OUT, "lawyer-2")]):
        (found,), ignored = attachment.fold([one], outs)
        assert (found.out, ignored) == ((OUT, "lawyer-1"), 0)
    assert attachment.fold([one, twin], []) == ([], 2)
    assert attachment.fold([one], [("", OUT, "lawyer-1")])[0] == [one]
