"""What a node's pages show of what headquarters refused, and of a clock that nothing confirms."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from testimony.domain.testimony.languages import INTERVIEWERS, in_own_digits
from testimony.services.backup import last_backup
from testimony.services.delivery import refusals as delivery_refusals
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from tests.support.services import clocks
from tests.support.web.browser import Browser, Filled
from tests.support.web.pages import sign_in


@pytest.fixture
def signed_in(browser: Callable[..., Browser], organisation: Organisation) -> Browser:
    one = browser("field")
    sign_in(one, organisation)
    return one


def test_the_outbox_says_by_which_rule_a_testimony_is_not_taken_and_since_when(
    signed_in: Browser, opened: Callable[[str], Station], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened("field"), "today", lambda: "2026-11-03")
    delivery_refusals.note(opened("field"), {filled.sealed[0].record.id: "signer.unknown"})
    page = signed_in.get("/en/outbox").text
    line = page.split(f'data-tid="{filled.tid(0)}"')[1].split("</li>")[0]
    assert 'data-refused="signer.unknown"' in line
    assert "not taken by headquarters" in line
    assert "The signer is not in the roster of this organisation. since 3 November 2026" in line
    assert "here, waits for headquarters" not in line
    assert page.count("here, waits for headquarters") == 4


@pytest.mark.parametrize("lang", INTERVIEWERS)
def test_the_front_page_counts_what_is_refused_in_words_and_names_nothing(
    lang: str, browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled
) -> None:
    one = browser("field")
    assert "data-refused-there" not in one.get(f"/{lang}/").text
    told = {filled.sealed[number].record.id: "signer.unknown" for number in (0, 1)}
    delivery_refusals.note(opened("field"), told | {filled.sealed[2].record.id: "a rule of tomorrow"})
    page = one.get(f"/{lang}/").text
    block = page.split('data-refused-there="3"')[1].split("</div>")[0]
    assert re.findall(r'data-rule="([\w.]+)"><b>(\d)</b>', block) == [
        ("signer.unknown", in_own_digits("2", lang)), ("other", in_own_digits("1", lang))
    ]  # fmt: skip
    if lang == "en":
        assert "Headquarters has not taken 3 records that wait here." in block
        assert "a reason that this program does not know" in block
    assert all(filled.tid(number)[:8] not in page for number in range(5))


def test_who_is_signed_in_is_told_of_the_last_step_until_a_backup_was_tested(
    browser: Callable[..., Browser], organisation: Organisation, opened: Callable[[str], Station]
) -> None:
    one, node = browser("field"), opened("field")
    assert "data-first-backup" not in one.get("/en/").text, "a stranger on the hotspot"
    sign_in(one, organisation)
    assert "The last step of setting up this station" in one.get("/en/").text
    settings = node.settings
    node.settings = replace(settings, demonstration=True)
    assert "data-first-backup" not in one.get("/en/").text
    node.settings = settings
    last_backup.note_tested(node)
    assert "data-first-backup" not in one.get("/en/").text


@pytest.mark.parametrize(
    ("shown", "kind", "words"),
    [
        ("1970-01-01", "lost", "The clock of this machine shows 1 January 1970: it is not set"),
        ("2024-02-29", "lost", "29 February 2024"),
        ("2036-01-01", "own", "The clock of this machine shows 1 January 2036. Nothing else"),
    ],
)
def test_a_clock_that_nothing_confirms_is_said(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
    shown: str,
    kind: str,
    words: str,
) -> None:
    one = browser("field")
    sign_in(one, organisation)
    clocks.show(monkeypatch, shown, {}, of=opened("field"))
    page = one.get("/en/").text
    assert f'data-clock-finding="{kind}"' in page
    assert words in page
