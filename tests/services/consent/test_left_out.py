"""A coordinator's desk shows no answer that nothing publishes, also of accounts that were sealed with such answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from testimony.domain.coding import corrections
from testimony.domain.coding.acts import content_of
from testimony.questionnaire.codebook import Codebook
from testimony.services.coding import opened_accounts
from testimony.services.coding.eligibility import Account
from testimony.services.consent import acts as consent_acts
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.release import candidates
from tests.support.services.batches import bring, told
from tests.support.services.coding import coded, effective
from tests.support.services.consent.earlier_words import with_form
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet

PRIVATE = {"w_vuln": ["preg"], "a_fear": ["religion"], "g_men": 3}
EVERYBODY = ("coordinators", "lawyers", "recovery")


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


@pytest.fixture
def tid(at: dict[str, Desk], organisation: Organisation) -> str:
    """Of the time when all that may leave was sealed to coordinators."""
    with with_form("camp-interview@3"):
        (sealed,) = bring(
            organisation, at["lawyer-1"].central, [told(0, ("P01", "P04", "P06"), **PRIVATE, v_injury=["fracture"])]
        )
    meet(at)
    return str(sealed.record.value["tid"])


def answers(desk: Desk, tid: str) -> dict[str, Any]:
    held = desk.open(tid).compartment("coded")
    assert held is not None
    assert json.loads(held.data) == held.content, "nothing else stands in the bytes"
    return dict((held.content or {})["answers"])


def account(desk: Desk) -> Account:
    with desk.station.database.reading() as session:
        (found,) = opened_accounts.open_accounts(
            desk.station, session, desk.reader, AnnexIndex(), candidates.vocabulary(), at=TODAY
        )
    return found


def test_the_sealed_bytes_hold_it_lawyers_see_it_and_coordinators_do_not(at: dict[str, Desk], tid: str) -> None:
    lawyer, coordinator = answers(at["lawyer-1"], tid), answers(at["coordinator-1"], tid)
    assert PRIVATE.keys() <= lawyer.keys()
    assert coordinator == {name: answer for name, answer in lawyer.items() if Codebook.load().fields[name].coded}
    assert {"w_age", "w_nat", "v_acts", "v_injury"} <= coordinator.keys()


def test_a_name_that_no_form_knows_is_not_shown_to_coordinators(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dishonest phone could write words there."""
    contents = demo.contents

    def dishonest(*arguments: Any) -> dict[str, dict[str, Any]]:
        made = contents(*arguments)
        made["coded"]["answers"]["n_said"] = {"value": "Karim Beispiel, from the house by the river"}
        return made

    monkeypatch.setattr(demo, "contents", dishonest)
    (sealed,) = bring(organisation, at["lawyer-1"].central, [told(0, ("P01", "P04", "P06"))])
    meet(at)
    tid = str(sealed.record.value["tid"])
    assert "n_said" in answers(at["lawyer-1"], tid)
    shown = answers(at["coordinator-1"], tid)
    assert {"w_age", "v_acts"} <= shown.keys() <= Codebook.load().coded


def test_what_releases_and_tables_count_is_the_same_with_the_answers_and_without(
    at: dict[str, Desk], tid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what left before is made again with the same bytes."""
    cut = account(at["coordinator-1"])
    monkeypatch.setitem(vars(Codebook.load()), "coded", frozenset(Codebook.load().fields))
    assert PRIVATE.keys() <= answers(at["coordinator-1"], tid).keys()
    assert account(at["coordinator-1"]) == cut


def test_a_correction_that_an_earlier_desk_told_coordinators_is_not_shown_either(at: dict[str, Desk], tid: str) -> None:
    lawyer, coordinator = at["lawyer-1"], at["coordinator-1"]
    said = {"w_vuln": {"value": ["ill"]}, "w_nat": {"value": "ERI"}}
    content = content_of(corrections.RECODING, {"id": "ab" * 16, "day": "2026-01-20", "after": [], "answers": said})
    record, items = consent_acts.seal_content(
        lawyer.station.chain.latest, lawyer.reader, tid, content, day=TODAY, audiences=EVERYBODY
    )
    consent_acts.keep(lawyer.station, lawyer.reader, items, [("said", record.id)], TODAY)
    meet(at)
    assert coded(at["lawyer-2"], tid).coded is not None
    found = effective(coordinator, tid)
    assert (found.corrected, found.answers["w_nat"]) == ({"w_nat"}, said["w_nat"])
    assert "w_vuln" not in found.answers
    assert found.unread == 0
