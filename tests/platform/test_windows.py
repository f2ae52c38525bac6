"""The half for Windows does what its documentation asks for, with a stand-in for Windows."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import threading
from pathlib import Path

import pytest

from testimony.platform.windows import files, limits, locks, memory, processes, succession
from tests.support.platform.windows import Kernel, private, stand_in


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    found = Kernel()
    stand_in(monkeypatch, found)
    return found


def opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)


@pytest.mark.usefixtures("kernel")
def test_two_openings_of_a_file_exclude_each_other_and_reading_goes_on_where_it_was(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "journal"), opened(tmp_path / "journal")
    os.write(first, b"a line\n")
    os.lseek(first, 2, os.SEEK_SET)
    assert locks.try_acquire(first)
    assert not locks.try_acquire(second)
    assert os.read(first, 4) == b"line"
    os.write(second, b"not held up, since the lock lies behind all bytes\n")
    locks.release(first)
    assert locks.try_acquire(second)
    os.close(first)
    os.close(second)


@pytest.mark.usefixtures("kernel")
def test_who_waits_for_a_lock_gets_it_when_it_is_released(tmp_path: Path) -> None:
    first, second = opened(tmp_path / "lock"), opened(tmp_path / "lock")
    locks.acquire(first)
    waiting = threading.Thread(target=locks.acquire, args=(second,))
    waiting.start()
    locks.release(first)
    waiting.join(20)
    assert not locks.try_acquire(first)
    os.close(first)
    os.close(second)


def test_a_file_takes_the_place_of_another_and_its_name_is_written_through(kernel: Kernel, tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"new")
    old.write_bytes(b"old")
    files.replace(new, old)
    assert old.read_bytes() == b"new"
    assert kernel.moves == [files.REPLACE_EXISTING | files.WRITE_THROUGH]


def test_a_file_that_somebody_reads_is_replaced_when_they_are_done(
    kernel: Kernel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    new.write_bytes(b"new")
    old.write_bytes(b"old")
    kernel.busy = 3
    files.replace(new, old)
    assert old.read_bytes() == b"new"
    new.write_bytes(b"newer")
    kernel.busy = 10**9
    monkeypatch.setattr(files, "BUSY_TIMEOUT", 0.0)
    with pytest.raises(PermissionError):
        files.replace(new, old)
    assert (new.read_bytes(), old.read_bytes()) == (b"newer", b"new")


@pytest.mark.usefixtures("kernel")
def test_a_folder_takes_the_place_of_an_empty_one_and_of_no_other(tmp_path: Path) -> None:
    for name in ("new", "empty", "full"):
        (tmp_path / name).mkdir()
    (tmp_path / "full" / "file").write_bytes(b"")
    with pytest.raises(OSError, match="full"):
        files.put_folder(tmp_path / "new", tmp_path / "full")
    files.put_folder(tmp_path / "new", tmp_path / "empty")
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("kernel")
def test_a_new_folder_is_for_its_owner_alone(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "data" / "desk")
    assert private(tmp_path / "data")
    assert private(tmp_path / "data" / "desk")
    files.make_folder(tmp_path / "data" / "desk")


def test_errors_are_those_that_a_station_knows(kernel: Kernel, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.replace(tmp_path / "nothing", tmp_path / "somewhere")
    with pytest.raises(FileNotFoundError):
        files.sync_folder(tmp_path / "nothing")
    (tmp_path / "there").mkdir()
    files.sync_file(tmp_path / "there")
    assert files.api.error(112).errno == errno.ENOSPC
    assert kernel.calls == ["MoveFileExW"]


def test_a_decoder_is_limited_in_memory_and_time_and_starts_nothing(kernel: Kernel) -> None:
    limits.limit(memory=640 << 20, seconds=15, too_large=4, alone=True)
    told = kernel.limits
    assert told.process_memory == 640 << 20
    assert told.basic.process_time == 150_000_000
    assert told.basic.processes == 1
    assert told.basic.flags == 0x2 | 0x8 | 0x100 | 0x400
    assert (kernel.entered, kernel.screened) == (71, {71})
    assert ctypes.sizeof(limits.Extended) == 144, "as it is on 64-bit Windows"


def test_a_process_that_is_limited_twice_stays_in_its_job_and_may_then_start_nothing(kernel: Kernel) -> None:
    limits.limit(memory=4 << 30, seconds=300, too_large=6)
    assert kernel.limits.basic.flags == 0x2 | 0x100 | 0x400
    limits.limit(memory=4 << 30, seconds=300, too_large=6, alone=True)
    assert (kernel.limits.basic.flags, kernel.limits.basic.processes) == (0x2 | 0x8 | 0x100 | 0x400, 1)
    assert kernel.jobs == [71]


def test_a_decoder_that_cannot_be_limited_decodes_nothing(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kernel, "do_AssignProcessToJobObject", lambda self, *_: self.fail(5))
    with pytest.raises(PermissionError):
        limits.limit(memory=1 << 20, seconds=1, too_large=4)


def test_reports_of_a_crash_have_none_of_the_memory(kernel: Kernel) -> None:
    memory.withhold()
    assert kernel.calls == ["SetErrorMode", "WerSetFlags"]
    assert not memory.is_kept_out_of_swap()


def test_a_port_is_asked_for_alone() -> None:
    assert processes.EXCLUSIVE == -socket.SO_REUSEADDR - 1


def test_a_server_that_is_asked_to_end_runs_its_handlers() -> None:
    asked = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: asked.set())
    try:
        asking = threading.Thread(target=processes.end_this)
        asking.start()
        asking.join(20)
        assert asked.wait(0) or asked.wait(0), "the handler runs in the main thread, between two of its steps"
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_port_and_words_go_through_a_pipe_as_they_are() -> None:
    assert succession.unpacked(succession.packed(b"\x00\xff\n", "عربي")) == (b"\x00\xff\n", "عربي")
