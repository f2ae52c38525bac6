"""A desk says where a witness was told of rough facts alone, and a lawyer can ask for a use that stands already."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from testimony.domain.coding.coded_account import ROUGH
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.services.consent.earlier_words import in_words_of
from tests.support.web.browser import Browser


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    with in_words_of("4/en"):
        (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04", "P06"))])
    take_in(opened("coordinator"), demo.incoming(sealed))
    return str(sealed.record.value["tid"])


def coded(text: str) -> set[str]:
    section = text.split('data-compartment="coded"')[1].split("</section>")[0]
    return set(re.findall(r'data-field="(\w+)"', section))


def test_the_coordinator_sees_the_rough_facts_and_why_and_the_lawyer_may_ask_again(
    browser: Callable[..., Browser], tid: str
) -> None:
    coordinator, lawyer = (browser(role).get(f"/en/testimony/{tid}").text for role in ("coordinator", "lawyer"))
    assert coded(coordinator) == ROUGH
    assert "only the month, the part of the border and the kind of violence" in coordinator
    assert "w_nat" in coded(lawyer)
    assert "data-rough" not in lawyer
    form = browser("lawyer").get(f"/en/testimony/{tid}/ask").text
    assert 'value="P06"' in form
    assert "data-rough" in form
