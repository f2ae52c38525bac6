"""The form of each line in a station's log: level, logger, words. Nothing that a client sent is in it."""

from __future__ import annotations

import logging

from testimony.cli.output import safe
from testimony.errors import outline

OURS = ("root", "testimony")


class LogLine(logging.Formatter):
    """Writes a record as one line that no terminal acts upon (docs/sealing.md, 12).

    Libraries put what clients send and what exceptions say into their messages: addresses, paths, texts. So of their
    records only numbers are shown, the place in the library, and where an exception arose.
    """

    def format(self, record: logging.LogRecord) -> str:
        return f"{record.levelname} {safe(record.name)}: {safe(_words(record))}"


def begin() -> None:
    """Write warnings and errors of this process to its standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(LogLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _words(record: logging.LogRecord) -> str:
    if record.exc_info and record.exc_info[0] is not None:
        return f"unexpected: {outline(record.exc_info[0], record.exc_info[2])}"
    args = record.args if isinstance(record.args, tuple) else ()
    if record.name.partition(".")[0] in OURS or (args and all(isinstance(one, int | float) for one in args)):
        return record.getMessage()
    return f"{record.module}.{record.funcName}, line {record.lineno}"
