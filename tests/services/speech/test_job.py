"""Writing down at a desk: one recording at a time, and nothing of it outlives the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony.transcript import Word
from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.media import OpenMedia
from testimony.services.opening.permission import Permission
from testimony.services.opening.reading_session import ReadingSession
from testimony.services.speech import recogniser
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.job import Draft, Writer
from testimony.services.speech.models import Model
from tests.support.services.desks import Desk, desks
from tests.support.services.speech import HEARD, SECONDS, spoken_again, spoken_testimony

WAITS = 'import sys\nsys.stdin.buffer.read()\nprint(\'{"ms": 1, "words": [[0, 1, "heron"]]}\', flush=True)\n'


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.stop()
    made.wait(30)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that hears one word, and goes on."""
    file = tmp_path / "child.py"
    file.write_text(f"{WAITS}while True: pass\n")
    monkeypatch.setattr(recogniser, "CHILD", file)


def begin(writer: Writer, desk: Desk, tid: str, model: Model, number: int = 1) -> Draft:
    with desk.station.database.reading() as session:
        reading = ReadingSession.at(desk.station, session, desk.reader)
        opened = OpenMedia(reading, tid, permission=Permission(closed={}))
        return writer.begin(desk.station.database, opened, number, model)


def refused(writer: Writer, desk: Desk, tid: str, model: Model) -> str:
    with pytest.raises(SpeechRefused) as found:
        begin(writer, desk, tid, model)
    return found.value.reason


def until_heard(run: Draft) -> None:
    while run.running and not run.words:
        run.wait(0.02)


def test_a_recording_is_written_down_in_lines_that_name_engine_and_model(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer
) -> None:
    run = begin(writer, desk, spoken_testimony(desk, organisation), model)
    assert run.wait(120)
    assert run.succeeded
    assert run.done == run.total
    written = run.written()
    assert set(" ".join(one.heard for one in written.lines).split()) >= HEARD
    assert len(written.lines) > 1
    assert all(one.text == one.heard for one in written.lines)
    assert (written.model, written.model_name, written.lang) == (model.hash, "Small English model", "en")
    assert written.engine.startswith("pocketsphinx ")


def test_locking_in_the_middle_ends_the_engine_and_drops_every_word(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer, waiting: None
) -> None:
    run = begin(writer, desk, spoken_testimony(desk, organisation), model)
    until_heard(run)
    writer.forget()
    assert run.wait(30)
    assert run.stopped
    assert writer.last is None
    assert run.words == []
    assert run._child is not None
    assert run._child.poll() is not None
    for path in desk.station.settings.home.rglob("*"):
        assert not path.is_file() or b"heron" not in path.read_bytes(), path


def test_locking_ends_the_real_engine_in_the_middle_of_a_recording(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer
) -> None:
    run = begin(writer, desk, spoken_testimony(desk, organisation), model)
    while run.running and not run.done:
        run.wait(0.02)
    writer.forget()
    assert run.wait(30)
    assert (run.stopped, run.words) == (True, [])
    assert run.done < run.total
    assert run._child is not None
    assert run._child.poll() is not None


@pytest.mark.long(short="test_locking_ends_the_real_engine_in_the_middle_of_a_recording")
def test_twenty_minutes_are_written_down_whole_after_a_lock_in_their_middle(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer
) -> None:
    times = 20 * 60 // SECONDS + 1
    tid = spoken_testimony(desk, organisation, spoken_again(times), times * SECONDS)
    cut_off = begin(writer, desk, tid, model)
    while cut_off.running and cut_off.done < cut_off.total / 2:
        cut_off.wait(1)
    writer.forget()
    assert cut_off.wait(30)
    assert (cut_off.stopped, cut_off.words) == (True, [])
    whole = begin(writer, desk, tid, model)
    while whole.running:
        whole.wait(1)
    assert whole.succeeded
    said = " ".join(line.heard for line in whole.written().lines).split()
    for word in HEARD:
        assert said.count(word) > times / 2


def test_a_second_one_waits_for_the_end_and_for_the_signature_of_the_first(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer, waiting: None
) -> None:
    tid = spoken_testimony(desk, organisation)
    run = begin(writer, desk, tid, model)
    until_heard(run)
    assert refused(writer, desk, tid, model) == "busy"
    writer.stop()
    assert run.wait(30)
    done = Draft(tid="ab" * 16, medium=1, model=model, engine="example", words=[Word(start=0, end=1, text="heron")])
    done.end()
    writer.last = done
    assert refused(writer, desk, tid, model) == "unsigned"
    done.signed = True
    again = begin(writer, desk, tid, model)
    until_heard(again)


def test_after_a_failure_no_word_is_kept(
    desk: Desk, organisation: Organisation, model: Model, writer: Writer, waiting: None
) -> None:
    recogniser.CHILD.write_text(f"{WAITS}import os\nos.abort()\n")
    run = begin(writer, desk, spoken_testimony(desk, organisation), model)
    assert run.wait(60)
    assert isinstance(run.error, SpeechRefused)
    assert run.error.reason == "crashed"
    assert run.words == []
