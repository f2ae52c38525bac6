"""The encrypted data of a node from the image: made once, opened at each start, and never made open by mistake."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli.program import ROOT

SCRIPT = ROOT / "packaging" / "image" / "data"
PASSPHRASE = "four plain words here"
Start = Callable[..., subprocess.CompletedProcess[str]]
PROGRAMS = {
    "udevadm": "exit 0",
    "blkid": 'for last; do :; done; cat "$last"',
    "mount": 'while [ $# -gt 2 ]; do shift; done; [ -d "$1" ] || exit 32; rmdir "$2"; ln -s "$1" "$2"',
    "umount": 'rm "$1"; mkdir "$1"',
    "sync": "exit 0",
    "sleep": "exit 0",
    "systemd-ask-password": 'head -n 1 "$HERE/typed" | tr -d "\\n"; sed -i 1d "$HERE/typed"',
    "systemd-repart": """
for last; do :; done
grep -q Encrypt=key-file "$HERE/run/repart.d/50-data.conf.d/encrypt.conf" || exit 1
cp "${last#--key-file=}" "$HERE/made"
echo crypto_LUKS >"$HERE/dev/disk/by-partlabel/testimony-data"
""",
    "cryptsetup": 'cmp -s "$3" "$HERE/made" && echo "$5" >"$HERE/opened"',
    "systemctl": "exit 0",
}
"""What the script runs, as it is on a machine whose disks are folders."""


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Starts the machine once, with `encrypt` in encrypt.txt, while somebody types the lines `typed`."""
    programs, disks = tmp_path / "programs", tmp_path / "dev" / "disk"
    programs.mkdir()
    for name, script in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (programs / name).chmod(0o755)
    (disks / "by-partlabel" / "testimony-boot").mkdir(parents=True)
    (disks / "by-id").mkdir()

    def run(encrypt: str, *typed: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "opened").unlink(missing_ok=True)
        text = (SCRIPT.parent / "encrypt.txt").read_text("utf-8").replace("encrypt=\n", f"encrypt={encrypt}\r\n")
        (disks / "by-partlabel" / "testimony-boot" / "encrypt.txt").write_text(text, "utf-8", newline="")
        (tmp_path / "typed").write_text("".join(f"{line}\n" for line in typed), "utf-8")
        found = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "HERE": str(tmp_path)}
        command: list[str | Path] = ["sh", SCRIPT, tmp_path / "dev", tmp_path / "run"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=found, timeout=60)
        assert not list((tmp_path / "run").glob("testimony-data.key*")), "no key outlives the start"
        return done

    return run


def said(folder: Path) -> str:
    return (folder / "dev" / "console").read_text("utf-8")


def test_without_a_word_in_the_file_nothing_is_encrypted_or_asked(start: Start, tmp_path: Path) -> None:
    assert start("").returncode == 0
    assert not (tmp_path / "made").exists()


def test_a_word_that_is_none_makes_no_open_data(start: Start, tmp_path: Path) -> None:
    assert start("yes").returncode == 1
    assert said(tmp_path).startswith("encrypt.txt: write encrypt=typed or encrypt=stick")
    drop_in = (SCRIPT.parent / "repart.conf").read_text("utf-8")
    assert "Requires=testimony-data.service\nAfter=testimony-data.service\n" in drop_in


def test_a_passphrase_is_chosen_once_and_asked_for_at_each_start(start: Start, tmp_path: Path) -> None:
    done = start("typed", "short", PASSPHRASE, "not the same", PASSPHRASE, PASSPHRASE)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "made").read_text("utf-8") == PASSPHRASE
    assert (tmp_path / "opened").exists()
    for later in ("typed", ""):
        assert start(later, "wrong", PASSPHRASE).returncode == 0
        assert (tmp_path / "opened").exists()
    assert (tmp_path / "typed").read_text("utf-8") == ""


def test_the_first_start_writes_a_key_to_the_stick_and_later_ones_want_that_stick(start: Start, tmp_path: Path) -> None:
    stick = tmp_path / "dev" / "disk" / "by-id" / "usb-one-part1"
    stick.mkdir()
    (stick.parent / "usb-none").touch()
    assert start("stick").returncode == 0
    key = (stick / "testimony.key").read_text("utf-8")
    assert len(key) == 64
    assert (tmp_path / "made").read_text("utf-8") == key
    assert start("stick").returncode == 0
    assert (tmp_path / "opened").exists()
    assert (stick / "testimony.key").read_text("utf-8") == key


def test_data_that_were_made_open_stay_as_they_are(start: Start, tmp_path: Path) -> None:
    (tmp_path / "dev" / "disk" / "by-partlabel" / "testimony-data").write_text("ext4", "utf-8")
    assert start("typed").returncode == 0
    assert not (tmp_path / "made").exists()
