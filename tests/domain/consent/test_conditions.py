"""A yes that must not be taken down counts as asked and refused, with the guard's code as the reason."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.consent.conditions import documented, hindrance, judged
from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.fold import ConsentState, Standing, states, usable
from testimony.domain.consent.purposes import Key, Purpose

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "guards.json").read_text())
TOLD = tuple(VECTORS["told"])
IN_ORDER: dict[str, Any] = VECTORS["cases"][0]["circumstances"]
DAY = date(2026, 11, 25)
KEYS = [Key(Purpose.RECORD, "organisation"), Key(Purpose.LAWYER, "lawyers"), Key(Purpose.QUOTES, "public")]


def event(name: str, act: Act, key: Key, after: frozenset[str] = frozenset()) -> ConsentEvent:
    return ConsentEvent(id=name, act=act, purpose=key.purpose, recipient=key.recipient, day=DAY, after=after)


ASKED = [event(f"a{at}", Act.ASK, key) for at, key in enumerate(KEYS)]
AGREED = [event(f"g{at}", Act.GRANT, key, frozenset({f"a{at}"})) for at, key in enumerate(KEYS)]


KNOWN = [case for case in VECTORS["cases"] if case["purpose"] in list(Purpose)]


@pytest.mark.parametrize("case", KNOWN, ids=lambda case: case["name"])
def test_a_yes_with_something_in_its_way_is_refused_for_that_reason(case: dict[str, Any]) -> None:
    key = Key(Purpose(case["purpose"]), "one")
    asked, grant = event("a", Act.ASK, key), event("g", Act.GRANT, key, frozenset({"a"}))
    found = judged([asked, grant], case["circumstances"], TOLD)
    reason = case["obstacles"][0] if case["obstacles"] else None
    assert [(one.id, one.act, one.reason) for one in found] == [
        ("a", Act.ASK, None),
        ("g", Act.REFUSE if reason else Act.GRANT, reason),
    ]
    assert states(found, DAY)[key] == Standing(ConsentState.REFUSED if reason else ConsentState.GRANTED)
    assert ConsentEvent.parse(found[1].to_value()) == found[1]


def test_the_guards_of_one_purpose_refuse_that_one_alone() -> None:
    child = {**IN_ORDER, "age": "minor", "guardian": True, "assent": True}
    assert usable(judged([*ASKED, *AGREED], child, TOLD), DAY) == set(KEYS[:2])
    assert hindrance(Purpose.QUOTES, child, TOLD) == "not_for_children"
    assert hindrance(Purpose.RECORD, child, TOLD) is None


def test_what_was_not_recorded_lets_nothing_stand() -> None:
    assert usable(judged([*ASKED, *AGREED], {}, TOLD), DAY) == frozenset()


def test_a_no_stays_what_it_is_whatever_was_recorded() -> None:
    ended = [event(str(act), act, KEYS[0]) for act in Act if act is not Act.GRANT]
    assert list(judged(ended, {}, TOLD)) == ended


def test_what_is_on_paper_lets_the_organisation_keep_it_and_its_lawyers_read_it_and_nothing_else() -> None:
    found = documented([*ASKED, *AGREED])
    assert usable(found, DAY) == {Key(Purpose.RECORD, "organisation"), Key(Purpose.LAWYER, "lawyers")}
    assert [one.reason for one in found if one.act is Act.REFUSE] == ["not_recorded"]


def test_circumstances_that_only_say_that_they_are_on_paper_carry_no_consent() -> None:
    assert hindrance(Purpose.RECORD, {"documented": "a signed sheet"}, TOLD) == "not_recorded"
