"""What the documents say is so: cited tests exist, links lead somewhere, every folder and decision is explained."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.architecture.documents import ROOT, names_of

DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CITED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_test_that_is_cited_exists(document: Path) -> None:
    for file, name in CITED.findall(document.read_text(encoding="utf-8")):
        path = ROOT / file
        assert path.is_file(), file
        if name:
            assert name in names_of(path), f"{file}::{name}"


def test_every_promise_names_the_test_that_holds_it() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| asset")]
    assert len(rows) > 20
    for row in rows:
        asset, adversary, promise, mechanism, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert all((asset, adversary, promise, mechanism)), row
        assert CITED.findall(tests), f"no test holds: {promise}"


def test_every_kind_of_bad_input_names_the_test_that_brings_it() -> None:
    text = (ROOT / "docs" / "bad-input.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith("| case")]
    assert len(rows) >= 14
    for row in rows:
        case, what, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert all((case, what)), row
        assert CITED.findall(tests), f"no test brings: {case}"


def test_every_rule_and_attack_of_releases_names_the_test_that_shows_it() -> None:
    text = (ROOT / "docs" / "release-proofs.md").read_text(encoding="utf-8")
    heads = ("| invariant", "| rule", "| attack", "| input")
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(heads)]
    assert len(rows) > 40
    for row in rows:
        sentence, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert sentence, row
        assert all(name for _, name in CITED.findall(tests)), f"a whole file shows no sentence: {sentence}"
        assert CITED.findall(tests), f"no test shows: {sentence}"
    assert all(f"| R{number} " in text for number in range(1, 9))


def test_the_page_of_benchmarks_says_what_was_measured_and_names_every_missed_aim() -> None:
    from tests.bench.__main__ import SECTIONS, titles  # everything that is measured: a second, for this test alone
    from tests.bench.support import results

    kept = results.load()
    assert set(kept) <= set(SECTIONS)
    text = results.PAGE.read_text(encoding="utf-8")
    assert text == results.page(kept, titles())
    assert all(f"`make bench BENCH={name}`" in text for name in SECTIONS)
    missed = [figure for one in kept.values() for figure in one.figures if figure.is_missed]
    assert text.count("**missed**") == len(missed)
    assert all(f"{figure.what} ({figure.text.strip()})" in text for figure in missed)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_to_a_file(document: Path) -> None:
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_contributing_has_a_paragraph_for_every_folder() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    package = [path for path in (ROOT / "testimony").iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    top = [ROOT / name for name in ("migrations", "translations", "tests", "docs", ".ci")]
    for folder in (*package, *top):
        assert f"**`{folder.relative_to(ROOT)}/`**" in text, folder.name


def test_the_picture_of_the_packages_is_drawn_from_the_imports_of_today() -> None:
    drawn = subprocess.run([sys.executable, ".ci/house"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert f"```text\n{drawn}```" in (ROOT / "CONTRIBUTING.md").read_text("utf-8"), "run .ci/house --write"


def test_the_non_promises_stand_first() -> None:
    for name, first in (("SECURITY.md", "not promised"), ("docs/threat-model.md", "not promised")):
        headings = re.findall(r"^## (.+)$", (ROOT / name).read_text(encoding="utf-8"), re.M)
        assert first in headings[0], name


def test_the_change_log_names_this_version() -> None:
    from testimony import __version__

    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{__version__}]" in text
