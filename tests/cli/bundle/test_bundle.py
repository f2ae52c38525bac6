"""`bundle` from end to end on the command line: export, verify, import, the answer, and clear sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from testimony.sealing.roster.chain import RosterChain
from testimony.services.demo import demo
from testimony.services.enrolment import organisation as enrolment_organisation
from testimony.services.enrolment.organisation import Organisation, Plan
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.cli.program import refused, run
from tests.support.settings import FAST, ISSUED

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


def sealed(organisation: Organisation) -> list[Incoming]:
    told = next(iter(demo.invented()))
    chain = RosterChain(organisation.root, [organisation.roster])
    one = demo.seal_invented(organisation, chain, told, number=0, taken_down=NOON, withdraw=None)
    return list(demo.incoming(one))


def test_to_central_and_back_on_a_stick(organisation: Organisation, homes: Path, tmp_path: Path) -> None:
    stick, field, central = tmp_path / "stick", homes / "field", homes / "central"
    stick.mkdir()
    with open_station(field) as node:
        take_in(node, sealed(organisation))
    assert "1 record" in _ran("export", stick, "--home", field)
    (file,) = stick.iterdir()
    assert "every byte is what was written" in _ran("verify", file, "--home", field)  # where it was written, too
    said = _ran("verify", file, "--home", central)
    assert "written by    node-1" in said
    assert "every byte is what was written" in said
    assert "1 of 1 record, each complete and signed for" in _ran("import", file, "--home", central)
    assert "1 receipt" in _ran("export", stick, "--home", central, "--to", "node-1")
    (back,) = set(stick.iterdir()) - {file}
    assert "1, each verified" in _ran("import", back, "--home", field)
    assert "0 records" in _ran("export", stick, "--home", field)


def test_what_is_wrong_is_one_sentence(organisation: Organisation, homes: Path, tmp_path: Path) -> None:
    field, central, file = homes / "field", homes / "central", tmp_path / "notes.bin"
    assert refused(run("bundle", "import", tmp_path / "no.bin", "--home", central), "no.bin", "cannot be read")
    file.write_bytes(b"a holiday picture")
    assert refused(run("bundle", "import", file, "--home", central), "not a bundle")
    file.write_bytes(write_frames(Frame(item.kind, item.payload) for item in sealed(organisation)))
    assert refused(run("bundle", "import", file, "--home", central), "from a phone", "field station")
    carried = run("bundle", "import", file, "--home", field)
    assert (carried.returncode, "1 record, each complete" in carried.stdout) == (0, True), carried.stderr
    assert refused(run("bundle", "export", tmp_path / "none", "--home", field), "no such folder")
    assert refused(run("bundle", "export", tmp_path, "--home", central, "--to", "nobody"), "roster")


def test_a_torn_file_fails_and_says_what_counts(organisation: Organisation, homes: Path, tmp_path: Path) -> None:
    with open_station(homes / "field") as node:
        take_in(node, sealed(organisation))
    _ran("export", tmp_path, "--home", homes / "field")
    file = next(tmp_path.glob("bundle-*.bin"))
    file.write_bytes(file.read_bytes()[:-200])
    assert run("bundle", "verify", file, "--home", homes / "central").returncode == 1
    done = run("bundle", "import", file, "--home", homes / "central")
    assert done.returncode == 1
    assert "1 of 1 record" in done.stdout
    assert "incomplete or damaged" in done.stdout


def test_a_whole_stick_is_read_past_own_foreign_and_broken_files(
    organisation: Organisation, homes: Path, tmp_path: Path
) -> None:
    stick, field, central = tmp_path / "stick", homes / "field", homes / "central"
    stick.mkdir()
    with open_station(field) as node:
        take_in(node, sealed(organisation))
    delivery = _written(stick, "--home", field)
    foreign = _written(stick, "--home", _another_organisation(tmp_path) / "field")
    # The names decide nothing: one broke off within its header, one within what it carries.
    (stick / "bundle-a.bin").write_bytes(delivery.read_bytes()[:60])
    (stick / "bundle-b.bin").write_bytes(delivery.read_bytes()[:-200])
    done = run("bundle", "import", *stick.iterdir(), "--home", central)
    assert done.returncode == 1, done.stdout + done.stderr
    assert (done.stdout.count("1 of 1 record, each complete"), done.stdout.count("incomplete or damaged")) == (2, 1)
    assert f"{foreign.name}: This bundle belongs to another organisation." in done.stdout
    assert "bundle-a.bin: This bundle broke off before anything whole." in done.stdout
    seen = run("bundle", "verify", *stick.iterdir(), "--home", central)
    assert (seen.returncode, seen.stdout.count("every byte is what was written")) == (1, 1), seen.stdout
    assert f"{foreign.name}: This bundle belongs to another organisation." in seen.stdout
    answer = _written(stick, "--home", central, "--to", "node-1")
    back = run("bundle", "import", delivery, answer, "--home", field)
    assert f"{delivery.name}: This bundle was written here." in back.stdout
    assert "1, each verified" in back.stdout
    assert back.returncode == 0, back.stdout + back.stderr  # its own file is nothing that was left undone
    assert "0 records" in _ran("export", stick, "--home", field)


def test_a_stick_without_a_file_for_this_station_says_so(
    organisation: Organisation, homes: Path, tmp_path: Path
) -> None:
    first, second = (_written(tmp_path, "--home", homes / "field") for _ in range(2))
    done = run("bundle", "import", first, second, "--home", homes / "field")
    assert refused(done, "no file for this station")
    assert done.stdout.count("was written here") == 2
    assert refused(run("bundle", "import", first, "--home", homes / "field"), "was written here", "headquarters")


def test_a_desk_knows_its_own_file_and_reads_the_answer_beside_it(organisation: Organisation, homes: Path) -> None:
    desk, words = homes / "desk-lawyer", organisation.keeper("lawyer-1").passphrase + "\n"
    stick = homes.parent / "stick"
    stick.mkdir()
    assert run("bundle", "export", stick, "--home", desk, typed=words).returncode == 0
    (own,) = stick.iterdir()
    assert run("bundle", "import", own, "--home", homes / "central").returncode == 0
    answer = _written(stick, "--home", homes / "central", "--to", "lawyer-1")
    done = run("bundle", "import", own, answer, "--home", desk, typed=words)
    assert f"{own.name}: This bundle was written here." in done.stdout, done.stdout + done.stderr
    assert ("central's log" in done.stdout, done.returncode) == (True, 0)


def _another_organisation(folder: Path) -> Path:
    plan = Plan(name="Others", lawyer_names=("A Example", "B Example"), issued=ISSUED, key_file_work=FAST)
    return enrolment_organisation.create(folder / "others", plan).folder


def _written(stick: Path, *arguments: object) -> Path:
    before = set(stick.iterdir())
    _ran("export", stick, *arguments)
    (new,) = {path for path in stick.iterdir() if path.suffix == ".bin"} - before
    return new


def _ran(*arguments: object) -> str:
    done = run("bundle", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
