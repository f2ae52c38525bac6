"""A station that takes in and says aloud what it acknowledged, until somebody kills it or cuts its power.

    python -m tests.support.faults.intake_writer HOME DELIVERIES [KILL_AT TIMES] [--careless NAME]

DELIVERIES is a file of lines, each a JSON list of [kind, hex]. After each delivery that was taken in, its number is
written to standard output. KILL_AT names a point of `POINTS`; the process kills itself when it passes it for the
TIMES-th time. `--careless` switches one precaution off, to show that the test would notice.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testimony.services.intake import intake
from testimony.services.intake import receipts as intake_receipts
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.startup import open_station
from testimony.services.withdrawal import shredding
from testimony.store.files import durable, shred_keys
from testimony.store.sql import database, sqlite

POINTS: dict[str, tuple[Any, str]] = {
    "before a key is written": (shred_keys.ShredKeys, "_append"),
    "before a body is written": (durable, "write_new"),
    "before a body gets its name": (durable, "replace"),
    "before the rows are entered": (intake, "Entering"),
    "before the log is written": (intake_receipts, "sign_for"),
    "before the commit": (database.Connection, "commit"),
    "before the answer": (intake_receipts, "of_batch"),
    "before a key is shredded": (shred_keys.ShredKeys, "shred"),
    "before the heads are erased": (shredding, "_erase"),
}


def main(home: str, deliveries: str, *rest: str) -> None:
    arguments = list(rest)
    if "--careless" in arguments:
        at = arguments.index("--careless")
        be_careless(arguments[at + 1])
        del arguments[at : at + 2]
    with open_station(Path(home)) as station:
        if arguments:
            kill_at(arguments[0], int(arguments[1]))
        for number, line in enumerate(Path(deliveries).read_text().splitlines()):
            take_in(station, [Incoming(kind, bytes.fromhex(data)) for kind, data in json.loads(line)])
            os.write(1, f"{number}\n".encode())


def kill_at(point: str, times: int) -> None:
    owner, name = POINTS[point]
    original = getattr(owner, name)
    passed = 0

    def passing(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        passed += 1
        if passed == times:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(owner, name, passing)


def be_careless(name: str) -> None:
    precautions: dict[str, Callable[[], None]] = {
        "synchronous=NORMAL": lambda: setattr(
            sqlite, "PRAGMAS", tuple(pragma.replace("FULL", "NORMAL") for pragma in sqlite.PRAGMAS)
        ),
        "bodies are not synced": lambda: setattr(durable, "syncfs", lambda _: None),
    }
    precautions[name]()


if __name__ == "__main__":
    main(*sys.argv[1:])
