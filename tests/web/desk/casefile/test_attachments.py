"""Attachments on the page of a case: added, saved, taken out, and refused with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.services.enrolment.organisation import Organisation
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from tests.support.services.batches import bring, told
from tests.support.web.browser import Browser

CASE = "P09 case-river"
PAGE = f"/en/cases/{CASE}"
REPORT = b"%PDF-1.7 Two broken ribs. %%EOF"


@pytest.fixture
def tid(opened: Callable[[str], Station], organisation: Organisation) -> str:
    """At the lawyer's desk: of a witness who agreed to the court."""
    (sealed,) = bring(organisation, opened("lawyer"), [told(0, ("P01", "P04")) | {"also": ["P09-case-river"]}])
    return str(sealed.record.value["tid"])


@pytest.fixture
def desk(browser: Callable[..., Browser], tid: str) -> Browser:
    """A lawyer's, where the testimony is in the case."""
    one = browser("lawyer")
    one.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"})
    return one


def attach(desk: Browser, data: bytes = REPORT, *, name: str = "report.pdf", **more: str) -> Any:
    body = {"case": CASE, "about": "", "title": "Report of the clinic", "sort": "MEDICAL", "made": "2026-01-05"} | more
    return desk.client.post(
        "/attachments/add",
        base_url=desk.base,
        data={**body, "file": (BytesIO(data), name)},
        headers={"X-CSRFToken": desk.csrf(), "Accept-Language": "en", "Accept": "application/json"},
    )


def section(desk: Browser, name: str = "attachments") -> str:
    return str(desk.get(PAGE).text.split(f'data-section="{name}"')[1].split("</section>")[0])


def id_of(desk: Browser) -> str:
    return re.findall(r'data-attachment="(\w+)"', section(desk))[0]


def save(desk: Browser, id: str) -> Any:
    return desk.get(f"/attachments/{id}/{CASE}", headers={"Accept": "application/json"})


def test_it_is_listed_by_title_and_face_and_saved_under_a_name_that_says_nothing(desk: Browser, tid: str) -> None:
    assert attach(desk, about=tid).json == {"sentence": "Signed and sealed to the lawyers."}
    shown = section(desk)
    assert all(words in shown for words in ("Report of the clinic", "5 January 2026", sha256_hex(REPORT), "lawyer-1"))
    assert f'data-face="{tid}"' in shown
    answer = save(desk, id_of(desk))
    assert answer.data == REPORT
    assert re.fullmatch(r'attachment; filename="attachment-[0-9a-f]{8}\.pdf"', answer.headers["Content-Disposition"])
    kept = [answer.headers[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")]
    assert kept == ["application/octet-stream", "no-store", "nosniff"]


@pytest.mark.parametrize("name", ["x.html", "x.svg", "..\\..\\x.exe", "x\u202efdp.js", ""])
def test_a_file_that_a_browser_or_a_system_might_run_is_saved_as_bin(desk: Browser, name: str) -> None:
    attach(desk, b"<script>hostile(1)</script>", name=name or "x")
    assert save(desk, id_of(desk)).headers["Content-Disposition"].endswith('.bin"')


@pytest.mark.parametrize(
    ("data", "more", "words"),
    [
        (b"", {}, "This file is empty"),
        (REPORT, {"title": " "}, "Write a title"),
        (REPORT, {"title": "x" * 90_000}, "Write a title"),
        (REPORT, {"made": "2026-02-30"}, "Choose a day"),
        (REPORT, {"about": "f" * 32}, "is not held here"),
        (REPORT, {"about": "?"}, "Choose whom it concerns"),
        (REPORT, {"case": "P09 no-such-case"}, "not in this case"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_to_do(
    desk: Browser, data: bytes, more: dict[str, str], words: str
) -> None:
    answer = attach(desk, data, **more)
    assert answer.status_code in (404, 409)
    assert words in answer.json["sentence"]
    assert "Nothing is attached yet." in section(desk)


def test_what_is_far_too_large_is_refused_before_anything_reads_it(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.csrf()
    answer = desk.client.post(
        "/attachments/add",
        base_url=desk.base,
        headers={"X-CSRFToken": token, "Accept": "application/json", "Accept-Language": "en"},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(2 * 1024**3), "wsgi.input": Unreadable()},
    )
    assert (answer.status_code, "A file may have 20 MB" in answer.json["sentence"]) == (409, True)


class Unreadable(BytesIO):
    def read(self, *_size: Any) -> bytes:
        raise AssertionError("nobody reads it")


def test_without_a_file_nothing_is_attached(desk: Browser) -> None:
    body = {"case": CASE, "about": "", "title": "x", "sort": "LETTER", "made": ""}
    answer = desk.client.post(
        "/attachments/add",
        base_url=desk.base,
        data=body,
        content_type="multipart/form-data",
        headers={"X-CSRFToken": desk.csrf(), "Accept": "application/json", "Accept-Language": "en"},
    )
    assert answer.json["sentence"] == "Choose a file. Nothing was attached yet."


def test_the_same_file_twice_is_refused_and_a_torn_pdf_is_taken_as_it_is(desk: Browser) -> None:
    attach(desk)
    assert "attached to this case already" in attach(desk, title="Again").json["sentence"]
    assert "see that it opens" in attach(desk, REPORT[:-5]).json["sentence"]
    assert section(desk).count("data-attachment=") == 2


def test_a_consent_that_ended_between_choosing_and_sending_stops_it_and_closes_what_is_there(
    desk: Browser, tid: str
) -> None:
    attach(desk, about=tid)
    id = id_of(desk)
    desk.post(f"/testimony/{tid}/consent/say", {"act": "WITHDRAW", "about": CASE, "reason": "other", "lang": "en"})
    assert "its consent has ended" in attach(desk, b"another", about=tid).json["sentence"]
    assert "The file stays closed" in save(desk, id).json["sentence"]
    shown = section(desk)
    assert ("consent ended" in shown, "Save a copy" in shown) == (True, False)


def test_on_a_full_disk_one_sentence_says_so_and_nothing_is_half_stored(
    desk: Browser, opened: Callable[[str], Station], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_size: int, **_floors: int) -> None:
        raise StoreFull

    with monkeypatch.context() as patch:
        patch.setattr(desk.app.extensions["testimony.station"].space, "require_room", full)
        answer = attach(desk)
    assert (answer.status_code, "The disk is full" in answer.json["sentence"]) == (507, True)
    assert "Nothing is attached yet." in section(desk)


def test_it_is_taken_out_with_a_reason_that_the_page_and_the_history_keep(desk: Browser) -> None:
    attach(desk)
    id = id_of(desk)
    refused = desk.post_json("/attachments/out", {"case": CASE, "file": id, "reason": " "})
    assert (refused.status_code, "Write why" in refused.json["sentence"]) == (409, True)
    assert desk.post_json("/attachments/out", {"case": CASE, "file": id, "reason": "Wrong person"}).status_code == 200
    shown = section(desk)
    assert ("Wrong person" in shown, "Save a copy" in shown) == (True, False)
    assert save(desk, id).status_code == 409
    history = section(desk, "history")
    assert [words in history for words in ("taken into the case", "attached", "Wrong person")] == [True] * 3


def test_words_of_lawyers_stay_words(desk: Browser) -> None:
    attach(desk, title="<script>hostile(1)</script>\u202e")
    page = desk.get(PAGE).text
    assert "<script>hostile" not in page
    assert "\u202e" not in section(desk)
