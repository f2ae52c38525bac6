"""What a process opens is in no core dump, and no other program of the same user reads it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli.program import ROOT, serving_anew

LOOK = (
    "import ctypes, resource; print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
)


@pytest.mark.skipif(sys.platform != "linux", reason="prctl is Linux's")
@pytest.mark.parametrize(
    "secret",
    [
        "from testimony.platform import memory; memory.withhold()",
        "from testimony.cli import prompts; prompts.passphrase('Passphrase')",
    ],
)
def test_a_process_that_holds_a_secret_leaves_no_core_dump_and_shows_its_memory_to_nobody(secret: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"{secret}; {LOOK}"],
        input="words\n",
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert done.stdout == "(0, 0) 0\n"


def test_a_desk_leaves_no_core_dump(homes: Path, free_port: Callable[[], int]) -> None:
    with serving_anew("desk", homes / "desk-lawyer", free_port()) as process:
        limits = Path(f"/proc/{process.pid}/limits").read_text("ascii").splitlines()
        core = next(line for line in limits if line.startswith("Max core file size"))
        assert core.split()[4:6] == ["0", "0"]
