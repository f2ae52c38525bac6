"""Who was told that coordinators see only rough facts gives them no more, at every door, until they are asked again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.coding.coded_account import ROUGH
from testimony.domain.consent.events import Act
from testimony.domain.release import columns as release_columns
from testimony.questionnaire.consent_scripts import read, shipped, tells_rough_facts
from testimony.services.coding import opened_accounts
from testimony.services.consent import acts as consent_acts
from testimony.services.consent.errors import ConsentActRefused
from testimony.services.enrolment.organisation import Organisation
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.release import candidates
from tests.support.services.coding import coded, correct
from tests.support.services.consent.acts import late
from tests.support.services.consent.earlier_words import in_words_of
from tests.support.services.desks import COUNT, MECHANISM, TODAY, Desk, desks, testimony_at
from tests.support.services.reviews import meet

USES = ("P01", "P04", "P06", "P07")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    with in_words_of("4/en"):
        tid = testimony_at(at["lawyer-1"].central, organisation, *USES)
    meet(at)
    return tid


def answers(desk: Desk, tid: str) -> dict[str, Any]:
    held = desk.open(tid).compartment("coded")
    assert held is not None
    assert json.loads(held.data) == held.content, "nothing else stands in the bytes"
    return dict((held.content or {})["answers"])


def test_the_scripts_before_version_5_told_of_rough_facts_and_the_later_ones_of_all_that_is_ticked() -> None:
    for sha256, one in shipped().items():
        assert tells_rough_facts({"script": {"sha256": sha256}}) == (one.version < 5), one
    assert "rough facts" in read("4/en").who_reads(lawyers=False, counted=True).text
    assert tells_rough_facts({"script": {"version": 3}})
    for script in ({"sha256": "0" * 64}, {"version": 9}, {"version": "3"}, {}, None, "script", {"sha256": 5}):
        assert not tells_rough_facts({"script": script})


def test_coordinators_see_month_border_and_violence_and_lawyers_all_of_it(at: dict[str, Desk], tid: str) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    assert answers(coordinator, tid).keys() <= ROUGH
    assert {"i_date", "i_segment", "v_acts"} <= answers(coordinator, tid).keys()
    assert {"w_age", "w_nat", "x_actors"} <= answers(lawyer, tid).keys()


def test_the_list_is_cut_down_too_and_a_release_counts_all_of_it(at: dict[str, Desk], tid: str) -> None:
    """Both come from the way in that opens many at once. What left before is made anew with the same bytes."""
    rows = {}
    for name in ("lawyer-1", "coordinator-1"):
        index = InboxIndex(WordIndex())
        index.read_on(at[name].station, at[name].reader, at[name].annexes, day=TODAY, seconds=600)
        (rows[name],) = index.rows()
    assert rows["lawyer-1"].gender
    assert (rows["coordinator-1"].place, rows["coordinator-1"].gender) == (rows["lawyer-1"].place, "")
    line = counted(at["coordinator-1"])
    assert line is not None
    assert line.value("place") == rows["lawyer-1"].place
    assert release_columns.MISSING not in {line.value(name) for name in ("age", "gender", "nat")}


def counted(desk: Desk) -> release_columns.Line | None:
    with desk.station.database.reading() as session:
        (account,) = opened_accounts.open_accounts(
            desk.station, session, desk.reader, desk.annexes, candidates.vocabulary(), at=TODAY
        )
    return account.line


def test_a_lawyers_correction_tells_coordinators_of_rough_facts_alone(at: dict[str, Desk], tid: str) -> None:
    correct(at["lawyer-1"], tid, "w_nat", {"value": "ERI"})
    correct(at["lawyer-1"], tid, "i_date", {"value": "2024-03-17"})
    meet(at)
    said = [event["answers"] for annex in at["coordinator-1"].annexes.about(tid) for event in annex.content["events"]]
    assert said == [{"i_date": {"value": "2024-03"}}]
    assert coded(at["lawyer-2"], tid).answer("w_nat") == ({"value": "ERI"}, False)


def test_a_new_yes_in_the_words_of_today_opens_the_rest_and_taking_it_back_closes_it(
    at: dict[str, Desk], tid: str
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    assert lawyer.stands(tid).may_be_asked(COUNT), "it stands already, but less was told"
    late(lawyer, tid, COUNT)
    meet(at)
    assert {"w_age", "w_nat"} <= answers(coordinator, tid).keys()
    assert not lawyer.stands(tid).may_be_asked(COUNT)
    with pytest.raises(ConsentActRefused):
        late(lawyer, tid, COUNT)
    consent_acts.say(lawyer.station, lawyer.reader, lawyer.stands(tid), Act.WITHDRAW, COUNT, reason="other", day=TODAY)
    meet(at)
    assert MECHANISM in lawyer.stands(tid).usable
    assert answers(coordinator, tid).keys() <= ROUGH


def test_who_heard_all_that_is_ticked_is_not_asked_again(at: dict[str, Desk], organisation: Organisation) -> None:
    tid = testimony_at(at["lawyer-1"].central, organisation, *USES)
    meet(at)
    assert {"w_age", "w_nat"} <= answers(at["coordinator-1"], tid).keys()
    assert not at["lawyer-1"].stands(tid).may_be_asked(COUNT)
