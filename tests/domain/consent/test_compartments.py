"""Who opens what: the table of the design over every set of purposes; a policy only narrows; two lawyers at least."""

import itertools
import json
import random
import subprocess
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.compartments import (
    COMPARTMENTS,
    GIVES,
    TO_COORDINATORS,
    closed_by,
    given_purposes,
    narrow,
    readers,
    require_enough_lawyers,
)
from testimony.domain.consent.fold import Key, Purpose, effective
from testimony.domain.errors import NotEnoughLawyers
from testimony.domain.roles import Audience
from tests.support.each_time import each_time
from tests.support.questionnaire.node_js import call_in_browser

SOME = 7  # of an even number the first purpose would be in no set
ALL_TABLES = Path(__file__).parents[2] / "js" / "alltables.mjs"

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "readers.json").read_text())
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


@pytest.mark.parametrize("case", VECTORS["given"], ids=lambda case: case["name"])
def test_each_recipient_is_given_what_its_purpose_says_for_its_own_time(case: dict[str, Any]) -> None:
    lives = {Key(Purpose(one["purpose"]), one["recipient"]): one["life_months"] for one in case["keys"]}
    found = given_purposes(lives, date.fromisoformat(case["day"]))
    assert [
        {"purpose": one.purpose, "recipient": one.recipient, "what": one.what, "until": one.until and str(one.until)}
        for one in found
    ] == case["given"]


def test_every_purpose_says_what_it_gives() -> None:
    assert set(GIVES) == set(Purpose)


@pytest.mark.parametrize("step", each_time([1, SOME], SOME))
def test_python_and_the_browser_agree_on_sets_of_purposes(node: str, step: int) -> None:
    """Half a million sets when long; each time every seventh, among which any four purposes meet in every way."""
    asked = json.dumps({"purposes": [str(one) for one in Purpose], "step": step})
    told = json.loads(
        subprocess.run([node, ALL_TABLES], input=asked, capture_output=True, text=True, check=True).stdout
    )
    tables = [_as_sets(*json.loads(table)) for table in told["tables"]]
    purposes = list(Purpose)
    masks = range(0, 2 ** len(purposes), step)
    for mask, number in zip(masks, told["of"], strict=True):
        chosen = [one for at, one in enumerate(purposes) if mask >> at & 1]
        table, kept = tables[number]
        assert kept == effective(chosen), chosen
        assert table == readers(chosen), chosen


def _as_sets(table: dict[str, list[str]], kept: list[str]) -> tuple[dict[str, frozenset[Audience]], set[Purpose]]:
    """What the browser said, in the types of here: read once for each table and not for each set of purposes."""
    assert all(one == sorted(set(one)) for one in (kept, *table.values()))
    return {name: frozenset(map(Audience, readers)) for name, readers in table.items()}, set(map(Purpose, kept))


def test_a_consent_to_one_recipient_gives_nothing_to_another() -> None:
    lives = {Key(Purpose.RECORD, "organisation"): 24, Key(Purpose.LAWYER, "lawyers"): 24, Key(Purpose.SERVICE, "a"): 3}
    assert {one.recipient for one in given_purposes(lives, date(2026, 1, 1)) if one.purpose is Purpose.SERVICE} == {"a"}


@pytest.mark.node
def test_python_and_the_browser_agree_on_random_gifts() -> None:
    chance = random.Random(9)
    asked: list[list[Any]] = []
    for _ in range(2_000):
        keys = {(str(chance.choice(list(Purpose))), chance.choice("abc")) for _ in range(chance.randrange(12))}
        keys |= {("P01", "organisation"), ("P04", "lawyers")} if chance.random() < 0.8 else set()
        life = [{"purpose": p, "recipient": r, "life_months": chance.choice([None, 1, 3, 24, 1200])} for p, r in keys]
        asked.append([life, str(date(2024, 1, 1) + timedelta(days=chance.randrange(2000)))])
    for (keys_told, day), found in zip(asked, call_in_browser("consent/compartments", "given", asked), strict=True):
        lives = {Key(Purpose(one["purpose"]), one["recipient"]): one["life_months"] for one in keys_told}
        expected = given_purposes(lives, date.fromisoformat(day))
        assert found == [
            {
                "purpose": one.purpose,
                "recipient": one.recipient,
                "what": one.what,
                "until": one.until and str(one.until),
            }
            for one in expected
        ]


@pytest.mark.node
def test_python_and_the_browser_agree_on_every_set_of_purposes_and_on_random_policies() -> None:
    chance = random.Random(5)
    every = [[str(one) for one in Purpose if chance.random() < 0.5] for _ in range(2_000)]
    tables = call_in_browser("consent/compartments", "readers", [[purposes] for purposes in every])
    audiences = [str(one) for one in Audience]
    policies = [{name: chance.sample(audiences, chance.randrange(4)) for name in COMPARTMENTS} for _ in every]
    narrowed = call_in_browser(
        "consent/compartments", "narrow", [list(pair) for pair in zip(tables, policies, strict=True)]
    )
    for purposes, table, policy, cut in zip(every, tables, policies, narrowed, strict=True):
        told = readers(Purpose(one) for one in purposes)
        assert as_lists(table) == as_lists(told)
        assert as_lists(cut) == as_lists(narrow(told, policy))


def test_what_is_taken_back_shuts_out_nobody_whom_another_purpose_may_let_in() -> None:
    nobody = dict.fromkeys(COMPARTMENTS, frozenset[Audience]())
    assert closed_by([Purpose.COUNT, Purpose.MECHANISM]) == nobody  # a network may still be agreed to
    closed = closed_by([Purpose.COUNT, Purpose.MECHANISM, Purpose.NETWORK])
    assert closed == nobody | dict.fromkeys(TO_COORDINATORS, frozenset({Audience.COORDINATORS}))
    without = closed_by([Purpose.LAWYER])
    assert {name for name in COMPARTMENTS if without[name] == {Audience.LAWYERS}} == {
        "identity", "media", "narrative", "provenance",
    }  # fmt: skip
    assert closed_by([Purpose.RECORD]) == readers(Purpose)


def test_both_twins_close_alike_and_never_what_is_still_allowed() -> None:
    sets = [*itertools.chain(*(itertools.combinations(DECIDING, size) for size in range(len(DECIDING) + 1)))]
    sets += [(one,) for one in Purpose]
    closed = call_in_browser("consent/compartments", "closedBy", [[list(map(str, one))] for one in sets])
    for withdrawn, theirs in zip(sets, closed, strict=True):
        ours = closed_by(withdrawn)
        assert {name: set(them) for name, them in theirs.items()} == ours
        for size in range(len(DECIDING) + 1):
            for standing in itertools.combinations(set(Purpose) - set(withdrawn), size if size < 3 else 0):
                table = readers(standing)
                assert not any(ours[name] & table[name] for name in COMPARTMENTS)
