"""`submission` at the command line: a new PDF and its fields, or for each testimony which consent is missing."""

from __future__ import annotations

import stat
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from tests.support.cli.headquarters import run
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID
from tests.support.services.submissions import told


def test_a_sheet_is_made_with_its_fields_or_said_why_not(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    home, out, fields = homes / "desk-lawyer", tmp_path / "sheet.pdf", tmp_path / "sheet.txt"
    accounts = [told(0, "am", SAID["am"], ("P08a", "P08b")), told(1, "fr", SAID["fr"], ("P08a",))]
    with open_station(home) as station:
        agreed, other = (str(one.record.value["tid"]) for one in bring(organisation, station, accounts))
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    case = ("--home", home, "--purpose", "P08a", "--recipient", "un-mandate", "--out", out, "--part", "state")
    refused = run("submission", "sheet", agreed, other, *case, typed=typed)
    assert refused.returncode == 1
    assert f"{other}: The United Nations may write to the State (P08b)" in refused.stdout
    assert agreed not in refused.stdout
    assert not out.exists()
    made = run("submission", "sheet", agreed, *case, "--fields", fields, typed=typed)
    assert made.returncode == 0, made.stderr
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert SAID["am"] in fields.read_text("utf-8")
    assert "# For the letter to the State" in fields.read_text("utf-8")
    assert {stat.S_IMODE(one.stat().st_mode) for one in (out, fields)} == {0o600}


def test_what_is_wrong_is_said_before_anything_is_made(homes: Path, organisation: Organisation, tmp_path: Path) -> None:
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    base = ("--home", homes / "desk-lawyer", "--recipient", "x", "--out", tmp_path / "x.pdf")
    for kind, more, said in (
        ("sheet", ("--purpose", "P09"), "A sheet is for a case before the United Nations"),
        ("note", ("--purpose", "P09"), "three testimonies at least"),
        ("annexes", ("--purpose", "P09", "--part", "state"), "Only a sheet has parts"),
        ("annexes", ("--purpose", "P09", "--fields", tmp_path / "x.txt"), "Only a sheet has fields"),
    ):
        done = run("submission", kind, "0" * 32, *base, *more, typed=typed)
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
