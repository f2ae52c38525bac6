"""Another questionnaire comes into force while an interview waits: no letter of it is lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.questionnaire.xlsform.reader import read
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from tests.support.interview.driver import Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import Server, wait_until
from tests.support.questionnaire.sample import WORKBOOK

LOOKED = "() => document.documentElement.dataset.pages"
"""Whether the page looked at what the node offers, and keeps it by now."""


def install_another(home: Path) -> None:
    """A questionnaire that does not ask who the person is."""
    form = read(WORKBOOK.read_bytes()).form
    assert form is not None
    assert not {"w_role", "w_gender"} & set(form.value["fields"])
    with open_station(home) as station:
        questionnaires.install(station, form)


def taken_up(phone: Browser, address: str) -> Interviewer:
    """The phone started again, by now with the page of the new questionnaire: it waits until the old page is closed."""
    for _ in range(3):
        page = phone.start()
        again = Interviewer(page, address)
        again.open()
        page.wait_for_function(LOOKED, timeout=60_000)
        if 'data-card="days_outside"' in page.evaluate("async () => (await fetch('/interview/en/cards')).text()"):
            return again
        phone.close()
    raise AssertionError("the new questionnaire never came")


# interview/form/earlier_form.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_what_a_newer_form_does_not_ask_is_kept_and_sealed_where_it_belongs(
    phone: Browser,
    interviewer: Interviewer,
    passphrase: str,
    node_server: Server,
    homes: Path,
    reader: Callable[[str], Reader],
) -> None:
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase)
    interviewer.page.wait_for_selector("html[data-signed=online]")
    interviewer.to_account(purposes=ALL)
    interviewer.answer(ANSWERS, until="w_ethnic")
    interviewer.saved()
    install_another(homes / "field")
    phone.kill()
    again = taken_up(phone, interviewer.address)
    again.sign_in("interviewer-1", passphrase)
    open_drafts = again.page.locator('[data-draft-list] li[data-state="open"]')
    wait_until(lambda: open_drafts.count() == 1, "the draft")
    again.act("resume")
    again.wait_for("languages")
    again.saved()
    again.act("stop")
    again.act("keep")
    again.seal()
    wait_until(lambda: again.states() == ["node"], "the node's receipt")
    node_server.stop()
    (record,) = reader("lawyer-1").manifests()
    contents = reader("lawyer-1").open(record, "lawyers")
    assert contents["narrative"]["statements"][0]["text"] == ANSWERS["n_text"]
    for field in ("w_role", "w_gender"):
        assert contents["incident"]["answers"][field] == {"value": ANSWERS[field]}
    assert "w_role" not in contents["coded"]["answers"], "what leaves is cut down by the form in force alone"
