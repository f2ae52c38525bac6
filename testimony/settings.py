"""What a station is told about itself: role, name, port, where central is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`home`/station.json with the overrides of TESTIMONY_CENTRAL_URL, _PORT, _NAME, _KEY_FILE, _DATABASE_URL."""

    home: Path
    role: str  # field | central | desk
    name: str
    port: int = 8401
    central_url: str = ""
    demonstration: bool = False
    key_file: str = ""  # a desk's key file; empty elsewhere
    database_url: str = ""  # empty: SQLite in `home`

    @classmethod
    def load(cls, home: Path) -> Settings:
        """Raises `HomeMissing`, `SettingsDamaged`."""
        raise NotImplementedError

    def save(self) -> None:
        """Write `home`/station.json (overrides from the environment excepted)."""
        raise NotImplementedError
