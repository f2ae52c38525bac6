"""The witness's code: in the witness's digits, as a picture, on a slip that names nothing; gone when its card is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.withdrawal_text import PageWords
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer

SLIP = "document.querySelector('body > .slip')?.innerText"


@pytest.fixture
def at_code(signed_in: Interviewer) -> Interviewer:
    """The code's card is on the screen, for a witness who reads Arabic."""
    signed_in.to_account(purposes=["P01"], witness_language="ar", circumstances=WITH_INTERPRETER)
    signed_in.act("stop")
    signed_in.act("keep")
    signed_in.wait_for("readers")
    signed_in.next()
    signed_in.wait_for("code")
    signed_in.page.wait_for_selector("[data-card=code] .qr")
    return signed_in


def code_on(page: Page) -> str:
    return page.locator("[data-card=code] [data-code]").inner_text().replace(" ", "")


def traces(page: Page, code: str) -> list[str]:
    """Where the code can still be found: in the page, what was typed on it, its title, its address, its history."""
    found = page.evaluate(
        """code => {
          const plain = text => (text ?? '').replace(/\\s/g, '');
          const own = code.replace(/[0-9]/g, digit => String.fromCodePoint(0x660 + Number(digit)));
          const all = selector => [...document.querySelectorAll(selector)];
          const places = {
            page: all('body > *').map(each => each.textContent).join(), title: document.title, address: location.href,
            history: JSON.stringify(history.state), typed: all('input').map(each => each.value).join(),
          };
          const last = code.slice(-5);
          const holds = (name, text) => [code, own, name === 'typed' ? last : code].some(each => text.includes(each));
          return Object.keys(places).filter(name => holds(name, plain(places[name])));
        }""",
        code,
    )
    return [str(place) for place in found]


def test_the_code_is_compared_before_it_counts_as_given_printed_alone_and_gone_when_its_card_is(
    at_code: Interviewer,
) -> None:
    _it_stands_in_both_digits_and_is_compared_before_it_counts_as_given(at_code)
    at_code.act("back")
    at_code.wait_for("code")
    at_code.page.wait_for_selector("[data-card=code] .qr")
    _the_slip_holds_the_digits_the_picture_and_words_that_name_nothing_and_nothing_else_is_printed(at_code)
    at_code.page.emulate_media(media="screen")
    _leaving_the_card_and_pausing_take_every_trace_of_it_away(at_code)


def _leaving_the_card_and_pausing_take_every_trace_of_it_away(at_code: Interviewer) -> None:
    page = at_code.page
    code = code_on(page)
    page.fill("[data-code-check]", code[-5:])
    assert "page" in traces(page, code)
    assert page.locator("[data-card=code] .qr").count() == 1
    at_code.act("back")
    at_code.wait_for("readers")
    assert traces(page, code) == []
    assert page.locator("[data-card=code] .qr").count() == 0
    at_code.next()
    page.wait_for_selector("[data-card=code] .qr")
    assert code_on(page) == code  # the same one, out of the encrypted draft
    at_code.act("pause")
    at_code.wait_for("locked")
    assert traces(page, code) == []
    assert page.locator("[data-card=code] .qr").count() == 0


def _it_stands_in_both_digits_and_is_compared_before_it_counts_as_given(at_code: Interviewer) -> None:
    page = at_code.page
    code = code_on(page)
    own = at_code.witness_code()
    assert "".join(chr(0x660 + int(digit)) for digit in code) == own
    at_code.choose("code_given", "given")
    assert "First compare" in page.locator("[data-code-said]").inner_text()
    assert page.locator('[data-field="code_given"] input:checked').count() == 0
    page.fill("[data-code-check]", "".join(str((int(digit) + 1) % 10) for digit in code[-5:]))
    assert "does not match" in page.locator("[data-code-said]").inner_text()
    page.fill("[data-code-check]", own[-5:])  # typed in the witness's own digits
    assert "matches" in page.locator("[data-code-said]").inner_text()
    at_code.choose("code_given", "given")
    at_code.next()
    assert at_code.card == "finish"


def _the_slip_holds_the_digits_the_picture_and_words_that_name_nothing_and_nothing_else_is_printed(
    at_code: Interviewer,
) -> None:
    page = at_code.page
    code, own = code_on(page), at_code.witness_code()
    page.evaluate(f"() => {{ window.print = () => {{ window.printed = {SLIP}; }}; }}")
    page.locator("details.more summary:visible").first.click()
    page.locator('[data-act="print-slip"][data-size="small"]').click()
    page.wait_for_function("() => window.printed")
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    page.emulate_media(media="screen")
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    assert lines[1:-1] == [" ".join(group) for group in (_fives(own), _fives(code))]
    assert lines[-1] == PageWords.load("ar").words["draft"], "nobody checked these words"
    assert lines[0] == Script.load("ar").words["slip_keep"]
    assert "Border Watch" not in printed
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator("body > .slip").count() == 0
    page.emulate_media(media="print")
    assert page.locator("body").inner_text().strip() == "", "the page itself"


def _fives(code: str) -> list[str]:
    return [code[at : at + 5] for at in range(0, 25, 5)]
