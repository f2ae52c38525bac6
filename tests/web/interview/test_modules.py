"""The interview's modules that need no screen, under Node.js: delivery, the vault, rules and tables."""

from __future__ import annotations

import subprocess
from pathlib import Path

JS = Path(__file__).parents[2] / "js"
ELSEWHERE = (JS / "node_modules", JS / "sealing")
"""Packages, and suites that tests/sealing runs."""
SUITES = sorted(path for path in JS.rglob("*.test.mjs") if not any(folder in path.parents for folder in ELSEWHERE))


def test_the_suites_hold_in_node(node: str) -> None:
    assert SUITES
    run = subprocess.run([node, "--test", *map(str, SUITES)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
