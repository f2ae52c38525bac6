"""Whatever a dishonest phone, colleague or server said, each page of a desk comes up, and shows words, not markup."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from testimony.domain.testimony import translation
from testimony.sealing.testimony.media import LIST, Medium, cut
from testimony.sealing.testimony.testimony import Content
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from testimony.web.headers import BYTES
from tests.support.each_time import each_time
from tests.support.services.hostile_contents import CODED, CONSENTS, sealed_with
from tests.support.web.browser import PEOPLE, Browser
from tests.support.web.hostile import annexes as hostile_annexes
from tests.support.web.hostile import text as hostile_text
from tests.support.web.hostile.pages import brought, built, say
from tests.support.web.hostile.text import WORDS, WORST
from tests.support.web.routes import routes

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
MEDIA = [
    Medium(kind="voice", type="audio/webm", data=b"<script>hostile(1)</script>" * 20, seconds=3),
    Medium(kind="picture", type="image/jpeg", data=b"\xff\xd8\xff<script>hostile(1)</script>"),
]
STRANGE: tuple[Any, ...] = (WORST, 2**53, -1.5e300, None, True, [], {}, [[WORST]], {WORST[:40]: {WORST[:40]: [WORST]}})
"""What stands in the place of each value in turn."""


ALL_WORDS = {**WORDS, "all at once": WORST}


@pytest.fixture
def lawyer(browser: Callable[..., Browser], opened: Callable[[str], Station]) -> tuple[Browser, Station]:
    return browser("lawyer"), opened("lawyer")


def pages(desk: Browser, tid: str, lang: str = "en") -> Iterator[str]:
    """Every page of a desk, with this testimony wherever one is asked for; twice the list, once a state of it."""
    samples = {"lang": lang, "tid": tid, "statement": "s1"}
    for method, _, rule in routes(desk.app):
        if method == "GET" and "filename" not in rule.arguments:
            yield built(rule, samples)
    yield from (f"/{lang}/?state=in_review", f"/{lang}/?page=1")


def read(desk: Browser, address: str) -> None:
    """It came up, and a browser would find nothing in it that should not be there."""
    answer = desk.get(address)
    assert answer.status_code < 500, address
    if answer.mimetype == "text/html":
        found = hostile_text.Reading(answer.get_data(as_text=True))
        assert not found.wrong, f"{address}: {found.wrong[:5]}"


@pytest.mark.parametrize(("part", "data"), HOSTILE)
def test_a_page_comes_up_whatever_was_sealed(
    lawyer: tuple[Browser, Station], organisation: Organisation, part: str, data: bytes
) -> None:
    desk, station = lawyer
    one = sealed_with(organisation, {part: data})
    take_in(station, demo.incoming(one))
    for lang in ("en", "ar", "el"):  # either direction, and letters that are not Latin
        page = desk.get(f"/{lang}/testimony/{one.record.value['tid']}")
        assert page.status_code == 200
        assert SCRIPT not in page.text


def test_every_kind_of_annex_with_a_sample_is_found_in_the_code() -> None:
    assert hostile_annexes.SAMPLES.keys() <= hostile_annexes.kinds()


@pytest.mark.parametrize(
    ("name", "role"),
    each_time(
        product(ALL_WORDS, PEOPLE), ("all at once", "lawyer"), ("all at once", "coordinator"), ("attribute", "lawyer")
    ),
)
def test_hostile_words_in_every_field_and_every_annex_stay_words_on_every_page(
    name: str, role: str, browser: Callable[..., Browser], opened: Callable[[str], Station], organisation: Organisation
) -> None:
    desk, station, word = browser(role), opened(role), ALL_WORDS[name]
    one = brought(station, organisation, hostile_text.parts(word))
    say(
        station,
        organisation,
        one,
        [hostile_annexes.annex(kind, one.record.id, word) for kind in sorted(hostile_annexes.kinds())],
    )
    for address in pages(desk, str(one.record.value["tid"])):
        read(desk, address)
    shown = desk.get(f"/fr/testimony/{one.record.value['tid']}").text
    assert ("data-compartment" in shown, len(re.findall(r'data-closed="altered"', shown))) == (True, 0)


@pytest.mark.parametrize("shapes", each_time([1, 2], 1))
@pytest.mark.parametrize("role", PEOPLE)
def test_no_kind_of_annex_is_so_misshapen_that_a_page_stays_away(
    role: str,
    shapes: int,
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
) -> None:
    """`shapes`: how many wrong ones each value has in turn."""
    desk, station = browser(role), opened(role)
    one = brought(station, organisation, hostile_text.parts("harmless"))
    good = [hostile_annexes.annex(kind, one.record.id, "harmless") for kind in sorted(hostile_annexes.kinds())]
    say(
        station,
        organisation,
        one,
        [bad for content in good for bad in hostile_annexes.misshapen(content, WORST, shapes, first=role == "lawyer")],
    )
    for address in pages(desk, str(one.record.value["tid"])):
        read(desk, address)


@pytest.mark.parametrize("together", each_time([4, 1], 4))
def test_no_value_of_any_compartment_is_so_strange_that_the_page_stays_away(
    together: int, lawyer: tuple[Browser, Station], organisation: Organisation
) -> None:
    """`together`: how many strange values a compartment has at most."""
    desk, station = lawyer
    good = {part: content for part, content in hostile_text.parts("harmless").items() if part != "provenance"}
    places = {part: hostile_text.apart(hostile_text.leaves(content), together) for part, content in good.items()}
    for number in range(max(map(len, places.values()))):  # one page has other strange values in each compartment
        contents = dict(good)
        for part, groups in places.items():
            for place, at in groups[number % len(groups)]:
                strange = STRANGE[place % len(STRANGE)]
                contents[part] = hostile_text.replaced(contents[part], at, strange)
        one = brought(station, organisation, contents)
        apart = number < max(len(places["consent"]), len(places["narrative"]))
        for page in ("", "/consent", "/translate/s1/fr") if apart else ("",):
            read(desk, f"/fr/testimony/{one.record.value['tid']}{page}")
    for address in pages(desk, str(one.record.value["tid"]), "es"):
        read(desk, address)


def test_media_that_are_none_are_said_to_be_altered_and_are_never_given_out_as_a_page(
    lawyer: tuple[Browser, Station], organisation: Organisation
) -> None:
    desk, station = lawyer
    listed = json.loads(cut(MEDIA)[LIST].data)
    for number, at in enumerate([(), *hostile_text.leaves(listed)]):
        content = Content(
            "application/json",
            hostile_text.encoded(hostile_text.replaced(listed, at, STRANGE[number % 9]) if at else listed),
        )
        pieces = (
            {name: replace(one, type="text/html") for name, one in cut(MEDIA).items()} if number % 2 else cut(MEDIA)
        )
        one = brought(station, organisation, hostile_text.parts("harmless"), {**pieces, LIST: content})
        tid = one.record.value["tid"]
        read(desk, f"/en/testimony/{tid}")
        for item in (1, 2, 3):
            read(desk, f"/en/media/{tid}/{item}/check")
            given = desk.get(f"/media/{tid}/{item}")
            assert given.status_code < 500
            if b"hostile(1)" in given.data:
                assert given.mimetype in ("audio/webm", "image/jpeg")
                assert given.headers["Content-Security-Policy"] == BYTES


@pytest.mark.parametrize("text", ["x" * hostile_text.LONG, "a\n" * 66_000, ". " * 100_000, "\u0301" * 33_000])
def test_no_text_is_so_long_or_in_so_many_lines_that_its_pages_stay_away(
    text: str, lawyer: tuple[Browser, Station], organisation: Organisation
) -> None:
    """A translation with as many sentences as there may be stands beside it; once, two of its pages took a minute."""
    desk, station = lawyer
    assert len(translation.spans(text)) <= translation.MOST_SENTENCES
    content = hostile_text.parts("harmless")
    content["narrative"]["statements"] = [content["narrative"]["statements"][0] | {"text": text}]
    content["identity"]["answers"]["w_name"] = {"value": text}
    one = brought(station, organisation, content)
    many = [{"start": at, "end": at + 1, "text": "y"} for at in range(translation.MOST_SENTENCES)]
    say(
        station,
        organisation,
        one,
        [hostile_annexes.annex("translation", one.record.id, "harmless") | {"sentences": many}],
    )
    for page in ("", "/translate/s1/fr"):
        read(desk, f"/en/testimony/{one.record.value['tid']}{page}")
