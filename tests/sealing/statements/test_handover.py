"""The statements of a hand-over: their bytes, their one form, and whose signatures they need."""

from __future__ import annotations

import json

import pytest

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import PublicKey
from testimony.sealing.statements import handover
from tests.support.sealing import handover_vectors

PARSED = {
    "offer": handover.parse_offer,
    "taken": handover.parse_answer,
    "refused": handover.parse_answer,
    "end": handover.parse_end,
    "ended": handover.parse_ended,
}
SIGNED = {"taken": "lawyer-there", "refused": "lawyer-there", "end": "lawyer-1", "ended": "lawyer-there"}


def test_the_kept_statements_are_what_this_version_writes() -> None:
    assert handover_vectors.FILE.read_text("utf-8") == handover_vectors.written()


@pytest.mark.parametrize("name", PARSED)
def test_a_kept_statement_is_read_and_one_with_another_field_is_not(name: str) -> None:
    kept = json.loads(handover_vectors.FILE.read_text("utf-8"))
    record = SignedRecord.decode(kept["records"][name].encode())
    assert record.id == kept["names"][name]
    PARSED[name](record)
    if name in SIGNED:
        record.verify([PublicKey.parse(key) for key in kept["keys"][SIGNED[name]]])
    for changed in ({**record.value, "more": 1}, {**record.value, "organisation": "a"}, {**record.value, "day": ""}):
        with pytest.raises(Refused):
            PARSED[name](SignedRecord(canonical.encode(changed), record.sigs))


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("offer", {"consent": "perhaps"}),
        ("offer", {"recipient": ""}),
        ("taken", {"reason": "We do not want it."}),
        ("refused", {"reason": ""}),
        ("refused", {"reason": "a" * 501}),
        ("ended", {"state": "forgotten"}),
    ],
)
def test_a_statement_that_contradicts_itself_is_refused(name: str, changed: dict[str, str]) -> None:
    record = handover_vectors.records()[name]
    with pytest.raises(Refused):
        PARSED[name](SignedRecord(canonical.encode({**record.value, **changed}), record.sigs))
