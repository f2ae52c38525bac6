"""The pages for lawyers at their desks."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.page import Reader, steps_of
from tests.support.cli.program import free_ports, run, serving
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID
from tests.support.services.submissions import told
from tests.support.services.witnesses import stamp


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority(kind="ec")


@pytest.fixture(scope="module")
def held(
    organisation: Organisation, authority: Authority, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[str]]:
    """The organisation's folder with three stamped testimonies at central and at the lawyer's desk; their numbers."""
    folder = Path(shutil.copytree(organisation.folder, tmp_path_factory.mktemp("held") / "org"))
    accounts = [told(number, lang, SAID[lang]) for number, lang in enumerate(("fr", "am", "bn"))]
    with open_station(folder / "central") as central:
        sealed = bring(organisation, central, accounts, at=datetime.now(UTC))
        stamp(central, authority)
    port = free_ports(1)
    with serving("central", folder / "central", port):
        typed = organisation.keeper("lawyer-1").passphrase + "\n"
        done = run("sync", "--home", folder / "desk-lawyer", "--to", f"http://127.0.0.1:{port}", typed=typed)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder, [str(one.record.value["tid"]) for one in sealed]


@pytest.fixture
def homes(held: tuple[Path, list[str]], tmp_path: Path) -> Path:
    return Path(shutil.copytree(held[0], tmp_path / "org"))


@pytest.fixture
def lawyer(
    homes: Path, held: tuple[Path, list[str]], reader: Callable[[dict[str, str]], Reader]
) -> Callable[..., Reader]:
    """A lawyer who follows a page at the desk. `tids`: how the page names the testimonies there."""

    def follow(*tids: str) -> Reader:
        return reader({"DESK": str(homes / "desk-lawyer")} | dict(zip(tids, held[1], strict=False)))

    return follow


@pytest.fixture
def passphrase(organisation: Organisation) -> str:
    return organisation.keeper("lawyer-1").passphrase + "\n"


def test_an_archive_is_made_and_checked_as_the_page_says(
    lawyer: Callable[..., Reader], authority: Authority, passphrase: str
) -> None:
    follows = lawyer("TID")
    make, check, by_own_root, show = steps_of("archive.md")
    follows.type(make, passphrase)
    said = follows.type(check)
    assert "\nNothing contradicts what was found.\n" in said
    assert SAID["fr"] not in said
    (follows.at / "time-roots.pem").write_bytes(authority.pem)
    assert "Invented Time, a time stamp authority" in follows.type(by_own_root)
    assert SAID["fr"] in follows.type(show)


def test_a_case_file_is_made_as_the_page_says(
    lawyer: Callable[..., Reader], held: tuple[Path, list[str]], passphrase: str
) -> None:
    follows = lawyer("TID-1", "TID-2")
    marks = {held[1][0]: [{"text": "said-0", "sentence": 0, "start": 0, "end": 4}]}
    (follows.at / "marks.json").write_text(json.dumps(marks), "utf-8")
    (make,) = steps_of("casefile.md")
    follows.type(make, passphrase)
    assert (follows.at / "case.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_an_export_is_made_and_opened_as_the_page_says(lawyer: Callable[..., Reader], passphrase: str) -> None:
    follows = lawyer()
    make, open_it = steps_of("exports.md")
    follows.type(make, passphrase)
    follows.type(open_it, passphrase)
    with ZipFile(follows.at / "march.zip") as archive:
        assert {"README.txt", "testimonies.csv", "texts.csv"} <= set(archive.namelist())


def test_a_sheet_annexes_and_a_note_are_made_as_the_page_says(lawyer: Callable[..., Reader], passphrase: str) -> None:
    follows = lawyer("TID-1", "TID-2", "TID-3")
    for step in steps_of("submissions.md"):
        follows.type(step, passphrase)
    assert sorted(one.name for one in follows.at.glob("*.pdf")) == ["annexes.pdf", "note.pdf", "sheet.pdf"]
    assert SAID["fr"] in (follows.at / "sheet.txt").read_text("utf-8")


def test_all_that_lawyers_may_read_is_exported_and_opened_as_the_page_says(
    lawyer: Callable[..., Reader], passphrase: str
) -> None:
    follows = lawyer()
    export, unseal = steps_of("leaving.md")
    follows.type(export, passphrase)
    follows.type(unseal, passphrase)
    assert zipfile.is_zipfile(follows.at / "everything.zip")
