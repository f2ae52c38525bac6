"""The page that checks archives is what its sources give, asks nobody for anything, and is small."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from testimony.services.archive.archive import VERIFIER
from tests.support.programs import lacking

ROOT = Path(__file__).parents[2]
PAGE = VERIFIER.read_text("utf-8")
OUTSIDE = re.compile(
    r"""\bsrc\s*=|\bhref\s*=|url\(|@import|\bimport\s*\(|XMLHttpRequest|WebSocket|EventSource|\bfetch\("""
)
MARKUP = re.compile(r"\.innerHTML|\.outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function")


def element(name: str, kind: str = "") -> str:
    """What stands in the one element of this name."""
    found = re.search(rf"<{name}{kind}>(.*?)</{name}>", PAGE, re.S)
    assert found
    return found[1]


SCRIPT, STYLE = element("script", ' type="module"'), element("style")


def test_the_page_in_the_tree_is_what_its_sources_give(node: str) -> None:
    if not (ROOT / "tests" / "js" / "node_modules" / "esbuild").is_dir():
        lacking("tests/js/node_modules is missing: npm ci --prefix tests/js")
    command = [sys.executable, str(ROOT / ".ci" / "verifier"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_its_policy_lets_its_own_script_run_and_forbids_everything_else() -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', PAGE)
    assert policy
    said = dict(part.strip().split(" ", 1) for part in policy[1].split(";"))
    own = {name: f"'sha256-{digest(text)}'" for name, text in (("script-src", SCRIPT), ("style-src", STYLE))}
    assert said == {
        "default-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
        **own,
    }
    assert PAGE.index("Content-Security-Policy") < PAGE.index("<style>") < PAGE.index("<script")


@pytest.mark.parametrize("text", [SCRIPT, STYLE, PAGE.replace(SCRIPT, "").replace(STYLE, "").split("<!--")[0]])
def test_nothing_in_it_names_a_place_outside(text: str) -> None:
    assert OUTSIDE.findall(text) == []
    assert MARKUP.findall(text) == []


def test_it_is_one_file_of_less_than_200_kb() -> None:
    assert len(PAGE.encode()) < 200_000
    assert PAGE.count("<script") == 3, "its words, the list of words, and the script"


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
