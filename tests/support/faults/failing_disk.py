"""An act of `acts`, done again and again on a disk that fails at another call each time. A program of its own.

    LD_PRELOAD=failing.so python -m tests.support.faults.failing_disk LIBRARY

Reads a line of JSON an act, [folder, act, most], does it in a process of its own, and answers with how that
process ended. It leaves `SAID` in the folder, a line of JSON a try, and in `WRONG` why it did not end as it should. The
first try is one without a failure, "calls" counts the calls, "broken" says what should not have been.

Each try is a forked process in a fresh copy. After half of the failures the act is done again in the same process, on
the stations that are open, after the others by a process that begins anew.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

from flask import got_request_exception

from testimony.errors import TestimonyError
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.faults.disk_acts import ACTS, CARELESS, Act, Careless, require_sound
from tests.support.services.world import World
from tests.support.store import compiled

SAID, WRONG = "said.jsonl", "wrong.txt"
ONCE, FROM_THEN_ON, TORN = 0, 1, 2
WAYS = ((errno.ENOSPC, ONCE), (errno.EIO, ONCE), (errno.ENOSPC, TORN), (errno.EIO, FROM_THEN_ON))
"""The fourth meets the last call: a full disk refuses no deletion, and that may be one."""
Said = dict[str, Any]


class Disk:
    """The library that is loaded before everything else."""

    def __init__(self, library: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.fail_last.restype = ctypes.c_char_p
        self._library.fail_count.restype = ctypes.c_long

    def fail(self, folder: Path, at: int, code: int, way: int) -> None:
        self._library.fail_arm(os.fsencode(folder), ctypes.c_long(at), code, way)

    def hold(self) -> Said:
        """Be whole again; how many calls there were, and which one failed first."""
        found = {"calls": int(self._library.fail_count()), "failed": self._library.fail_last().decode()}
        self._library.fail_arm(b"", ctypes.c_long(0), 0, 0)
        return found


class Try:
    """One copy of the prepared folder."""

    def __init__(self, act: Act, disk: Disk, folder: Path) -> None:
        self.act, self.disk, self.folder = act, disk, folder
        self.told: list[str] = []

    def failing(self, at: int, code: int, way: int, *, goes_on: bool) -> Said:
        """The act on a disk that fails, and its end; `goes_on`: once more on a whole one, with all that is open."""
        stations: dict[str, Station] = {}
        said: Said = {"code": "", "words": ""}
        self.disk.fail(self.folder / self.act.fails, at, code, way)
        with ExitStack() as held:
            try:
                self._open(held, stations)
                self.act.do(self.folder, stations, self.told.append)
            except TestimonyError as error:
                said = {"code": error.code, "words": str(error)}
            if goes_on:
                said |= self.disk.hold()
            if goes_on and len(stations) == len(self.act.homes):
                self.act.require_kept(self.folder, stations, self.told)
                self.act.do(self.folder, stations, self.told.append)
        return said if goes_on else said | self.disk.hold()

    def afterwards(self, told: Sequence[str], *, again: bool) -> Said:
        """Opened anew: what was acknowledged is there, the act succeeds (`again`), and everything is sound."""
        stations: dict[str, Station] = {}
        with ExitStack() as held:
            self._open(held, stations)
            if again:
                self.act.require_kept(self.folder, stations, told)
                self.act.do(self.folder, stations, self.told.append)
            self.act.require_done(self.folder, stations)
        for name in self.act.homes:
            require_sound(self.folder / name)
        return {}

    def _open(self, held: ExitStack, stations: dict[str, Station]) -> None:
        for name in self.act.homes:
            stations[name] = held.enter_context(open_station(self.folder / name))


def forked(work: Callable[[], Said]) -> Said:
    """What `work` says in a process of its own; under "broken" what nobody foresaw."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        with os.fdopen(writing, "w") as answer:
            json.dump(_watched(work), answer)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        data = answer.read()
    _, status = os.waitpid(child, 0)
    return dict(json.loads(data)) if data else {"broken": f"the process ended with {status}"}


def _watched(work: Callable[[], Said]) -> Said:
    """Also what goes wrong where nobody would see it: in other threads, and inside a served station."""
    unforeseen: list[str] = []

    def keep(error: BaseException | None) -> None:
        if error is not None and not isinstance(error, TestimonyError):
            unforeseen.append("".join(traceback.format_exception(error)))

    threading.excepthook = lambda args: keep(args.exc_value)
    sys.unraisablehook = lambda args: keep(args.exc_value)
    got_request_exception.connect(lambda _, exception: keep(exception), weak=False)
    try:
        said = work()
    except BaseException as error:  # noqa: BLE001  # whatever it is, the test is told
        said = {}
        unforeseen.append("".join(traceback.format_exception(error)))
    return said | ({"broken": "\n".join(unforeseen)} if unforeseen else {})


def tries(act: Act, disk: Disk, most: int) -> Iterator[Said]:
    """First without a failure, which counts the calls; then at `most` of them, spread over all."""
    warm(act, disk)
    whole = one(act, disk, 0, WAYS[0], goes_on=True)
    yield whole
    calls = int(whole.get("calls", 0))
    most = min(most, calls)
    for number in range(most):
        at = 1 + number * (calls - 1) // max(1, most - 1)
        yield one(act, disk, at, WAYS[number % len(WAYS)], goes_on=(number + number // len(WAYS)) % 2 == 0)


def warm(act: Act, disk: Disk) -> None:
    """All of it once in this process, whose forks then have every module and every statement ready."""
    folder = act.world.folder.with_name("warm")
    shutil.copytree(act.world.folder, folder)
    attempt = Try(act, disk, folder)
    attempt.failing(0, *WAYS[0], goes_on=True)
    attempt.afterwards(attempt.told, again=True)
    shutil.rmtree(folder)


def one(act: Act, disk: Disk, at: int, way: tuple[int, int], *, goes_on: bool) -> Said:
    folder = act.world.folder.with_name("try")
    shutil.copytree(act.world.folder, folder)
    attempt = Try(act, disk, folder)

    def failing() -> Said:
        return attempt.failing(at, *way, goes_on=goes_on) | {"told": attempt.told}

    said = {"at": at, "way": way} | forked(failing)
    if "broken" not in said:
        again = not goes_on or not said["told"]
        said |= forked(lambda: attempt.afterwards(said["told"], again=again))
    shutil.rmtree(folder)
    return said


def do(folder: Path, disk: Disk, name: str, most: int) -> None:
    """One act with all its tries, in this process."""
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    (place := folder / "made").mkdir()
    world = World(place)
    act = Careless(world, "node", fails="node") if name == CARELESS else ACTS[name](world)
    act.prepare()
    act.world.close()
    with (folder / SAID).open("w", encoding="utf-8") as file:
        for said in tries(act, disk, most):
            print(json.dumps(said), file=file, flush=True)


def main(library: str) -> None:
    compiled.share()
    disk = Disk(library)
    for line in sys.stdin:
        folder, name, most = json.loads(line)
        child = os.fork()
        if child == 0:
            _end_after(lambda: do(Path(folder), disk, name, most), Path(folder, WRONG))  # noqa: B023  # at once
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


def _end_after(work: Callable[[], None], wrong: Path) -> NoReturn:
    try:
        work()
    except BaseException:  # noqa: BLE001  # whatever it is, the test is told
        wrong.write_text(traceback.format_exc(), "utf-8")
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
