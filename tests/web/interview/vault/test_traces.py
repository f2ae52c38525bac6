"""What stays behind: nothing that was said, on the phone's disk or on the node; a refusal leaves a number."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from testimony.questionnaire.consent_scripts import Script
from tests.support.canaries.search import search
from tests.support.interview.driver import WITH_INTERPRETER, Interviewer
from tests.support.interview.opened_testimonies import Reader
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import Browser
from tests.support.journeys.stations import wait_until

SPOKEN = ("brambleworth quenching", "مرجانالنهر الطويل")
NAMED = ("Zarkova Tinderwick", "+999 431 7755")
TOLD = ANSWERS | {"n_text": "\n".join(SPOKEN), "w_name": NAMED[0], "w_contact": NAMED[1]}


PINS = ("482915", "907364")


# after a kill: draft/test_drafts.py, of a stolen phone
@pytest.mark.whole_browser
def test_nothing_typed_is_found_in_the_profile_or_on_the_node(
    phone: Browser, interviewer: Interviewer, passphrase: str, homes: Path
) -> None:
    """No PIN either: a reloaded page wants the passphrase."""
    interviewer.open()
    interviewer.sign_in("interviewer-1", passphrase, PINS[0])
    interviewer.to_account(purposes=ALL)
    interviewer.answer(TOLD)
    interviewer.saved()
    interviewer.act("pause")
    interviewer.wait_for("locked")
    interviewer.page.reload()
    interviewer.wait_for("sign-in")
    interviewer.sign_in("interviewer-1", passphrase, PINS[1])
    interviewer.resume()
    interviewer.wait_for("review")
    code = interviewer.seal()
    wait_until(lambda: interviewer.states() == ["node"], "the node's receipt")
    interviewer.page.go_back()
    phone.close()
    secrets = [*SPOKEN, *NAMED, passphrase, code, " ".join(code[i : i + 5] for i in range(0, 25, 5))]
    assert search([phone.folder, homes], secrets) == []
    held = [file.read_bytes() for file in phone.folder.rglob("*") if file.is_file()]
    found = {pin for pin in PINS for data in held if pin.encode() in data or pin.encode("utf-16-le") in data}
    assert found != {*PINS}  # one alone may stand in some time of day by chance
    named = search([phone.folder], ["interviewer-1", "lawyer-1"])
    for pseudonym in ("interviewer-1", "lawyer-1"):
        assert [one for one in named if pseudonym in one], "it lies there in clear, as docs/threat-model.md says"
    assert all("IndexedDB" in place for place in named)
    planted = phone.folder / "Default" / "Sessions" / "planted"
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_bytes(b"\0" + SPOKEN[1].encode("utf-16le"))
    assert len(search([planted.parent], secrets)) == 1


@pytest.mark.comes_home
def test_a_refusal_leaves_a_number_and_nothing_else(signed_in: Interviewer, reader: Callable[[str], Reader]) -> None:
    signed_in.begin()
    signed_in.safety()
    signed_in.tell()
    signed_in.take("purpose_P01", "no")
    signed_in.wait_for("refused")
    signed_in.act("end-refused")
    signed_in.wait_for("outbox")
    wait_until(lambda: signed_in.states() == [], "the refusal to be counted")
    signed_in.act("home")
    signed_in.wait_for("home")
    assert not signed_in.page.locator("[data-draft]").is_visible()
    assert reader("lawyer-1").refusals() == 1
    assert reader("lawyer-1").manifests() == []


def said_in(interviewer: Interviewer, place: str) -> list[str]:
    """What is said there, the witness's language first."""
    return interviewer.page.locator(f"{place} [data-words]").all_inner_texts()


@pytest.mark.comes_home
def test_deleting_destroys_the_draft_and_counts_a_refusal(
    signed_in: Interviewer, reader: Callable[[str], Reader]
) -> None:
    signed_in.to_account(purposes=ALL, witness_language="ar", circumstances=WITH_INTERPRETER)
    signed_in.answer(ANSWERS, until="w_role")
    signed_in.act("stop")
    asked, done = (
        [Script.load(lang).words[key] for lang in ("ar", "en")] for key in ("stop_delete", "stop_delete_done")
    )
    assert said_in(signed_in, 'dialog[open] [data-said="words.stop_delete"]') == asked
    signed_in.act("delete")
    signed_in.act("delete-really")
    signed_in.wait_for("outbox")
    assert said_in(signed_in, "[data-parting-words]:visible") == done
    wait_until(lambda: signed_in.states() == [], "the refusal to be counted")
    drafts = signed_in.page.evaluate("async () => (await navigator.storageBuckets.keys()).length")
    assert drafts <= 1  # the next draft's empty bucket at most
    signed_in.act("home")
    signed_in.wait_for("home")
    assert not signed_in.page.locator("[data-draft]").is_visible()
    assert done[0] not in signed_in.page.content()  # which language was spoken tells of a person
    assert signed_in.page.locator('[data-field="n_text"] textarea').input_value() == ""
    assert reader("lawyer-1").refusals() == 1


@pytest.mark.comes_home
def test_deleting_while_paused_counts_at_the_next_signing_in(
    signed_in: Interviewer, passphrase: str, reader: Callable[[str], Reader]
) -> None:
    signed_in.begin("ar")
    signed_in.saved()
    signed_in.act("pause")
    signed_in.wait_for("locked")
    assert said_in(signed_in, "[data-pause-words]:visible") == [Script.load("en").words["pause"]]
    signed_in.act("stop-locked")
    signed_in.act("stop-locked")
    signed_in.wait_for("sign-in")
    signed_in.sign_in("interviewer-1", passphrase)
    assert not signed_in.page.locator("[data-draft]").is_visible()
    signed_in.act("outbox")
    signed_in.wait_for("outbox")
    wait_until(lambda: signed_in.states() == [], "the refusal to be counted")
    assert reader("lawyer-1").refusals() == 1
