"""The commands of docs/timestamps.md, "By hand", work as they stand on the archive that is kept."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.programs import lacking

ROOT = Path(__file__).parents[3]
ARCHIVE = ROOT / "tests" / "vectors" / "archives" / "seen.zip"
TOOLS = ("bash", "unzip", "jq", "xxd", "openssl", "sha256sum")
LONG_AFTER = "4102444800"
"""The first second of the year 2100."""


def commands() -> list[str]:
    text = (ROOT / "docs" / "timestamps.md").read_text("utf-8").split("## By hand")[1]
    return re.findall(r"^    (.+)$", text, re.M)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for tool in TOOLS:
        if shutil.which(tool) is None:
            lacking(f"{tool} is missing")
    shutil.copy(ARCHIVE, tmp_path / "archive.zip")
    return tmp_path


def said(folder: Path) -> list[str]:
    script = "set -eu\n" + "\n".join(commands())
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_every_step_by_hand_comes_out_as_it_should(folder: Path) -> None:
    lines = said(folder)
    assert lines.count("Verification: OK") == 2
    assert lines.count("Signature Verified Successfully") == 1
    assert len([line for line in lines if re.fullmatch(r"[0-9a-f]{64} log/.*\.note", line)]) == 2
    hashes = [line for line in lines if re.fullmatch(r"[0-9a-f]{64}", line)]
    assert len(hashes) == 4
    assert hashes[::2] == hashes[1::2], "what was asked, and the name"
    assert len([line for line in lines if "Fingerprint=" in line]) == 2


def test_openssl_says_too_that_only_the_day_of_the_stamp_counts(folder: Path) -> None:
    """On a later day it finds the certificates ended; that is why the day is named."""
    said(folder)
    reply = next(folder.glob("timestamps/*.tsr"))
    command = ["openssl", "ts", "-verify", "-queryfile", reply.with_suffix(".tsq"), "-in", reply]
    command += ["-CAfile", reply.with_suffix(".pem"), "-attime", LONG_AFTER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: FAILED" in done.stdout
    assert "expired" in done.stderr
