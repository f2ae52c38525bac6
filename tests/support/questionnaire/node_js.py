"""Runs a function of the interview page's modules under Node.js, for tests that hold it to its Python twin."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.programs import lacking

TWINS = Path(__file__).parents[2] / "js" / "twins.mjs"


def call_in_browser(module: str, name: str, calls: Sequence[Sequence[Any]], shared: Sequence[Any] = ()) -> list[Any]:
    """What `name` of `module` returns for each list of arguments; {"shared": i} stands for `shared[i]`."""
    node = shutil.which("node")
    if node is None:
        lacking("Node.js is not installed")
    asked = json.dumps({"module": module, "name": name, "calls": calls, "shared": shared})
    done = subprocess.run([node, TWINS], input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers
