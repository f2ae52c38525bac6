"""The engine that drafts: it works in a child that has no network and no disk, and its failure is one sentence."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.background.worker import Stopped
from testimony.services.speech import models, translator
from testimony.services.speech.child import STALL
from testimony.services.speech.errors import DraftRefused
from testimony.services.speech.models import Model
from testimony.services.speech.translator import Translating
from tests.support.services import children, translation_model
from tests.support.services.translation_model import drafted

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
SAID = ["They stopped us near the village.", "It was night!", "Nobody said why."]
LONG = "x" * 251
ROOT = Path(__file__).parents[3]


def made(model: Model, said: list[str], *, lang: str = "en", stall: float = STALL) -> list[str | None]:
    run = Translating(total=len(said))
    translator.translate(run, model, said, lang=lang, to="el", stall=stall)
    assert run.done == len(said)
    return run.texts


def why(model: Model, said: list[str] = SAID, stall: float = STALL) -> str:
    with pytest.raises(DraftRefused) as refused:
        made(model, said, stall=stall)
    return refused.value.reason


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program that runs in the place of the engine, to be written."""
    file = tmp_path / "child.py"
    monkeypatch.setattr(translator, "CHILD", file)
    return file


def test_each_sentence_is_translated_alone_and_in_order(greek: Model) -> None:
    assert made(greek, SAID) == [drafted(one) for one in SAID]
    assert made(greek, []) == []


def test_a_language_of_a_region_is_read_by_the_model_of_its_language(greek: Model) -> None:
    assert made(greek, ["Night."], lang="en-GB") == ["νιγχτ."]


def test_a_model_of_many_languages_is_told_which_by_its_own_words(tmp_path: Path) -> None:
    many = models.install(
        tmp_path / "home", translation_model.brought(tmp_path / "many", tokens=("eng_Latn", "ell_Grek"))
    )
    assert made(many, SAID) == [drafted(one) for one in SAID]


def test_a_sentence_that_is_too_long_is_left_out_and_the_others_are_not(greek: Model) -> None:
    assert made(greek, ["One.", LONG, "Two."]) == ["ονε.", None, "τωο."]
    assert made(greek, [LONG[1:]]) == [drafted(LONG[1:])]


def test_a_text_that_is_too_long_is_refused_before_the_engine_is_started(greek: Model, child: Path) -> None:
    assert why(greek, ["x" * 50_000, "y" * 50_001]) == "long"


def test_a_model_that_was_changed_is_not_used(greek: Model, tmp_path: Path) -> None:
    assert why(replace(greek, files={**greek.files, "source.spm": "0" * 64})) == "altered"
    assert why(replace(greek, folder=tmp_path)) == "altered"


@pytest.mark.parametrize(
    ("where", "error", "reason"),
    [("init", "MemoryError", "slow"), ("init", "RuntimeError('mkl_malloc: failed to allocate memory')", "slow"),
     ("init", "RuntimeError('Unable to open file')", "load"), ("work", "MemoryError", "slow"),
     ("work", "RuntimeError('mkl_malloc: failed to allocate memory')", "slow"),
     ("work", "RuntimeError('another one')", "crashed")],
)  # fmt: skip
def test_a_model_that_takes_too_much_memory_is_called_too_large(
    where: str, error: str, reason: str, child: Path, greek: Model
) -> None:
    child.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from testimony.services.speech import translator_process as process\n"
        "def fail(where):\n"
        f"    if where == {where!r}: raise {error}\n"
        "class Engine:\n"
        "    def __init__(self, *_): fail('init')\n"
        "    def translated(self, one): fail('work' if one != '1' else '')\n"
        "process.Engine = Engine\nsys.exit(process.main())\n"
    )
    assert why(greek) == reason


def test_stopping_while_the_model_is_checked_ends_that_and_starts_no_engine(
    greek: Model, child: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, pieces = Translating(total=3), list[int]()

    class Hash:
        def update(self, _piece: bytes) -> None:
            pieces.append(1)
            run.stop()

        def hexdigest(self) -> str:
            return "0" * 64

    monkeypatch.setattr("hashlib.sha256", Hash)
    monkeypatch.setattr(models, "PIECE", 8)
    with pytest.raises(Stopped):
        translator.translate(run, greek, SAID, lang="en", to="el")
    assert (pieces, run._child) == ([1], None)


def test_stopping_before_the_engine_starts_starts_none(greek: Model, child: Path) -> None:
    run = Translating(total=3)
    run.stop()
    with pytest.raises(Stopped):
        translator.translate(run, replace(greek, files={}), SAID, lang="en", to="el")
    assert run._child is None


@pytest.mark.parametrize("name", ["model/model.bin", "model/config.json", "model/shared_vocabulary.json", "source.spm"])
def test_a_model_that_the_engine_cannot_read_is_one_sentence(name: str, tmp_path: Path) -> None:
    brought = translation_model.brought(tmp_path / "bad")
    (brought / name).write_bytes(b"nothing")
    assert why(models.describe_translation(brought, name="Bad", langs={"en": ""}, to={"el": ""})) == "load"


def test_stopping_in_the_middle_of_its_work_ends_a_busy_engine(child: Path, greek: Model) -> None:
    child.write_text('import sys\nsys.stdin.buffer.read()\nprint(\'{"text": "a"}\', flush=True)\nwhile True: pass\n')
    run = Translating(total=3)
    ended: list[type[BaseException]] = []

    def work() -> None:
        try:
            translator.translate(run, greek, SAID, lang="en", to="el")
        except Stopped:
            ended.append(Stopped)

    thread = threading.Thread(target=work)
    thread.start()
    while not run.done:
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
        ("", "crashed"),
        ("print('no JSON')", "crashed"),
        ("print('{}')", "crashed"),
        ("print('{\"text\": 7}')", "crashed"),
        ('print(\'{"text": "a\\\\u0000"}\\n\' * 3, end="")', "crashed"),
        ('print(\'{"text": "a\\\\ud800"}\\n\' * 3, end="")', "crashed"),
        ('print(\'{"text": "a"}\\n\' * 4)', "crashed"),
        ("print('{\"text\": \"' + 'x' * 20001 + '\"}')", "crashed"),
        ("print('[' * 200000)", "crashed"),
        ("while True: sys.stdout.write('x' * 100000)", "crashed"),
    ],
)
def test_an_engine_that_hangs_crashes_or_was_taken_over_is_one_sentence(
    act: str, reason: str, child: Path, greek: Model
) -> None:
    child.write_text(f"import sys\nsys.stdin.buffer.read()\n{act}\n")
    assert why(greek, stall=1.0 if reason == "slow" else 60.0) == reason


@LINUX
@pytest.mark.parametrize("where", ["act()", "begun.set(); thread.join()"])
@pytest.mark.parametrize(
    "act",
    ["open('/etc/hostname')", "open('/tmp/left', 'w')", "socket.socket()", "os.fork()", "os.execv('/bin/true', ['x'])",
     "os.kill(os.getppid(), 0)", "threading.Thread(target=print).start()"],
)  # fmt: skip
def test_from_no_thread_of_the_child_anything_can_be_reached(act: str, where: str) -> None:
    """Its engine works in a thread of its own, which is begun before the child is locked."""
    attack = (
        f"import os, runpy, socket, sys, threading\nbegun = threading.Event()\ndef act(): {act}\n"
        "thread = threading.Thread(target=lambda: (begun.wait(), act()), daemon=True)\nthread.start()\n"
        f"m = runpy.run_path({str(translator.CHILD)!r})\nif not m['lock'](): os._exit(1)\n"
    )
    before = subprocess.run([sys.executable, "-I", "-c", f"{attack}os._exit(9)"], check=False)
    assert before.returncode == 9, "without the act it ends by itself"
    done = subprocess.run([sys.executable, "-I", "-c", f"{attack}{where}\nos._exit(9)"], check=False)
    assert done.returncode == -31, "ended by the kernel: SIGSYS"


@LINUX
def test_what_the_child_opens_is_in_no_core_dump_and_kept_out_of_swap_where_a_desk_is(greek: Model) -> None:
    found = children.at_its_input(translator.CHILD, str(greek.folder.resolve()), "120", "", "")
    assert found == f"0 {children.locked()} (0, 0)"


@LINUX
def test_a_desk_that_is_killed_leaves_no_engine(greek: Model) -> None:
    """The input stays open, so that the engine does not end for want of it."""
    command = [sys.executable, "-I", "-B", str(translator.CHILD), str(greek.folder.resolve()), "120", "", ""]
    starter = f"import subprocess, time\nprint(subprocess.Popen({command!r}).pid, flush=True)\ntime.sleep(600)\n"
    with subprocess.Popen([sys.executable, "-c", starter], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as desk:
        assert desk.stdout is not None
        engine = int(desk.stdout.readline())
        tasks = Path(f"/proc/{engine}/task")
        while not all("Seccomp:\t2" in (one / "status").read_text() for one in tasks.iterdir()):
            time.sleep(0.05)
        assert len(list(tasks.iterdir())) > 1, "threads of the engine, each behind the filter"
        desk.kill()
        ended, _, _ = select.select([desk.stdout], [], [], 30)
        if not ended:
            os.kill(engine, signal.SIGKILL)
        assert ended
        assert desk.stdout.read() == b""
