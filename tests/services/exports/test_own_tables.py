"""Own tables count what lawyers made of an account: its corrections, its person and its incidents."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import content_of
from testimony.domain.coding.corrections import Correction
from testimony.domain.testimony.own_table import UNKNOWN, Ask, Told, Unit, table, values
from testimony.services.coding import coding
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import own_tables
from testimony.services.inbox.inbox import InboxIndex
from testimony.services.inbox.search import WordIndex
from testimony.services.incidents import linkage
from testimony.services.opening.annexes import AnnexIndex
from tests.support.services.batches import told as account
from tests.support.services.casefiles import brought
from tests.support.services.coding import correct
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet

ALL = ("P01", "P04", "P06")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def desk(at: dict[str, Desk]) -> Desk:
    return at["lawyer-1"]


def counted(desk: Desk) -> dict[str, Told]:
    words = WordIndex()
    index = InboxIndex(words)
    index.read_on(desk.station, desk.reader, desk.annexes, day=TODAY, seconds=600)
    with desk.station.database.reading() as session:
        found = own_tables.told(desk.station, session, desk.annexes, index.rows(), words.codes())
    return {one.row.tid: one for one in found}


def test_a_correction_is_counted_in_place_of_the_answer_until_it_is_taken_back(
    desk: Desk, organisation: Organisation
) -> None:
    one, other = brought(desk, organisation, [account(0, ALL, v_acts=["beat"]), account(1, ALL, v_acts=["beat"])])
    sealed = counted(desk)[one]
    correct(desk, one, "v_acts", {"value": ["kick", "dog"]})
    correct(desk, one, "w_gender", {"missing": "ref"})
    correct(desk, one, "i_date", {"value": "2024-11-30"})
    found = counted(desk)
    assert values(found[one], "v_acts") == ("dog", "kick")
    assert values(found[one], "gender") == (UNKNOWN,)
    assert values(found[one], "month") == ("2024-11",)
    assert values(found[one], "border") == values(sealed, "border"), "it was not corrected"
    assert values(found[other], "v_acts") == ("beat",)
    for field in ("v_acts", "w_gender", "i_date"):
        correct(desk, one, field, None)
    assert counted(desk)[one] == sealed


def test_a_correction_that_no_form_allows_counts_for_nothing(desk: Desk, organisation: Organisation) -> None:
    (one,) = brought(desk, organisation, [account(0, ALL, v_acts=["beat"])])
    sealed = counted(desk)[one]
    for field, value in (("v_acts", ["force_body"]), ("w_age", "a35to44 or so"), ("i_held", "dog")):
        said = Correction(id=os.urandom(16).hex(), field=field, answer={"value": value}, reason="account", day=TODAY)
        content = content_of(corrections.KIND, said.to_value())
        record, items = consent_acts.seal_content(
            desk.station.chain.latest, desk.reader, one, content, day=TODAY, audiences=coding.LAWYERS
        )
        consent_acts.keep(desk.station, desk.reader, items, [("said", record.id)], TODAY)
    assert counted(desk)[one] == sealed


def test_desks_that_say_the_same_in_two_ways_do_not_differ(at: dict[str, Desk], organisation: Organisation) -> None:
    one_desk, other_desk = at["lawyer-1"], at["lawyer-2"]
    (one,) = brought(one_desk, organisation, [account(0, ALL, v_acts=["beat"], g_size=7)])
    meet(at)
    sealed = counted(one_desk)[one]
    for field, same in (("v_acts", ["beat"]), ("g_size", 8), ("w_gender", sealed.row.gender)):
        correct(one_desk, one, field, None)
        correct(other_desk, one, field, {"value": same})
    correct(one_desk, one, "w_age", None)
    correct(other_desk, one, "w_age", {"missing": "ref"})
    meet(at)
    found = counted(one_desk)[one]
    assert values(found, "v_acts") == ("beat",)
    assert values(found, "g_size") == values(sealed, "g_size") == ("s6to10",)
    assert values(found, "gender") == values(sealed, "gender") != (UNKNOWN,)
    assert values(found, "age") == (UNKNOWN,), "here they differ"


def test_coordinators_count_what_lawyers_corrected_as_the_coded_account_says_it(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    (one,) = brought(lawyer, organisation, [account(0, ALL, v_acts=["beat"])])

    def unlocked() -> Told:
        meet(at)
        again = counted(replace(coordinator, annexes=AnnexIndex(remembers=True)))[one]
        assert counted(coordinator)[one] == again, "what was kept says the same"
        return again

    sealed = unlocked()
    correct(lawyer, one, "v_acts", {"value": ["dog"]})
    correct(lawyer, one, "i_date", {"value": "2024-11-30"})
    for name, gender in (("lawyer-1", "f"), ("lawyer-2", "x")):
        correct(at[name], one, "w_gender", {"value": gender})
    found = unlocked()
    assert values(sealed, "v_acts") == ("force_body",)
    assert values(found, "v_acts") == ("dogs",)
    assert values(found, "month") == ("2024-11",)
    assert values(found, "gender") == (UNKNOWN,), "lawyers differ"
    assert values(found, "border") == values(sealed, "border"), "it was not corrected"
    for field in ("v_acts", "i_date", "w_gender"):
        correct(lawyer, one, field, None)
    assert unlocked() == sealed


def test_a_value_on_no_list_is_not_counted_whatever_a_phone_sealed(desk: Desk, organisation: Organisation) -> None:
    (one,) = brought(desk, organisation, [account(0, ALL, v_acts=["a name"], i_place_ret={"value": "a street"})])
    assert values(counted(desk)[one], "v_acts") == (UNKNOWN,)
    assert values(counted(desk)[one], "i_place_ret") == (UNKNOWN,)


def test_persons_and_incidents_are_those_of_the_links(desk: Desk, organisation: Organisation) -> None:
    one, two, three = brought(desk, organisation, [account(number, ALL) for number in range(3)])
    links = linkage.current_links(desk.station.chain, desk.annexes)
    linkage.tell_person(desk.station, desk.reader, links, one, two, day=TODAY)
    counted(desk)
    links = linkage.current_links(desk.station.chain, desk.annexes)
    linkage.same_event(desk.station, desk.reader, links, two, three, day=TODAY)
    told = counted(desk).values()
    totals = [table(told, Ask(by="border", unit=unit), use="lawyer").total for unit in Unit]
    assert totals == [3, 2, 2]
