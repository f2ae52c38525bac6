"""New uses of a roster: their ids are never those of an earlier use, nothing asked before ends, limits are said."""

from __future__ import annotations

import copy
import json
from datetime import date
from typing import Any

import pytest

from testimony import canonical
from testimony.domain.consent.offers import offers
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.sealing.roster.roster import Roster
from testimony.services.roster import diff as roster_diff
from testimony.services.roster import uses
from testimony.services.roster.errors import UseRefused
from testimony.services.roster.uses import NewUse
from tests.support.sealing.organisation import Organisation

ORG = Organisation()
TODAY = date(2026, 11, 26)
RIVER = {"purpose": "P09", "recipient": "river", "name": {"en": "river"}}
LEAST: list[dict[str, Any]] = [
    {"purpose": "P01", "recipient": "organisation"},
    {"purpose": "P04", "recipient": "lawyers"},
]


def roster(purposes: list[dict[str, Any]]) -> Roster:
    value = copy.deepcopy(dict(ORG.successor())) | {"organisation": {"purposes": purposes} if purposes else {}}
    return Roster.parse(canonical.encode(value))


def made(use: NewUse, *rosters: Roster) -> str:
    return uses.made(rosters, [], use, TODAY)[0]


def refused(use: NewUse, held: Roster) -> list[tuple[str, str]]:
    return [(one.field, one.reason) for one in uses.problems([held], [], use, TODAY)]


def test_an_id_of_an_ended_use_is_never_given_to_another() -> None:
    now, before = roster(LEAST), roster([*LEAST, RIVER])
    assert made(NewUse(purpose="P09", names={"en": "river"}), now) == "river"
    assert made(NewUse(purpose="P09", names={"en": "river"}), now, before) == "river-2"
    assert made(NewUse(purpose="P05", names={"en": "Organisation"}), now) == "organisation-2"


@pytest.mark.parametrize(
    ("names", "id"),
    [
        ({"en": "Hirsi & others v. Italy"}, "hirsi-others-v-italy"),
        ({"ar": "قضية النهر"}, "case"),
        ({"ar": "قضية النهر", "fr": "Été à Évros"}, "ete-a-evros"),
        ({"en": "a" * 300}, "a" * 40),
        ({"fa": "پرونده\u200cها"}, "case"),
    ],
)
def test_ids_come_from_the_first_name_with_latin_letters(names: dict[str, str], id: str) -> None:
    assert made(NewUse(purpose="P09", names=names), roster(LEAST)) == id


def test_uses_that_were_asked_without_being_named_go_on_beside_the_new_one() -> None:
    before = roster([])
    draft = json.loads(before.data)
    _id, new = uses.made(
        [before], [], NewUse(purpose="P08a", names={"en": "the mandate"}, also=("P08d", "P08b")), TODAY
    )
    uses.add(draft, new)
    after = Roster.parse(canonical.encode(draft))
    asked = {str(offer.purpose) for offer in offers(before.organisation)}
    assert asked == {"P01", "P04", "P06"}
    assert {str(offer.purpose) for offer in offers(after.organisation)} == asked | {"P08a", "P08b", "P08d"}
    kinds = [change.kind for change in roster_diff.changes(before, after)]
    assert kinds == ["use.new", "use.name", "use.months"] * 3
    with pytest.raises(EnrolmentRefused):
        uses.add(draft, new)


def test_what_cannot_be_asked_is_refused_with_its_field() -> None:
    full = roster([*LEAST, *({**RIVER, "recipient": f"river-{number}"} for number in range(62))])
    assert ("purpose", "full") in refused(NewUse(purpose="P09", names={"en": "one more"}), full)
    assert refused(NewUse(purpose="P09", names={"en": "x"}), roster(LEAST[:1])) == [("purpose", "lacking")]
    assert refused(NewUse(purpose="P13"), roster([*LEAST, {"purpose": "P13", "recipient": "organisation"}])) == [
        ("purpose", "asked")
    ]
    assert refused(NewUse(purpose="P13"), roster(LEAST)) == []
    assert refused(NewUse(purpose="P09", names={"en": "Ｒiver"}), roster([*LEAST, RIVER])) == [("name-en", "known")]
    assert refused(NewUse(purpose="P09", names={"xx": "y"}), roster(LEAST)) == [("name-xx", "language")]
    assert all(UseRefused("name", reason, number=1, most=1, id="x").values for reason in UseRefused.REASONS)


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        ({"life_months": 3}, ["use.changes", "use.name", "use.months"]),
        ({"life_months": None}, ["use.changes", "use.name", "use.endless"]),
        ({"name": {"en": "river", "ar": "x"}}, ["use.changes", "use.name", "use.name", "use.months"]),
        ({"case": {"body": "A court"}}, ["use.changes", "use.name", "use.months", "use.case"]),
        ({"case": {"novel": 1}}, ["organisation"]),
        ({"case": {"deadline": "2026-02-30"}}, ["organisation"]),
        ({"case": {"lawyers": "lawyer-1"}}, ["organisation"]),
        ({"colour": "red"}, ["organisation"]),
    ],
)
def test_every_change_of_a_use_is_said_to_those_who_sign(change: dict[str, Any], kinds: list[str]) -> None:
    before, after = roster([*LEAST, RIVER]), roster([*LEAST, RIVER | change])
    assert [one.kind for one in roster_diff.changes(before, after)] == kinds
    ended = roster_diff.changes(before, roster(LEAST))
    assert [one.kind for one in ended] == ["use.ends"]
    assert "river" in ended[0].say()


def test_another_order_of_uses_is_said_too() -> None:
    found = roster_diff.changes(roster([*LEAST, RIVER]), roster([RIVER, *LEAST]))
    assert [one.kind for one in found] == ["organisation"]
