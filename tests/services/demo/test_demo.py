"""The demonstration seals what a real interview would, and only to those whom the invented witness allowed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from testimony.domain.consent import guards
from testimony.domain.consent.fold import Purpose, standing_purposes
from testimony.domain.consent.offers import offers
from testimony.questionnaire import conditions
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.form import Form
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import verify_manifest
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation, Plan, described
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming, Outcome
from testimony.services.startup import open_station
from testimony.station.station import Station

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
INVENTED = demo.invented()


@pytest.mark.parametrize("told", INVENTED, ids=lambda told: told["about"])
def test_every_code_is_one_of_the_form(told: dict[str, Any]) -> None:
    form = Form.load()
    for name, value in told["incident"].items():
        field = form.field(name)
        assert field.compartment == "incident"
        if field.options:
            assert set(value if isinstance(value, list) else [value]) <= set(field.options), name
    answers = {name: {"value": value} for name, value in told["incident"].items()}
    lacking = conditions.needed(form.value, answers, told["purposes"])
    assert set(lacking) <= {"i_date", "n_text"}, "a real interview could not be finished so"


@pytest.mark.parametrize("told", INVENTED, ids=lambda told: told["about"])
def test_the_consent_is_one_that_an_interview_would_accept(told: dict[str, Any]) -> None:
    consent = demo.contents(told, Form.load(), NOON)["consent"]
    assert standing_purposes(consent["events"], NOON.date()) == {Purpose(code) for code in told["purposes"]} | {
        Purpose(one.partition("-")[0]) for one in told.get("also", ())
    }
    items = tuple(item.id for item in Script.load(told["script"]).told)
    for purpose in told["purposes"]:
        assert guards.obstacles(consent, purpose, items) == ()


def test_a_newcomer_can_ask_for_a_story_and_speak_a_draft_without_an_interpreter() -> None:
    asked = json.loads(demo.ASKING.read_text(encoding="utf-8"))
    told = described(Plan(**asked, lawyer_names=("A",), issued=NOON.date(), demonstration=True))
    assert Purpose.NARRATIVE in {offer.purpose for offer in offers(told)}
    spoken = {lang for languages in told["speakers"].values() for lang in languages}
    assert any(Script.load(lang).draft for lang in spoken)


def test_a_node_takes_all_five_in_and_signs_for_them(organisation: Organisation, homes: Path) -> None:
    chain = RosterChain(organisation.root, [organisation.roster])
    with open_station(homes / "field") as node:
        for number, told in enumerate(INVENTED):
            sealed = demo.seal_invented(organisation, chain, told, number=number, taken_down=NOON, withdraw=None)
            outcome = take_in(node, demo.incoming(sealed))
            demo.require_stored(outcome)
            assert [receipt.value["record"] for receipt in outcome.receipts] == [sealed.record.id]
            assert verify_manifest(sealed.record, chain).tid == sealed.record.value["tid"]


def test_all_testimonies_look_alike_whatever_was_consented(organisation: Organisation) -> None:
    """Numbers and sizes of heads tell nobody who may read."""
    chain = RosterChain(organisation.root, [organisation.roster])
    shapes = set()
    for number, told in enumerate(INVENTED):
        sealed = demo.seal_invented(organisation, chain, told, number=number, taken_down=NOON, withdraw=None)
        shapes.add(tuple((part.part, name, len(head)) for part in sealed.parts for name, head in part.heads.items()))
    assert len(shapes) == 1


def test_testimonies_are_submitted_several_at_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each time a station signs its log and waits for its disk: one by one took a quarter longer."""
    taken: list[list[Incoming]] = []

    def note(_: Station, incoming: Sequence[Incoming]) -> Outcome:
        taken.append(list(incoming))
        return Outcome((), ())

    monkeypatch.setattr(demo, "take_in", note)
    lots = [[Incoming("record", b"%d %d" % (lot, item)) for item in range(30)] for lot in range(40)]
    demo.submit(cast(Station, object()), iter(lots))
    assert [item for together in taken for item in together] == [item for lot in lots for item in lot]
    assert len(taken) <= 3
    taken.clear()
    demo.submit(cast(Station, object()), iter([]))
    assert taken == []
