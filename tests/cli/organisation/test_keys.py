"""`keys new --own`, `keys passphrase`, `station new desk --key-later`, `grant`, as a person at a terminal has them."""

from __future__ import annotations

import stat
from pathlib import Path

from testimony.sealing.keys.key_file import KeyFile
from testimony.services.enrolment import enrolment
from testimony.services.enrolment.organisation import Organisation
from tests.support.cli.program import refused, run

OLD, NEW = "ladder unmoved crispy trolley oval mimosa", "stump glacier unpaid reword lilac defy"


def test_a_key_is_made_under_an_own_passphrase_and_put_under_another(tmp_path: Path) -> None:
    file = tmp_path / "reader.key"
    made = run("keys", "new", file, "--own", typed=f"{OLD}\n{OLD}\n")
    assert made.returncode == 0, made.stderr
    assert OLD not in made.stdout + made.stderr
    assert "Nobody can recover it" in made.stdout
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    changed = run("keys", "passphrase", file, typed=f"{OLD}\n{NEW}\n{NEW}\n")
    assert changed.returncode == 0, changed.stderr
    assert "Copies of the old file still open with the old passphrase" in changed.stdout
    assert KeyFile.open(file.read_bytes(), NEW).signer
    assert refused(run("keys", "passphrase", file, typed=f"{OLD}\n{NEW}\n{NEW}\n"), "does not open the key")


def test_what_is_guessed_in_a_short_time_is_refused_and_makes_no_file(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    assert refused(run("keys", "new", file, "--own", typed="password1\npassword1\n"), "too easy to guess")
    assert refused(run("keys", "new", file, "--own", typed=f"{OLD}\n{NEW}\n"), "not the same")
    assert list(tmp_path.iterdir()) == []


def test_a_desk_whose_key_comes_later(tmp_path: Path) -> None:
    made = run("station", "new", "desk", "--home", tmp_path / "desk", "--id", "lawyer-3", "--key-later")
    assert made.returncode == 0, made.stderr
    assert "testimony desk" in made.stdout
    assert enrolment.lacks_request(tmp_path / "desk")


def test_without_headquarters_nobody_is_let_in(homes: Path, organisation: Organisation) -> None:
    typed = organisation.keeper("lawyer-1").passphrase
    done = run("grant", "--home", homes / "desk-lawyer", typed=typed)
    assert refused(done, "Sync with headquarters first")
