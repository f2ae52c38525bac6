"""An account, and what lawyers wrote about it, stand at a desk while consent does: afterwards nothing shows them."""

from __future__ import annotations

import ast
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import testimony
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import whole
from testimony.services.exports.errors import ExportRefused
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.errors import CLOSED_SENTENCES, ENDED
from testimony.services.stories import stories
from testimony.station.station import Station
from testimony.web.factory import create_app
from tests.support.services.batches import bring
from tests.support.services.desks import TODAY, reader_of
from tests.support.services.stories import SAID, agree_to_stories, told
from tests.support.web.browser import Browser, passphrase_of
from tests.support.web.hostile.pages import built
from tests.support.web.routes import routes

CASE, LAWYERS = "P09 case-river", "P04 lawyers"
WORD = "heron"
"""Begins every text that is written here, and stands nowhere else."""
LATER = datetime(2028, 3, 1, 9, 30, tzinfo=UTC)


@dataclass
class Written:
    """At a lawyer's desk: what the addresses of its pages name."""

    desk: Browser
    tid: str
    samples: dict[str, str]


def note(at: Written) -> Any:
    body = {"note": "", "text": "heron-note", "lang": "en", "place": None}
    return at.desk.post_json(f"/testimony/{at.tid}/notes", body)


def label(at: Written) -> Any:
    return at.desk.post_json(f"/testimony/{at.tid}/label", {"label": "heron-label"})


def feedback(at: Written) -> Any:
    made = at.desk.post_json("/feedback/write", {"tid": at.tid, "case": "", "text": "heron-feedback", "lang": "en"})
    page = at.desk.get(f"/en/testimony/{at.tid}").text
    at.samples["note"] = re.findall(r'data-words="(\w+)"', page)[0]
    return made


def attachment(at: Written) -> Any:
    """One that stays, and one that was taken out for a reason."""
    for title in ("heron-attachment", "heron-attachment-out"):
        data = {"case": CASE, "about": at.tid, "title": title, "sort": "MEDICAL", "made": ""}
        made = at.desk.client.post(
            "/attachments/add",
            base_url=at.desk.base,
            data={**data, "file": (BytesIO(title.encode()), "report.txt")},
            headers={"X-CSRFToken": at.desk.csrf(), "Accept": "application/json"},
        )
        assert made.status_code == 200, made.text
    page = at.desk.get(f"/en/cases/{CASE}").text
    out, at.samples["file"] = re.findall(r'data-attachment="(\w+)"', page)[:2]
    if "heron-attachment-out" not in page.split(f'data-attachment="{out}"')[1].split("</li>")[0]:
        out, at.samples["file"] = at.samples["file"], out
    return at.desk.post_json("/attachments/out", {"case": CASE, "file": out, "reason": "heron-reason"})


def translation(at: Written) -> Any:
    page = at.desk.get(f"/en/testimony/{at.tid}/translate/s1/fr").text
    texts = ["heron-translation" for _ in re.findall("<textarea", page)]
    body = {"lang": "fr", "method": "person", "translator": "heron-translator", "texts": texts}
    body |= {"seen": [], "draft": ""}
    return at.desk.post_json(f"/testimony/{at.tid}/translate/s1", body)


def story(at: Written) -> Any:
    """Published: a second lawyer approved it."""
    said = {"text": "said-0", "marks": [], "title": "heron-story", "month": "", "border": "", "people": ""}
    made = at.desk.post_json("/stories/propose", {"tid": at.tid, **said, "answers": {}, "losses": {}})
    assert made.status_code == 200, made.text
    at.samples["story"] = made.json["location"].rpartition("/")[2]
    return made


def title(at: Written) -> Any:
    at.desk.post(f"/testimony/{at.tid}/incident", {"incident": "", "act": "", "lang": "en"})
    page = at.desk.get(f"/en/testimony/{at.tid}").text.split('data-section="incidents"')[1]
    at.samples["incident"] = re.findall(r'data-incident="([0-9a-f]{32})"', page)[0]
    return at.desk.post_json(f"/incidents/{at.samples['incident']}/title", {"title": "heron-title"})


BOUND: dict[str, Callable[[Written], Any] | None] = {
    "services/review/notes.py": note,
    "services/review/private_labels.py": label,
    "services/review/feedbacks.py": feedback,
    "services/review/attachments.py": attachment,
    "services/review/translations.py": translation,
    "services/stories/stories.py": story,
    "services/incidents/titles.py": title,
    "services/speech/transcripts.py": None,  # needs an engine: tests/web/desk/testimony/test_transcripts.py
    "services/coding/coding.py": None,  # codes and places in the account, no words of a lawyer
    "services/consent/documents.py": None,  # a file without words: tests/services/consent/test_documents.py
    "services/demo/demo_accounts.py": None,  # translations of invented accounts
}
"""Every module that seals words of lawyers about a testimony, and how they come into being."""


@pytest.fixture
def written(
    browser: Callable[..., Browser],
    opened: Callable[[str], Station],
    organisation: Organisation,
    monkeypatch: pytest.MonkeyPatch,
) -> Written:
    agree_to_stories(monkeypatch)
    account = told(
        also=["P09-case-river", "P12-border-news"], text=f"heron-account {SAID}", identity={"w_name": "heron-name"}
    )
    (sealed,) = bring(organisation, opened("lawyer"), [account])
    tid = str(sealed.record.value["tid"])
    at = Written(browser("lawyer"), tid, {"tid": tid, "statement": "s1", "case": CASE})
    at.desk.post(f"/testimony/{tid}/case/take", {"case": CASE, "lang": "en"})
    for write in filter(None, BOUND.values()):
        assert write(at).status_code == 200, write.__name__
    station, reader = opened("lawyer"), reader_of(organisation, "lawyer-2")
    held = _stories(station, organisation, "lawyer-2")
    one, _state = held.find(at.samples["story"])
    stories.approve(station, reader, held, one.id, one.digest, annexes=AnnexIndex(), day=TODAY)
    return at


def _stories(station: Station, organisation: Organisation, person: str, day: Any = TODAY) -> stories.Stories:
    with station.database.reading() as session:
        return stories.read(station, session, reader_of(organisation, person), AnnexIndex(), at=day)


def _withdraw(at: Written, _unlock: object) -> Browser:
    sent = {"act": "WITHDRAW", "about": LAWYERS, "reason": "other", "lang": "en"}
    assert at.desk.post(f"/testimony/{at.tid}/consent/say", sent).status_code == 303
    return at.desk


def _expire(_at: Written, unlock: Callable[[], Browser]) -> Browser:
    return unlock()


def _suspend(at: Written, _unlock: object) -> Browser:
    sent = {"act": "WITHDRAW", "about": "all", "reason": "other", "lang": "en"}
    assert at.desk.post(f"/testimony/{at.tid}/consent/say", sent).status_code == 303
    return at.desk


ENDS = {
    "withdrawn": (_withdraw, "withdrawn"),
    "expired": (_expire, ENDED),
    "suspended": (_suspend, "withdrawn"),
}
"""How it ends, and what the page then says instead of the words."""


@pytest.mark.parametrize("end", ENDS)
def test_after_the_end_of_consent_no_page_file_or_command_shows_what_was_written(
    end: str, written: Written, opened: Callable[[str], Station], organisation: Organisation
) -> None:
    station = opened("lawyer")
    assert _missing(written.desk, written) == set(), "each text stands on some page while consent stands"
    assert WORD in _files(station, organisation, TODAY)
    later = LATER if end == "expired" else datetime(2026, 1, 20, 9, 30, tzinfo=UTC)
    desk = ENDS[end][0](written, lambda: _unlocked(create_app(STATION=station, CLOCK=lambda: later), organisation))
    shown = {address: found for address, found in _shown(desk, written) if found}
    assert shown == {}
    assert WORD not in _files(station, organisation, later.date())
    section = desk.get(f"/en/testimony/{written.tid}").text.split('data-section="feedback"')[1].split("</section>")[0]
    assert CLOSED_SENTENCES[ENDS[end][1]] in html.unescape(section)
    assert "<textarea" not in section


def test_the_table_has_every_module_that_seals_words_about_a_testimony() -> None:
    root = Path(testimony.__file__).parent
    found = {
        str(file.relative_to(root))
        for file in root.glob("services/**/*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".seal_bound")
    }
    assert found | {"services/incidents/titles.py"} == set(BOUND)


def test_after_the_end_nothing_is_written_told_printed_or_named(written: Written) -> None:
    desk, tid, said = _withdraw(written, None), written.tid, written.samples["note"]
    answers = {
        "write": desk.post_json("/feedback/write", {"tid": tid, "case": "", "text": "more", "lang": "en"}),
        "told": desk.post(f"/feedback/{tid}/{said}/told", {"told": "2026-01-20", "case": "", "lang": "en"}),
        "strike": desk.post(f"/feedback/{tid}/{said}/strike", {"case": "", "lang": "en"}),
        "slip": desk.get(f"/en/feedback/{tid}/{said}/slip"),
        "title": desk.post_json(f"/incidents/{written.samples['incident']}/title", {"title": "more"}),
    }
    assert {
        name: (one.status_code, "part was taken back or erased" in one.text) for name, one in answers.items()
    } == dict.fromkeys(answers, (409, True))


def _missing(desk: Browser, at: Written) -> set[str]:
    wanted = {"note", "label", "feedback", "attachment", "attachment-out", "reason", "translation", "translator"}
    return {*wanted, "story", "title", "account", "name"} - {word for _, found in _shown(desk, at) for word in found}


def _shown(desk: Browser, at: Written) -> Iterator[tuple[str, set[str]]]:
    """The words that stand on each page of the desk, and in what each page lets save."""
    for method, _, rule in routes(desk.app):
        if method == "GET" and "filename" not in rule.arguments:
            address = built(rule, at.samples)
            answer = desk.get(address, query_string={"q": WORD, "case": CASE, "tid": at.tid})
            yield address, set(re.findall(f"{WORD}-([a-z-]+)", _text(answer.data)))


def _text(data: bytes) -> str:
    if not zipfile.is_zipfile(BytesIO(data)):
        return data.decode("utf-8", "replace")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def _files(station: Station, organisation: Organisation, day: Any) -> str:
    """What the commands that read annexes write: the export of everything, and stories."""
    reader, out = reader_of(organisation, "lawyer-1"), io.BytesIO()
    with station.database.transaction() as session:
        try:
            whole.write(station, session, reader, out, annexes=_annexes(station, session, reader), at=day)
        except ExportRefused:
            out = io.BytesIO()
    told = _stories(station, organisation, "lawyer-1", day).held
    return _text(out.getvalue()) + "".join(one.story.title for one, _state in told if one.story)


def _annexes(station: Station, session: Any, reader: Any) -> AnnexIndex:
    found = AnnexIndex()
    found.refresh(station, session, reader)
    return found


def _unlocked(app: Flask, organisation: Organisation) -> Browser:
    one = Browser(app, "lawyer")
    assert one.post_json("/start", {"token": app.config["START_TOKEN"]}).status_code == 200
    assert one.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")}).status_code == 200
    return one
