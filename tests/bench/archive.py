"""Archives: how long the check of a thousand testimonies takes, in Python and in the page's scripts."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from testimony.sealing import verification
from testimony.sealing.archive import checks as archive_checks
from testimony.services.archive.archive import VERIFIER
from tests.bench.support.figures import Aim, Figure
from tests.support.sealing.archives import Case, Files, objects, record_files

ROOT = Path(__file__).parents[2]
TESTIMONIES = 1_000
CHECKING = "the hashes of 96 MB and 1,000 signatures, and as many lists of parts that are read strictly"


def measure() -> Sequence[Figure]:
    data = _archive()
    before, began = time.process_time(), time.monotonic()
    found = list(archive_checks.examine(io.BytesIO(data)))
    spent, waited = time.process_time() - before, time.monotonic() - began
    assert verification.nothing_fails(found)
    assert sum(1 for one in found if one.code == "received.holds") == TESTIMONIES
    page = VERIFIER.read_bytes()
    return [
        Figure("check of an archive of 1,000 testimonies, Python", spent, "s", Aim(most=20, cause=CHECKING)),
        Figure("the same by the page's scripts, in Node.js", _in_node(data), "s", Aim(most=60, cause=CHECKING)),
        Figure("on the clock, Python", waited, "s"),
        Figure(
            "on the clock, verify.html opened from a disk in Chromium",
            _in_chromium(data),
            "s",
            Aim(most=8, cause=CHECKING),
        ),
        Figure("the archive, with all sealed parts and one in clear each", len(data) / 1e6, "MB"),
        Figure("memory at most of `testimony verify --archive`", _memory(data), "MB"),
        Figure("verify.html", len(page) / 1000, "kB", Aim(most=200, cause="noble's ML-DSA, and four languages")),
        Figure("the same, packed", len(gzip.compress(page, 9, mtime=0)) / 1000, "kB"),
    ]


def _archive() -> bytes:
    case = Case()
    sealed = [case.organisation.seal({}) for _ in range(TESTIMONIES)]
    case.entries = [case._entry(no, one.record.id) for no, one in enumerate(sealed)]
    files: Files = {**case.files()}
    for name in [name for name in files if name.startswith(("log/", "records/", "objects/", "revealed/"))]:
        del files[name]
    for one in sealed:
        files |= record_files(one.record)
        for part in one.parts:
            files |= objects(*part.heads.values(), part.body)
        case.sealed = one
        files |= case.revealed("narrative")
    files |= case.note(TESTIMONIES)
    for no in range(TESTIMONIES):
        files |= case.proof(no, TESTIMONIES)
    return case.pack(files)


def _in_node(data: bytes) -> float:
    node = shutil.which("node")
    if node is None:
        return float("nan")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "archive.zip"
        file.write_bytes(data)
        script = (
            "const { checked } = await import(process.argv[1]); const { openAsBlob } = await import('node:fs');"
            "const blob = await openAsBlob(process.argv[2]); const before = process.cpuUsage();"
            "const found = await checked(blob); const { user, system } = process.cpuUsage(before);"
            "if (found.some(([, holds]) => holds === 'no')) throw new Error('fails');"
            "console.log((user + system) / 1e6);"
        )
        support = (ROOT / "tests" / "js" / "support" / "archives.mjs").as_uri()
        command = [node, "--input-type=module", "--eval", script, support, str(file)]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def _in_chromium(data: bytes) -> float:
    """From the choice of the file to the verdict, as somebody waits for it."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "archive.zip"
        file.write_bytes(data)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("TESTIMONY_CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page()
        page.goto(VERIFIER.as_uri())
        began = time.monotonic()
        page.locator("#file").set_input_files(file)
        expect(page.locator("#verdict")).to_have_class("yes", timeout=600_000)
        waited = time.monotonic() - began
        browser.close()
    return waited


def _memory(data: bytes) -> float:
    """Of a process of its own, which reads the file from the disk."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "archive.zip"
        file.write_bytes(data)
        program = (
            "import sys; from testimony.cli.main import main; main(['verify', '--archive', sys.argv[1]]);"
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, str(file)], cwd=ROOT, capture_output=True, text=True, check=True
        )
    return int(done.stdout.split()[-1]) / 1000
