"""`testimony import` says what becomes of a file before it brings anything in."""

from __future__ import annotations

import json
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


def test_choices_are_kept_for_the_next_file_and_go_to_a_colleague_without_a_cell(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    file, choices = tmp_path / "records.csv", tmp_path / "choices.json"
    head, row = "date of incident,what,more,report\n", "03/04/2025,shouting | kicking,{},A secret account.\n"
    file.write_text(head + row.format("a"), encoding="utf-8")
    asked, typed = ("import", file, "--home", homes / "desk-lawyer"), organisation.keeper("lawyer-1").passphrase + "\n"
    said = ("--column", "2=v_acts", "--value", "2:Shouting=threat", "--dates", "dmy", "--lang", "fr")
    made = run(*asked, *said, "--save-choices", choices, typed=typed)
    assert made.returncode == 0, made.stderr
    assert "kept as written" not in made.stdout
    value = json.loads(choices.read_bytes())
    assert (value["lang"], value["columns"][0]["order"]) == ("fr", "dmy")
    assert value["columns"][1] == {"heading": "what", "to": "v_acts", "order": "", "values": {"shouting": "threat"}}
    assert b"secret" not in choices.read_bytes()
    taken = run(*asked, "--save-choices", choices, typed=typed)
    assert (taken.returncode, "exists already" in taken.stderr) == (1, True)

    again = run(*asked, typed=typed)
    assert (again.returncode, "kept as written" in again.stdout) == (0, False), again.stderr
    file.write_text("report,what,date of incident\nx,shouting,03/04/2025\n", encoding="utf-8")
    unknown = run(*asked, typed=typed)
    assert (unknown.returncode, "day or the month comes first" in unknown.stderr) == (1, True)
    taken_over = run(*asked, "--choices", choices, typed=typed)
    assert (taken_over.returncode, "kept as written" in taken_over.stdout) == (0, False), taken_over.stderr
    swapped = run(*asked, "--dates", "mdy", typed=typed)
    assert "i_date mdy" in swapped.stdout


def test_choices_that_do_not_fit_are_refused_in_one_sentence(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    file, choices = tmp_path / "records.csv", tmp_path / "choices.json"
    file.write_text("what,report\nkicking,x\n", encoding="utf-8")
    choices.write_text("{}", encoding="utf-8")
    asked, typed = ("import", file, "--home", homes / "desk-lawyer"), organisation.keeper("lawyer-1").passphrase + "\n"
    for more, sentence in (
        (("--choices", choices), "holds no choices for these columns"),
        (("--choices", tmp_path / "none.json"), "cannot be read"),
        (("--private-key", choices), "does not open these submissions"),
        (("--value", "9:kicking=kick"), "do not fit this file"),
        (("--column", "1=v_acts", "--value", "1:kick"), "do not fit this file"),
        (("--value", "1:kicking=nothing", "--column", "1=v_acts"), "do not fit this file"),
    ):
        found = run(*asked, *more, typed=typed)
        assert (found.returncode, sentence in found.stderr) == (1, True), found.stderr
