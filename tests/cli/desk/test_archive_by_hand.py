"""The commands of docs/archive.md, "By hand", work as they stand on the archive that is kept."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import lacking

ROOT = Path(__file__).parents[3]
ARCHIVE = ROOT / "tests" / "vectors" / "archives" / "first.zip"
TOOLS = ("bash", "unzip", "jq", "xxd", "openssl", "sha256sum")


def commands() -> list[str]:
    text = (ROOT / "docs" / "archive.md").read_text("utf-8").split("## By hand")[1]
    return re.findall(r"^    (.+)$", text, re.M)


@pytest.fixture
def said(tmp_path: Path) -> list[str]:
    """What all commands together print, line by line."""
    for tool in TOOLS:
        if shutil.which(tool) is None:
            lacking(f"{tool} is missing")
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, version.split()[1].split(".")[:2])) < (3, 5):
        lacking("OpenSSL 3.5 is missing, the first that knows ML-DSA")
    shutil.copy(ARCHIVE, tmp_path / "archive.zip")
    script = "set -eu\n" + "\n".join(commands())
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_step_by_hand_comes_out_as_it_should(said: list[str]) -> None:
    assert said[0] == "whole"
    assert said.count("Signature Verified Successfully") == 4, "two of a root, the phone's, headquarters'"
    hashes = [found[0] for line in said if (found := re.match(r"[0-9a-f]{64}|[0-9a-f]{16}$", line))]
    pairs = hashes[2:]  # behind the root's fingerprint and the roster's hash: the two of each pair
    assert len(pairs) == 10
    assert pairs[::2] == pairs[1::2], "kid, commitment, content, entry, root of the log"
    assert said[-1] == "age-encryption.org/v1"
