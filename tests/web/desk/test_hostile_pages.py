"""Whatever a dishonest phone sealed, its page comes up at the lawyer's desk, and shows words, never markup."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.domain.languages import DESKS
from testimony.services import collect, demonstration
from testimony.services.organisation import Organisation
from testimony.services.station import Station
from tests.services.test_hostile_contents import CODED, CONSENTS, sealed_with
from tests.web.conftest import Browser

SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    *(("consent", data) for data in CONSENTS),
    *(("coded", data) for data in CODED),
    ("consent", b'{"script":7,"told":{"a":1},"teach_back":[1],"present":{"a":1},"interpreter":[],"age":[]}'),
    ("consent", b'{"language":"<script>","script":{"lang":[],"id":{},"heard":[[]]},"age":{"a":[]},"mode":[1]}'),
    ("consent", b'{"teach_back":{"q1":[]},"incentive":{"value":"x"},"interpreter":{"relation":[[]]},"capacity":[[]]}'),
    ("narrative", b'{"statements":5}'),
    ("narrative", b'{"statements":[5,{"id":"a","lang":"\\"><script>","text":"<script>alert(1)</script>"},{"id":[]}]}'),
    ("narrative", b'{"statements":[{"id":"a","lang":"zz-Zzzz","text":"x","original":[]}],"answers":[]}'),
    ("identity", b'{"answers":{"w_name":[],"":{"value":1},"<b>":{"value":{"a":[]}},"w_contact":{"value":[{}]}}}'),
    ("incident", b'{"answers":{"i_date":{"value":"9999999999-01"},"legs":{"value":[{"a":{"b":[]}}]}}}'),
    ("incident", b'{"answers":{"i_date":{"value":"9999-12"},"i_legs":{"value":[5]},"w_nat":{"value":[[]]}}}'),
    ("incident", b'{"answers":{"i_legs":{"value":{"a":1}},"i_segment":{"value":{}},"v_acts":{"value":[{}]}}}'),
)


@pytest.fixture
def lawyer(browser: Callable[..., Browser], opened: Callable[[str], Station]) -> tuple[Browser, Station]:
    return browser("lawyer"), opened("lawyer")


@pytest.mark.parametrize(("part", "data"), HOSTILE)
def test_a_page_comes_up_whatever_was_sealed(
    lawyer: tuple[Browser, Station], organisation: Organisation, part: str, data: bytes
) -> None:
    desk, station = lawyer
    one = sealed_with(organisation, {part: data})
    collect.take_in(station, demonstration.incoming(one))
    for lang in DESKS:
        page = desk.get(f"/{lang}/testimony/{one.record.value['tid']}")
        assert page.status_code == 200
        assert SCRIPT not in page.text
