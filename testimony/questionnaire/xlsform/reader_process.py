"""The child process that reads a questionnaire which somebody uploaded: only pipes, and limits before the first byte.

Run by its path with `python -I`: the bytes of an .xlsx or .xls on standard input, JSON on standard output:
{"form": its definition or null, "refusals": [[place, reason], …], "notes": [[place, reason], …]}, or {"unreadable": a
reason of `QuestionnaireUnreadable`}. With the argument `adapt`: on standard input JSON, {"data", "name", "language",
"encoding", "files": {name: content}} with bytes in base64, and besides on standard output {"changes": [[place,
reason], …], "sheets": {name: rows of texts}} of the adapted questionnaire. So no server carries the readers of
spreadsheets.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if not __package__:  # run by its path, where `python -I` finds no package of ours
    sys.path.insert(0, str(Path(__file__).parents[3]))

from testimony.platform import limits

if TYPE_CHECKING:
    from testimony.questionnaire.xlsform.reader import Reading

MEMORY = 1 << 30
CPU = 60  # seconds
ADAPT = "adapt"
LARGE = 4
"""Exit code: it needs more memory than a questionnaire of people does."""


def limit() -> None:
    """Forbid growing files and core dumps; limit memory and time."""
    limits.limit(memory=MEMORY, seconds=CPU, too_large=LARGE)


def answer(data: bytes) -> dict[str, Any]:
    """What is said about the file `data`."""
    from testimony.questionnaire.errors import QuestionnaireUnreadable
    from testimony.questionnaire.xlsform.reader import read

    try:
        return _told(read(data))
    except QuestionnaireUnreadable as error:
        return {"unreadable": error.reason}


def adapted(data: bytes) -> dict[str, Any]:
    """What is said about the adapted copy of the file in the request `data`."""
    from testimony.questionnaire.errors import QuestionnaireUnreadable
    from testimony.questionnaire.xlsform.adaptation.adapt import adapt
    from testimony.questionnaire.xlsform.findings import grouped

    asked = json.loads(data)
    files = {name: base64.b64decode(content) for name, content in asked["files"].items()}
    said = {key: asked[key] for key in ("name", "language", "encoding")}
    try:
        found = adapt(base64.b64decode(asked["data"]), files=files.get, **said)
    except QuestionnaireUnreadable as error:
        return {"unreadable": error.reason}
    return {**_told(found.reading), "changes": [*grouped(found.changes)], "sheets": found.sheets}


def _told(reading: Reading) -> dict[str, Any]:
    from testimony.questionnaire.xlsform.findings import grouped

    return {
        "form": None if reading.form is None else reading.form.definition.decode(),
        "refusals": [*grouped(reading.refusals)],
        "notes": [*grouped(reading.warnings)],
    }


def main() -> int:
    limit()
    try:
        data = sys.stdin.buffer.read()
        said = adapted(data) if sys.argv[1:] == [ADAPT] else answer(data)
    except MemoryError:
        return LARGE
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
