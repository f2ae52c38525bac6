"""The image of a node: its recipe is whole, and a machine that starts from it takes an interview in."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from testimony import __version__
from testimony.certificates.authority import pem
from testimony.platform import machine
from tests.support.certificates.authorities import NAME, authority
from tests.support.cli.organisation_of_today import made_today
from tests.support.cli.program import ROOT
from tests.support.install import setting_up
from tests.support.install.machine import CARD, Machine, card, lacks, running
from tests.support.interview.fast_interview import Hurried
from tests.support.interview.whole_interview import ALL, ANSWERS
from tests.support.journeys.phones import LARGE, SMALL, Browser
from tests.support.journeys.stations import wait_until
from tests.support.web.trusting_phone import asked_again, trust

RECIPES = ROOT / "packaging" / "image"
SCRIPT = (ROOT / ".ci" / "image").read_text(encoding="utf-8")
PLACES = dict(re.findall(r"^(\S+) (/\S+)$", SCRIPT.partition("<<FILES\n")[2].partition("\nFILES\n")[0], re.M))
WORDS = re.compile(r"[a-z]+(?:-[a-z]+){3,}")
PASSWORD = "four-plain-words-here"
ANOTHER_DAY = ["-rtc", "base=2026-01-05T10:00:00"]
"""The clock of a machine that was without power for a long time."""
BOOT = {"amd64": 900.0, "arm64": 1800.0}
"""Seconds that a start may take on a machine that emulates the processor and has other work."""


def test_every_file_of_the_recipe_has_its_place_in_the_image() -> None:
    beside = {"config.txt", "encrypt.txt", "hotspot.txt"}  # on the boot partition
    assert {path.name for path in RECIPES.iterdir()} == PLACES.keys() | beside
    assert all(f"packaging/image/{name}" in SCRIPT for name in beside)


def test_what_a_station_holds_is_on_the_part_of_the_card_that_can_be_written() -> None:
    lines = [line.split() for line in (RECIPES / "fstab").read_text("utf-8").splitlines() if line[0] != "#"]
    options = {place: set(said.split(",")) for _, place, _, said, *_ in lines}
    assert "ro" in options["/"]
    assert "ro" not in options["/var"]
    assert "x-systemd.requires=systemd-repart.service" in options["/var"], "the first start makes it"
    made = configparser.ConfigParser()
    made.read(RECIPES / "data.repart", encoding="utf-8")
    label = made["Partition"]["Label"]
    rule = (RECIPES / "data.rules").read_text("utf-8")
    assert f'ENV{{ID_FS_LABEL}}=="{label}", SYMLINK+="{label}"' in rule, "repart gives both labels"
    assert f"/dev/{label}" in {source for source, place, *_ in lines if place == "/var"}


def test_the_script_takes_known_machines_alone() -> None:
    assert subprocess.run(["sh", "-n", ROOT / ".ci" / "image"], check=False).returncode == 0
    done = subprocess.run([ROOT / ".ci" / "image", "riscv64"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (1, "There are images for amd64 and arm64 alone.")


def test_services_that_the_script_switches_on_are_there() -> None:
    found = set(re.findall(r"(testimony-[a-z]+@?)[a-z0-9]*\.service", SCRIPT.partition("customize")[2]))
    assert found
    assert all((RECIPES / f"{name}.service").is_file() for name in found)


def test_the_hotspot_is_as_the_guide_makes_it(tmp_path: Path) -> None:
    made = hotspot(tmp_path, f"name = Bücherei; 2\r\npassword={PASSWORD}\r\n")
    assert made.returncode == 0, made.stderr
    file = tmp_path / "connections" / "field.nmconnection"
    assert file.stat().st_mode & 0o777 == 0o600
    said = configparser.ConfigParser(interpolation=None)
    said.read(file, encoding="utf-8")
    assert (network(tmp_path), said["wifi-security"]["psk"]) == ("Bücherei; 2", PASSWORD)
    assert (said["wifi"]["mode"], said["wifi"]["ap-isolation"]) == ("ap", "1")
    assert said["ipv4"]["address1"] == "10.42.0.1/24"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name=Library\npassword=short\n", "12 to 63 characters"),
        ("name=Library\n", "12 to 63 characters"),
        (f"name={'n' * 33}\npassword={PASSWORD}\n", "longer than 32 bytes"),
        ("name=Library\npassword=four words\\n[ipv4]\n", "letters of English"),
    ],
)
def test_a_wrong_line_gives_one_sentence_and_no_hotspot(text: str, words: str, tmp_path: Path) -> None:
    done = hotspot(tmp_path, text)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "connections").exists()


def test_without_a_name_there_is_no_hotspot(tmp_path: Path) -> None:
    shipped = (RECIPES / "hotspot.txt").read_text("utf-8")
    assert hotspot(tmp_path, shipped).returncode == 0
    assert not (tmp_path / "connections").exists(), "and nobody's password is in the image"


def test_what_the_first_page_asked_for_counts_until_the_file_on_the_card_changes(tmp_path: Path) -> None:
    kept = tmp_path / "kept.txt"
    (tmp_path / "hotspot.txt").write_text(f"name=Card\npassword={PASSWORD}\n", "utf-8")
    kept.write_text(f"name=Page\npassword={PASSWORD}\n", "utf-8")
    summed = subprocess.run(["cksum"], input=(tmp_path / "hotspot.txt").read_bytes(), capture_output=True, check=True)
    (tmp_path / "kept.txt.card").write_bytes(summed.stdout)
    assert hotspot(tmp_path, f"name=Card\npassword={PASSWORD}\n").returncode == 0
    assert network(tmp_path) == "Page"
    assert hotspot(tmp_path, f"name=Card again\npassword={PASSWORD}\n").returncode == 0
    assert network(tmp_path) == "Card again", "somebody who forgot the password writes another one to the card"


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[], subprocess.CompletedProcess[str]]:
    """Runs the service that answers the first page. Programs that change a machine only note what they were told."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (tmp_path / "requests").mkdir()
    for name in ("date", "touch", "hwclock", "systemctl", "nmcli", "setpriv"):
        as_user = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
        script = as_user if name == "setpriv" else f'echo {name} "$@" >>{tmp_path}/told'
        (programs / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        (programs / name).chmod(0o755)

    def run() -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            "sh",
            RECIPES / "machine",
            tmp_path / "requests",
            tmp_path / "kept" / "hotspot.txt",
            tmp_path / "field",
        ]
        found = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=found)

    return run


def told(folder: Path) -> str:
    return (folder / "told").read_text("utf-8") if (folder / "told").exists() else ""


def test_the_machine_sets_its_clock_as_the_first_page_asked(
    asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    threading.Timer(0.0, machine.set_clock, [datetime(2026, 12, 2, tzinfo=UTC), tmp_path / "requests"]).start()
    wait_until(lambda: (tmp_path / "requests" / "clock").exists(), "the request", 10)
    done = asked()
    assert done.returncode == 0, done.stderr
    assert "date --utc --set=@1796169600" in told(tmp_path)
    kept_clocks = [line for line in told(tmp_path).splitlines() if line.startswith("hwclock")]
    assert all("--noadjfile" in line for line in kept_clocks), "/etc cannot be written"
    assert list((tmp_path / "requests").iterdir()) == []


@pytest.mark.parametrize("said", ["", "tomorrow", "-1", "1796169600; reboot", "9" * 12])
def test_the_machine_takes_no_moment_that_is_none(
    said: str, asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "requests" / "clock").write_text(said, "utf-8")
    done = asked()
    assert (done.returncode, done.stderr.strip()) == (1, "The request names no moment.")
    assert told(tmp_path) == ""


@pytest.mark.parametrize("seconds", ["0", "1767225599", "7258118400"])
def test_the_machine_takes_no_moment_that_the_page_would_refuse(
    seconds: str, asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "requests" / "clock").write_text(seconds, "utf-8")
    assert asked().returncode == 1
    assert told(tmp_path) == ""


def test_another_request_keeps_the_word_that_one_was_refused(
    asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """The page that waits for it may not have looked yet."""
    refused = tmp_path / "requests" / "hotspot.refused"
    refused.touch()
    (tmp_path / "requests" / "clock").write_text("1796169600", "utf-8")
    assert asked().returncode == 0
    assert refused.exists()


@pytest.mark.parametrize("file", ["enrolment.json", "root.json"])
def test_once_the_station_is_made_the_machine_changes_nothing(
    file: str, asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "field").mkdir()
    (tmp_path / "field" / file).touch()
    (tmp_path / "requests" / "clock").write_text("1796169600", "utf-8")
    done = asked()
    assert (done.returncode, done.stderr[:19]) == (1, "The station is made")
    assert told(tmp_path) == ""


@pytest.mark.parametrize("request_", ["clock", "hotspot"])
def test_no_request_keeps_the_machine_busy_for_ever(
    request_: str, asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """systemd starts the service again as long as a request is there."""
    requests = tmp_path / "requests"
    kinds: list[Callable[[Path], object]] = [Path.mkdir, lambda path: path.symlink_to("nowhere"), Path.touch]
    for odd in kinds:
        odd(requests / request_)
        (requests / f"{request_}.refused").mkdir(exist_ok=True)
        (requests / f"{request_}.refused" / "inside").touch()
        assert asked().returncode == 1
        assert [one.name for one in requests.iterdir()] == [f"{request_}.refused"]
        subprocess.run(["rm", "-r", requests / f"{request_}.refused"], check=True)


def test_a_refused_clock_does_not_keep_the_hotspot_waiting(
    asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """What came while the service worked is found when systemd looks again."""
    requests = tmp_path / "requests"
    (requests / "clock").write_text("tomorrow", "utf-8")
    assert asked().returncode == 1
    (requests / "hotspot").write_text(f"name=Page\npassword={PASSWORD}\n", "utf-8")
    assert asked().returncode == 0
    assert (tmp_path / "kept" / "hotspot.txt").exists()


def test_a_hotspot_that_cannot_be_made_does_not_replace_the_one_before(
    asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    kept = tmp_path / "kept" / "hotspot.txt"
    kept.parent.mkdir()
    kept.write_text("the one before", "utf-8")
    (tmp_path / "requests" / "hotspot").write_text("name=Page\npassword=short\n", "utf-8")
    done = asked()
    assert done.returncode == 1
    assert "12 to 63 characters" in done.stderr
    assert kept.read_text("utf-8") == "the one before"
    assert [one.name for one in kept.parent.iterdir()] == ["hotspot.txt"]
    assert [one.name for one in (tmp_path / "requests").iterdir()] == ["hotspot.refused"]


def test_the_machine_follows_no_link(asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("1796169600", "utf-8")
    for request in ("clock", "hotspot"):
        (tmp_path / "requests" / request).symlink_to(secret)
        assert asked().returncode == 1
        (tmp_path / "requests" / f"{request}.refused").unlink()
    assert told(tmp_path) == ""
    assert not (tmp_path / "kept" / "hotspot.txt").exists()


def test_the_machine_keeps_a_hotspot_for_itself_and_makes_it(
    asked: Callable[[], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "requests" / "hotspot").write_text(f"name=Page\npassword={PASSWORD}\n", "utf-8")
    done = asked()
    assert done.returncode == 0, done.stderr
    kept = tmp_path / "kept" / "hotspot.txt"
    assert kept.read_text("utf-8") == f"name=Page\npassword={PASSWORD}\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "systemctl restart testimony-hotspot.service" in told(tmp_path)
    assert list((tmp_path / "requests").iterdir()) == []


def test_where_the_program_leaves_requests_is_where_the_machine_looks() -> None:
    folder = str(machine.REQUESTS)
    for request in (machine.CLOCK, machine.HOTSPOT):
        assert f"PathExists={folder}/{request}\n" in (RECIPES / "testimony-machine.path").read_text("utf-8")
    assert f"ReadWritePaths={folder}\n" in (RECIPES / "machine.conf").read_text("utf-8")
    assert f"d {folder} 0700 testimony testimony\n" in (RECIPES / "machine.tmpfiles").read_text("utf-8")
    assert f"folder=${{1:-{folder}}}\n" in (RECIPES / "machine").read_text("utf-8")


def network(folder: Path) -> str:
    """The name of the network that was made in `folder`."""
    said = configparser.ConfigParser(interpolation=None)
    said.read(folder / "connections" / "field.nmconnection", encoding="utf-8")
    return bytes(map(int, said["wifi"]["ssid"].strip(";").split(";"))).decode()


def hotspot(folder: Path, text: str) -> subprocess.CompletedProcess[str]:
    (folder / "hotspot.txt").write_bytes(text.encode())
    command: list[str | Path] = [
        "sh",
        RECIPES / "hotspot",
        folder / "hotspot.txt",
        folder / "connections",
        folder / "kept.txt",
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(params=["amd64", "arm64"])
def started(request: pytest.FixtureRequest, tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Machine]:
    """A machine whose terminal answers, from the image of `.ci/image`."""
    architecture = str(request.param)
    image = ROOT / "dist" / f"testimony-node-{__version__}-{architecture}.img"
    if missing := lacks(architecture, image):
        pytest.skip(f"missing: {missing}")
    more = [*ANOTHER_DAY, *stick(tmp_path)]
    with running(architecture, card(image, tmp_path), tmp_path, free_port, more=more) as made:
        made.wait(BOOT[architecture])
        yield made


def stick(folder: Path) -> list[str]:
    """What plugs a USB stick with one file in."""
    (folder / "a file").write_text("from elsewhere\n", "utf-8")
    made = folder / "stick.img"
    with open(made, "wb") as file:
        file.truncate(64 << 20)
    subprocess.run(["mkfs.vfat", made], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["mcopy", "-i", made, folder / "a file", "::"], check=True)
    drive = f"file={made},format=raw,if=none,id=stick"
    return ["-drive", drive, "-device", "qemu-xhci", "-device", "usb-storage,drive=stick,removable=on"]


@pytest.mark.long(short="test_every_file_of_the_recipe_has_its_place_in_the_image")
def test_a_machine_from_the_image_takes_an_interview_in(
    started: Machine, chromium: str, certutil: str, tmp_path: Path
) -> None:
    organisation, ours = made_today(tmp_path / "org"), authority(now=datetime.now(UTC))
    base, word = f"https://127.0.0.1:{started.https}", first_words(started)
    with sync_playwright() as playwright:
        laptop = Browser(playwright, chromium, tmp_path / "laptop", ignore_https_errors=True, **LARGE)
        page = laptop.start()
        setting_up.enter(page, base, word, patience=300)
        assert clock(started) < time.time() - 24 * 3600
        setting_up.set_clock(page)
        assert abs(clock(started) - time.time()) < 60
        setting_up.make_station(page, "node-2")
        setting_up.join(page, base, organisation)
        setting_up.certify(page, base, ours)
        wait_until(lambda: "running" in started.type("ls field"), "the node serves", 300, pause=2)
        laptop.close()
        locked = (organisation.folder / "keys" / "interviewer-1.locked.json").read_bytes()
        started.bring(locked, "/tmp/one.locked.json")
        started.type("testimony keys install /tmp/one.locked.json --home field")

        trust(certutil, tmp_path / "phone", pem(ours.certificate))
        rules = [f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{started.https}"]
        home = os.environ | {"HOME": str(tmp_path / "phone")}
        phone = Browser(playwright, chromium, tmp_path / "phone" / "profile", rules, env=home, **SMALL)
        interviewer = Hurried(phone.start(), f"https://{NAME}")
        interviewer.page.set_default_timeout(300_000)
        interviewer.patience = 300_000
        interviewer.open()
        interviewer.sign_in("interviewer-1", organisation.keeper("interviewer-1").passphrase)
        interviewer.to_account(purposes=ALL)
        interviewer.answer(ANSWERS)
        before = written(started)
        interviewer.seal()
        wait_until(lambda: asked_again(interviewer), "the node's receipt", 300, pause=2)
        print(f"written to the card for one interview: {written(started) - before} bytes")
        print(started.type("systemd-analyze time; systemctl is-system-running; systemctl --failed --no-legend; true"))
        print(
            started.type(
                "head -n 3 /proc/meminfo; systemctl show testimony-field -p MemoryPeak -p NRestarts; df -h / /var"
            )
        )
        own = "/sys/fs/cgroup/system.slice/testimony-field.service/memory"
        print(started.type(f"grep -E '^(anon|file|shmem) ' {own}.stat; cat {own}.events"))
        phone.close()
        assert phone.complaints == []
    see_stick(started)
    assert "NRestarts=0" in started.type("systemctl show testimony-field -p NRestarts")
    assert "ro," in started.type("findmnt -no OPTIONS /")


@pytest.mark.long(short="test_what_a_station_holds_is_on_the_part_of_the_card_that_can_be_written")
def test_a_card_that_is_too_small_is_said_on_the_screen(tmp_path: Path, free_port: Callable[[], int]) -> None:
    image = ROOT / "dist" / f"testimony-node-{__version__}-amd64.img"
    if missing := lacks("amd64", image):
        pytest.skip(f"missing: {missing}")
    small = card(image, tmp_path, size=image.stat().st_size + CARD // 16)
    with running("amd64", small, tmp_path, free_port) as made:
        wait_until(lambda: "The card is too small" in made.said(), "the sentence", 180, pause=1)


@pytest.mark.long(
    short="tests/install/test_encrypted_data.py::"
    "test_the_first_start_writes_a_key_to_the_stick_and_later_ones_want_that_stick"
)
def test_a_card_that_a_stick_encrypted_is_opened_by_that_stick_alone(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    disk, plugged = encrypting("stick", tmp_path), stick(tmp_path)
    with running("amd64", disk, tmp_path, free_port, more=plugged) as made:
        made.wait(BOOT["amd64"])
        leave(made)
    with running("amd64", disk, tmp_path, free_port) as made:
        hears(made, "Plug in the USB stick")
    with running("amd64", disk, tmp_path, free_port, more=plugged) as made:
        made.wait(BOOT["amd64"])
        assert "sealed" in made.type("cat /var/lib/testimony/kept")
        print(made.type("lsblk -o NAME,FSTYPE,MOUNTPOINT"))
    assert is_luks(disk)


@pytest.mark.long(
    short="tests/install/test_encrypted_data.py::test_a_passphrase_is_chosen_once_and_asked_for_at_each_start"
)
def test_a_card_that_a_passphrase_encrypted_is_opened_by_that_passphrase_alone(
    tmp_path: Path, free_port: Callable[[], int]
) -> None:
    disk = encrypting("typed", tmp_path)
    with running("amd64", disk, tmp_path, free_port) as made:
        hears(made, "Choose a passphrase")
        made.answer(PASSWORD)
        hears(made, "Type it once more")
        made.answer(PASSWORD)
        made.wait(BOOT["amd64"])
        leave(made)
    with running("amd64", disk, tmp_path, free_port) as made:
        hears(made, "Passphrase of this node")
        made.answer("four-other-words-here")
        hears(made, "That did not open it")
        made.answer(PASSWORD)
        made.wait(BOOT["amd64"])
        assert "sealed" in made.type("cat /var/lib/testimony/kept")
        assert PASSWORD not in made.console.read_text("utf-8", "replace")
    assert is_luks(disk)


def encrypting(way: str, folder: Path) -> Path:
    """A card whose encrypt.txt asks for it."""
    image = ROOT / "dist" / f"testimony-node-{__version__}-amd64.img"
    if missing := lacks("amd64", image):
        pytest.skip(f"missing: {missing}")
    disk = card(image, folder)
    said = (RECIPES / "encrypt.txt").read_text("utf-8").replace("encrypt=\n", f"encrypt={way}\n")
    (folder / "encrypt.txt").write_text(said, "utf-8")
    subprocess.run(["mcopy", "-o", "-i", f"{disk}@@1M", folder / "encrypt.txt", "::"], check=True)
    return disk


def leave(machine: Machine) -> None:
    """Something in the encrypted data, for the next start."""
    assert "/dev/mapper/testimony-data" in machine.type("findmnt -no SOURCE /var")
    machine.type("echo sealed >/var/lib/testimony/kept; sync")


def hears(machine: Machine, words: str) -> None:
    wait_until(lambda: words in machine.said(), words, BOOT["amd64"], pause=1, otherwise=machine.said)


def is_luks(disk: Path) -> bool:
    partition = subprocess.check_output(["sfdisk", "--json", disk], text=True)
    start = json.loads(partition)["partitiontable"]["partitions"][2]["start"]
    with open(disk, "rb") as file:
        file.seek(start * 512)
        return file.read(4) == b"LUKS"


def clock(machine: Machine) -> int:
    """What the clock of the machine shows, in seconds since 1970."""
    return int(re.findall(r"[0-9]{9,}", machine.type("date +%s"))[-1])


def see_stick(machine: Machine) -> None:
    """The stick is mounted; the terminal and the running program can write to it, and nothing on it can be run."""
    wait_until(lambda: "stick-" in machine.type("ls /media"), "the stick", 120, pause=2)
    assert "a file" in machine.type("ls /media/stick-*")
    machine.type('touch "$(echo /media/stick-*)/written"')
    served = machine.type("cat /proc/$(systemctl show -P MainPID testimony-field)/mountinfo")
    (line,) = (line for line in served.splitlines() if "/media/stick-" in line)
    options = line.split()[5].split(",")
    assert "rw" in options
    assert {"nodev", "nosuid", "noexec"} <= set(options)


def first_words(machine: Machine) -> str:
    """The words that the machine shows for its first page."""
    said = ""

    def shown() -> bool:
        nonlocal said
        said = machine.type("journalctl --unit testimony-field --boot --output=cat")
        return "its words" in said

    wait_until(shown, "the words", 600, pause=2, otherwise=lambda: said + machine.said())
    (line,) = (line for line in said.splitlines() if "its words" in line)
    found = WORDS.search(line)
    assert found is not None, line
    return found[0]


def written(machine: Machine) -> int:
    """Bytes that the machine wrote to its card since it started."""
    return 512 * int(
        machine.type("cat /sys/block/vda/stat").splitlines()[-1].split()[6]
    )  # the first line has the prompt
