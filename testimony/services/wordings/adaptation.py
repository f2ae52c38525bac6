"""Adapt a questionnaire that was made for another program, in the child process that checks them.

`home/forms/adapted/<sha256>` are the newest adapted copies (.xlsx). The files that were adapted are not kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
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

ADAPTED: Final = "adapted"


def adapted(
    station: Station,
    data: bytes,
    *,
    name: str,
    language: str | None = None,
    files: Mapping[str, bytes] | None = None,
    encoding: str = "",
) -> Compiled:
    """Adapt the XLSForm `data` and keep the copy; keep the form too where nothing stands against it.

    `name`: of the file, without its ending. `language`: of columns that name none. `files`: those with its lists, by
    their names. `encoding`: of CSV files that do not say it. Raises as `compilation.compiled` does.
    """
    request = {
        "data": _text(data),
        "name": name,
        "language": language,
        "encoding": encoding,
        "files": {one: _text(content) for one, content in (files or {}).items()},
    }
    said = compilation.asked(json.dumps(request).encode(), "adapt")
    found = replace(compilation.told(said), sheet=_keep(station, packed(said["sheets"])))
    if found.form is not None:
        compilation.keep(station, found)
    return found


def spreadsheet(station: Station, sha256: str) -> bytes | None:
    """The .xlsx file of an adapted copy; None if it is not here or damaged."""
    if not NAME.fullmatch(sha256):
        return None
    try:
        data = _file(station, sha256).read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None


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


def _keep(station: Station, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    compilation.keep_file(_file(station, sha256), data)
    return sha256


def _file(station: Station, sha256: str) -> Path:
    return station.settings.home / FOLDER / ADAPTED / sha256
