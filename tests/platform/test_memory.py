"""What a process opens is in no core dump, no other program reads it, and it says when it may get into a swap file."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from testimony.platform import memory
from tests.support.cli.program import ROOT, serving_anew

if sys.platform != "win32":
    import resource

    from testimony.platform.posix import memory as posix

    NONE, SOME = resource.RLIM_INFINITY, 65_536

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


HEADING = "Filename Type Size Used Priority\n"
SWAPPING = HEADING + "/dev/dm-1 partition 8388604 0 -2\n"


@pytest.mark.skipif(sys.platform != "linux", reason="mlockall is asked on Linux alone")
@pytest.mark.parametrize(
    ("hard", "user", "locks", "swaps", "kept"),
    [
        ("none", 1000, True, SWAPPING, True),
        ("none", 1000, False, SWAPPING, False),
        ("some", 0, True, SWAPPING, True),
        ("some", 0, False, SWAPPING, False),
        ("some", 1000, True, SWAPPING, False),
        ("some", 1000, True, HEADING, True),
        ("none", 1000, False, HEADING, True),
        ("some", 1000, True, None, False),
    ],
)
def test_memory_counts_as_kept_out_of_swap_where_the_system_locks_it_or_has_no_swap(
    hard: str, user: int, locks: bool, swaps: str | None, kept: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`hard`: the limit of what may be locked, without which a later allocation might fail."""
    asked: list[int] = []
    limit = NONE if hard == "none" else SOME
    file = tmp_path / "swaps"
    if swaps is not None:
        file.write_text(swaps, "utf-8")

    def lock(flags: int) -> int:
        asked.append(flags)
        return 0 if locks else -1

    monkeypatch.setattr(posix, "SWAPS", file)
    monkeypatch.setattr(posix, "_library", lambda: SimpleNamespace(mlockall=lock))
    monkeypatch.setattr(posix.resource, "getrlimit", lambda _: (limit, limit))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert memory.is_kept_out_of_swap() is kept
    assert bool(asked) is (hard == "none" or user == 0), "not asked where a limit could be reached later"


@pytest.mark.skipif(sys.platform != "linux", reason="mlockall is asked on Linux alone")
def test_a_limit_that_may_be_raised_is_raised_before_memory_is_locked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[object] = []
    monkeypatch.setattr(posix, "SWAPS", tmp_path / "none")
    monkeypatch.setattr(posix, "_library", lambda: SimpleNamespace(mlockall=lambda _: done.append("locked") or 0))
    monkeypatch.setattr(posix.resource, "getrlimit", lambda _: (SOME, NONE))
    monkeypatch.setattr(posix.resource, "setrlimit", lambda _, limits: done.append(limits))
    assert memory.is_kept_out_of_swap()
    assert done == [(NONE, NONE), "locked"]


@pytest.mark.skipif(sys.platform == "win32", reason="a system that can lock nothing and may swap")
def test_elsewhere_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not memory.is_kept_out_of_swap()
