"""`testimony export` writes a sealed file, or after a yes in full one that everybody can read."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import approvals, exports
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.startup import open_station
from tests.support.cli.program import refused, run
from tests.support.services.batches import bring, told
from tests.support.services.desks import reader_of

USE = ("--for", "P04 lawyers")


def test_an_export_is_sealed_unless_somebody_says_no_and_opens_at_the_desk(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    with open_station(homes / "desk-lawyer") as desk:
        bring(organisation, desk, [told(0, ("P01", "P04")), told(1, ("P01",))])
    secret, home = organisation.keeper("lawyer-1").passphrase + "\n", ("--home", homes / "desk-lawyer")
    command = ("export", "testimonies", *home, *USE, "--to")
    sealed, opened, plain = tmp_path / "a.age", tmp_path / "a.zip", tmp_path / "b.zip"

    done = run(*command, sealed, typed=secret)
    assert done.returncode == 0, done.stderr
    assert "1 testimony; sealed to your key" in done.stdout
    assert "1: its consent cannot be read at this desk" in done.stdout
    assert sealed.read_bytes().startswith(b"age-encryption.org/v1\n")
    assert run("export", "open", sealed, *home, "--to", opened, typed=secret).returncode == 0
    assert {"testimonies.jsonl", "testimonies.schema.json"} < set(
        zipfile.ZipFile(io.BytesIO(opened.read_bytes())).namelist()
    )

    assert refused(run(*command, plain, "--plain", typed=f"{secret}y\n"), "did not confirm")
    assert not plain.exists()
    assert run(*command, plain, "--plain", "--as", "csv", typed=f"{secret}yes\n").returncode == 0
    assert "testimonies.csv" in zipfile.ZipFile(plain).namelist()
    assert refused(run(*command, plain, typed=secret), "exists already")
    assert refused(run("export", "open", plain, *home, "--to", tmp_path / "c", typed=secret), "sealed for you")
    assert refused(
        run("export", "testimonies", *home, "--for", "P06 public", "--to", tmp_path / "d", typed=secret), "use"
    )


def test_all_is_sealed_too_and_opens_as_an_archive_that_describes_itself(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    with open_station(homes / "desk-lawyer") as desk:
        bring(organisation, desk, [told(0, ("P01", "P04"))])
    secret, home = organisation.keeper("lawyer-1").passphrase + "\n", ("--home", homes / "desk-lawyer")
    done = run("export", "all", *home, "--to", tmp_path / "a.age", typed=secret)
    assert done.returncode == 0, done.stderr
    assert "1 testimony, 0 media; sealed" in done.stdout
    assert run("export", "open", tmp_path / "a.age", *home, "--to", tmp_path / "a.zip", typed=secret).returncode == 0
    assert {"README.txt", "sealed.jsonl", "roster.json"} < set(zipfile.ZipFile(tmp_path / "a.zip").namelist())
    cut = (tmp_path / "a.age").read_bytes()[:-40]
    (tmp_path / "cut.age").write_bytes(cut)
    assert refused(run("export", "open", tmp_path / "cut.age", *home, "--to", tmp_path / "b", typed=secret), "damaged")
    assert not (tmp_path / "b").exists()


def test_a_coordinator_opens_a_table_that_their_desk_sealed(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    (tmp_path / "table.csv.age").write_bytes(exports.seal(reader_of(organisation, "coordinator-1"), b"Border,2\r\n"))
    done = run(
        *("export", "open", tmp_path / "table.csv.age", "--home", homes / "desk-coordinator"),
        *("--to", tmp_path / "table.csv"),
        typed=organisation.keeper("coordinator-1").passphrase + "\n",
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "table.csv").read_bytes() == b"Border,2\r\n"


def test_an_export_that_two_lawyers_approve_is_proposed_and_then_saved(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    """Also the archive of everything, sealed to who proposed it."""
    secret, home = organisation.keeper("lawyer-1").passphrase + "\n", ("--home", homes / "desk-lawyer")
    day, first, second = datetime.now(UTC).date(), *(reader_of(organisation, f"lawyer-{n}") for n in (1, 2))
    with open_station(homes / "desk-lawyer") as desk:
        bring(organisation, desk, [told(0, ("P01", "P04"))])
        approvals.require_two(desk, first, day=day)
    assert refused(run("export", "testimonies", *home, *USE, "--to", tmp_path / "a", typed=secret), "second lawyer")
    assert refused(run("export", "all", *home, "--to", tmp_path / "a", typed=secret), "second lawyer")
    for kind, inside in (("csv", "testimonies.csv"), ("all", "sealed.jsonl")):
        done = run("export", "testimonies", "--propose", *home, *USE, "--as", kind, typed=secret)
        (id,) = re.findall(r"[0-9a-f]{32}", done.stdout)
        save = ("export", "save", id[:8], *home, "--to", tmp_path / f"{kind}.age")
        assert refused(run(*save, typed=secret), "has not approved")
        assert not (tmp_path / f"{kind}.age").exists()
        with open_station(homes / "desk-lawyer") as desk:
            with desk.database.reading() as session:
                held = approvals.read(desk, session, second, AnnexIndex(), at=day)
            approvals.approve(desk, second, held, id, held.find(id).digest, day=day)
        done = run(*save, typed=secret)
        assert "1 testimony" in done.stdout, done.stderr
        opened = tmp_path / f"{kind}.zip"
        assert run("export", "open", tmp_path / f"{kind}.age", *home, "--to", opened, typed=secret).returncode == 0
        assert inside in zipfile.ZipFile(opened).namelist()
