"""A lawyer imports a sheet on pages: nothing is guessed, and nothing is stored before it is sealed."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from testimony.services.imports.files.table import LARGEST_FILE
from testimony.services.records import queries as record_queries
from testimony.web.desk.imports import page as imports_page
from testimony.web.desk.imports.columns import MOST_SHOWN
from testimony.web.desk.imports.held import Held
from testimony.web.server import options
from testimony.web.server.options import LARGEST_REQUEST
from tests.support.services.import_files import packed
from tests.support.services.odk_submissions import PASSPHRASE, encrypted, folders, pem
from tests.support.web.browser import Browser
from tests.support.web.desk.imports import SHEET

SAID = {"source": "Example network", "consent": "Signed sheets", "lang-of-words": "en"}
CHOSEN = {"to-2": "consent", "to-3": "v_acts", "to-4": "account"}


@pytest.fixture
def desk(browser: Callable[..., Browser]) -> Browser:
    return browser("lawyer")


def take(desk: Browser, data: bytes, **more: str) -> str:
    """The page after a file was chosen."""
    desk.post("/imports/file", {"file": (io.BytesIO(data), "records.csv"), **more})
    return page(desk)


def page(desk: Browser) -> str:
    answer = desk.get("/en/imports")
    assert answer.status_code == 200
    return str(answer.text)


def held(desk: Browser) -> Held:
    found: Held = desk.app.extensions["testimony.imports"]
    return found


def looked(desk: Browser, **more: str) -> str:
    """The page of what it becomes, of the sheet."""
    take(desk, SHEET.encode())
    desk.post("/imports/columns", {**SAID, **CHOSEN, "then": ""})
    desk.post("/imports/columns", {**SAID, **CHOSEN, "order-0": "dmy", "then": "look", **more})
    return page(desk)


def test_a_sheet_is_chosen_mapped_looked_at_and_sealed(desk: Browser) -> None:
    shown = take(desk, SHEET.encode())
    assert "Match columns to answers" in shown
    assert 'value="i_date" selected' in shown
    desk.post("/imports/columns", {**SAID, **CHOSEN, "then": ""})
    shown = page(desk)
    assert 'value="beat" selected' in shown
    assert "&lt;b&gt;shouting&lt;/b&gt;" in shown
    desk.post("/imports/columns", {**SAID, **CHOSEN, "then": "look"})
    assert "whether the day or the month comes first" in page(desk)
    assert "Example network" in page(desk)
    seen = looked(desk)
    assert 'data-new="1"' in seen
    assert "no consent is recorded: 1" in seen
    assert "They took us to the river." in seen
    desk.post("/imports/begin")
    assert held(desk).work.wait(60)
    assert 'data-sealed="1"' in page(desk)
    desk.post("/imports/close")
    assert held(desk).opened is None
    assert "Already imported: 1" in looked(desk)


def test_its_page_says_where_it_comes_from(desk: Browser) -> None:
    looked(desk)
    desk.post("/imports/begin")
    assert held(desk).work.wait(60)
    (record,) = held(desk).known._read  # the manifest that was made
    with desk.app.extensions["testimony.station"].database.reading() as session:
        tid = record_queries.records_of(session, [record])[record].value["tid"]
    shown = desk.get(f"/en/testimony/{tid}").text
    assert "Imported from" in shown
    assert "Example network" in shown
    assert "Signed sheets" in shown
    assert "lawyer-1" in shown


def test_rows_inside_rows_and_files_that_did_not_come_are_said(desk: Browser) -> None:
    people = {"form-people__csv": b"age,PARENT_KEY\n3,uuid:1\n9,uuid:9\n"}
    shown = take(desk, packed(form__csv=b"report,photo,KEY\nWe waited.,a.jpg,uuid:1\n", **people))
    assert "became lines of one cell:" in shown
    assert "record is not in this file: 1." in shown
    desk.post("/imports/columns", {**SAID, "then": "look"})
    shown = page(desk)
    assert "not in this archive: 1." in shown
    assert "age: 3" in shown


def test_encrypted_submissions_open_with_their_private_key_alone(desk: Browser) -> None:
    (field,) = re.findall(r'<input id="key-passphrase"[^>]*>', page(desk))
    assert 'autocomplete="new-password"' in field, "no browser fills in the passphrase of the desk"
    changed = {**encrypted(2, "<report>x</report>"), "submission.xml.enc": b"x" * 16}
    data = folders(encrypted(1, "<report>We waited.</report>"), changed)
    assert "Choose their private key too." in take(desk, data)
    key = {"private-key": (io.BytesIO(pem(PASSPHRASE)), "key.pem")}
    desk.post("/imports/file", {"file": (io.BytesIO(data), "x.zip"), **key, "key-passphrase": "wrong"})
    assert "This key does not open these submissions." in page(desk)
    key = {"private-key": (io.BytesIO(pem(PASSPHRASE)), "key.pem")}
    desk.post("/imports/file", {"file": (io.BytesIO(data), "x.zip"), **key, "key-passphrase": PASSPHRASE})
    shown = page(desk)
    assert "We waited." in shown
    assert "the key is not theirs: 1." in shown
    assert "folder-2" in shown
    assert "whether their answers were changed" not in shown


def test_submissions_that_nothing_checks_are_counted(desk: Browser) -> None:
    files = encrypted(1, "<report>We waited.</report>", a__jpg=b"x")
    del files["a.jpg.enc"]
    key = {"private-key": (io.BytesIO(pem()), "key.pem")}
    desk.post("/imports/file", {"file": (io.BytesIO(folders(files)), "x.zip"), **key, "key-passphrase": ""})
    assert "their signature: 1. Nothing shows whether their answers were changed." in page(desk)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "There are no rows"),
        (b"%PDF", "not a CSV, XLSX, JSON or ZIP"),
        ("a\né\n".encode("latin-1"), "character encoding"),
        (b"PK\x03\x04", "cannot be read"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_page_asks_again(desk: Browser, data: bytes, said: str) -> None:
    shown = take(desk, data)
    assert said in shown
    assert 'type="file"' in shown
    assert held(desk).opened is None


def test_a_choice_that_no_page_offers_changes_nothing(desk: Browser) -> None:
    take(desk, SHEET.encode())
    before = held(desk).file().choices
    desk.post("/imports/columns", {**SAID, "to-0": "cs_mode", "then": "look"})
    assert held(desk).file().choices == before
    assert "do not fit this file" in page(desk)


def test_choices_go_to_a_colleague_and_come_from_one(desk: Browser) -> None:
    take(desk, SHEET.encode())
    desk.post("/imports/columns", {**SAID, **CHOSEN, "then": ""})
    saved = desk.post("/imports/choices/save", {**SAID, "order-0": "dmy", "lang-of-words": "fr"})
    assert saved.headers["Content-Disposition"] == 'attachment; filename="import-choices.json"'
    assert b"river" not in saved.data
    before = held(desk).file().choices
    desk.post("/imports/choices", {"choices": (io.BytesIO(b"{}"), "x.json")})
    assert "holds no choices for these columns" in page(desk)
    assert held(desk).file().choices == before
    desk.post("/imports/close")
    take(desk, SHEET.encode())
    desk.post("/imports/choices", {"choices": (io.BytesIO(saved.data), "x.json")})
    assert held(desk).file().choices == before
    refused = desk.post("/imports/choices/save", {**SAID, "to-0": "cs_mode"})
    assert (refused.status_code, "do not fit this file" in page(desk)) == (303, True)


def test_the_file_is_forgotten_when_the_key_is_locked(desk: Browser) -> None:
    take(desk, SHEET.encode())
    desk.post("/lock")
    assert held(desk).opened is None


def sent(desk: Browser, path: str, data: bytes) -> TestResponse:
    """The answer to a form with a file, as a browser sends it: the framework's client would use a file of its own."""
    fields = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{desk.csrf()}\r\n--b\r\n'
    head = fields + 'Content-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\n'
    body = head.encode() + data + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    return desk.client.post(path, base_url=desk.base, data=body, content_type=kind)


def test_a_large_file_is_taken_and_by_no_other_page(desk: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", None)
    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", None)
    rows = b"report\n" + b"".join(b"%07d " % number + b"x" * 993 + b"\n" for number in range(3000))
    assert len(rows) > LARGEST_REQUEST
    assert sent(desk, "/imports/file", rows).status_code == 303
    assert "3000 rows" in page(desk)
    assert sent(desk, "/imports/columns", rows).status_code == 413


def test_a_file_over_the_limit_is_told_the_limit_and_what_to_do_and_changes_nothing(
    desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk, SHEET.encode())
    before = held(desk).opened
    monkeypatch.setattr(imports_page, "LARGEST_IMPORT", 1000)
    answer = sent(desk, "/imports/file", b"report\n" + b"x" * 1000)
    assert answer.status_code == 413
    assert "at most 64 MB and 50,000 rows. Split it. Nothing was imported." in answer.text
    assert held(desk).opened is before
    assert options.LARGEST_IMPORT > LARGEST_FILE
    assert options.DESK_OPTIONS["max_request_body_size"] > options.LARGEST_IMPORT, "else the server answers first"


def test_coordinators_have_no_such_page(browser: Callable[..., Browser]) -> None:
    assert browser("coordinator").get("/en/imports").status_code in (403, 404)


def test_a_column_that_the_page_does_not_ask_about_is_kept_as_it_is_written(desk: Browser) -> None:
    names = [*(f"c{number}" for number in range(MOST_SHOWN)), "date of incident"]
    cells = ["a"] * MOST_SHOWN + ["2024-12-31"]
    shown = take(desk, f"{','.join(names)}\n{','.join(cells)}\n".encode())
    assert "Further columns, kept as they are written: 1." in shown
    choices = held(desk).file().choices
    assert choices is not None
    assert choices.columns[-1].to == "keep"
