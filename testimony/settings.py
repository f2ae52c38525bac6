"""What a station is told about itself: role, name, port, where central is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from testimony.errors import HomeMissing, SettingsDamaged

VERSION = "testimony/1/station"
FILE = "station.json"
ROLES = ("field", "central", "desk")
TEXTS = ("name", "central_url", "key_file", "database_url")
NUMBERS = ("quota_records", "quota_bytes")
PREFIX = "TESTIMONY_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`home`/station.json with the overrides of TESTIMONY_CENTRAL_URL, _PORT, _NAME, _KEY_FILE, _DATABASE_URL.

    TESTIMONY_STICK_FOLDER is never saved: the machine decides where its sticks appear.
    """

    home: Path
    role: str  # field | central | desk
    name: str
    port: int = 8401
    central_url: str = ""
    demonstration: bool = False
    key_file: str = ""  # a desk's key file; empty elsewhere
    database_url: str = ""  # empty: SQLite in `home`
    stick_folder: str = ""  # besides what is mounted where sticks are
    quota_records: int = 10_000  # that central takes from one station in a day; withdrawals always
    quota_bytes: int = 8 * 2**30

    @classmethod
    def load(cls, home: Path, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises `HomeMissing`, `SettingsDamaged`."""
        file = home / FILE
        if not file.is_file():
            raise HomeMissing(folder=str(home))
        try:
            value = json.loads(file.read_text("utf-8"))
            settings = cls(home=home, **_checked(value))
        except (OSError, ValueError, TypeError) as error:
            raise SettingsDamaged(file=str(file)) from error
        return settings._overridden(environment)

    def save(self) -> None:
        """Write `home`/station.json: after a power cut the old or the new one is there, whole."""
        value = {"v": VERSION, "role": self.role, "port": self.port, "demonstration": self.demonstration}
        value |= {name: getattr(self, name) for name in (*TEXTS, *NUMBERS)}
        text = json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False)
        new = self.home / f"{FILE}.new"
        with new.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.home / FILE)

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the station's database."""
        return self.database_url or f"sqlite:///{self.home / 'testimony.db'}"

    def _overridden(self, environment: Mapping[str, str]) -> Settings:
        """The environment wins over the file, so that a service unit can set what the machine decides."""
        said: dict[str, Any] = {name: environment.get(PREFIX + name.upper(), getattr(self, name)) for name in TEXTS}
        settings = replace(self, **said, stick_folder=environment.get(PREFIX + "STICK_FOLDER", ""))
        port = environment.get(PREFIX + "PORT")
        if port is None:
            return settings
        if not port.isdecimal() or not 0 <= int(port) <= 65535:
            raise SettingsDamaged(file=PREFIX + "PORT")
        return replace(settings, port=int(port))


def _checked(value: Any) -> dict[str, Any]:
    """The fields of station.json. Raises `ValueError` for what was not written by `Settings.save`."""
    if not isinstance(value, dict) or value.get("v") != VERSION or value.get("role") not in ROLES:
        raise ValueError
    fields = {key: item for key, item in value.items() if key not in ("v", "stick_folder")}
    if any(type(fields.get(name, 1)) is not int or fields.get(name, 1) < 1 for name in NUMBERS):
        raise ValueError
    port = fields.get("port", 0)
    if not isinstance(port, int) or not 0 <= port <= 65535 or not isinstance(fields.get("demonstration", False), bool):
        raise ValueError
    if any(not isinstance(fields.get(name, ""), str) for name in TEXTS):
        raise ValueError
    return fields
