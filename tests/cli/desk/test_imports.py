"""`testimony import` says what becomes of a file before it brings anything in."""

from __future__ import annotations

from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.headquarters import run


def test_a_sheet_is_looked_at_first_and_brought_in_once(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    file = tmp_path / "records.csv"
    file.write_text("date of incident,report\n03/04/2025,We were sent back.\n", encoding="utf-8")
    asked = ("import", file, "--home", homes / "desk-lawyer", "--column", "2=account")
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    unclear = run(*asked, typed=typed)
    assert (unclear.returncode, "the day or the month comes first" in unclear.stderr) == (1, True)
    seen = run(*asked, "--dates", "dmy", typed=typed)
    assert seen.returncode == 0, seen.stderr
    assert "Nothing was imported" in seen.stdout
    nowhere = run(*asked, "--dates", "dmy", "--go", typed=typed)
    assert (nowhere.returncode, "where the records come from" in nowhere.stderr) == (1, True)
    said = ("--source", "Example network", "--consent", "Signed sheets")
    made = run(*asked, "--dates", "dmy", "--go", *said, typed=typed)
    assert made.returncode == 0, made.stderr
    assert "1 testimony" in made.stdout
    again = run(*asked, "--dates", "dmy", "--go", *said, typed=typed)
    assert "0 testimonies" in again.stdout
