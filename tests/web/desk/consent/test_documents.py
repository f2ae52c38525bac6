"""A lawyer opens an account from elsewhere by a document: on a page that keeps what was chosen when it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from testimony.domain.testimony.languages import DESKS
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.sync.http.channel import InProcess
from testimony.web.desk.session import sync as session_sync
from testimony.web.factory import create_app
from tests.support.each_time import each_time
from tests.support.services.consent.documents import LETTER, MADE, brought
from tests.support.services.desks import Desk, reader_of
from tests.support.web.browser import LAWYERS, Browser, Filled
from tests.support.web.desk.acts import page, standing


@pytest.fixture
def lawyer(
    opened: Callable[[str], Station], browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> Browser:
    """At a desk that reaches central."""
    channel = InProcess(create_app(STATION=opened("central")).test_client())
    monkeypatch.setattr(session_sync, "HttpChannel", lambda _way: channel)
    for role in ("lawyer", "coordinator"):
        object.__setattr__(opened(role).settings, "central_url", "http://central.example")
    return browser("lawyer")


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """Imported at the lawyer's desk."""
    return brought(Desk(opened("lawyer"), reader_of(organisation, "lawyer-1"), opened("central")))


def attach(desk: Browser, tid: str, data: bytes = LETTER, **more: Any) -> Any:
    said = {"use": ["P06"], "made": MADE, "cs_age": "adult", "lang": "en", **more}
    return desk.post(f"/testimony/{tid}/consent/document", {**said, "document": (BytesIO(data), "letter.html")})


def form(desk: Browser, tid: str, lang: str = "en") -> str:
    answer = desk.get(f"/{lang}/testimony/{tid}/consent/document")
    assert answer.status_code == 200
    return str(answer.text)


def test_its_uses_are_open_and_the_pages_say_by_which_document(
    lawyer: Browser, browser: Callable[..., Browser], tid: str
) -> None:
    assert "A document says so" in page(lawyer, tid)
    shown = form(lawyer, tid)
    assert re.findall(r'name="use" value="([^"]+)"[^>]*checked', shown) == [], "nothing is chosen for anybody"
    assert 'value="P06"' in shown
    assert not any(f'value="{code}' in shown for code in ("P01", "P02", "P03", "P04", "P15"))
    assert attach(lawyer, tid).status_code == 303
    text = page(lawyer, tid)
    assert {code for code, usable in standing(text).items() if usable == "yes"} == {"P01", "P04", "P06"}
    said = "By the document of 3 November 2025, attached by lawyer-1."
    assert text.count(said) == 2, "how it stands, and in the history"
    assert lawyer.get(f"/en/testimony/{tid}").text.count(said) == 2
    (saved,) = re.findall(r'href="(/consent-document/[0-9a-f]{64})"', text)
    answer = lawyer.get(saved)
    assert answer.data == LETTER
    assert re.fullmatch(r'attachment; filename="document-[0-9a-f]{8}\.pdf"', answer.headers["Content-Disposition"])
    kept = [answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")]
    assert kept == ["application/octet-stream", "no-store", "nosniff"]
    coordinator = browser("coordinator")
    for desk in (lawyer, coordinator):
        desk.post("/pull", {"lang": "en"})
    text = page(coordinator, tid)
    assert (said in text, saved in text) == (True, False)
    assert coordinator.get(saved).status_code == 403
    assert lawyer.get("/consent-document/" + "a" * 64).status_code == 409


@pytest.mark.parametrize(
    ("data", "more", "sentence"),
    [
        (b"", {}, "Choose the document."),
        (b"%PDF-1.7 cut o", {}, "This file is not a complete PDF, PNG or JPEG."),
        (LETTER, {"use": []}, "Choose what the document allows."),
        (LETTER, {"use": ["P15-x"]}, "Choose what the document allows."),
        (LETTER, {"made": "2030-01-01"}, "It cannot be in the future."),
        (LETTER, {"cs_age": ""}, "Go back and answer every question."),
        (LETTER, {"cs_age": "minor"}, "The guardian must agree too."),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence_and_the_form_is_kept(
    lawyer: Browser, tid: str, data: bytes, more: dict[str, Any], sentence: str
) -> None:
    answer = (
        attach(lawyer, tid, data, guardian="", **more) if "cs_age" not in more else attach(lawyer, tid, data, **more)
    )
    assert answer.status_code == 409
    assert answer.text.count(sentence) == 1
    chosen = {"use": ["P06"], "made": MADE, "cs_age": "adult"} | more
    assert f'value="{chosen["made"]}"' in answer.text
    assert ('value="P06" checked' in answer.text) == (chosen["use"] == ["P06"])
    assert re.findall(r'name="cs_age" value="(\w+)" checked', answer.text) == [chosen["cs_age"]] * bool(
        chosen["cs_age"]
    )
    assert ('name="guardian" checked' in answer.text) == ("cs_age" not in more)
    assert standing(page(lawyer, tid))["P06"] == "no"


def test_what_is_far_too_large_is_refused_before_anything_reads_it(lawyer: Browser, tid: str) -> None:
    answer = lawyer.client.post(
        f"/testimony/{tid}/consent/document",
        base_url=lawyer.base,
        headers={"X-CSRFToken": lawyer.csrf(), "Accept-Language": "en"},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": BytesIO()},
    )
    assert (answer.status_code, "A document can have at most 20 MB." in answer.text) == (409, True)


def test_for_a_testimony_of_a_phone_there_is_no_such_form(lawyer: Browser, filled: Filled) -> None:
    tid = filled.tid(LAWYERS)
    assert "A document says so" not in page(lawyer, tid)
    shown = form(lawyer, tid)
    assert "Only an account from elsewhere can be opened by a document. Ask the witness again." in shown
    assert 'name="document"' not in shown
    assert attach(lawyer, tid).status_code == 409
    assert standing(page(lawyer, tid))["P06"] == "no"


def test_the_document_opens_no_more_when_the_account_does_not(lawyer: Browser, tid: str) -> None:
    attach(lawyer, tid)
    (saved,) = re.findall(r'href="(/consent-document/[0-9a-f]{64})"', page(lawyer, tid))
    said = {"act": "WITHDRAW", "about": "P04 lawyers", "reason": "pressure", "lang": "en"}
    assert lawyer.post(f"/testimony/{tid}/consent/say", said).status_code == 303
    assert lawyer.get(saved).status_code == 409


def test_coordinators_have_no_such_page(browser: Callable[..., Browser], filled: Filled) -> None:
    assert browser("coordinator").get(f"/en/testimony/{filled.tid(LAWYERS)}/consent/document").status_code == 403


@pytest.mark.parametrize("lang", each_time(DESKS, "ar", "el"))
def test_the_page_comes_up_in_every_language(lang: str, lawyer: Browser, tid: str) -> None:
    assert 'name="document"' in form(lawyer, tid, lang)
