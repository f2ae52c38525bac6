"""Check a questionnaire that somebody uploaded, in a child process, and keep what passed until it is proposed.

`home/forms/checked/<sha256>.json` holds the newest results: {"definition", "notes", "changes", "sheet"}. None is in
force or readable as a questionnaire: it is there to be tried and proposed.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from testimony import questionnaire
from testimony.platform import processes
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireUnreadable
from testimony.questionnaire.form import Form
from testimony.services.accounts.errors import TooFast
from testimony.services.wordings.questionnaires import FOLDER, NAME
from testimony.station.station import Station
from testimony.store.files import durable

CHILD: Final = Path(questionnaire.__file__).parent / "xlsform" / "reader_process.py"
SANDBOX_TIMEOUT: Final = 90.0  # seconds
LARGEST: Final = 4 << 20  # bytes of the uploaded file
CHECKED: Final = "checked"
MOST_KEPT: Final = 16
TURN_TIMEOUT: Final = 10.0
"""Seconds that a file waits for its turn."""
TOO_LARGE: Final = 4
"""The child's exit code for this reason."""
_turns = threading.BoundedSemaphore(1)  # at most one child at a time

Finding = tuple[str, str]
"""The place (sheet, rows, column), and what is wrong there."""


@dataclass(frozen=True, kw_only=True)
class Compiled:
    """`form` is None where `refusals` are against it. `notes`: to know, though the form can be asked. `changes`: how it
    differs from the file that somebody uploaded, if it was adapted. `sheet`: SHA-256 of its own spreadsheet then, else
    "".
    """

    form: Form | None
    refusals: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    changes: tuple[Finding, ...] = ()
    sheet: str = ""


def compiled(data: bytes, *, timeout: float = SANDBOX_TIMEOUT) -> Compiled:
    """What the XLSForm `data` (.xlsx or .xls) defines. Raises `QuestionnaireUnreadable`, and for one that takes too
    much time or memory as for one that is too large; `TooFast` while others are read.
    """
    if len(data) > LARGEST:
        raise QuestionnaireUnreadable("size")
    return told(asked(data, timeout=timeout))


def asked(data: bytes, *arguments: str, timeout: float = SANDBOX_TIMEOUT) -> dict[str, Any]:
    """What the child answers to `data`. Raises as `compiled` does."""
    if not _turns.acquire(timeout=TURN_TIMEOUT):
        raise TooFast(math.ceil(TURN_TIMEOUT))
    try:
        said = _ask(data, arguments, timeout)
    finally:
        _turns.release()
    if "unreadable" in said:
        raise QuestionnaireUnreadable(said["unreadable"])
    return said


def told(said: dict[str, Any]) -> Compiled:
    """The child's answer `said`."""
    return Compiled(
        form=None if said["form"] is None else definition.parse(said["form"].encode()),
        refusals=_findings(said["refusals"]),
        notes=_findings(said["notes"]),
        changes=_findings(said.get("changes", ())),
    )


def keep(station: Station, found: Compiled) -> None:
    """Keep a form that nothing stands against. Of many that were never proposed the oldest give way."""
    if found.form is None:
        raise ValueError("only a form that can be asked is kept")
    held = {
        "definition": found.form.definition.decode(),
        "notes": found.notes,
        "changes": found.changes,
        "sheet": found.sheet,
    }
    keep_file(_folder(station) / f"{found.form.sha256}.json", json.dumps(held).encode())


def keep_file(file: Path, data: bytes) -> None:
    """Write `file`, and delete the oldest in its folder where there are more than `MOST_KEPT`."""
    folder = file.parent
    with durable.named_errors(folder.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        durable.replace_file(file, data)
        for old in sorted(folder.glob("[0-9a-f]*"), key=lambda one: one.stat().st_mtime_ns, reverse=True)[MOST_KEPT:]:
            old.unlink(missing_ok=True)


def kept(station: Station, sha256: str) -> Compiled | None:
    """What was kept under this hash; None if it is not here or damaged: the file is then uploaded again."""
    if not NAME.fullmatch(sha256):
        return None
    try:
        held = json.loads((_folder(station) / f"{sha256}.json").read_bytes())
        form = definition.parse(held["definition"].encode())
        found = Compiled(
            form=form,
            notes=_findings(held["notes"]),
            changes=_findings(held.get("changes", ())),
            sheet=str(held.get("sheet", "")),
        )
    except (OSError, ValueError, KeyError, QuestionnaireUnreadable):
        return None
    return found if form.sha256 == sha256 else None


def _ask(data: bytes, arguments: Sequence[str], timeout: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-B", str(CHILD), *arguments],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=processes.bare(),
            cwd="/",
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise QuestionnaireUnreadable("size") from error
    if done.returncode == TOO_LARGE or done.returncode < 0:  # it was ended at its limit of memory or time
        raise QuestionnaireUnreadable("size")
    if done.returncode:  # its readers of spreadsheets failed in a way that they do not tell
        raise QuestionnaireUnreadable("damaged")
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _findings(said: Any) -> tuple[Finding, ...]:
    return tuple((str(place), str(reason)) for place, reason in said)


def _folder(station: Station) -> Path:
    return station.settings.home / FOLDER / CHECKED
