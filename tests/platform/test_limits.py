"""Where the kernel does not limit the memory of a process, the process ends itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_process_that_takes_too_much_memory_ends_with_the_code_that_says_so() -> None:
    watched = "from testimony.platform.posix.limits import watch; watch(120 << 20, 4)"
    greedy = f"{watched}; import time; kept = bytearray(200 << 20); time.sleep(60)"
    modest = f"{watched}; import time; kept = bytearray(1 << 20)"
    # Through a shell: Linux counts for a program what the one that started it has used.
    shell = ["sh", "-c", '"$0" -c "$1"; exit $?', sys.executable]
    ends = [subprocess.run([*shell, code], cwd=ROOT, check=False).returncode for code in (greedy, modest)]
    assert ends == [4, 0]
