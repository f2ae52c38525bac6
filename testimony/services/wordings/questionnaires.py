"""Find the questionnaire that a station asks, and those that it needs to read earlier testimonies.

`home/forms/<sha256>.json` are definitions, `home/forms/current` names the one in force. If there is none, the form that
ships with the program is used.
"""

from __future__ import annotations

import functools
import re
from pathlib import Path

from testimony.canonical import sha256_hex
from testimony.errors import SettingsDamaged
from testimony.questionnaire import definition
from testimony.questionnaire.errors import QuestionnaireRefused, QuestionnaireUnreadable
from testimony.questionnaire.form import Form
from testimony.services.wordings.errors import QuestionnaireTaken
from testimony.station.station import Station
from testimony.store.files import durable

FOLDER, CURRENT = "forms", "current"
NAME = re.compile(r"[0-9a-f]{64}")


def in_force(station: Station) -> Form:
    """The form that interviews at this station ask. Raises `SettingsDamaged` for a file that was not installed like
    this.
    """
    file = _folder(station) / CURRENT
    if not file.is_file():
        return Form.load()
    form = find(station.settings.home, file.read_text("ascii", errors="replace").strip())
    if form is None:
        raise SettingsDamaged(file=str(file))
    return form


def find(home: Path, sha256: str) -> Form | None:
    """The form with this hash, shipped or installed in the station's `home`; None if it is not here. Raises
    `SettingsDamaged`.
    """
    file = home / FOLDER / f"{sha256}.json"
    return definition.shipped(sha256) or (_read(file) if NAME.fullmatch(sha256) and file.is_file() else None)


def installed(station: Station) -> list[Form]:
    """The organisation's own forms here, by name. Raises `SettingsDamaged` for a file that was not installed like
    this.
    """
    found = [_read(file) for file in sorted(_folder(station).glob("*.json"))]
    return sorted(found, key=lambda form: form.id)


def install(station: Station, form: Form) -> None:
    """Store `form` and put it into force; earlier ones stay readable.

    Raises `QuestionnaireRefused` if it breaks a rule, `QuestionnaireTaken` if another is known under its name.
    """
    keep(station, form)
    with durable.named_errors(_folder(station)):
        durable.replace_file(_folder(station) / CURRENT, form.sha256.encode() + b"\n")


def keep(station: Station, form: Form) -> None:
    """Make testimonies taken with `form` readable here, without asking it in interviews. Raises as `install` does."""
    definition.require_safe(form)
    if station.settings.role == "field" and form.value["consent"] != Form.load().value["consent"]:
        raise QuestionnaireRefused(problems="another version of the program made it; install it from its .xlsx")
    if any(one.id == form.id and one.sha256 != form.sha256 for one in (*definition.all_shipped(), *installed(station))):
        raise QuestionnaireTaken(form=form.id)
    folder = _folder(station)
    with durable.named_errors(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
        if definition.shipped(form.sha256) is None:
            durable.replace_file(folder / f"{form.sha256}.json", form.definition)


def _folder(station: Station) -> Path:
    return station.settings.home / FOLDER


def _read(file: Path) -> Form:
    data = file.read_bytes()
    try:
        if sha256_hex(data) != file.stem:
            raise SettingsDamaged(file=str(file))
        return _parsed(data)
    except QuestionnaireUnreadable as error:
        raise SettingsDamaged(file=str(file)) from error


@functools.lru_cache(maxsize=16)
def _parsed(data: bytes) -> Form:
    return definition.parse(data)
