"""The second opinion finds what the ledger must never hold, and agrees with batches that are right."""

from __future__ import annotations

from dataclasses import replace

from testimony.anonymity.frozen_profile import walk
from testimony.anonymity.invariant import Membership, broken, overstated
from testimony.anonymity.pool import Pool
from testimony.anonymity.validity import TRUSTED
from tests.support.anonymity.frozen_profile import PROFILE
from tests.support.anonymity.populations import SCHEMA, population


def members(number: int, class_id: str = "a") -> list[Membership]:
    return [
        Membership(record=f"{class_id}{one}", class_id=class_id, person=f"p{one}", incident=f"i{one}")
        for one in range(number)
    ]


def test_batches_of_many_turns_hold_it() -> None:
    entered = []
    for turn in range(4):
        records = population(500, turn, recipients=True)
        for frozen in walk(Pool.from_records(records, SCHEMA), PROFILE.faster(8), name=str(turn)).classes:
            entered += [
                Membership(
                    record=f"{turn}-{one}",
                    class_id=frozen.id,
                    person=f"{turn}-{records[one].person}",
                    incident=records[one].incident and f"{turn}-{records[one].incident}",
                )
                for one in frozen.members.tolist()
            ]
    assert len(entered) > 500
    assert not broken(entered, TRUSTED.rule)


def test_too_few_persons_or_incidents_are_found() -> None:
    assert broken(members(4), TRUSTED.rule)
    assert broken(members(4), TRUSTED.rule).small == ("a",)
    assert broken([replace(one, incident="i") for one in members(9)], TRUSTED.rule).small == ("a",)
    assert broken([*members(4), *[replace(one, person="p0") for one in members(9)[4:]]], TRUSTED.rule).small == ("a",)
    assert not broken(members(5), TRUSTED.rule)
    unknown = [replace(one, incident="" if at else "i") for at, one in enumerate(members(9))]
    assert broken(unknown, TRUSTED.rule).small == ("a",), "nobody knows that it is a second incident"


def test_a_record_that_enters_twice_is_found() -> None:
    again = [replace(members(5)[0], class_id="b"), *members(6, "b")]
    assert broken([*members(5), *again], TRUSTED.rule)
    assert broken([*members(5), *again], TRUSTED.rule).twice == ("a0",)


def test_a_count_that_is_said_of_too_many_is_found() -> None:
    persons = {"a": [f"p{one}" for one in range(10)]}
    for number in range(11):
        tellers = {("a", "sexual"): persons["a"][:number]}
        assert bool(overstated(tellers, persons, [("a", "sexual")], 0.5)) == (number > 5)
        assert not overstated(tellers, persons, [], 0.5)
