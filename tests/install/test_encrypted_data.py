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
    "lsblk": 'for last; do :; done; case $last in *OWN* | *testimony-boot) echo own ;; *) basename "$last" ;; esac',
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
    """Starts the machine once, with `encrypt` in encrypt.txt, while somebody types the lines `typed`.

    `line`: written in place of the whole line, by an editor that puts a mark before the file.
    """
    programs, disks = tmp_path / "programs", tmp_path / "dev" / "disk"
    programs.mkdir()
    for name, script in PROGRAMS.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (programs / name).chmod(0o755)
    (disks / "by-partlabel" / "testimony-boot").mkdir(parents=True)
    (disks / "by-id").mkdir()

    def run(encrypt: str, *typed: str, line: str = "") -> subprocess.CompletedProcess[str]:
        (tmp_path / "run").mkdir(exist_ok=True)
        (tmp_path / "opened").unlink(missing_ok=True)
        text = (
            (SCRIPT.parent / "encrypt.txt")
            .read_text("utf-8")
            .replace("encrypt=\n", f"{line or f'encrypt={encrypt}'}\r\n")
        )
        if line:
            text = f"\ufeff{text}"
        (disks / "by-partlabel" / "testimony-boot" / "encrypt.txt").write_text(text, "utf-8", newline="")
        (tmp_path / "typed").write_text("".join(f"{line}\n" for line in typed), "utf-8")
        found = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}", "HERE": str(tmp_path)}
        command: list[str | Path] = ["sh", SCRIPT, tmp_path / "dev", tmp_path / "run"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=found, timeout=60)
        assert not list((tmp_path / "run").glob("testimony-data.key*")), "no key outlives the start"
        return done

    return run


def said(folder: Path) -> str:
    """What stands on every console and in the journal: the kernel shows errors there."""
    told = (folder / "dev" / "kmsg").read_text("utf-8")
    assert told.startswith("<3>")
    return told.removeprefix("<3>")


def test_without_a_word_in_the_file_nothing_is_encrypted_or_asked(start: Start, tmp_path: Path) -> None:
    assert start("").returncode == 0
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize("written", ["yes", "Typed", "typed\nencrypt=", "\nencrypt=stick"])
def test_a_word_that_is_none_makes_no_open_data(start: Start, tmp_path: Path, written: str) -> None:
    assert start(written).returncode == 1
    assert not (tmp_path / "made").exists()
    assert said(tmp_path).startswith("encrypt.txt: write encrypt=typed, encrypt=stick")
    drop_in = (SCRIPT.parent / "repart.conf").read_text("utf-8")
    assert "Requires=testimony-data.service\nAfter=testimony-data.service\n" in drop_in


@pytest.mark.parametrize("line", ["Encrypt=typed", "encrypt: typed", "encrypt", "encrypt=typed encrypt="])
def test_a_line_that_says_something_else_makes_no_open_data(start: Start, tmp_path: Path, line: str) -> None:
    assert start("", line=line).returncode == 1
    assert said(tmp_path).startswith("encrypt.txt: write encrypt=typed")


@pytest.mark.parametrize("line", ["\tencrypt =\ttyped ", " encrypt=typed # at headquarters"])
def test_spaces_and_what_an_editor_puts_first_change_nothing(start: Start, tmp_path: Path, line: str) -> None:
    assert start("", PASSPHRASE, PASSPHRASE, line=line).returncode == 0
    assert (tmp_path / "made").read_text("utf-8") == PASSPHRASE


def test_data_that_are_not_encrypted_are_said_so(start: Start, tmp_path: Path) -> None:
    assert start("").returncode == 0
    assert said(tmp_path) == "The data of this node are not encrypted.\n"


def test_the_nodes_own_disk_is_no_stick(start: Start, tmp_path: Path) -> None:
    """A node that starts from a USB disk would leave its key beside the data."""
    by_id = tmp_path / "dev" / "disk" / "by-id"
    own, other = by_id / "usb-OWN_DISK-part1", by_id / "usb-two-part1"
    for each in (own, other):
        each.mkdir()
    assert start("stick").returncode == 0
    assert not list(own.iterdir())
    assert (other / "testimony.key").read_text("utf-8") == (tmp_path / "made").read_text("utf-8")


def test_an_empty_key_file_is_written_again_at_the_first_start(start: Start, tmp_path: Path) -> None:
    stick = tmp_path / "dev" / "disk" / "by-id" / "usb-one-part1"
    stick.mkdir()
    (stick / "testimony.key").touch()
    assert start("stick").returncode == 0
    assert [one.name for one in stick.iterdir()] == ["testimony.key"]
    assert (stick / "testimony.key").stat().st_size == 64


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
    assert said(tmp_path).startswith("The data of this node are NOT encrypted: they were made before"), (
        "it was asked for"
    )


def test_data_that_were_made_open_need_no_boot_partition(start: Start, tmp_path: Path) -> None:
    disks = tmp_path / "dev" / "disk" / "by-partlabel"
    (disks / "testimony-data").write_text("ext4", "utf-8")
    tool = tmp_path / "programs" / "mount"
    tool.write_text("#!/bin/sh\nexit 32\n", "utf-8")
    assert start("typed").returncode == 0
    assert not (tmp_path / "dev" / "kmsg").exists()


def test_a_stop_is_not_called_a_card_that_is_too_small(start: Start, tmp_path: Path) -> None:
    """systemd-repart fails with the service that it requires, and would say so."""
    assert start("yes").returncode == 1
    assert (tmp_path / "run" / "testimony-stopped").exists()
    assert "ConditionPathExists=!/run/testimony-stopped\n" in (SCRIPT.parent / "testimony-small.service").read_text(
        "utf-8"
    )


def test_a_boot_partition_that_cannot_be_read_is_said_and_makes_no_data(start: Start, tmp_path: Path) -> None:
    (tmp_path / "programs" / "mount").write_text("#!/bin/sh\nexit 32\n", "utf-8")
    assert start("").returncode == 1
    assert said(tmp_path).startswith("The boot partition of this card cannot be read.")
    assert (tmp_path / "run" / "testimony-stopped").exists()
