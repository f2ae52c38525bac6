"""Drafting at a desk: one text at a time, and nothing of it outlives the key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony.statement import Statement
from testimony.services.speech import translator
from testimony.services.speech.drafter import Draft, Drafter
from testimony.services.speech.errors import DraftRefused
from testimony.services.speech.models import Model
from tests.support.services.translation_model import drafted

TID = "ab" * 16
SAID = Statement(id="s1", lang="en", text="They came at night. Nobody spoke. It was cold.")


@pytest.fixture
def drafter() -> Iterator[Drafter]:
    made = Drafter()
    yield made
    made.stop()
    made.wait(30)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An engine that writes one sentence, and goes on."""
    file = tmp_path / "child.py"
    file.write_text('import sys\nsys.stdin.buffer.read()\nprint(\'{"text": "heron"}\', flush=True)\nwhile True: pass\n')
    monkeypatch.setattr(translator, "CHILD", file)
    return file


def refused(drafter: Drafter, model: Model, *, said: Statement = SAID, numbers: tuple[int, ...] = (0, 1, 2)) -> str:
    with pytest.raises(DraftRefused) as found:
        drafter.begin(TID, said, "el", model, numbers)
    return found.value.reason


def until_written(run: Draft) -> None:
    while run.running and not run.texts:
        run.wait(0.02)


def test_the_sentences_that_were_asked_for_are_drafted_and_engine_and_model_named(
    drafter: Drafter, greek: Model
) -> None:
    run = drafter.begin(TID, SAID, "el", greek, (0, 2))
    assert run.wait(120)
    assert run.written == {0: drafted("They came at night."), 2: drafted("It was cold.")}
    made = run.machine
    assert (made.model, made.model_name, made.drafted) == (greek.hash, "Greek letters", run.written)
    assert made.engine.startswith("ctranslate2 ")
    assert (run.is_waiting, run.left, drafter.of(TID, "s1", "el"), drafter.of(TID, "s1", "fr")) == (True, 0, run, None)


def test_locking_in_the_middle_ends_the_engine_and_drops_every_word(
    drafter: Drafter, greek: Model, waiting: Path
) -> None:
    run = drafter.begin(TID, SAID, "el", greek, (0, 1, 2))
    until_written(run)
    drafter.forget()
    assert run.wait(30)
    assert (run.stopped, run.texts, drafter.last) == (True, [], None)
    assert run._child is not None
    assert run._child.poll() is not None


def test_locking_ends_the_real_engine_in_the_middle_of_a_text(drafter: Drafter, greek: Model) -> None:
    said = Statement(id="s1", lang="en", text="They came at night and nobody said why they came. " * 1500)
    run = drafter.begin(TID, said, "el", greek, tuple(range(1500)))
    until_written(run)
    drafter.forget()
    assert run.wait(30)
    assert (run.stopped, run.texts) == (True, [])
    assert 0 < run.done < run.total


def test_a_second_one_waits_for_the_end_and_for_the_signature_of_the_first(
    drafter: Drafter, greek: Model, waiting: Path
) -> None:
    run = drafter.begin(TID, SAID, "el", greek, (0,))
    until_written(run)
    assert refused(drafter, greek) == "busy"
    drafter.stop()
    assert run.wait(30)
    done = Draft(tid="cd" * 16, original="s1", to="el", model=greek, engine="x", numbers=(0,), texts=["heron"])
    done.end()
    drafter.last = done
    assert refused(drafter, greek) == "unsigned"
    done.signed = True
    until_written(drafter.begin(TID, SAID, "el", greek, (0,)))


def test_after_a_failure_no_word_is_kept(drafter: Drafter, greek: Model, waiting: Path) -> None:
    waiting.write_text(
        'import os, sys\nsys.stdin.buffer.read()\nprint(\'{"text": "heron"}\', flush=True)\nos.abort()\n'
    )
    run = drafter.begin(TID, SAID, "el", greek, (0, 1, 2))
    assert run.wait(60)
    assert isinstance(run.error, DraftRefused)
    assert (run.error.reason, run.texts, run.is_waiting) == ("crashed", [], False)
    error = run.error
    assert (error.__traceback__, error.__cause__, error.__context__) == (None, None, None), "its frames hold the text"


def test_where_nothing_is_empty_and_where_the_text_is_too_long_nothing_is_drafted(
    drafter: Drafter, greek: Model
) -> None:
    assert refused(drafter, greek, numbers=()) == "whole"
    run = drafter.begin(TID, Statement(id="s1", lang="en", text="x" * 100_001), "el", greek, (0,))
    assert run.wait(60)
    assert isinstance(run.error, DraftRefused)
    assert run.error.reason == "long"
