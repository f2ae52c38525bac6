"""SECURITY.md calls missing what is missing, and nothing that is there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.architecture.documents import ROOT

TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
HEADING = "## Not built yet\n"
CODE = ROOT / "testimony"
WOULD_BE_THERE = {
    "not sealed to the lawyers": ("services/custody", ".py", "seal_content"),
    "testimony/1/revoke": ("cli", ".py", "roster.revocation"),
}
"""Words of each line -> where in the program, in which files and by which words it would be found once it is built."""
BUILT = {
    "docs/recovery.md": "sealing/keys/recovery_shares.py",
    "docs/timestamps.md": "sync/jobs/timestamps.py",
    "docs/ledger.md": "services/ledger/ledger.py",
}
"""What the page says of something that is there -> where it is."""


def missing() -> list[str]:
    section = TEXT.split(HEADING)[1].split("\n## ")[0]
    return [" ".join(line.split()) for line in re.findall(r"^\* (.+(?:\n  .+)*)", section, re.M)]


def holding(folder: str, suffix: str, words: str) -> Iterable[Path]:
    return (file for file in (CODE / folder).rglob(f"*{suffix}") if words in file.read_text("utf-8"))


def test_each_line_that_calls_something_missing_is_looked_at() -> None:
    assert len(missing()) == len(WOULD_BE_THERE)
    assert all(any(words in line for line in missing()) for words in WOULD_BE_THERE)


@pytest.mark.parametrize("words", WOULD_BE_THERE)
def test_what_is_called_missing_is_missing(words: str) -> None:
    assert list(holding(*WOULD_BE_THERE[words])) == []


@pytest.mark.parametrize("document", BUILT)
def test_what_is_there_is_not_called_missing(document: str) -> None:
    before, after = TEXT.split(HEADING)
    assert (CODE / BUILT[document]).exists()
    assert f"({document})" in before
    assert document not in after.split("\n## ")[0]
    assert "not built" not in before


@pytest.mark.parametrize(
    ("sentence", "document"),
    [
        ("The first page that a phone loads from a node is believed.", "The first load is believed."),
        (
            "Browsers fetch the script of the service worker by themselves: the page says that it was altered, and "
            "cannot stop it",
            "Browsers fetch the service worker's script by themselves",
        ),
    ],
)
def test_what_stays_open_of_the_served_page_is_said_in_a_plain_sentence(sentence: str, document: str) -> None:
    promised = " ".join(TEXT.split("## What is not promised")[1].split(HEADING)[0].replace("**", "").split())
    assert sentence in promised
    assert len(sentence.split()) <= 25
    pages = (ROOT / "docs/pages.md").read_text("utf-8").split("what stays open")[1]
    assert document in " ".join(pages.replace("**", "").split())


def test_each_package_that_is_shipped_is_looked_up_each_week_and_the_page_says_by_when_it_is_replaced() -> None:
    assert re.search(r"looked up each week\..*\n?.*within 7 days .*, and within 30 days otherwise\.", TEXT)
    workflow = (ROOT / ".github/workflows/audit.yml").read_text("utf-8")
    assert re.search(r'schedule:\n    - cron: "\d+ \d+ \* \* \d"', workflow), "once a week"
    looked_up = re.findall(r"^ +- run: .*pip-audit\S* .*-r (\S+)$", workflow, re.M)
    locks = [ROOT / "requirements.lock", ROOT / "requirements-postgresql.lock"]
    versions = [set(re.findall(r"^[\w.-]+==[^\s;]+", lock.read_text("utf-8"), re.M)) for lock in locks]
    assert versions[0]
    assert set().union(*versions) <= versions[locks.index(ROOT / looked_up[0])]
    assert "npm audit" in workflow
