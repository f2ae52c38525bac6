"""Reading back: part by part with a mark each, corrected from there, in the language of the witness too."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.interview import read_back
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until

LONG = "They took us back over the river. " * 30
TOLD = ANSWERS | {"n_text": LONG}

IN_BOTH = "all => all.map((place) => [...place.querySelectorAll('[data-words]')].map((said) => said.textContent))"
"""What each place says in the witness's language and in the page's."""


def test_a_correction_takes_the_mark_of_its_part_and_a_killed_browser_keeps_the_others(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    reader: Callable[[str], Reader],
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.to_account(purposes=ALL, witness_language="ar", circumstances=WITH_INTERPRETER)
    interviewer.fill(TOLD)
    marks = read_back.parts(interviewer)
    assert list(marks)[:3] == ["purposes", read_back.ACCOUNT, "person"]
    assert set(marks.values()) == {False}

    read_back.open_part(interviewer, read_back.ACCOUNT)
    account = interviewer.page.locator("[data-reread] details")
    expect(account.locator("p")).to_be_hidden()
    expect(account.locator("summary")).to_contain_text("They took us back over the river.")
    expect(account.locator("summary")).to_contain_text("Words: 210")
    account.locator("summary").click()
    expect(account.locator("p")).to_contain_text(LONG.strip())
    interviewer.act("read-list")

    read_back.read_all(interviewer)
    assert set(read_back.parts(interviewer).values()) == {True}
    read_back.open_part(interviewer, "person")
    read_back.correct(interviewer, "w_gender", "w_age")
    interviewer.act("back")  # nothing was wrong after all
    interviewer.wait_for("read-part")
    read_back.correct(interviewer, "w_gender", "w_age")
    interviewer.take("w_gender", "f")
    assert interviewer.card == "read-part"
    assert interviewer.page.locator(":focus").get_attribute("data-question") == "w_gender"
    interviewer.saved()

    phone.kill()
    again = Hurried(phone.start(), interviewer.address)
    again.open()
    again.sign_in("interviewer-1", passphrase)
    again.act("resume")
    again.wait_for("read-part")
    assert [part for part, read in read_back.parts(again).items() if not read] == ["person"]
    again.act("read-list")
    again.tap_next()
    assert again.wait_for_complaint().startswith("Not read to the witness yet: The person.")
    read_back.read_all(again)
    again.next()  # without a word: everything was read
    again.seal()
    wait_until(lambda: again.states() == ["node"], "the node's receipt")
    node_server.stop()
    lawyer = reader("lawyer-1")
    (record,) = lawyer.manifests()
    opened = lawyer.open(record, "lawyers")
    assert opened["incident"]["answers"]["w_gender"] == {"value": "f"}
    assert opened["narrative"]["statements"][0]["text"] == LONG
    assert opened["consent"]["script"]["draft"] is True
    assert opened["consent"]["interpreter"]["used"] is True
    assert not [part for part, content in opened.items() if "readBack" in content]


def test_questions_and_answers_are_read_in_the_witness_s_language_and_what_has_no_words_there_says_its_own(
    signed_in: Interviewer,
) -> None:
    page = signed_in.page
    signed_in.to_account(purposes=ALL, witness_language="ar", circumstances=WITH_INTERPRETER)
    briefs = page.locator(".brief[data-said]").evaluate_all(IN_BOTH)
    assert {len(said) for said in briefs} == {1, 2}
    assert all(len(set(said)) == len(said) for said in briefs), "a name that is in both languages the same stands once"
    signed_in.fill(ANSWERS)
    read_back.open_part(signed_in, "event")
    asked = page.locator("[data-reread] dt").all_inner_texts()
    assert asked[asked.index("When did it happen?") + 1] == "Which part of the date do you know?"
    signed_in.act("read-list")
    read_back.open_part(signed_in, "person")
    row = page.locator("[data-reread] dl > div").filter(has=page.locator('[data-goto="w_role"]'))
    expect(row.locator("dd").first).to_have_text("It happened to them")
    signed_in.page.locator('[data-card="read-part"] [data-act="read-in"][data-read="theirs"]').click()
    expect(row.locator('dt bdi[lang="ar"][dir="rtl"]')).to_have_text("هل حدث هذا لك؟")
    expect(row.locator('dd bdi[lang="ar"][dir="rtl"]')).to_have_text("لي أنا")
    land = page.locator("[data-reread] dl > div").filter(has=page.locator('[data-question="w_nat"]'))
    expect(land.locator('dd bdi[lang="en"][dir="ltr"]')).to_have_text("Afghanistan")
    signed_in.act("read-list")
    read_back.open_part(signed_in, "purposes")
    first = page.locator("[data-reread] dl > div").first
    expect(first.locator('dt bdi[lang="ar"]')).to_be_visible()
    expect(first.locator('dd bdi[lang="ar"]')).to_have_text("نعم")
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert page.locator("[data-read-in] span").all_inner_texts() == ["", "", "", ""]
