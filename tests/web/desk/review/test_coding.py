"""The codes beside the text: passages, corrections and assessments on a lawyer's pages, and what a coordinator sees."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser as Chrome

from testimony.domain.testimony import translation
from testimony.questionnaire.form import Form
from testimony.services.coding import coding
from testimony.services.consent import acts as consent_acts
from testimony.services.custody import log as custody_log
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.wordings import questionnaires
from testimony.station.station import Station
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.web.factory import create_app
from tests.support.journeys.desks import Desk
from tests.support.services.desks import TODAY, reader_of
from tests.support.web.browser import EVERYTHING, LAWYERS, NUMBERS, PEOPLE, Browser, Filled, Served, passphrase_of
from tests.support.web.browsers import axe

FORM = Form.load()


def page(desk: Browser, tid: str, lang: str = "en") -> str:
    return str(desk.get(f"/{lang}/testimony/{tid}/coding").text)


def code(text: str, field: str) -> str:
    """What the page says of one code."""
    return html.unescape(text.split(f'id="code-{field}"')[1].split("</li>")[0])


def facts(desk: Browser, tid: str) -> str:
    text = desk.get(f"/en/testimony/{tid}").text
    return html.unescape(text.split('data-section="facts"')[1].split("</section>")[0])


def section(desk: Browser, tid: str) -> str:
    text = desk.get(f"/en/testimony/{tid}").text
    return html.unescape(text.split('data-section="coding"')[1].split("</section>")[0])


def spans(filled: Filled) -> list[tuple[int, int]]:
    return translation.spans(filled.told[EVERYTHING]["text"])


def passages(filled: Filled, *numbers: int) -> list[dict[str, Any]]:
    found = spans(filled)
    return [{"statement": "s1", "start": found[one][0], "end": found[one][1]} for one in numbers]


def mark(desk: Browser, tid: str, field: Any, marked: Any) -> Any:
    return desk.post_json(f"/testimony/{tid}/coding/passages", {"field": field, "passages": marked})


def correct(desk: Browser, tid: str, field: Any, answer: Any, reason: Any = "clerical") -> Any:
    seen = re.findall(r'data-seen="([^"]*)"', desk.get(f"/en/testimony/{tid}/coding/{field}").text)
    body = {"field": field, "answer": answer, "reason": reason, "seen": seen[0].split() if seen else []}
    return desk.post_json(f"/testimony/{tid}/coding/correct", body)


def assess(desk: Browser, tid: str, reliability: str, *found: str) -> Any:
    data: Any = {"reliability": reliability, "corroboration": list(found), "lang": "en"}
    return desk.post(f"/testimony/{tid}/assessment", data)


def test_each_sentence_stands_beside_each_code_with_its_words(browser: Callable[..., Browser], filled: Filled) -> None:
    text = page(browser("lawyer"), filled.tid(EVERYTHING))
    said = [html.unescape(one) for one in re.findall(r"data-text>([^<]*)<", text)]
    whole = filled.told[EVERYTHING]["text"]
    assert said == [whole[start:end] for start, end in spans(filled)]
    assert '<span class="statement" lang="ar" dir="rtl" data-text>' in text
    incident = {field.id for field in FORM.fields if field.compartment == "incident"}
    assert set(re.findall(r'data-code="(\w+)"', text)) == incident
    assert "Syria" in code(text, "w_nat")
    assert "data-lacks" in text


def test_passages_are_marked_shown_both_ways_and_taken_away(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert mark(desk, tid, "g_size", passages(filled, 1, 2)).json == {"sentence": "Signed and sealed to the lawyers."}
    text = page(desk, tid)
    assert re.findall(r'href="#(said-\d+)"', code(text, "g_size")) == ["said-2", "said-3"]
    assert text.count('href="#code-g_size"') == 2
    assert "data-lacks" not in text.split('id="code-g_size"')[1].split(">")[0]
    assert mark(desk, tid, "g_size", []).status_code == 200
    text = page(desk, tid)
    assert 'href="#said-' not in code(text, "g_size")
    assert "data-lacks" in text.split('id="code-g_size"')[1].split(">")[0]


def test_a_correction_stands_beside_the_original_with_who_when_and_why(
    browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    answer = correct(desk, tid, "w_nat", {"value": "ERI"}, "misheard")
    assert answer.json["address"] == f"/en/testimony/{tid}/coding#code-w_nat"
    shown = code(page(desk, tid), "w_nat")
    for words in ("Syria", "Eritrea", "lawyer-1", "20 January 2026", "It was heard or understood wrongly."):
        assert words in shown, words
    changed = facts(desk, tid)
    assert ("Eritrea" in changed, "Syria" in changed, "corrected by a lawyer" in changed) == (True, True, True)
    assert correct(desk, tid, "w_nat", None, "mistaken").status_code == 200
    shown = code(page(desk, tid), "w_nat")
    assert ("the original stands again" in shown, "Eritrea" in shown) == (True, False)
    one = desk.get(f"/en/testimony/{tid}/coding/w_nat").text
    assert re.findall(r'data-correction="(\w+)"', one) == ["earlier", "stands"]
    assert "data-changed" not in facts(desk, tid)


def test_each_kind_of_code_has_its_editor(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    kinds = {"w_nat": "one", "v_acts": "several", "g_size": "number", "i_date": "date", "x_groups": ""}
    for field, kind in kinds.items():
        text = desk.get(f"/en/testimony/{tid}/coding/{field}").text
        assert f'data-kind="{kind}"' in text, field
        assert re.findall(r'name="what" value="(\w+)"', text)[-3:] == ["unk", "ref", "nask"], field
        assert 'autocomplete="off"' in text
    for field in ("w_lang", "nowhere", "w_name"):
        assert desk.get(f"/en/testimony/{tid}/coding/{field}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"field": "w_nat", "answer": {"value": "his name is Omar"}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {"value": ["ERI"]}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {"missing": "he would not say"}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {"value": "ERI", "note": "words"}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {"missing": "unk", "note": "words"}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": {"value": "ERI"}, "reason": "he lied"}, 409),
        ({"field": "w_name", "answer": {"missing": "unk"}, "reason": "clerical"}, 409),
        ({"field": "w_nat", "answer": "ERI", "reason": "clerical"}, 400),
        ({"field": ["w_nat"], "answer": None, "reason": "clerical"}, 400),
        ({"field": "w_nat", "answer": None, "reason": None}, 400),
        ({"field": "w_nat", "answer": {"value": "ERI"}, "reason": "clerical", "seen": "all"}, 400),
        ({"field": "w_nat", "answer": {"value": "ERI"}, "reason": "clerical", "seen": [7]}, 400),
        ({"field": "w_nat", "answer": {"value": "ERI"}, "reason": "clerical", "seen": ["0" * 32]}, 409),
    ],
)
def test_what_the_form_does_not_have_corrects_nothing(
    body: Any, status: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert desk.post_json(f"/testimony/{tid}/coding/correct", {"seen": [], **body}).status_code == status
    assert "data-corrected" not in page(desk, tid)


@pytest.mark.parametrize(
    ("field", "marked", "status"),
    [("w_nat", [{"statement": "s1", "start": 0, "end": 9_999}], 409), ("w_nat", [7], 400), ("w_nat", "all", 400),
     ("w_nat", [{"statement": "s9", "start": 0, "end": 1}], 409), (7, [], 400), ("w_name", [], 409),
     ("w_nat", [{"statement": "s1", "start": 4, "end": 4}], 400)],
)  # fmt: skip
def test_what_is_no_passage_is_not_marked(
    field: Any, marked: Any, status: int, browser: Callable[..., Browser], filled: Filled
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert mark(desk, tid, field, marked).status_code == status
    assert 'href="#said-' not in page(desk, tid)


def test_reliability_and_what_bears_it_out_are_assessed(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    assert 'data-assessment="not_assessed"' in section(desk, tid)
    answer = assess(desk, tid, "partly_consistent", "open_source", "document")
    assert answer.location.endswith(f"/en/testimony/{tid}#coding")
    shown = section(desk, tid)
    assert 'data-assessment="partly_consistent"' in shown
    assert 'data-corroboration="document open_source"' in shown
    assert "lawyer-1" in shown
    assert assess(desk, tid, "very sure").status_code == 409
    assert assess(desk, tid, "consistent", "none", "document").status_code == 409


def test_the_degree_of_a_clinicians_findings_is_entered(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    answer = desk.post(f"/testimony/{tid}/findings", {"degree": "typical", "lang": "en"})
    assert answer.location.endswith(f"/en/testimony/{tid}#coding")
    shown = section(desk, tid)
    assert 'data-findings="typical"' in shown
    assert re.search(r"<dt>Entered by</dt><dd><bdi>lawyer-1</bdi>, <bdi>[^<]+</bdi></dd>", shown)
    assert "data-findings-differ" not in shown
    assert desk.post(f"/testimony/{tid}/findings", {"degree": "proven", "lang": "en"}).status_code == 409
    assert browser("coordinator").post(f"/testimony/{tid}/findings", {"degree": "typical"}).status_code == 403


def test_a_coordinator_sees_what_counts_and_says_nothing(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("coordinator"), filled.tid(EVERYTHING)
    shown = section(desk, tid)
    assert ("not assessed" in shown, "<form" in shown, "Codes beside the text" in shown) == (True, False, False)
    assert desk.get(f"/en/testimony/{tid}/coding").status_code == 403
    assert desk.get(f"/en/testimony/{tid}/coding/w_nat").status_code == 403
    assert correct(desk, tid, "w_nat", None).status_code == 403
    assert mark(desk, tid, "w_nat", []).status_code == 403
    assert assess(desk, tid, "consistent").status_code == 403
    assert 'data-section="coding"' not in desk.get(f"/en/testimony/{filled.tid(LAWYERS)}").text


def test_what_a_lawyer_corrects_counts_at_the_coordinators_desk_and_is_marked(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    filled: Filled,
    organisation: Organisation,
) -> None:
    lawyer, coordinator, tid = browser("lawyer"), browser("coordinator"), filled.tid(EVERYTHING)
    correct(lawyer, tid, "i_date", {"value": "2024-03-17"})
    correct(lawyer, tid, "i_date_prec", {"value": "day"})
    assess(lawyer, tid, "inconsistent", "medical")
    for role in PEOPLE:
        carry(opened(role), opened("central"), passphrase_of(organisation, PEOPLE[role]))
    shown = section(coordinator, tid)
    changed = facts(coordinator, tid).split('data-changed="i_date"')[1].split("</tr>")[0]
    assert ("March 2024" in changed, "January 2026" in changed) == (True, True), "what counts, and what was sealed"
    assert "corrected by a lawyer" in changed
    assert 'data-assessment="inconsistent"' in shown
    assert 'data-corroboration="medical"' in shown
    assert "17 March" not in coordinator.get(f"/en/testimony/{tid}").text


def carry(station: Station, central: Station, passphrase: str) -> None:
    """What is at a desk to central, and what is there to the desk."""
    reader = opening_reader.unlock(station, passphrase)
    channel = InProcess(create_app(STATION=central).test_client())
    transport = Transport("http://central.example", reader.signer, channel=channel, pause=lambda _: None)
    exchange(station, transport, audience=reader.audience, obey=lambda: None)


def test_two_lawyers_who_differ_are_shown_beside_each_other(
    browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled, organisation: Organisation
) -> None:
    """The second one corrects what the first one's desk had not heard of."""
    desk, tid, station = browser("lawyer"), filled.tid(EVERYTHING), opened("lawyer")
    other, index = reader_of(organisation, "lawyer-2"), AnnexIndex()
    with station.database.reading() as session:
        before = coding.read_coding(station, session, other, index, tid, at=TODAY)
    correct(desk, tid, "w_nat", {"value": "ERI"})
    coding.correct(station, other, index, before, "w_nat", {"value": "ETH"}, "witness", seen=frozenset(), day=TODAY)
    shown = code(page(desk, tid), "w_nat")
    for words in ("Syria", "Eritrea", "Ethiopia", "lawyer-1", "lawyer-2", "data-differs"):
        assert words in shown, words
    assert 'data-changed="w_nat"' in facts(desk, tid)
    stale = {"field": "w_nat", "answer": {"value": "ERI"}, "reason": "clerical", "seen": []}
    assert desk.post_json(f"/testimony/{tid}/coding/correct", stale).status_code == 409
    assert correct(desk, tid, "w_nat", {"value": "ERI"}).status_code == 200
    assert "data-differs" not in code(page(desk, tid), "w_nat")


def test_a_code_about_which_desks_differ_counts_as_unknown_and_says_so(
    browser: Callable[..., Browser], opened: Callable[[str], Station], filled: Filled, organisation: Organisation
) -> None:
    desk, tid, station = browser("lawyer"), filled.tid(EVERYTHING), opened("lawyer")
    correct(desk, tid, "w_nat", {"value": "ERI"})
    apart = {"id": "f" * 32, "day": "2026-01-20", "after": [], "answers": {"w_nat": {"value": "ETH"}}}
    other = reader_of(organisation, "lawyer-2")
    content = {"kind": "recoding", "events": [apart]}
    record, items = consent_acts.seal_content(station.chain.latest, other, tid, content, day=TODAY)
    consent_acts.keep(station, other, items, [("said", record.id)], TODAY)
    shown = facts(desk, tid)
    assert 'data-changed="w_nat" data-contested="yes"' in shown
    assert "lawyers differ: it counts as unknown" in shown
    assert "data-due" in page(desk, tid), "the lawyers agree, so it can be settled for coordinators"
    assert desk.post(f"/testimony/{tid}/coding/tell", {"lang": "en"}).status_code == 303
    assert 'data-changed="w_nat" data-contested="no"' in facts(desk, tid)
    assert "data-due" not in page(desk, tid)


def test_without_the_form_codes_are_shown_by_the_codebook_and_not_corrected(
    browser: Callable[..., Browser], filled: Filled, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    correct(desk, tid, "w_nat", {"value": "ERI"})
    monkeypatch.setattr(questionnaires, "find", lambda *_: None)
    shown = page(desk, tid)
    assert "Syria" in code(shown, "w_nat")
    assert "count for nothing: 2." in shown, "the correction, and what was told to coordinators"
    assert desk.get(f"/en/testimony/{tid}/coding/w_nat").status_code == 404
    assert correct(desk, tid, "w_nat", {"value": "ETH"}).status_code == 409


def test_codes_are_corrected_where_the_account_is_closed(browser: Callable[..., Browser], filled: Filled) -> None:
    """The witness agreed to numbers alone: lawyers clear the codes and read no word."""
    desk, tid = browser("lawyer"), filled.tid(NUMBERS)
    text = page(desk, tid)
    assert ("data-text" in text, 'data-act="mark"' in text, "not open to your key" in text) == (False, False, True)
    assert correct(desk, tid, "w_nat", {"missing": "ref"}).status_code == 200
    assert "data-corrected" in page(desk, tid)


def test_where_coordinators_read_nothing_the_page_says_so(browser: Callable[..., Browser], filled: Filled) -> None:
    desk = browser("lawyer")
    assert "data-unshared" in page(desk, filled.tid(LAWYERS))
    assert "data-unshared" not in page(desk, filled.tid(EVERYTHING))


def test_that_it_was_opened_is_in_the_desks_own_log(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    station = desk.app.extensions["testimony.station"]
    with station.database.reading() as session:
        before = custody_entries(session)
    page(desk, tid)
    with station.database.reading() as session:
        assert custody_entries(session) - before == 1


def custody_entries(session: Any) -> int:
    return sum(b'"opened"' in entry for _, entry in custody_log.entries(session, 0, 1000))


def test_what_was_withdrawn_is_not_coded(browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"})
    assert correct(desk, tid, "w_nat", {"value": "ERI"}).status_code == 409
    assert mark(desk, tid, "w_nat", []).status_code == 409
    assert assess(desk, tid, "consistent").status_code == 409
    assert 'data-act="mark"' not in page(desk, tid)


def test_no_word_of_the_account_and_no_answer_is_in_an_address(browser: Callable[..., Browser], filled: Filled) -> None:
    text = page(browser("lawyer"), filled.tid(EVERYTHING))
    for address in re.findall(r'(?:href|action|data-save)="([^"]*)"', text):
        assert re.fullmatch(r"[A-Za-z0-9_./#-]*", address), address


@pytest.mark.parametrize("lang", ["en", "es", "fr"])
def test_every_language_has_its_page(lang: str, browser: Callable[..., Browser], filled: Filled) -> None:
    desk, tid = browser("lawyer"), filled.tid(EVERYTHING)
    correct(desk, tid, "i_date", {"value": "2025-03"})
    assert 'id="code-i_date"' in page(desk, tid, lang)
    assert desk.get(f"/{lang}/testimony/{tid}/coding/i_date").status_code == 200


@pytest.mark.browser
def test_a_passage_is_marked_by_keyboard_and_a_code_corrected_beside_an_arabic_account(
    chrome: Chrome, serve: Callable[[str], Served], filled: Filled, organisation: Any
) -> None:
    served, tid = serve("lawyer"), filled.tid(EVERYTHING)
    context = chrome.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    Desk(page, f"{served.address}/#{served.token}").enter(passphrase_of(organisation, "lawyer-1"))
    page.goto(f"{served.address}/fr/testimony/{tid}/coding")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    lacking = int(page.locator("[data-lacking-count]").inner_text())
    page.locator("#code-g_size [data-act=mark]").press("Enter")
    for key in ("ArrowDown", "Space", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    assert page.locator(".said input:checked").count() == 1
    assert not axe.violations(page)
    page.keyboard.press("Control+s")
    page.wait_for_selector("[data-said].good")
    assert page.evaluate("document.activeElement.closest('[data-code]').dataset.code") == "g_size"
    assert int(page.locator("[data-lacking-count]").inner_text()) == lacking - 1
    page.locator("#code-g_size [data-places] a").press("Enter")
    assert page.url.endswith("#said-2")
    assert page.locator("#said-2 [data-text]").evaluate("one => getComputedStyle(one).direction") == "rtl"
    page.locator("#said-2 [data-codes] a").press("Enter")
    assert page.url.endswith("#code-g_size")
    page.locator("#code-g_size a.button").press("Enter")
    page.wait_for_selector("[data-correcting]")
    page.locator("[data-act=save]").click()
    page.wait_for_selector("[data-said].warn")  # nothing says why yet
    page.fill("#value", "8")
    page.select_option("#reason", "account")
    assert not axe.violations(page)
    page.locator("[data-act=save]").click()
    page.wait_for_selector("#code-g_size [data-corrected]")
    assert page.locator("#code-g_size [data-places] a").count() == 1, "the passage is still there"
    assert "8" in page.locator("#code-g_size [data-corrected]").inner_text()
    page.locator("#code-g_size [data-act=mark]").press("Enter")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert page.locator("#code-g_size [data-places] a").count() == 1, "left as it was"
    context.close()
