"""`release tables` at the command line: a share of the secret, and sentences for what cannot be made."""

from __future__ import annotations

import shutil
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import run
from tests.support.cli.program import refused


def test_a_coordinator_gives_a_share_and_is_told_what_lacks(
    prepared_for_releases: tuple[Path, Organisation], tmp_path: Path
) -> None:
    folder, organisation = prepared_for_releases
    home = Path(shutil.copytree(folder, tmp_path / "all")) / "org" / "coordinator-1"
    typed = organisation.keeper("coordinator-1").passphrase + "\n"

    told = run("release", "tables", "secret", "--home", home, typed=typed)
    assert "secret 1" in told.stdout
    assert "coordinators have not made it" in run("release", "tables", "show", "--home", home, typed=typed).stdout
    made = run("release", "tables", "make", "2025", "--home", home, typed=typed)
    assert refused(made, "Two coordinators have not agreed to a plan")
