"""Which accounts confirm one another: those that lawyers linked, of other persons, as far as consent allows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.casefile.casefile import CaseFile, Order
from testimony.services.casefile.corroboration import Corroboration
from testimony.services.enrolment.organisation import Organisation
from testimony.services.incidents import linkage
from tests.support.services.casefiles import COURT, account, brought, gathered, pdf_of, text_of
from tests.support.services.desks import TODAY, Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def held(desk: Desk) -> linkage.Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return linkage.current_links(desk.station.chain, desk.annexes)


def linked(desk: Desk, first: str, *others: str) -> None:
    for other in others:
        linkage.same_event(desk.station, desk.reader, held(desk), first, other, day=TODAY)


def found(desk: Desk, *tids: str) -> dict[str, tuple[Corroboration, ...]]:
    held(desk)
    made = gathered(desk, Order(case=COURT, tids=tids, lang="en"))
    assert isinstance(made, CaseFile)
    return dict(made.corroborations)


def test_accounts_of_one_incident_name_each_other_by_their_numbers_in_the_file(
    desk: Desk, organisation: Organisation
) -> None:
    told = [account(number, "en", "They sent us back.") for number in range(4)]
    first, second, outside, alone = brought(desk, organisation, told)
    linked(desk, first, second, outside)
    said = found(desk, second, alone, first)
    assert said[first] == (Corroboration(number=1, within=(1,), same=(), others=1, contested=False),)
    assert said[second] == (Corroboration(number=1, within=(3,), same=(), others=1, contested=False),)
    assert said[alone] == ()
    text = " ".join(text_of(pdf_of(desk, second, alone, first)).split())
    assert "Incident 1 Testimonies of this file by other persons that tell of it too: 3" in text
    assert "may be used for this case: 1" in text
    assert outside not in text
    assert outside[:8] not in text


def test_an_account_whose_consent_does_not_cover_the_case_is_neither_named_nor_counted(
    desk: Desk, organisation: Organisation
) -> None:
    told = [account(0, "en", "They sent us back."), account(1, "en", "They sent us back.", also=["P09-another-case"])]
    first, closed = brought(desk, organisation, told)
    linked(desk, first, closed)
    assert found(desk, first)[first] == (Corroboration(number=1, within=(), same=(), others=0, contested=False),)
    text = " ".join(text_of(pdf_of(desk, first)).split())
    assert "No testimony of this file by another person tells of it." in text
    assert "may be used for this case" not in text


def test_a_person_does_not_confirm_their_own_words(desk: Desk, organisation: Organisation) -> None:
    told = [account(number, "en", "They sent us back.") for number in range(3)]
    first, again, outside = brought(desk, organisation, told)
    linked(desk, first, again, outside)
    for tid in (again, outside):
        linkage.tell_person(desk.station, desk.reader, held(desk), tid, first, day=TODAY)
    (one,) = found(desk, first, again)[first]
    assert (one.within, one.same, one.others) == ((), (2,), 0)


def test_a_link_about_which_lawyers_differ_confirms_nothing(homes: Path, organisation: Organisation) -> None:
    with desks(homes, organisation) as at:
        desk, other = at["lawyer-1"], at["lawyer-2"]
        told = [account(number, "en", "They sent us back.") for number in range(2)]
        first, second = brought(desk, organisation, told)
        other.exchange()
        linked(desk, first, second)
        incident = next(iter(held(desk).linked.incidents[second]))
        for one in (desk, other):
            one.exchange()
        linkage.take_away(other.station, other.reader, held(other), second, incident, day=TODAY)
        linkage.tell(desk.station, desk.reader, held(desk), second, incident, day=TODAY)
        for one in (other, desk, other):
            one.exchange()
        if (second, incident) not in held(desk).linked.contested:
            pytest.fail("the desks do not differ")
        said = found(desk, first, second)
    assert said[second][0].contested
    assert said[first][0].within == ()
