"""`release tables` at the command line: from two shares of the secret to a file, and sentences for what lacks."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony import canonical
from testimony.domain.tables import plan as tables_plan
from testimony.publication.tables import contents, file
from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused
from tests.support.publication.published_tables import PLAN, of_year
from tests.support.services.release import releases


def test_two_coordinators_go_from_a_secret_to_a_file(
    prepared_for_releases: tuple[Path, Organisation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables_plan, "LEAST", dict.fromkeys(tables_plan.LEAST, 6))
    monkeypatch.setattr(tables_plan, "LEAST_INCIDENTS", 2)
    prepared, organisation = prepared_for_releases
    folder, out = Path(shutil.copytree(prepared, tmp_path / "all")), tmp_path / "tables.zip"

    def at(number: int, *said: object) -> CompletedProcess[str]:
        person = f"coordinator-{number}"
        typed = organisation.keeper(person).passphrase + "\n"
        return run("release", "tables", *said, "--home", folder / "org" / person, typed=typed)

    def meet() -> str:
        """And the name of what waits then for a second coordinator."""
        with releases.opened(folder, organisation) as centre:
            centre.meet()
        waits = [line.split() for line in at(2, "show").stdout.splitlines()]
        return next((words[1][:8] for words in waits if words[:1] == ["waits"]), "")

    assert refused(at(1, "make", "2025"), "Two coordinators have not agreed to a plan")
    assert refused(at(1, "look", "2025"), "Two coordinators have not agreed to a plan")
    for number in (1, 2):
        assert "secret 1" in at(number, "secret").stdout
    at(1, "propose", "2025", "--border", "HRV-BIH")
    at(2, "agree", meet())
    meet()
    seen = at(1, "look", "2025").stdout
    assert re.search(r"could count +24 accounts; the file needs 6\n", seen)
    assert re.search(r"incidents +[0-9]+; the file needs 2\n", seen)
    assert re.search(r"held back +0 not cleared, 0 without consent\n", seen)
    assert "Hand none of them on" in seen
    assert "waits" not in at(1, "show").stdout, "to look proposes nothing"
    assert "HRV-BIH" in at(1, "make", "2025").stdout
    assert refused(at(1, "print", "2025", "--out", out), "This period has no published numbers")
    at(2, "agree", meet())
    meet()
    assert "2025, edition 1" in at(1, "show").stdout
    assert at(1, "print", "2025", "--out", out).returncode == 0
    assert "tables.csv" in zipfile.ZipFile(out).namelist()
    assert "2025, edition 1" in run("release", "tables", "show", out).stdout
    assert refused(at(1, "print", "2025", "--out", out))


def test_the_tables_in_a_file_are_shown_as_text_without_a_key(tmp_path: Path) -> None:
    path = tmp_path / "tables.zip"
    path.write_bytes(file.build(of_year(), PLAN))
    said = run("release", "tables", "show", path).stdout
    assert canonical.sha256_hex(path.read_bytes()) in said
    assert re.search(r"period +2026, edition 1\n", said)
    assert re.search(r"^act: Violence and ill-treatment, by Border\n  All +Accounts that answer +[0-9]+$", said, re.M)
    assert re.search(r"^ +Dogs +[0-9]+ +fewer than one in five$", said, re.M)
    assert "under 5" in said
    assert "do not mean the same people" in said
    assert [one.printed for one in contents.read(path.read_bytes()).lines].count("not shown") == said.count(
        "  not shown"
    )


def test_a_file_that_was_changed_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "tables.zip"
    assert refused(run("release", "tables", "show", path), "cannot be read")
    path.write_bytes(file.build(of_year(), PLAN)[:-1])
    assert refused(run("release", "tables", "show", path), "damaged or was changed")
