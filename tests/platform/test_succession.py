"""One process of a desk after another: how the last one ends is how the one that a person started ends."""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from testimony.cli.serve import port_note, server, successor
from testimony.platform import succession

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")

PROGRAM = """
import signal, socket, sys
from testimony.platform.posix import succession
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # as some programs start others
estate = succession.begin(None, lambda: socket.create_server(("127.0.0.1", 0)), lambda: None)
if not estate.said:
    estate.leave("kept", [], "")
signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
print(estate.said, flush=True)
signal.pause()
"""


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_the_second_copy_knows_what_the_first_kept_is_asked_to_end_and_gives_its_exit_code(asked: int) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "kept\n"
        process.send_signal(asked)
        assert process.wait(60) == 7


def test_the_port_is_noted_before_anything_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second start that looks while the first one imports would begin a second desk."""
    seen: list[int | None] = []

    def begin(_: str | None, listen: Callable[[], socket.socket], __: Callable[[], None]) -> succession.Estate:
        listener = listen()
        seen.append(port_note.port_of(tmp_path))
        return succession.Estate(listener, "")

    monkeypatch.setattr(successor.succession, "begin", begin)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
    asked = argparse.Namespace(successor=None, host="127.0.0.1", home=tmp_path)
    with ExitStack() as held:
        held.enter_context(successor.begin(asked, port, held).listener)
    assert seen == [port]
    assert port_note.port_of(tmp_path) is None


def test_who_asks_a_desk_to_end_twice_cuts_nothing_off() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit):
            server._stop_once()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
