"""Adapt a questionnaire that was made for another program, in the child process that checks them.

`home/forms/uploaded/<sha256>` are the newest files that a check refused, as they came. Somebody may have chosen another
file by mistake: these are in no backup, and are deleted after a day, when the next one comes.
`home/forms/adapted/<sha256>` are their adapted copies (.xlsx).
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from testimony.publication.sheets import xlsx
from testimony.publication.sheets.sheet import Column, Sheet
from testimony.services.wordings import compilation
from testimony.services.wordings.compilation import Compiled
from testimony.services.wordings.questionnaires import FOLDER, NAME
from testimony.station.station import Station

UPLOADED: Final = "uploaded"
ADAPTED: Final = "adapted"
A_DAY: Final = 86_400


def keep_uploaded(station: Station, data: bytes) -> str:
    """Keep a file that a check refused, so that it can be adapted. Returns its SHA-256."""
    forget_uploaded(station)
    return _keep(station, UPLOADED, data)


def forget_uploaded(station: Station) -> None:
    """Delete the refused files that were kept for a day."""
    for file in (station.settings.home / FOLDER / UPLOADED).glob("[0-9a-f]*"):
        if time.time() - file.stat().st_mtime > A_DAY:
            file.unlink(missing_ok=True)


def uploaded(station: Station, sha256: str) -> bytes | None:
    """The file that was kept under this hash; None if it is not here or damaged: it is then uploaded again."""
    return _kept(station, UPLOADED, sha256)


def adapted(
    station: Station, data: bytes, *, name: str, language: str | None = None, files: Mapping[str, bytes] | None = None
) -> Compiled:
    """Adapt the XLSForm `data` and keep the copy; keep the form too where nothing stands against it.

    `name`: of the file, without its ending. `language`: of columns that name none. `files`: the CSV files with its
    lists, by their names. Raises as `compilation.compiled` does.
    """
    request = {
        "data": _text(data),
        "name": name,
        "language": language,
        "files": {one: _text(content) for one, content in (files or {}).items()},
    }
    said = compilation.asked(json.dumps(request).encode(), "adapt")
    found = replace(compilation.told(said), sheet=_keep(station, ADAPTED, packed(said["sheets"])))
    if found.form is not None:
        compilation.keep(station, found)
    return found


def spreadsheet(station: Station, sha256: str) -> bytes | None:
    """The .xlsx file of an adapted copy; None if it is not here or damaged."""
    return _kept(station, ADAPTED, sha256)


def packed(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """The rows of texts of each sheet as an .xlsx file; the first row has the headings."""
    return xlsx.workbook(
        [
            Sheet(name=name, columns=tuple(Column(name=heading) for heading in heads), rows=tuple(map(tuple, rows)))
            for name, (heads, *rows) in sheets.items()
        ],
        guarded=False,
    )


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _keep(station: Station, folder: str, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    compilation.keep_file(_file(station, folder, sha256), data)
    return sha256


def _kept(station: Station, folder: str, sha256: str) -> bytes | None:
    if not NAME.fullmatch(sha256):
        return None
    try:
        data = _file(station, folder, sha256).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


def _file(station: Station, folder: str, sha256: str) -> Path:
    return station.settings.home / FOLDER / folder / sha256
