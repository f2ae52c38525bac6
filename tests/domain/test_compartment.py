"""Who opens what: the table of the design over every set of purposes; a policy only narrows; two lawyers at least."""

import itertools
import json
import random
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.compartment import COMPARTMENTS, TO_COORDINATORS, narrow, readers, require_enough_lawyers
from testimony.domain.consent import Purpose
from testimony.domain.roles import Audience
from testimony.errors import NotEnoughLawyers
from tests.questionnaire.browser import call_in_browser

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "readers.json").read_text())
DECIDING = [Purpose.RECORD, Purpose.LAWYER, Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK]


def as_lists(table: Any) -> dict[str, list[str]]:
    return {name: sorted(str(audience) for audience in audiences) for name, audiences in table.items()}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: "+".join(case["purposes"]) or "nothing")
def test_each_set_of_purposes_opens_exactly_what_the_table_says(case: dict[str, Any]) -> None:
    assert as_lists(readers(Purpose(one) for one in case["purposes"])) == case["table"]


def test_the_vectors_hold_every_set_of_the_deciding_purposes() -> None:
    held = {frozenset(case["purposes"]) for case in VECTORS["cases"]}
    for size in range(len(DECIDING) + 1):
        assert all(frozenset(one) in held for one in itertools.combinations(DECIDING, size))


def test_no_other_purpose_opens_anything() -> None:
    others = [one for one in Purpose if one not in DECIDING]
    for size in range(len(DECIDING) + 1):
        for deciding in itertools.combinations(DECIDING, size):
            for more in (others, *[[one] for one in others]):
                assert readers([*deciding, *more]) == readers(deciding)


def test_coordinators_never_open_more_than_coded_and_consent() -> None:
    for size in range(len(DECIDING) + 1):
        for purposes in itertools.combinations(DECIDING, size):
            table = readers(purposes)
            assert {name for name in COMPARTMENTS if Audience.COORDINATORS in table[name]} <= TO_COORDINATORS


def test_recovery_opens_everything_once_it_may_be_kept_and_nothing_before() -> None:
    assert all(Audience.RECOVERY in audiences for audiences in readers([Purpose.RECORD]).values())
    assert not any(readers([Purpose.LAWYER, Purpose.COUNT]).values())


@pytest.mark.parametrize("case", VECTORS["policies"], ids=lambda case: case["name"])
def test_a_policy_may_only_narrow(case: dict[str, Any]) -> None:
    table = readers(Purpose(one) for one in case["purposes"])
    narrowed = narrow(table, case["policy"])
    assert as_lists(narrowed) == case["table"]
    assert all(narrowed[name] <= table[name] for name in COMPARTMENTS)


@pytest.mark.parametrize("case", VECTORS["lawyers"], ids=lambda case: f"{case['purposes']} {case['active']}")
def test_where_lawyers_read_there_are_at_least_two(case: dict[str, Any]) -> None:
    table = readers(Purpose(one) for one in case["purposes"])
    if case["lacks"]:
        with pytest.raises(NotEnoughLawyers):
            require_enough_lawyers(table, case["active"])
    else:
        require_enough_lawyers(table, case["active"])


@pytest.mark.node
def test_python_and_the_browser_agree_on_every_set_of_purposes_and_on_random_policies() -> None:
    chance = random.Random(5)
    every = [[str(one) for one in Purpose if chance.random() < 0.5] for _ in range(2_000)]
    tables = call_in_browser("readertable", "readers", [[purposes] for purposes in every])
    audiences = [str(one) for one in Audience]
    policies = [{name: chance.sample(audiences, chance.randrange(4)) for name in COMPARTMENTS} for _ in every]
    narrowed = call_in_browser("readertable", "narrow", [list(pair) for pair in zip(tables, policies, strict=True)])
    for purposes, table, policy, cut in zip(every, tables, policies, narrowed, strict=True):
        told = readers(Purpose(one) for one in purposes)
        assert as_lists(table) == as_lists(told)
        assert as_lists(cut) == as_lists(narrow(told, policy))
