"""The page of a recording: a machine's words are marked until a lawyer signs them, and end with the key."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Purpose
from testimony.domain.testimony.transcript import Line
from testimony.services.consent import acts as consent_acts
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.media import OpenMedia
from testimony.services.speech import models, recogniser, transcripts
from testimony.services.speech.job import Draft, Writer
from testimony.services.speech.models import Model
from testimony.services.speech.transcripts import Written
from testimony.store.sql.database import Database
from testimony.web.factory import create_app
from tests.support.services import speech
from tests.support.services.desks import TODAY, Desk, reader_of
from tests.support.services.speech import HEARD, SPOKEN
from tests.support.web.browser import Browser, passphrase_of
from tests.support.web.media import Told, bring, page_of

__all__ = ["bring"]
LINK = "Write down with this machine’s engine"
PROMISE = "The witness agreed that the voice is kept until it is written down."
UNSIGNED = "data-unsigned"
LOST = "What the machine wrote and what you corrected are lost then, unless you sign them."
WAITS = 'import sys\nsys.stdin.buffer.read()\nprint(\'{"ms": 1, "words": [[0, 1, "heronseventeen"]]}\', flush=True)\n'


@pytest.fixture(scope="module")
def brought(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return speech.brought(Path(tmp_path_factory.mktemp("brought")) / "model")


@pytest.fixture
def held(bring: Callable[..., Told]) -> Told:
    return bring(voice=SPOKEN)


@pytest.fixture
def model(held: Told, brought: Path) -> Model:
    return models.install(held.desk.settings.home, brought)


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine that hears one word, and goes on."""
    file = tmp_path / "child.py"
    file.write_text(f"{WAITS}while True: pass\n")
    monkeypatch.setattr(recogniser, "CHILD", file)
    return file


def writer(desk: Browser) -> Writer:
    found: Writer = desk.app.extensions["testimony.speech"]
    return found


def page(desk: Browser, held: Told) -> str:
    answer = desk.get(f"/en/testimony/{held.tid}/recording/1")
    assert answer.status_code == 200
    return str(answer.text)


def begin(desk: Browser, held: Told, model: Model, seconds: float = 120) -> None:
    assert desk.post(f"/testimony/{held.tid}/recording/1/begin", {"model": model.hash}).status_code == 303
    assert writer(desk).wait(seconds) is (seconds > 1)


def lines(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"<textarea[^>]*>([^<]*)</textarea>", page)]


def basis(page: str) -> dict[str, object]:
    """What the script of the page sends beside the texts."""
    found = re.search(r'data-seen="([^"]*)" data-draft="([^"]*)"', page)
    return {"seen": json.loads(html.unescape(found[1])), "draft": found[2]} if found else {"seen": [], "draft": ""}


def sign(desk: Browser, held: Told, texts: object, shown: str | None = None) -> int:
    """Sign on the page `shown`, or as it is now."""
    said = {"texts": texts, **basis(page(desk, held) if shown is None else shown)}
    return int(desk.post_json(f"/testimony/{held.tid}/recording/1/sign", said).status_code)


def colleague(held: Told, organisation: Organisation, text: str) -> None:
    """Another lawyer signs `text` at this desk, having seen everything that it holds."""
    two, annexes = reader_of(organisation, "lawyer-2"), AnnexIndex()
    with held.desk.database.reading() as session:
        annexes.refresh(held.desk, session, two)
    manifest = held.sealed.record.id
    signed = transcripts.transcripts_of(held.desk, annexes, held.tid, manifest).signed
    written = Written(
        medium=1,
        lang="en",
        engine="example 1.0",
        model="ab" * 32,
        model_name="Example",
        lines=(Line(start=0, end=9, heard="heron", text="heron"),),
    )
    transcripts.sign(held.desk, two, held.tid, manifest, signed, written, [text], day=TODAY)


def test_a_machine_writes_a_lawyer_corrects_and_signs(
    held: Told, model: Model, browser: Callable[..., Browser], organisation: Organisation
) -> None:
    desk = browser("lawyer")
    assert LINK in page_of(desk, held.tid)
    assert lines(page(desk, held)) == []
    begin(desk, held, model)
    shown = page(desk, held)
    written = lines(shown)
    assert set(" ".join(written).split()) >= HEARD
    assert UNSIGNED in shown
    assert "A machine wrote this, and nobody has checked it." in shown
    assert shown.count(LOST) == 1
    assert "Words with their seconds" in shown
    testimony = page_of(desk, held.tid)
    assert UNSIGNED in testimony
    assert written[0] not in testimony, "what nobody signed stands on its own page alone"
    texts = [f"Corrected {number}" for number, _ in enumerate(written)]
    assert sign(desk, held, texts) == 200
    testimony = page_of(desk, held.tid)
    assert UNSIGNED not in testimony
    assert all(text in testimony for text in texts)
    assert "by a machine on this computer, and read against the original by a person" in testimony
    assert f"Small English model ({model.hash[:16]})" in testimony
    again = page(desk, held)
    assert lines(again) == texts
    assert written[0] in html.unescape(again), "what the machine heard is kept beside it"
    assert UNSIGNED not in again
    assert LOST not in again
    _after_the_end_of_consent_no_page_shows_it(held, organisation, texts)


def _after_the_end_of_consent_no_page_shows_it(held: Told, organisation: Organisation, texts: Sequence[str]) -> None:
    app = create_app(STATION=held.desk, CLOCK=lambda: datetime(2035, 3, 1, 9, 30, tzinfo=UTC))
    desk = Browser(app, "lawyer")
    assert desk.post_json("/start", {"token": app.config["START_TOKEN"]}).status_code == 200
    assert desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")}).status_code == 200
    assert desk.get(f"/en/testimony/{held.tid}/recording/1").status_code == 409
    assert not any(text in page_of(desk, held.tid) for text in texts)
    assert sign(desk, held, texts, shown="") == 409


def test_locking_in_the_middle_ends_the_engine_and_leaves_no_word(
    held: Told, model: Model, child: Path, organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    begin(desk, held, model, seconds=0.1)
    run = writer(desk).last
    assert run is not None
    while run.running and not run.words:
        run.wait(0.02)
    shown = page(desk, held)
    assert "Under way" in shown
    assert desk.get("/recordings/state").json == {"running": True, "done": 0, "total": 95}
    desk.post("/lock", {})
    assert run.wait(30)
    assert (run.stopped, run.words, writer(desk).last) == (True, [], None)
    assert run._child is not None
    assert run._child.poll() is not None
    desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert "heronseventeen" not in page(desk, held)
    for path in held.desk.settings.home.rglob("*"):
        assert not path.is_file() or b"heronseventeen" not in path.read_bytes(), path


def test_what_waits_for_a_signature_is_gone_after_locking_and_when_it_is_discarded(
    held: Told, model: Model, child: Path, organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    assert lines(page(desk, held)) == ["heronseventeen"]
    desk.post(f"/testimony/{held.tid}/recording/1/stop", {})
    assert "heronseventeen" not in page(desk, held)
    begin(desk, held, model)
    desk.post("/lock", {})
    desk.post_json("/unlock", {"passphrase": passphrase_of(organisation, "lawyer-1")})
    assert "heronseventeen" not in page(desk, held)
    assert sign(desk, held, ["heronseventeen"]) == 409


def test_bad_input_signs_nothing(held: Told, model: Model, child: Path, browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    assert [sign(desk, held, texts) for texts in ("heronseventeen", [7], None, [], ["one", "two"], [" "])] == [
        400, 400, 400, 409, 409, 409,
    ]  # fmt: skip
    assert UNSIGNED in page(desk, held)
    assert "data-transcript" not in page_of(desk, held.tid)


def test_an_engine_that_fails_and_a_model_that_was_changed_are_one_sentence(
    held: Told, model: Model, child: Path, organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    child.write_text(f"{WAITS}import os\nos.abort()\n")
    begin(desk, held, model)
    shown = page(desk, held)
    assert "The engine failed and was ended. Try again, or take another model. Nothing was written down." in shown
    assert lines(shown) == []
    (model.folder / "dictionary.dict").write_bytes(b"changed")
    begin(desk, held, model)
    assert "A file of this model was changed since it was installed." in page(desk, held)


def test_without_a_choice_nothing_begins(held: Told, model: Model, browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    for said in ({}, {"model": "0" * 64}):
        answer = desk.post(f"/testimony/{held.tid}/recording/1/begin", said)
        assert answer.status_code == 400
        assert "Choose a model that is installed on this computer." in html.unescape(answer.text)
    assert writer(desk).last is None


def test_without_a_model_the_testimony_offers_nothing_and_the_page_says_why(
    held: Told, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    assert LINK not in page_of(desk, held.tid)
    assert "No speech engine or no model for it is installed on this computer" in page(desk, held)


def test_pictures_other_numbers_and_recordings_without_consent_have_no_such_page(
    bring: Callable[..., Told], held: Told, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    for number in (0, 2, 9):
        assert desk.get(f"/en/testimony/{held.tid}/recording/{number}").status_code == 404
    assert desk.get(f"/en/testimony/{'0' * 32}/recording/1").status_code == 404
    assert browser("coordinator").get(f"/en/testimony/{held.tid}/recording/1").status_code == 403


def test_where_the_consent_to_record_does_not_stand_nothing_is_written_down(
    bring: Callable[..., Told], brought: Path, browser: Callable[..., Browser]
) -> None:
    closed = bring(voice=SPOKEN, purposes=("P01", "P04", "P06"))
    models.install(closed.desk.settings.home, brought)
    desk = browser("lawyer")
    assert desk.get(f"/en/testimony/{closed.tid}/recording/1").status_code == 409
    assert LINK not in page_of(desk, closed.tid)


def end(desk: Browser, held: Told, purpose: Purpose) -> None:
    """The witness takes one use back."""
    reader = desk.app.extensions["testimony.key"].reader()
    stands = Desk(held.desk, reader, held.desk).stands(held.tid)
    used = next(one for one in stands.usable if one.purpose is purpose)
    consent_acts.say(held.desk, reader, stands, Act.WITHDRAW, used, day=TODAY)


def test_what_was_signed_asks_for_the_end_of_the_recording_and_stays_with_the_account(
    held: Told, model: Model, child: Path, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    assert "data-once-signed hidden" in page(desk, held)
    assert PROMISE not in page_of(desk, held.tid)
    assert sign(desk, held, ["Signed nineteen."]) == 200
    for shown in (page_of(desk, held.tid), page(desk, held)):
        assert PROMISE in shown
        assert f"/en/testimony/{held.tid}/consent" in shown
    assert "data-once-signed hidden" not in page(desk, held)
    end(desk, held, Purpose.VOICE)
    shown = page_of(desk, held.tid)
    assert "Signed nineteen." in shown
    assert "What was written down stays: it follows the consent to the account." in shown
    assert "consent to record the voice does not stand today" in shown
    assert (PROMISE in shown, LINK in shown, "<audio" in shown) == (False, False, False)
    assert desk.get(f"/media/{held.tid}/1").status_code == 409
    end(desk, held, Purpose.LAWYER)
    assert "Signed nineteen." not in page_of(desk, held.tid)


def test_what_a_colleague_signed_meanwhile_still_stands_and_both_are_shown(
    held: Told, model: Model, child: Path, organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    shown = page(desk, held)
    colleague(held, organisation, "A colleague wrote this.")
    assert sign(desk, held, ["This is mine."], shown) == 200
    for now in (page_of(desk, held.tid), page(desk, held)):
        assert "A colleague wrote this." in now
        assert "This is mine." in now
    both = page(desk, held)
    assert "What you sign stands for both." in both
    assert sign(desk, held, ["For both."], both) == 200
    now = page_of(desk, held.tid)
    assert ("For both." in now, "A colleague wrote this." in now, "This is mine." in now) == (True, False, False)


def test_lines_that_were_replaced_meanwhile_are_not_signed(
    held: Told, model: Model, child: Path, organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    first = page(desk, held)
    begin(desk, held, model)
    assert sign(desk, held, ["Of the first draft."], first) == 409
    assert sign(desk, held, ["Of the second draft."]) == 200
    second = page(desk, held)
    colleague(held, organisation, "Corrected by a colleague.")
    assert sign(desk, held, ["Of what is replaced."], second) == 409
    now = page_of(desk, held.tid)
    assert ("Corrected by a colleague." in now, "Of what is replaced." in now) == (True, False)
    for basis in ({"seen": ["ab" * 16], "draft": ""}, {"seen": [], "draft": "ab" * 16}):
        answer = desk.post_json(f"/testimony/{held.tid}/recording/1/sign", {"texts": ["One."], **basis})
        assert answer.status_code == 409
        assert "Copy what you wrote, and open it again." in answer.text
    for bad in ({"seen": [7], "draft": ""}, {"seen": [], "draft": 7}, {"draft": ""}, {"seen": []}):
        answer = desk.post_json(f"/testimony/{held.tid}/recording/1/sign", {"texts": ["One."], **bad})
        assert answer.status_code == 400


def test_a_long_recording_can_be_signed(held: Told, model: Model, child: Path, browser: Callable[..., Browser]) -> None:
    desk = browser("lawyer")
    child.write_text(
        "import json, sys\nsys.stdin.buffer.read()\n"
        "for n in range(5001):\n    print(json.dumps({'ms': n * 1000, 'words': [[n * 1000, n * 1000 + 100, 'yes']]}))\n"
    )
    begin(desk, held, model)
    shown = page(desk, held)
    assert lines(shown) == ["yes yes"] * 2500 + ["yes"]
    assert sign(desk, held, lines(shown), shown) == 200


@pytest.mark.parametrize("ends", ["recording", "testimony"])
def test_a_draft_whose_consent_ended_is_dropped_and_keeps_no_other_waiting(
    ends: str, bring: Callable[..., Told], held: Told, model: Model, child: Path, browser: Callable[..., Browser]
) -> None:
    other, desk = bring(voice=SPOKEN), browser("lawyer")
    child.write_text(WAITS)
    begin(desk, held, model)
    begun = writer(desk).last
    if ends == "recording":
        end(desk, held, Purpose.VOICE)
    else:
        reader = desk.app.extensions["testimony.key"].reader()
        consent_acts.withdraw_all(held.desk, reader, held.tid, day=TODAY)
    begin(desk, other, model)
    now = writer(desk).last
    assert now is not None
    assert (now.tid, now.succeeded) == (other.tid, True)
    assert begun is not now
    end(desk, other, Purpose.VOICE)
    assert desk.get(f"/en/testimony/{other.tid}/recording/1").status_code == 409
    assert writer(desk).last is None


@pytest.mark.parametrize("how", ["news", "act"])
@pytest.mark.parametrize("ends", ["recording", "testimony"])
def test_an_engine_ends_once_the_desk_learns_that_the_consent_ended(
    how: str, ends: str, held: Told, model: Model, child: Path, browser: Callable[..., Browser]
) -> None:
    desk = browser("lawyer")
    holder = desk.app.extensions["testimony.key"]
    begin(desk, held, model, seconds=0.1)
    run = writer(desk).last
    assert run is not None
    with desk.app.app_context():
        holder.news()
    assert writer(desk).last is run, "nothing ended"
    if ends == "recording":
        end(desk, held, Purpose.VOICE)
    else:
        consent_acts.withdraw_all(held.desk, holder.reader(), held.tid, day=TODAY)
    used = holder._used
    if how == "news":
        with desk.app.app_context():
            holder.news()
        assert holder._used == used, "what comes by itself is no use of the key"
    else:
        desk.post("/recordings/none", {})
    assert writer(desk).last is None
    assert run.wait(30)
    assert (run.stopped, run.words) == (True, [])


def test_a_key_that_was_locked_meanwhile_begins_nothing(
    held: Told, model: Model, child: Path, browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, real, begun = browser("lawyer"), Writer.begin, list[Draft]()

    def late(self: Writer, database: Database, opened: OpenMedia, number: int, chosen: Model) -> Draft:
        desk.app.extensions["testimony.key"].forget()
        begun.append(real(self, database, opened, number, chosen))
        return begun[0]

    monkeypatch.setattr(Writer, "begin", late)
    answer = desk.post(f"/testimony/{held.tid}/recording/1/begin", {"model": model.hash})
    assert answer.status_code == 423
    assert writer(desk).last is None
    assert begun[0].stopping
    assert begun[0].wait(30)
