"""A machine that starts from the image of a node, in QEMU: its network from outside, its terminal, its card."""

from __future__ import annotations

import base64
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

GIB = 1024**3
CONSOLE, KEYBOARD = "console.log", "keyboard"
"""In the folder of a machine: what its serial console said, and the socket that types at it."""
CARD = 4 * GIB
"""Bytes of the smallest card that the script of the image names."""
FIRMWARE = {
    "amd64": Path("/usr/share/OVMF/OVMF_CODE_4M.fd"),
    "arm64": Path("/usr/share/qemu-efi-aarch64/QEMU_EFI.fd"),
}
REMEMBERED = {"amd64": Path("/usr/share/OVMF/OVMF_VARS_4M.fd")}
"""What the firmware remembers of starts. Without a place of its own it would write that to the card."""
MACHINES = {
    "amd64": ["qemu-system-x86_64", "-machine", "q35", "-cpu", "max"],
    "arm64": ["qemu-system-aarch64", "-machine", "virt", "-cpu", "cortex-a72"],
}
ENDED = re.compile(rb"ended:(\d+)\r?\n")


def lacks(architecture: str, image: Path) -> str:
    """What is missing here to start `image`; empty if nothing is."""
    program = MACHINES[architecture][0]
    wanted = {str(image): image.exists(), program: shutil.which(program) is not None}
    wanted[str(FIRMWARE[architecture])] = FIRMWARE[architecture].exists()
    return ", ".join(name for name, here in wanted.items() if not here)


class Machine:
    """It runs. `https`: the port here that leads to the node's. `console`: what its kernel and systemd say."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: socket.socket, folder: Path, https: int) -> None:
        self._process, self._terminal, self._keyboard = process, terminal, folder / KEYBOARD
        self.console, self.https = folder / CONSOLE, https

    def wait(self, patience: float) -> None:
        """Until its terminal answers, at most `patience` seconds."""
        until = time.monotonic() + patience
        self._terminal.settimeout(5)
        while time.monotonic() < until:
            assert self._process.poll() is None, self.said()
            self._terminal.sendall(b"stty -echo; echo re''ady\n")
            try:
                if self._read(b"ready"):
                    self._terminal.settimeout(patience)
                    return
            except TimeoutError:
                continue
        raise AssertionError(f"no terminal after {patience:.0f} s\n{self.said()}")

    def type(self, command: str) -> str:
        """Run one command in the terminal of the station's user. Returns what it prints; fails if it fails."""
        self._terminal.sendall(f"{command}; echo en''ded:$?\n".encode())
        said = self._until(ENDED)
        found = ENDED.search(said)
        assert found is not None
        assert found[1] == b"0", said.decode()
        return said[: found.start()].decode().replace("\r", "")

    def answer(self, line: str) -> None:
        """Type one line at the console."""
        with _connected(self._keyboard, self._process) as keys:
            keys.sendall(f"{line}\n".encode())
            time.sleep(1)  # QEMU drops what it has not read when this end closes

    def bring(self, data: bytes, to: str) -> None:
        """Write a file, by the terminal."""
        text = base64.encodebytes(data).decode()
        self.type(f"base64 -d >{to} <<'END'\n{text}END\ntrue")

    def said(self) -> str:
        """The end of what its kernel and systemd said."""
        return self.console.read_text("utf-8", "replace")[-6000:]

    def pull_the_plug(self) -> None:
        """As when the power goes."""
        self._process.kill()
        self._process.wait()

    def _read(self, mark: bytes) -> bool:
        return mark in self._until(re.compile(re.escape(mark)))

    def _until(self, mark: re.Pattern[bytes]) -> bytes:
        said = b""
        while not mark.search(said):
            more = self._terminal.recv(65536)
            assert more, self.said()
            said += more
        return said


def card(image: Path, folder: Path, size: int = CARD) -> Path:
    """A card of so many bytes with the image written to it."""
    made = folder / "card.img"
    subprocess.run(["cp", "--sparse=always", image, made], check=True)
    with open(made, "r+b") as file:
        file.truncate(size)
    return made


def _lent(architecture: str) -> list[str]:
    """The processor of this machine itself where it can be lent, which is ten times as fast as an emulated one.

    A machine may have /dev/kvm without these flags. The firmware does not start there.
    """
    flags = Path("/proc/cpuinfo").read_text("utf-8").partition("flags")[2].partition("\n")[0].split()
    lent = architecture == "amd64" and {"vmx", "svm"} & set(flags) and os.access("/dev/kvm", os.W_OK)
    return ["-accel", "kvm"] if lent else ["-accel", "tcg,thread=multi"]


@contextmanager
def running(
    architecture: str,
    card: Path,
    folder: Path,
    free_port: Callable[[], int],
    *,
    memory: int = 1024,
    more: Sequence[str] = (),
) -> Iterator[Machine]:
    """A machine with `memory` MiB that starts from `card`. `folder` keeps what its consoles say. `more`: options."""
    https, terminal = free_port(), folder / "terminal"
    for old in (terminal, folder / KEYBOARD, folder / CONSOLE):
        old.unlink(missing_ok=True)
    serial = f"socket,id=serial,path={folder / KEYBOARD},server=on,wait=off,logfile={folder / CONSOLE}"
    command = [
        *MACHINES[architecture],
        *_lent(architecture),
        *("-m", str(memory), "-smp", "2", "-display", "none", "-monitor", "none", "-no-reboot"),
        *_firmware(architecture, folder),
        *("-drive", f"file={card},format=raw,if=virtio,cache=unsafe"),
        *("-nic", f"user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:{https}-:443"),
        *("-chardev", serial, "-serial", "chardev:serial"),
        *("-device", "virtio-serial", "-chardev", f"socket,id=hand,path={terminal},server=on,wait=off"),
        *("-device", "virtconsole,chardev=hand"),
        *more,
    ]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as process:
        try:
            with _connected(terminal, process) as hand:
                yield Machine(process, hand, folder, https)
        finally:
            process.kill()


def _firmware(architecture: str, folder: Path) -> list[str]:
    code, empty = FIRMWARE[architecture], REMEMBERED.get(architecture)
    if empty is None:
        return ["-bios", str(code)]
    kept = shutil.copy(empty, folder / "firmware")
    drives = (f"readonly=on,file={code}", f"file={kept}")
    return [word for drive in drives for word in ("-drive", f"if=pflash,format=raw,{drive}")]


def _connected(path: Path, process: subprocess.Popen[bytes]) -> socket.socket:
    for _ in range(200):
        assert process.poll() is None, "QEMU did not start"
        made = socket.socket(socket.AF_UNIX)
        try:
            made.connect(str(path))
        except OSError:
            made.close()
            time.sleep(0.1)
        else:
            return made
    raise AssertionError("QEMU opened no terminal")
