"""A release says everything that is in it, and under which terms."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from testimony import __version__
from tests.support.cli.program import ROOT

VENDOR = ROOT / "testimony" / "web" / "static" / "vendor"
MADE = {"LICENSES.txt", "RELEASE-NOTES.md", f"testimony-{__version__}.cdx.json"}
FIT_THE_AGPL = {
    "0BSD", "AGPL-3.0-or-later", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-3.0-US", "CC0-1.0", "ISC",
    "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "OFL-1.1", "PSF-2.0", "ZPL-2.1", "Zlib",
}  # fmt: skip


def made(folder: Path) -> dict[str, bytes]:
    folder.mkdir()
    environment = os.environ | {"SOURCE_DATE_EPOCH": "1796083200"}
    subprocess.run([sys.executable, ROOT / ".ci" / "release-files", folder], check=True, env=environment)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made(tmp_path_factory.mktemp("release") / "files")


@pytest.fixture(scope="module")
def bill(files: dict[str, bytes]) -> dict[str, Any]:
    return dict(json.loads(files[f"testimony-{__version__}.cdx.json"]))


def test_the_bill_names_each_package_of_the_lock_file_and_each_vendored_folder(bill: dict[str, Any]) -> None:
    lock = (ROOT / "requirements-postgresql.lock").read_text("utf-8")
    locked = re.findall(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", lock, re.M)
    here = [(one["name"], one.get("version")) for one in bill["components"]]
    assert len(locked) > 40
    assert set(locked) - set(here) == set()
    versions = {f"{name}-{version}" for name, version in here}
    folders = {path.name for path in VENDOR.iterdir() if path.is_dir()} - {"noble-2"}
    assert folders - versions == set()
    assert {"ciphers", "curves", "hashes", "post-quantum"} <= {name for name, _ in here}


def test_each_is_under_terms_that_fit_the_programs_own(bill: dict[str, Any]) -> None:
    expressions = [one["licenses"][0]["expression"] for one in [*bill["components"], bill["metadata"]["component"]]]
    assert len(expressions) == len(bill["components"]) + 1
    said = {licence for text in expressions for licence in re.split(r" (?:AND|OR) ", text)}
    assert said - FIT_THE_AGPL == set()


def test_the_licences_are_whole_and_the_notes_are_of_this_version(files: dict[str, bytes]) -> None:
    assert files.keys() == MADE
    licences = files["LICENSES.txt"].decode()
    for words in ("GNU AFFERO GENERAL PUBLIC LICENSE", "SIL OPEN FONT LICENSE", "Zope Public License", "Dani Biró"):
        assert words in licences
    assert files["RELEASE-NOTES.md"].decode().startswith(f"# Testimony {__version__}\n")


def test_one_commit_gives_the_same_bytes(files: dict[str, bytes], tmp_path: Path) -> None:
    assert made(tmp_path / "again") == files


def test_every_file_of_others_has_its_licence_in_reuse_toml() -> None:
    notes = tomllib.loads((ROOT / "REUSE.toml").read_text("utf-8"))["annotations"]
    patterns = [one["path"] for one in notes if one["path"] != "**"]
    for path in ROOT.glob("testimony/**/LICENSE*"):
        name = path.relative_to(ROOT)
        assert any(name.full_match(one) if hasattr(name, "full_match") else name.match(one) for one in patterns), name
    texts = {path.stem for path in (ROOT / "LICENSES").iterdir()}
    assert {one["SPDX-License-Identifier"] for one in notes} == texts
