"""`release tables` at the command line: from two shares of the secret to a file, and sentences for what lacks."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from testimony.domain.tables import plan as tables_plan
from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused
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
    for number in (1, 2):
        assert "secret 1" in at(number, "secret").stdout
    at(1, "propose", "2025", "--border", "HRV-BIH")
    at(2, "agree", meet())
    meet()
    assert "HRV-BIH" in at(1, "make", "2025").stdout
    assert refused(at(1, "print", "2025", "--out", out), "This period has no published numbers")
    at(2, "agree", meet())
    meet()
    assert "2025, edition 1" in at(1, "show").stdout
    assert at(1, "print", "2025", "--out", out).returncode == 0
    assert "tables.csv" in zipfile.ZipFile(out).namelist()
    assert refused(at(1, "print", "2025", "--out", out))
