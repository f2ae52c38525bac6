"""The interview's modules that know no page hold their suites under Node.js, one a module."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

SUITES = sorted((Path(__file__).parents[2] / "js").glob("*.test.mjs"))


@pytest.mark.parametrize("suite", SUITES, ids=lambda path: path.name.partition(".")[0])
def test_a_module_holds_its_suite(suite: Path, node: str) -> None:
    done = subprocess.run([node, "--test", str(suite)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 0" not in done.stdout.splitlines()
