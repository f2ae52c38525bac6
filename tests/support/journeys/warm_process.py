"""A program that has everything imported and turns into a station or a command, without a start of Python.

Each is a process of its own still, which is killed and comes back. `tests/cli/test_app.py` and
`tests/cli/serve/` start the real program.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pickle
import pkgutil
import random
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
import weakref
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).parents[3]
AUTHORING = "testimony.questionnaire.xlsform"
"""What no station ever imports."""
CLOCK = ("LD_PRELOAD", "FAKETIME", "FAKETIME_DONT_FAKE_MONOTONIC")
"""The variables by which a program has another date, from its start on (`wrong_clock`)."""


class Started:
    """A process that is not our child; so it is held by a descriptor, which no other process can come to stand for."""

    def __init__(self, number: int) -> None:
        self.number = number
        with suppress(ProcessLookupError):  # it ended before we looked
            self._held = os.pidfd_open(number)
            weakref.finalize(self, os.close, self._held)

    def send_signal(self, sign: signal.Signals) -> None:
        if self.is_running():
            signal.pidfd_send_signal(self._held, sign)

    def is_running(self, patience: float = 0) -> bool:
        """Whether it still is, `patience` seconds from now. Threads may ask at once."""
        if not hasattr(self, "_held"):
            return False
        ended = select.poll()
        ended.register(self._held, select.POLLIN)
        return not ended.poll(patience * 1000)

    def wait(self, patience: float) -> None:
        assert not self.is_running(patience), f"waited {patience:.0f} s for a station to end"


class Warmed:
    """The program, from the side of the tests. It and all its stations end when the tests do, however they do.

    `variables`: what it is started with besides.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        theirs, self._ours = os.pipe()  # nobody writes: whoever reads from it hears that we are gone
        self._program = subprocess.Popen(
            [sys.executable, "-m", __name__, str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=[theirs],
            cwd=ROOT,
            env={**os.environ, **variables},
        )
        os.close(theirs)
        atexit.register(self._end)

    def start(
        self,
        arguments: Sequence[str],
        out: Path,
        err: Path,
        variables: Mapping[str, str],
        pages: Path | None = None,
        changed: str = "",
        code: Path | None = None,
    ) -> Started:
        """Run `testimony` with these arguments; what it prints is appended to the two files.

        `pages`: where a node finds the pages of the interview that another one rendered, or leaves its own.
        `changed`: a function of a test, as "module:name", that is called first.
        `code`: where it leaves its exit code; a program that is killed leaves none.
        """
        files = {"out": str(out), "err": str(err), "pages": str(pages or ""), "changed": changed}
        return self._begin(arguments, files | ({"code": str(code)} if code else {}), variables)

    def run(
        self,
        arguments: Sequence[str],
        typed: str,
        variables: Mapping[str, str],
        patience: float,
        at: Path = ROOT,
        pages: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run `testimony` with these arguments to its end in the folder `at`; `typed` is its standard input.

        `pages`: as for `start`.
        """
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder, name) for name in ("in", "out", "err", "code")}
            files["in"].write_text(typed, "utf-8")
            places = {name: str(file) for name, file in files.items()}
            started = self._begin(arguments, {**places, "at": str(at), "pages": str(pages or "")}, variables)
            if started.is_running(patience):
                started.send_signal(signal.SIGKILL)
                raise subprocess.TimeoutExpired(list(arguments), patience)
            said, failed = (files[name].read_text("utf-8") for name in ("out", "err"))
            assert files["code"].exists(), f"{arguments} was killed\n{said}\n{failed}"
            return subprocess.CompletedProcess(list(arguments), int(files["code"].read_text("ascii")), said, failed)

    def _begin(self, arguments: Sequence[str], files: Mapping[str, str], variables: Mapping[str, str]) -> Started:
        wanted = {"arguments": arguments, **files, "variables": {**os.environ, **variables}}
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(wanted).encode() + b"\n")
        self._program.stdin.flush()
        return Started(int(self._program.stdout.readline()))

    def _end(self) -> None:
        self._program.communicate()


def warmed(variables: Mapping[str, str] | None = None) -> Warmed:
    """The one of this process, and one for each clock that `variables` ask for."""
    asked = variables or {}
    return _warmed(tuple((name, asked[name]) for name in CLOCK if name in asked))


@cache
def _warmed(clock: tuple[tuple[str, str], ...]) -> Warmed:
    return Warmed(dict(clock))


def main() -> None:
    held = int(sys.argv[1])
    _warm()
    gc.collect()
    gc.freeze()  # or each child would go through all of it again and again, and so copy its memory
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever ended is gone, and not left to be asked for
    for line in sys.stdin.buffer:
        wanted = json.loads(line)
        # before we answer: the caller may close a pipe that is named here as soon as it hears from us
        said = [os.open(wanted[name], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) for name in ("out", "err")]
        child = os.fork()
        if child == 0:
            _become(wanted, held, said)
        for file in said:
            os.close(file)
        print(child, flush=True)


def _warm() -> None:
    """Bring what does not depend on a station: modules, the form, and the static files as browsers take them."""
    import waitress.server
    from sqlalchemy.orm import configure_mappers

    import testimony
    from testimony.cli import main as cli_main
    from testimony.questionnaire.form import Form
    from testimony.sealing.age import age
    from testimony.web import assets
    from tests.support.settings import FAST
    from tests.support.store import backend

    assert waitress.server
    for module in pkgutil.walk_packages(testimony.__path__, "testimony."):
        if not module.name.startswith(("testimony.__main__", AUTHORING)):
            importlib.import_module(module.name)
    configure_mappers()
    seal = age.passphrase_seal  # a key file says what its passphrase costs: every program opens these quickly too
    age.passphrase_seal = lambda words, plaintext, log_n=FAST: seal(words, plaintext, min(log_n, FAST))
    backend.begin_with_tables()
    backend.empty_file()  # once for all children
    parser = cli_main.build_parser()
    cli_main.build_parser = lambda: parser  # of all commands, of which a station is one
    Form.load()
    if "FAKETIME" in os.environ:
        return  # a station with a wrong clock is asked for no page
    found = assets.Assets.scan()
    for name in found.names:
        if Path(name).suffix in assets.PACKED:
            assets._packed(found, name, "br")


def _become(wanted: Mapping[str, Any], held: int, said: Sequence[int]) -> NoReturn:
    """The station or command, with the variables and the files that it would have been started with."""
    from testimony.cli.main import main as program

    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(wanted["in"], os.O_RDONLY) if "in" in wanted else held, 0)
    for number, file in enumerate(said, start=1):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(wanted["variables"])
    os.chdir(wanted.get("at", ROOT))
    random.seed()
    if wanted.get("changed"):
        module, _, name = wanted["changed"].partition(":")
        getattr(importlib.import_module(module), name)()
    if wanted.get("pages"):
        _share(Path(wanted["pages"]))
    code = 1
    try:
        code = program(wanted["arguments"])
    except SystemExit as ended:
        code = int(ended.code or 0)  # the program ends with numbers
    except BaseException:  # noqa: BLE001  # shown, as Python shows what nobody caught
        traceback.print_exc()
    finally:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for what a program that ends waits for
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        if "code" in wanted:
            Path(wanted["code"]).write_text(str(code), "ascii")
        os._exit(code)


def _share(file: Path) -> None:
    """Let the interview's pages be those in `file`, as long as they are of the roster, form and words in force.

    That is for the shell itself to judge, as between two requests. What the file lacks is added at the end.
    """
    from testimony.web.field.interview.app_shell import Shell

    shell = Shell()
    found = pickle.loads(file.read_bytes()) if file.exists() else {}
    shell._packed.update(found)
    atexit.register(
        lambda: shell._packed.keys() <= found.keys() or file.write_bytes(pickle.dumps(shell._packed | found))
    )
    Shell.__init__ = lambda self: vars(self).update(vars(shell))


if __name__ == "__main__":
    main()
