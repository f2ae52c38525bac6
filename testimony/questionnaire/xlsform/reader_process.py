"""The child process that reads a questionnaire which somebody uploaded: only pipes, and limits before the first byte.

Run by its path with `python -I`: the bytes of an .xlsx or .xls on standard input, JSON on standard output:
{"form": its definition or null, "refusals": [[place, reason], …], "notes": [[place, reason], …]}, or {"unreadable": a
reason of `QuestionnaireUnreadable`}. So no server carries the readers of spreadsheets.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits

MEMORY = 1 << 30
CPU = 60  # seconds
LARGE = 4
"""Exit code: it needs more memory than a questionnaire of people does."""


def limit() -> None:
    """Forbid growing files and core dumps; limit memory and time."""
    limits.limit(memory=MEMORY, seconds=CPU, too_large=LARGE)


def answer(data: bytes) -> dict[str, Any]:
    """What is said about the file `data`."""
    from testimony.questionnaire.errors import QuestionnaireUnreadable
    from testimony.questionnaire.xlsform.findings import grouped
    from testimony.questionnaire.xlsform.reader import read

    try:
        reading = read(data)
    except QuestionnaireUnreadable as error:
        return {"unreadable": error.reason}
    return {
        "form": None if reading.form is None else reading.form.definition.decode(),
        "refusals": [*grouped(reading.refusals)],
        "notes": [*grouped(reading.warnings)],
    }


def main() -> int:
    limit()
    try:
        said = answer(sys.stdin.buffer.read())
    except MemoryError:
        return LARGE
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
