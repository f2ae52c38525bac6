"""A child process as it is when it begins to read: whether others may read its memory, and whether it is locked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOOK = """
def look():
    with open("/proc/self/status") as status:
        locked = next(line for line in status if line.startswith("VmLck")).split()[1] != "0"
    print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0), locked, resource.getrlimit(resource.RLIMIT_CORE), flush=True)
    os._exit(9)
"""


def at_its_input(program: Path, *arguments: str) -> str:
    """ "DUMPABLE LOCKED CORES" of the process that runs `program`, where it locks itself down to read its input."""
    code = f"import ctypes, os, resource, runpy, sys\n{LOOK}\n"
    code += f"sys.argv = {['child', *arguments]!r}\nm = runpy.run_path({str(program)!r})\n"
    code += "m['main'].__globals__['lock'] = look\nm['main']()\n"
    return _said(code)


def locked() -> bool:
    """Whether this system locks the memory of a process that asks as a desk asks."""
    root = Path(__file__).parents[3]
    code = f"import ctypes, os, resource, sys\nsys.path.insert(0, {str(root)!r})\n{LOOK}\n"
    return " True " in _said(f"{code}from testimony.platform import memory\nmemory.is_kept_out_of_swap()\nlook()\n")


def _said(code: str) -> str:
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    return done.stdout.strip()
