"""The record of a ceremony has its one form, or nobody takes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import ceremony_record
from testimony.sealing.statements.ceremony_record import HOLDER, LEAD, MOST, RECOVERY, Attendance

PEOPLE = (("helen", LEAD), ("keeper-1", HOLDER))
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def signer() -> Signer:
    return Signer.generate()


def value_of(signer: Signer) -> dict[str, Any]:
    attendance = Attendance(place="office-2", day="2026-04-01", people=PEOPLE)
    return dict(ceremony_record.attested(RECOVERY, attendance, "ab" * 32, signer).value)


def test_what_was_written_is_read(signer: Signer) -> None:
    what, attendance = ceremony_record.parse(SignedRecord.sign(value_of(signer), signer))
    assert (what, attendance.people, attendance.place) == (RECOVERY, PEOPLE, "office-2")


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(what="party"),
        lambda said: said.update(key="ab" * 31),
        lambda said: said.update(by="nobody"),
        lambda said: said.update(place=""),
        lambda said: said.update(day="2026-02-30"),
        lambda said: said.update(present=[]),
        lambda said: said.update(present={"id": "helen", "role": LEAD}),
        lambda said: said.update(present=[{"id": "helen", "role": LEAD}] * (MOST + 1)),
        lambda said: said["present"][0].update(role="guest"),
        lambda said: said["present"][0].update(id="Helen <b>"),
        lambda said: said.pop("place"),
        lambda said: said.update(more=1),
    ],
)
def test_one_field_that_is_not_as_it_should_be_is_refused(change: Change, signer: Signer) -> None:
    change(said := value_of(signer))
    with pytest.raises(Refused) as refused:
        ceremony_record.parse(SignedRecord.sign(said, signer))
    assert refused.value.rule == "structure"
