"""Many accounts are looked at and told apart at once, those that look alike first."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services.batches import bring, told
from tests.support.web.browser import EVERYTHING, LAWYERS, Browser, Filled

PAGE = "/en/incidents/apart"


def number(page: str, what: str) -> int:
    found = re.search(rf"<dd data-{what}><strong>(\d+)</strong>", page)
    assert found
    return int(found[1])


def accounts(page: str) -> list[str]:
    return re.findall(r'data-account="([0-9a-f]{32})"', page)


def test_who_nobody_looked_at_is_counted_and_told_apart(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tids = browser("lawyer"), [filled.tid(EVERYTHING), filled.tid(LAWYERS)]
    before = desk.get(PAGE).text
    assert set(tids) <= set(accounts(before))
    persons, incidents = number(before, "persons"), number(before, "incidents")
    assert persons == incidents == len(accounts(before))
    assert desk.post("/incidents/apart", {"tid": tids, "act": "people", "lang": "en"}).status_code == 303
    after = desk.get(PAGE).text
    assert (number(after, "persons"), number(after, "incidents")) == (persons - 2, incidents)
    assert "Written down and signed for 2 accounts." in after
    assert desk.post("/incidents/apart", {"tid": tids, "act": "incidents", "lang": "en"}).status_code == 303
    last = desk.get(PAGE).text
    assert not set(tids) & set(accounts(last))
    assert "accounts that nobody looked at" in desk.get("/en/incidents").text


def test_nothing_chosen_is_one_sentence_and_nothing_is_written(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    before = number(desk.get(PAGE).text, "persons")
    answer = desk.post("/incidents/apart", {"act": "people", "lang": "en"})
    assert answer.status_code == 409
    assert "Choose the accounts that you looked at." in answer.text
    assert number(desk.get(PAGE).text, "persons") == before


def test_accounts_that_look_alike_come_first_and_are_never_chosen_for_a_lawyer(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    page = browser("lawyer").get(f"{PAGE}?all=yes").text
    rows = re.findall(r'<label class="choice" data-account="[0-9a-f]{32}"( data-twin)?><input[^>]*?( checked)?>', page)
    twins = [bool(twin) for twin, _ in rows]
    assert twins == sorted(twins, reverse=True)
    assert not any(twin and checked for twin, checked in rows)
    assert 0 < sum(bool(checked) for _, checked in rows) < len(rows)  # one opens to nobody: its codes tell nothing


def test_a_coordinator_has_no_such_page(browser: Callable[..., Browser], filled: Filled) -> None:
    assert browser("coordinator").get(PAGE).status_code in (403, 404)


def test_an_account_that_names_an_earlier_one_of_the_same_witness_is_linked_with_one_press(
    opened: Callable[[str], Station],
    organisation: Organisation,
    browser: Callable[..., Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (first,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04"))])
    made = demo.contents

    def contents(*arguments: Any) -> dict[str, Any]:
        parts = made(*arguments)
        return {**parts, "provenance": {**parts["provenance"], "further": first.record.id}}

    monkeypatch.setattr(demo, "contents", contents)
    (second,) = bring(organisation, opened("lawyer"), [told(1, ("P01", "P04"))])
    desk, (before, tid) = browser("lawyer"), (str(each.record.value["tid"]) for each in (first, second))
    page = desk.get(f"{PAGE}?all=yes").text
    assert accounts(page)[0] == tid
    assert not re.search(rf'value="({before}|{tid})" checked', page)
    assert page.count("data-same-witness") == 1
    form = page.partition(f'<form id="same-{tid}"')[2].partition("</form>")[0]
    assert f'name="who" value="{before}"' in form
    sent = dict(re.findall(r'name="(lang|who|from)" value="([^"]*)"', form))
    signed = desk.post(f"/testimony/{tid}/person", sent)
    assert (signed.status_code, signed.headers["Location"]) == (303, PAGE)
    after = desk.get(PAGE).text
    assert number(after, "persons") == number(page, "persons") - 2
    assert "data-same-witness" not in after
    assert "The same person told:" in desk.get(f"/en/testimony/{tid}").text
