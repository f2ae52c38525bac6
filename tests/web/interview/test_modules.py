"""The interview's modules that need no screen, under Node.js: delivery, the vault, rules and tables."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

JS = Path(__file__).parents[2] / "js"
ELSEWHERE = (JS / "node_modules", JS / "sealing")
"""Packages, and suites that tests/sealing runs."""
SUITES = sorted(path for path in JS.rglob("*.test.mjs") if not any(folder in path.parents for folder in ELSEWHERE))
SETS_GLOBALS = re.compile(r"globalThis|\bmock\b|\bopenPage\b")
ALONE = [path for path in SUITES if SETS_GLOBALS.search(path.read_text(encoding="utf-8"))]
"""Suites that change what a whole process has: each has a process of its own."""


def run(node: str, *arguments: str | Path) -> None:
    ended = subprocess.run([node, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_suites_hold_in_node(node: str) -> None:
    together = [path for path in SUITES if path not in ALONE]
    assert together
    assert ALONE
    run(node, JS / "support" / "together.mjs", *together)
    run(node, "--test", *ALONE)
