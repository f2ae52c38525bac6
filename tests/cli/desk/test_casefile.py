"""`casefile` at the command line: a new PDF that only its owner reads, or for each testimony why there is none."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening import reader as opening_reader
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.review import disclosures
from testimony.services.startup import open_station
from tests.support.cli.headquarters import run
from tests.support.services.batches import bring
from tests.support.services.casefiles import SAID, account, text_of


def test_a_case_file_is_made_or_said_why_not(homes: Path, organisation: Organisation, tmp_path: Path) -> None:
    home, out = homes / "desk-lawyer", tmp_path / "case.pdf"
    told = [account(0, "bn", SAID["bn"]), account(1, "fr", SAID["fr"], also=[])]
    with open_station(home) as station:
        agreed, other = (str(one.record.value["tid"]) for one in bring(organisation, station, told))
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    marks = tmp_path / "marks.json"
    marks.write_text(json.dumps({agreed: [{"text": "said-0", "sentence": 0, "start": 0, "end": 4}]}))
    case = ("--home", home, "--purpose", "P09", "--recipient", "case-river", "--out", out)
    refused = run("casefile", agreed, other, *case, typed=typed)
    assert refused.returncode == 1
    assert f"{other}: Use it in a complaint or in court (P09), case-river: not asked" in refused.stdout
    assert not out.exists()
    made = run(
        "casefile",
        agreed,
        *case,
        "--language",
        "el",
        "--person",
        "lawyer-1=Mara Example",
        "--marks",
        marks,
        typed=typed,
    )
    assert made.returncode == 0, made.stderr
    assert out.read_bytes().startswith(b"%PDF-1.7")
    assert "Mara Example, δικηγόρος" in " ".join(text_of(out.read_bytes()).split())
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = run("casefile", agreed, *case, typed=typed)
    assert (again.returncode, "exists already" in again.stderr) == (1, True)
    assert registered(home, organisation) == [(hashlib.sha256(out.read_bytes()).hexdigest(), (agreed,))]


def registered(home: Path, organisation: Organisation) -> list[tuple[str, tuple[str, ...]]]:
    """What the lawyers' register says left: hash and testimonies."""
    annexes = AnnexIndex()
    with open_station(home) as station:
        reader = opening_reader.unlock(station, organisation.keeper("lawyer-1").passphrase)
        with station.database.reading() as session:
            annexes.refresh(station, session, reader)
        found, unread = disclosures.register(station, annexes)
    assert unread == 0
    return [(one.file.sha256, one.tids) for one in found]


def test_what_is_wrong_is_said_before_anything_is_made(homes: Path, organisation: Organisation, tmp_path: Path) -> None:
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    marks = tmp_path / "marks.json"
    marks.write_text("[")
    base = ("casefile", "0" * 32, "--home", homes / "desk-lawyer", "--recipient", "x", "--out", tmp_path / "x.pdf")
    for more, said in (
        (("--purpose", "P06"), "for a complaint or a court"),
        (("--purpose", "XX"), "for a complaint or a court"),
        (("--purpose", "P09", "--person", "Mara Example"), "A name belongs to a person of the roster"),
        (("--purpose", "P09", "--marks", marks), "cannot be found again"),
        (("--purpose", "P09", "--marks", tmp_path / "none"), "cannot be read"),
    ):
        done = run(*base, *more, typed=typed)
        assert (done.returncode, said in done.stderr) == (1, True), done.stderr
