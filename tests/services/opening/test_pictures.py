"""Pictures: what the desk shows was decoded by a child that can do nothing else, whatever the file holds."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from testimony.services.opening import decoder_process, pictures
from testimony.services.opening.errors import PictureUnreadable
from tests.support.services import children
from tests.support.services.pictures import bomb, jpeg


def why(data: bytes, timeout: float = pictures.SANDBOX_TIMEOUT) -> str:
    with pytest.raises(PictureUnreadable) as refused:
        pictures.decoded(data, timeout=timeout)
    return refused.value.reason


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"comment": b"<script>alert(1)</script>"}])
def test_the_dots_come_out_and_nothing_else_of_the_file(options: dict[str, object]) -> None:
    shown = pictures.decoded(jpeg(**options))
    image = Image.open(io.BytesIO(shown))
    assert (image.format, image.size, image.info) == ("PNG", (40, 30), {})
    left, right = image.getpixel((2, 2)), image.getpixel((37, 27))
    assert left[2] > 150 > left[0]
    assert right[0] > 150 > right[2]
    assert b"script" not in zlib.decompress(shown[shown.index(b"IDAT") + 4 : -16])
    assert shown.count(b"IDAT") == 1


def test_grey_and_printers_colours_are_shown_too() -> None:
    for mode in ("L", "CMYK"):
        made = io.BytesIO()
        Image.new(mode, (9, 5)).save(made, "JPEG")
        assert Image.open(io.BytesIO(pictures.decoded(made.getvalue()))).size == (9, 5)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "large"),
        (jpeg()[:-40], "damaged"),
        (jpeg()[:200], "damaged"),
        (b"\xff\xd8\xff", "damaged"),
        (b"\xff\xd8\xff" + random.Random("noise").randbytes(5000), "damaged"),
        (jpeg() + b"PK\x03\x04 an archive", "mixed"),
        (jpeg() + b"<html><script>alert(1)</script>", "mixed"),
        (jpeg() + jpeg(), "mixed"),
        (b"A text that somebody renamed", "foreign"),
        (b"", "foreign"),
        (b"GIF89a" + jpeg(), "foreign"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "foreign"),
        (jpeg() + b"\0" * decoder_process.LARGEST, "large"),
    ],
    ids=["bomb", "cut", "head", "magic", "noise", "zip", "html", "two", "text", "empty", "gif", "svg", "long"],
)
def test_what_is_no_sound_picture_is_one_sentence_and_the_desk_lives_on(data: bytes, reason: str) -> None:
    assert why(data) == reason
    assert pictures.decoded(jpeg())


def test_a_child_that_does_not_end_is_ended() -> None:
    assert why(jpeg(), timeout=0.0) == "slow"


@pytest.mark.parametrize(
    "said",
    ["b''", "b'1234567'", "struct.pack('>II', 2, 2) + b'too short'", "struct.pack('>II', 0, 0)",
     "struct.pack('>II', 1 << 31, 1 << 31)", "struct.pack('>II', 1, 1) + b'12345'"],
)  # fmt: skip
def test_a_child_that_was_taken_over_is_believed_in_nothing(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    child.write_text(f"import struct, sys\nsys.stdin.buffer.read()\nsys.stdout.buffer.write({said})\n")
    monkeypatch.setattr(pictures, "CHILD", child)
    assert why(jpeg()) == "damaged"


def test_a_child_that_says_too_much_or_reads_nothing_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = tmp_path / "child.py"
    monkeypatch.setattr(pictures, "CHILD", child)
    monkeypatch.setattr(decoder_process, "PIXELS", 1000)
    child.write_text("import sys\nwhile True: sys.stdout.buffer.write(bytes(100000))\n")
    assert why(jpeg()) == "damaged"
    child.write_text("import time\ntime.sleep(60)\n")
    assert why(jpeg() + bytes(1 << 20), timeout=0.5) == "slow"


@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
@pytest.mark.parametrize(
    "act",
    ["open('/etc/hostname')", "open('/tmp/left', 'w')", "socket.socket()", "os.fork()", "os.execv('/bin/true', ['x'])",
     "os.kill(os.getppid(), 0)", "os.listdir('/')"],
)  # fmt: skip
def test_from_inside_the_child_nothing_can_be_reached(act: str) -> None:
    attack = f"import os, runpy, socket, sys\nm = runpy.run_path({str(pictures.CHILD)!r})\n"
    before = subprocess.run([sys.executable, "-I", "-c", attack + "m['lock']()\nos._exit(9)"], check=False)
    assert before.returncode == 9, "without the act it ends by itself"
    done = subprocess.run([sys.executable, "-I", "-c", f"{attack}m['lock']()\n{act}\nos._exit(9)"], check=False)
    assert done.returncode == -31, "ended by the kernel: SIGSYS"


def test_the_limits_hold_in_the_child() -> None:
    attack = f"import runpy\nm = runpy.run_path({str(pictures.CHILD)!r})\nm['limit']()\n"
    memory = subprocess.run(
        [sys.executable, "-I", "-c", attack + "bytes(1 << 30)"], capture_output=True, text=True, check=False
    )
    assert "MemoryError" in memory.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the filter of system calls is Linux's")
def test_the_door_is_closed_before_the_first_byte_of_a_picture_is_looked_at() -> None:
    taken_over = (
        f"import runpy\nmain = runpy.run_path({str(pictures.CHILD)!r})['main']\n"
        "honest = main.__globals__['decode']\n"
        "main.__globals__['decode'] = lambda data: open('/etc/hostname') if data == b'attack' else honest(data)\n"
        "import os\nos._exit(main())\n"
    )
    for data, ended in ((b"attack", -31), (jpeg(), 0)):
        done = subprocess.run([sys.executable, "-I", "-c", taken_over], input=data, capture_output=True, check=False)
        assert done.returncode == ended


@pytest.mark.skipif(sys.platform != "linux", reason="Linux says what it holds of a process")
def test_what_the_child_opens_is_in_no_core_dump_and_kept_out_of_swap_where_a_desk_is() -> None:
    assert children.at_its_input(pictures.CHILD) == f"0 {children.locked()} (0, 0)"
