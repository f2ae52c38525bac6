"""The engine: it hears real speech in a child that has no network and no disk, and its failure is one sentence."""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.background.worker import Stopped
from testimony.services.speech import recogniser, recogniser_process
from testimony.services.speech.child import STALL
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.models import Model
from testimony.services.speech.recogniser import Hearing
from tests.support.services import children
from tests.support.services.speech import HEARD, SECONDS, SPOKEN, pieces

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")


def heard(model: Model, data: bytes = SPOKEN, stall: float = STALL) -> Hearing:
    run = Hearing(total=SECONDS * 1000)
    recogniser.hear(run, model, pieces(data), seconds=SECONDS, stall=stall)
    return run


def why(model: Model, data: bytes = SPOKEN, stall: float = STALL) -> str:
    with pytest.raises(SpeechRefused) as refused:
        heard(model, data, stall)
    return refused.value.reason


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that runs in the place of the engine, to be written."""
    file = tmp_path / "child.py"
    monkeypatch.setattr(recogniser, "CHILD", file)
    return file


def test_words_are_heard_with_their_times(model: Model) -> None:
    run = heard(model)
    assert {one.text for one in run.words} >= HEARD
    times = [time for one in run.words for time in (one.start, one.end)]
    assert times == sorted(times)
    assert 0 <= times[0] < 500
    assert 12_000 < times[-1] <= 13_000
    stopped = next(one for one in run.words if one.text == "stopped")
    assert 1900 < stopped.start < stopped.end < 2700
    assert 12_000 < run.done <= run.total


@pytest.mark.parametrize("data", [b"", b"A text", SPOKEN[:100], random.Random("noise").randbytes(9000)])
def test_what_is_no_recording_is_one_sentence(data: bytes, model: Model) -> None:
    assert why(model, data) == "damaged"


def test_a_recording_without_speech_gives_no_words(model: Model) -> None:
    assert heard(model, recogniser_process._silence("webm", "libopus")).words == []


def test_a_model_that_was_changed_is_not_used(model: Model, tmp_path: Path) -> None:
    assert why(replace(model, files={**model.files, "language.lm.bin": "0" * 64})) == "altered"
    assert why(replace(model, folder=tmp_path)) == "altered"


def test_a_model_that_the_engine_cannot_read_is_one_sentence(tmp_path: Path, model: Model) -> None:
    (tmp_path / "language.lm.bin").write_bytes(b"nothing")
    assert why(replace(model, folder=tmp_path, files={})) == "load"


def test_stopping_ends_the_engine_at_once(model: Model) -> None:
    run = Hearing(total=SECONDS * 1000)

    def given() -> Iterator[bytes]:
        yield SPOKEN[:5000]
        run.stop()
        yield SPOKEN[5000:]

    with pytest.raises(Stopped):
        recogniser.hear(run, model, given(), seconds=SECONDS)
    assert run.words == []
    assert run._child is not None
    assert run._child.poll() is not None


def test_stopping_in_the_middle_of_its_work_ends_a_busy_engine(child: Path, model: Model) -> None:
    child.write_text("import sys\nsys.stdin.buffer.read()\nprint('{\"ms\": 5000}', flush=True)\nwhile True: pass\n")
    run = Hearing(total=SECONDS * 1000)
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            recogniser.hear(run, model, pieces(SPOKEN), seconds=SECONDS)
        except Stopped:
            ended.append(Stopped)

    thread = threading.Thread(target=work)
    thread.start()
    while run.done < 5000:
        thread.join(0.05)
    run.stop()
    thread.join(30)
    assert ended == [Stopped]
    assert run._child is not None
    assert run._child.poll() is not None


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        ("while True: pass", "slow"),
        ("import time; time.sleep(600)", "slow"),
        ("import os; os.abort()", "crashed"),
        ("import os; os._exit(1)", "crashed"),
        ("print('no JSON')", "crashed"),
        ("print('{\"ms\": -1}')", "crashed"),
        ('print(\'{"ms": 1, "words": [[1, 2]]}\')', "crashed"),
        ('print(\'{"ms": 1, "words": [[1, 2, "a\\\\u0000"]]}\')', "crashed"),
        ('print(\'{"ms": 1, "words": 5}\')', "crashed"),
        ("print('[' * 200000)", "crashed"),
        ("while True: sys.stdout.write('x' * 100000)", "crashed"),
    ],
)
def test_an_engine_that_hangs_crashes_or_was_taken_over_is_one_sentence(
    act: str, reason: str, child: Path, model: Model
) -> None:
    child.write_text(f"import sys\nsys.stdin.buffer.read()\n{act}\n")
    assert why(model, stall=1.0 if reason == "slow" else 60.0) == reason


def test_an_engine_that_reads_nothing_is_ended(child: Path, model: Model) -> None:
    child.write_text("import time\ntime.sleep(600)\n")
    assert why(model, bytes(1 << 20), stall=1.0) == "slow"


@LINUX
@pytest.mark.parametrize(
    "act",
    ["open('/etc/hostname')", "open('/tmp/left', 'w')", "socket.socket()", "os.fork()", "os.execv('/bin/true', ['x'])",
     "os.kill(os.getppid(), 0)", "threading.Thread(target=print).start()"],
)  # fmt: skip
def test_from_inside_the_child_nothing_can_be_reached(act: str) -> None:
    attack = f"import os, runpy, socket, sys, threading\nm = runpy.run_path({str(recogniser.CHILD)!r})\nm['lock']()\n"
    before = subprocess.run([sys.executable, "-I", "-c", f"{attack}os._exit(9)"], check=False)
    assert before.returncode == 9, "without the act it ends by itself"
    done = subprocess.run([sys.executable, "-I", "-c", f"{attack}{act}\nos._exit(9)"], check=False)
    assert done.returncode == -31, "ended by the kernel: SIGSYS"


@LINUX
def test_what_the_child_opens_is_in_no_core_dump_and_kept_out_of_swap_where_a_desk_is(model: Model) -> None:
    found = children.at_its_input(recogniser.CHILD, str(model.folder.resolve()), "120")
    assert found == f"0 {children.locked()} (0, 0)"


@LINUX
def test_a_desk_that_is_killed_leaves_no_engine(model: Model) -> None:
    """The input stays open, so that the engine does not end for want of it."""
    command = [sys.executable, "-I", "-B", str(recogniser.CHILD), str(model.folder.resolve()), "120"]
    starter = f"import subprocess, time\nprint(subprocess.Popen({command!r}).pid, flush=True)\ntime.sleep(600)\n"
    with subprocess.Popen([sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        engine = int(desk.stdout.readline())
        status = Path(f"/proc/{engine}/status")
        while "Seccomp:\t2" not in status.read_text():
            time.sleep(0.05)
        desk.kill()
        ended, _, _ = select.select([desk.stdout], [], [], 30)
        if not ended:
            os.kill(engine, signal.SIGKILL)
        assert ended
        assert desk.stdout.read() == b""
