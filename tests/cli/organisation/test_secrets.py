"""Organisations, keys and rosters from the command line: secrets are shown once, and never asked for as arguments."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from testimony import canonical
from testimony.cli.station.demo import PLACES
from testimony.sealing.age.errors import PassphraseWrong
from testimony.sealing.keys import locked_seeds
from testimony.sealing.records.signatures import Signer
from testimony.services.accounts import interviewers
from testimony.services.enrolment.organisation import Organisation, Plan, create
from testimony.services.startup import open_station
from tests.support.cli.headquarters import date_answer
from tests.support.cli.program import free_ports, refused, run
from tests.support.sealing.organisation import forged_roster
from tests.support.settings import FAST, ISSUED


def test_an_organisation_is_created_with_one_command(tmp_path: Path) -> None:
    folder = tmp_path / "org"
    done = run("org", "create", folder, "--name", "Watch", "--lawyers", "Mara", "Ilir", "--interviewers", 1)
    assert done.returncode == 0, done.stderr
    for keeper in ("root-1", "root-2", "root-3", "lawyer-1", "lawyer-2", "coordinator-1", "recovery", "interviewer-1"):
        assert f"  {keeper} " in done.stdout
    assert "shown once" in done.stdout
    for home in ("field", "central", "desk-lawyer-1", "desk-lawyer-2", "desk-coordinator-1"):
        assert (folder / home / "station.json").exists()
    shown = run("roster", "show", "--org", folder)
    assert "no 1" in shown.stdout
    assert "signatures verified" in shown.stdout
    again = run("org", "create", folder, "--name", "Watch", "--lawyers", "A", "B")
    assert refused(again, "lives in", "nothing was changed")


def test_too_few_lawyers_are_refused(tmp_path: Path) -> None:
    done = run("org", "create", tmp_path / "org", "--name", "Watch", "--lawyers", "Mara")
    assert refused(done, "between 2 and 4 lawyers", "Nothing was made")
    assert list(tmp_path.iterdir()) == []


def test_a_new_key_file_opens_with_the_passphrase_that_was_shown(tmp_path: Path) -> None:
    """By the real program, in which a guess at the passphrase costs what it should."""
    file = tmp_path / "mara.key"
    made = run("keys", "new", file, PYTHONUNBUFFERED="1")
    assert file.read_bytes().split(b"\n")[1].split()[::3] == [b"->", b"18"]
    passphrase = next(line for line in made.stdout.splitlines() if "passphrase " in line).split(maxsplit=1)[1]
    assert file.stat().st_mode & 0o077 == 0
    shown = run("keys", "show", file, "--id", "lawyer-3", typed=passphrase + "\n")
    entry = json.loads(shown.stdout)
    assert (entry["id"], entry["role"], entry["status"]) == ("lawyer-3", "lawyer", "active")
    assert entry["age"].startswith("age1pq1")
    assert refused(run("keys", "show", file, typed="six other words are not it\n"), "does not open")
    assert refused(run("keys", "new", file), "exists already")


def test_what_is_no_key_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Mara,")
    assert refused(run("keys", "show", tmp_path / "letter.txt", typed="x\n"), "not a key file")
    assert refused(run("keys", "show", tmp_path / "none.key", typed="x\n"), "cannot be read")


def test_no_command_takes_a_passphrase_as_an_argument() -> None:
    """Arguments are seen by every user of the machine and kept in the shell's history."""
    for command in ("open", "keys show", "roster sign", "sync"):
        assert "--passphrase" not in run(*command.split(), "--help").stdout


def test_the_next_roster_needs_two_roots_and_a_higher_number(organisation: Organisation, homes: Path) -> None:
    draft = homes / "draft.json"
    value = json.loads(run("roster", "show", "--org", homes, "--json").stdout)
    next(person for person in value["people"] if person["id"] == "interviewer-2")["status"] = "revoked"
    draft.write_text(json.dumps(value))
    files = [homes / "keys" / f"{name}.key" for name in ("root-3", "root-1")]
    words = [organisation.keeper(name).passphrase for name in ("root-3", "root-1")]

    one = run(
        "roster", "sign", draft, "--org", homes, "--key-file", files[0], typed=date_answer(homes) + words[0] + "\n"
    )
    assert refused(one, "not signed by enough")
    assert not (homes / "rosters" / "roster-2.json").exists()

    both = run(
        "roster",
        "sign",
        draft,
        "--org",
        homes,
        "--key-file",
        *files,
        typed=date_answer(homes) + "\n".join(words) + "\n",
    )
    assert both.returncode == 0, both.stderr
    adopted = run("roster", "adopt", homes / "rosters" / "roster-2.json", "--home", homes / "central")
    assert "no 2 is in force" in adopted.stdout
    lower = run("roster", "adopt", homes / "rosters" / "roster-1.json", "--home", homes / "central")
    assert (lower.returncode, lower.stderr) == (0, "")
    assert "it was before" in lower.stdout
    assert "no 2" in run("roster", "show", "--org", homes).stdout


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Organisation:
    """Another organisation, with quick key files."""
    plan = Plan(name="Other", lawyer_names=("C", "D"), issued=ISSUED, key_file_work=FAST)
    return create(tmp_path_factory.mktemp("foreign") / "org", plan)


def test_a_roster_of_another_organisation_is_refused(homes: Path, foreign: Organisation) -> None:
    done = run("roster", "adopt", foreign.folder / "rosters" / "roster-1.json", "--home", homes / "field")
    assert refused(done, "roster")
    assert "no 1" in run("roster", "show", "--org", homes).stdout


def test_a_root_key_of_another_organisation_signs_nothing(homes: Path, foreign: Organisation) -> None:
    draft = homes / "draft.json"
    draft.write_text(run("roster", "show", "--org", homes, "--json").stdout)
    root = foreign.keeper("root-1")
    command = ("roster", "sign", draft, "--org", homes, "--key-file", foreign.folder / root.file)
    done = run(*command, typed=date_answer(homes) + root.passphrase + "\n")
    assert refused(done, "nobody in this organisation")


def signed_next(organisation: Organisation, homes: Path, **changes: object) -> Path:
    """The next roster of the organisation with `changes`, signed by two roots in the copy `homes`."""
    draft = homes / "draft.json"
    draft.write_text(json.dumps(json.loads(run("roster", "show", "--org", homes, "--json").stdout) | changes))
    names = ("root-1", "root-2")
    files = [homes / "keys" / f"{name}.key" for name in names]
    typed = "".join(organisation.keeper(name).passphrase + "\n" for name in names)
    done = run("roster", "sign", draft, "--org", homes, "--key-file", *files, typed=date_answer(homes) + typed)
    assert done.returncode == 0, done.stderr
    return max((homes / "rosters").glob("roster-*.json"))


def test_a_roster_with_a_lower_number_is_refused_and_the_newer_stays(organisation: Organisation, homes: Path) -> None:
    """Somebody brings back number 2 as it might have been, where number 3 is in force."""
    other = shutil.copytree(homes, homes.parent / "other")
    older = signed_next(organisation, homes, note="another number 2")
    for number in (2, 3):
        newer = signed_next(organisation, other)
        assert f"no {number} is in force" in run("roster", "adopt", newer, "--home", other / "field").stdout
    assert refused(run("roster", "adopt", older, "--home", other / "field"), "lower number", "Ask the coordinator")
    assert "no 3 is in force" in run("roster", "adopt", newer, "--home", other / "field").stdout


def test_a_roster_with_a_wrong_signature_is_refused_and_the_old_one_stays(
    organisation: Organisation, homes: Path
) -> None:
    file = signed_next(organisation, homes)
    value = json.loads(file.read_bytes())
    signature = value["sigs"][0][0]["sig"]
    value["sigs"][0][0]["sig"] = ("1" if signature[0] == "0" else "0") + signature[1:]
    file.write_bytes(canonical.encode(value))
    assert refused(run("roster", "adopt", file, "--home", homes / "field"), "not signed by enough", "report it")
    first = run("roster", "adopt", homes / "rosters" / "roster-1.json", "--home", homes / "field")
    assert "no 1 is in force" in first.stdout


def test_a_forged_roster_whose_label_is_not_ascii_is_refused_in_one_sentence(
    organisation: Organisation, homes: Path
) -> None:
    file = homes / "forged.json"
    file.write_bytes(forged_roster(organisation.root.keys).encode())
    assert refused(run("roster", "adopt", file, "--home", homes / "field"), "not signed by enough", "report it")


def test_a_folder_that_cannot_be_written_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = tmp_path / "file"
    assert refused(run("keys", "new", place / "mara.key"), "cannot be written", "right to write")
    made = run("org", "create", place / "org", "--name", "Watch", "--lawyers", "A", "B")
    assert refused(made, "cannot be written", "right to write")
    done = run("demo", "--folder", place / "demo", "--port", free_ports(len(PLACES)))
    assert refused(done, "cannot be written", "right to write")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_draft_that_is_no_roster_is_refused(organisation: Organisation, homes: Path) -> None:
    (homes / "draft.json").write_text("[]")
    command = ("roster", "sign", homes / "draft.json", "--org", homes, "--key-file", homes / "keys" / "root-1.key")
    assert refused(run(*command, typed=organisation.keeper("root-1").passphrase + "\n"), "structure")


def test_a_forgotten_passphrase_is_reissued_and_what_was_sealed_stays_good(
    organisation: Organisation, homes: Path
) -> None:
    files = [homes / "keys" / f"{name}.key" for name in ("root-1", "root-2")]
    typed = "\n".join(organisation.keeper(name).passphrase for name in ("root-1", "root-2")) + "\n"
    locked_file = homes / "keys" / "interviewer-1.locked.json"
    old = json.loads(locked_file.read_text())

    done = run("org", "reissue", locked_file, "--org", homes, "--key-file", *files, typed=date_answer(homes) + typed)
    assert done.returncode == 0, done.stderr
    assert "stays unreadable, for everybody" in done.stdout
    passphrase = next(line for line in done.stdout.splitlines() if "passphrase " in line).split(maxsplit=1)[1]
    assert "no 2" in run("roster", "adopt", homes / "rosters" / "roster-2.json", "--home", homes / "field").stdout
    installed = run("keys", "install", locked_file, "--home", homes / "field")
    assert "interviewer-1 and phone-1" in installed.stdout

    with open_station(homes / "field") as node, node.database.reading() as session:
        held = interviewers.find_locked(node, session, "interviewer-1")
        signer = Signer(locked_seeds.unlock(held, passphrase)["interviewer"])
        assert node.chain.latest.signer(signer.kid) is not None, "the new key signs in"
        before = organisation.signers["interviewer-1"].kid
        assert node.chain.latest.signer(before) is None, "the old one does not"
        assert node.chain.was_active(before) is not None, "what it signed stays good"
    with pytest.raises(PassphraseWrong):
        locked_seeds.unlock(old, passphrase)


def test_keys_of_nobody_are_not_reissued(organisation: Organisation, homes: Path, foreign: Organisation) -> None:
    stranger = json.loads((homes / "keys" / "interviewer-1.locked.json").read_text()) | {"person": "somebody"}
    (homes / "stranger.json").write_bytes(canonical.encode(stranger))
    command = ("org", "reissue", homes / "stranger.json", "--org", homes, "--key-file", homes / "keys" / "root-1.key")
    assert refused(run(*command), "nobody in this organisation")
    (homes / "letter.json").write_text("{}")
    assert refused(run("keys", "install", homes / "letter.json", "--home", homes / "field"), "not a key file")
