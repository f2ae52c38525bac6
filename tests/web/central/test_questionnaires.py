"""The page of the organisation's questionnaire: checked by place, tried as a practice, asked once the roots signed."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest

from testimony.domain.testimony.languages import INTERVIEWERS
from testimony.questionnaire.form import Form
from testimony.sealing.roster import proposal
from testimony.services.enrolment.organisation import Organisation
from testimony.services.roster import asked_form
from testimony.services.wordings import compilation, starting_form
from testimony.station.station import Station
from testimony.web.central import questionnaires
from tests.support.each_time import each_time
from tests.support.questionnaire.sample import WORKBOOK
from tests.support.questionnaire.workbooks import workbook
from tests.support.services.rosters import root_of
from tests.support.web.browser import Browser

PAGE = "/en/questionnaires"
HEAD = ["type", "name", "label", "compartment", "disclosure"]
SETTINGS = [["form_id", "version", "default_language"], ["mine", "1", "en"]]
WRONG = workbook({"survey": [HEAD, ["text", "own_words", "Words?", "incident", "neutral"]], "settings": SETTINGS})


def uploaded(data: bytes) -> dict[str, object]:
    return {"file": (io.BytesIO(data), "mine.xlsx")}


def checked(one: Browser) -> str:
    """The address of the page of the sample."""
    answer = one.post(PAGE, uploaded(WORKBOOK.read_bytes()))
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def published(one: Browser, id: str, organisation: Organisation) -> None:
    (made,) = proposal.read(one.get(f"/proposals/{id}/file").data, proposal.roster_of(()))
    for name in ("root-1", "root-2"):
        made = made.with_signature(root_of(organisation, name))
    done = one.post(f"/en/proposals/{id}/publish", {"text": made.encode().decode()})
    assert done.status_code == 303, done.text


def test_a_questionnaire_is_checked_proposed_signed_and_asked(
    signed_in: Callable[..., Browser], central: Station, organisation: Organisation
) -> None:
    one = signed_in("administrator")
    assert Form.load().id in one.get(PAGE).text
    where = checked(one)
    sha256 = where.rsplit("/", 1)[1]
    page = one.get(where).text
    assert "No field station asks it yet" in page
    assert sha256 in page
    assert asked_form.in_force(central) == Form.load(), "checking changes nothing"
    answer = one.post(f"{where}/propose", {"how": "alone"})
    assert answer.status_code == 303, answer.text
    told = html.unescape(one.get(answer.location).text)
    assert f"Its SHA-256 is \u2068{sha256}\u2069" in told
    assert "waits for the roots" in told
    published(one, answer.location.rsplit("/", 1)[1], organisation)
    form = asked_form.in_force(central)
    assert form is not None
    assert form.sha256 == sha256
    assert form.id in one.get(PAGE).text
    assert "Field stations ask this questionnaire" in one.get(where).text
    back = f"{PAGE}/{Form.load().sha256}"
    assert back.removeprefix("/en") in one.get(PAGE).text
    answer = one.post(f"{back}/propose", {"how": "open"})
    assert "open" in one.get(answer.location).text


def test_the_questionnaire_of_the_program_is_downloaded_to_begin_from(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    link = re.search(r'<a href="([^"]*/template)" download>', one.get(PAGE).text)
    assert link is not None
    answer = one.get(link[1])
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-interview.xlsx"'
    assert answer.data == starting_form.content()


def test_what_is_wrong_is_listed_by_sheet_row_and_column_and_nothing_is_kept(
    signed_in: Callable[..., Browser], central: Station
) -> None:
    answer = signed_in("registrar").post(PAGE, uploaded(WRONG))
    assert answer.status_code == 422
    found = re.findall(r"data-finding><strong[^>]*>([^<]*)</strong> <span[^>]*>([^<]*)<", answer.text)
    assert found[0][0] == "survey, row 2, compartment"
    assert len(found[0][1]) > 20
    assert not (central.settings.home / "forms").exists()


FOREIGN = workbook(
    {
        "survey": [
            ["type", "name", "label", "relevant"],
            ["select_one Oui/Non", "1.1_Consent", "D'accord ?", ""],
            ["image", "photo", "Photo", ""],
            ["select_one_from_file villages.csv", "Village", "Quel village ?", "${photo} != ''"],
        ],
        "choices": [["list_name", "name", "label"], ["Oui/Non", "Oui", "Oui"], ["Oui/Non", "Non", "Non"]],
    }
)
"""A form that was made for another program."""
VILLAGES = "name,label\n1,Zagora\n2,Tât\n"


def test_a_form_of_another_program_is_adapted_tried_downloaded_and_proposed(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    refused = one.post(PAGE, uploaded(FOREIGN))
    assert refused.status_code == 422
    assert 'id="adapt"' in refused.text
    lists = (io.BytesIO(VILLAGES.encode("windows-1252")), "villages.csv")
    file = (io.BytesIO(FOREIGN), "Enquête eau.xlsx")
    answer = one.post(f"{PAGE}/adapt", {"file": file, "language": "fr", "lists": lists, "encoding": "windows-1252"})
    assert answer.status_code == 303, answer.text
    page = html.unescape(one.get(answer.location).text)
    for place, change in (
        ("survey, row 2, name", "1.1_Consent is now q_1_1_consent"),
        ("survey, row 3, type", "left out: pictures are taken"),
        ("survey, row 4, relevant", "left out: it needs 'photo', which is left out in row 3"),
    ):
        assert re.search(rf"<strong[^>]*>{place}</strong> <span[^>]*>{change}", page), place
    sha256 = answer.location.rsplit("/", 1)[1]
    form = one.get(f"/interview/try/{sha256}/form.json").json
    assert form is not None
    assert form["language"] == "fr"
    assert "Tât" in one.get(f"/interview/try/{sha256}/fr/cards").text
    link = re.search(r'href="([^"]*/adapted/[^"]*)" download', page)
    assert link is not None
    again = one.post(PAGE, uploaded(one.get(link[1]).data))
    assert again.location == answer.location, "the file that is downloaded is the questionnaire that was shown"
    proposed = one.post(f"{answer.location}/propose", {"how": "alone"})
    assert sha256 in html.unescape(one.get(proposed.location).text)


def test_what_adapting_cannot_mend_is_listed_with_the_copy_to_mend_it_in(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("registrar")
    answer = one.post(f"{PAGE}/adapt", uploaded(WRONG))
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "Download it, correct these places in it" in page
    link = re.search(r'href="([^"]*/adapted/[^"]*)" download', page)
    assert link is not None
    assert one.get(link[1]).data.startswith(b"PK")


def test_without_a_file_nothing_is_adapted_and_what_was_chosen_stays(signed_in: Callable[..., Browser]) -> None:
    answer = signed_in("registrar").post(f"{PAGE}/adapt", {"language": "fr", "encoding": "windows-1256"})
    assert answer.status_code == 400
    assert "Choose the file of a questionnaire." in answer.text
    assert re.search(r'<option value="fr"[^>]* selected>', answer.text)
    assert re.search(r'<option value="windows-1256"[^>]* selected>', answer.text)


@pytest.mark.parametrize("choice", [{"language": "xx"}, {"encoding": "rot13"}])
def test_a_choice_that_is_not_offered_adapts_nothing(
    signed_in: Callable[..., Browser], central: Station, choice: dict[str, str]
) -> None:
    sent = uploaded(WRONG) | choice
    assert signed_in("registrar").post(f"{PAGE}/adapt", sent).status_code == 400
    assert not (central.settings.home / "forms" / "adapted").exists()


@pytest.mark.parametrize(
    ("sent", "status", "sentence"),
    [
        ({}, 400, "Choose the file of a questionnaire."),
        (uploaded(b""), 400, "Choose the file of a questionnaire."),
        (uploaded(b"no sheet"), 422, "This is no questionnaire as an .xlsx file."),
    ],
)
def test_another_file_or_none_gets_one_sentence(
    signed_in: Callable[..., Browser], sent: dict[str, object], status: int, sentence: str
) -> None:
    answer = signed_in("administrator").post(PAGE, sent)
    assert answer.status_code == status
    assert sentence in html.unescape(answer.text)


@pytest.mark.parametrize(("size", "where"), [(1001, ""), (100_000, ""), (100_000, "/adapt")])
def test_a_file_that_is_too_large_is_refused_before_it_is_read(
    signed_in: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch, size: int, where: str
) -> None:
    for module in (compilation, questionnaires):
        monkeypatch.setattr(module, "LARGEST", 1000)
    answer = signed_in("administrator").post(f"{PAGE}{where}", uploaded(b"\0" * size))
    assert answer.status_code == 422
    assert "larger than any that people can be asked" in answer.text


def test_who_finds_another_file_being_checked_is_asked_to_wait(
    signed_in: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilation, "TURN_TIMEOUT", 0.01)
    with compilation._turns:
        answer = signed_in("administrator").post(PAGE, uploaded(b"no sheet"))
    assert answer.status_code == 429
    assert "Wait a little, then try again" in answer.text
    assert 'name="file"' in answer.text


def test_other_content_under_the_name_of_the_one_in_force_is_refused(
    signed_in: Callable[..., Browser], organisation: Organisation
) -> None:
    one = signed_in("administrator")
    where = checked(one)
    published(one, one.post(f"{where}/propose", {"how": "alone"}).location.rsplit("/", 1)[1], organisation)
    name, version = asked_form_id(one).split("@")
    settings = [["form_id", "version", "default_language"], [name, version, "en"]]
    rows = [HEAD, ["text", "own_words", "Words?", "narrative", "neutral"]]
    answer = one.post(PAGE, uploaded(workbook({"survey": rows, "settings": settings})))
    assert answer.status_code == 422
    assert "Raise the version" in answer.text


def test_a_proposal_whose_name_was_taken_meanwhile_says_so_and_is_not_prepared(
    signed_in: Callable[..., Browser], organisation: Organisation
) -> None:
    one = signed_in("administrator")
    rows = [HEAD, ["text", "own_words", "Words?", "narrative", "neutral"]]
    other = one.post(
        PAGE, uploaded(workbook({"survey": rows, "settings": [SETTINGS[0], ["after-return", "1", "en"]]}))
    ).location
    late = one.post(f"{other}/propose", {"how": "open"}).location.rsplit("/", 1)[1]
    first = one.post(f"{checked(one)}/propose", {"how": "alone"}).location.rsplit("/", 1)[1]
    published(one, first, organisation)
    assert asked_form_id(one) == "after-return@1"
    answer = one.post(f"/en/proposals/{late}/settle")
    assert answer.status_code == 422
    assert "Raise the version" in answer.text
    assert "Take that change out." in answer.text


def asked_form_id(one: Browser) -> str:
    form = asked_form.in_force(one.app.extensions["testimony.station"])
    assert form is not None
    return form.id


def test_results_that_are_gone_say_so_and_are_proposed_by_nobody(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("administrator")
    for answer in (one.get(f"{PAGE}/{'ab' * 32}"), one.post(f"{PAGE}/{'ab' * 32}/propose", {"how": "alone"})):
        assert answer.status_code == 404
        assert "Check the file again" in answer.text
    assert one.get(f"/interview/try/{'ab' * 32}/en/").status_code == 404


def test_who_only_watches_checks_and_proposes_nothing(signed_in: Callable[..., Browser]) -> None:
    one = signed_in("observer")
    assert one.get(PAGE).status_code in {302, 303, 403}
    assert one.post(PAGE, uploaded(WRONG)).status_code in {302, 303, 403}


@pytest.mark.parametrize("lang", each_time(INTERVIEWERS, "ar", "en"))
def test_the_trial_has_the_cards_of_this_questionnaire_in_every_language(
    signed_in: Callable[..., Browser], lang: str
) -> None:
    one = signed_in("registrar")
    sha256 = checked(one).rsplit("/", 1)[1]
    base = f"/interview/try/{sha256}"
    page, cards = one.get(f"{base}/{lang}/").text, one.get(f"{base}/{lang}/cards").text
    assert f'lang="{lang}"' in page
    form = one.get(f"{base}/form.json").json
    assert form is not None
    for name in form["sections"][0]["fields"]:
        assert f'"{name}"' in cards, name
    assert one.get(f"{base}/{lang}/lists").status_code == 200
    assert "data-practice-mark" in one.get(f"{base}/{lang}/marks").text
    assert one.get(f"{base}/said/ar").json["lang"] == "ar"
    assert one.get(f"{base}/said/xx").status_code == 404
    assert one.get(f"{base}/clips/{'ab' * 32}").status_code == 404
    assert "/interview/en/" not in page + cards, "no address of a field station's interview"
