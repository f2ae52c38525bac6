"""Set a document as a PDF, or a drawing as a PNG: in a child process with limits, through pipes, without writing any of
it to disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from testimony.domain.testimony.languages import dir_of
from testimony.platform import processes
from testimony.services.typesetting import typst_process
from testimony.services.typesetting.errors import CaseFileUnset
from testimony.services.typesetting.glyphs import printable

CHILD: Final = Path(typst_process.__file__)
SANDBOX_TIMEOUT: Final = 150.0  # seconds
SURROUNDINGS: Final = processes.bare(HOME="/nonexistent")
"""The whole environment of the child; without a home folder it looks for none."""
LARGEST: Final = 48 << 20  # bytes of the data
_turns = threading.BoundedSemaphore(1)  # at most one child at a time


def pdf(file: Mapping[str, Any], *, day: date, template: str = "casefile", timeout: float = SANDBOX_TIMEOUT) -> bytes:
    """`file` (the data of a template) as a PDF: the same bytes for the same data and day.

    Raises `CaseFileUnset`: absent, large, slow, or the error that occurred.
    """
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    return _made(file, template, b"%PDF-", midnight=midnight, timeout=timeout)


def png(svg: str, *, title: str, lang: str, timeout: float = SANDBOX_TIMEOUT) -> bytes:
    """The drawing `svg`, whose texts are ours, as a picture with its `title` above it. Raises as `pdf`."""
    file = {"svg": svg, "title": title, "lang": lang, "dir": dir_of(lang)}
    return _made(file, typst_process.PICTURE, b"\x89PNG", timeout=timeout)


def _made(file: Mapping[str, Any], template: str, begins: bytes, *, midnight: int = 0, timeout: float) -> bytes:
    data = _bytes(_printable(json.loads(_bytes(file))))
    with _turns:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-B", str(CHILD), str(midnight), template],
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=SURROUNDINGS,
                cwd="/",
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise CaseFileUnset("slow") from error
    if done.returncode or not done.stdout.startswith(begins):
        raise CaseFileUnset("absent" if done.returncode == typst_process.ABSENT else "failed")
    return done.stdout


def _bytes(value: Mapping[str, Any]) -> bytes:
    """As JSON. Raises `CaseFileUnset` ("large")."""
    data = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
    if len(data) > LARGEST:
        raise CaseFileUnset("large")
    return data


def _printable(value: Any) -> Any:
    """Make every text in it printable with the fonts. Keys and numbers are ours."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: one if key in ("svg", "png") else _printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return value
