"""A station: its home folder opened, with settings, database, parts, shred keys, signing key and roster chain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.settings import Settings
from testimony.store.database import Database
from testimony.store.parts import PartStore
from testimony.store.shred_keys import ShredKeys

if TYPE_CHECKING:
    from testimony.sealing.records import SignedRecord
    from testimony.sealing.roster import RosterChain
    from testimony.sealing.signing import Signer


class Station:
    """Opened by `Station.open(home)`; also a context manager. Safe to share between threads."""

    settings: Settings
    database: Database
    parts: PartStore
    shred_keys: ShredKeys
    chain: RosterChain  # grows by services.roster.adopt
    incarnation: str  # 32 hex, new when a copy of this home was restored

    @classmethod
    def open(cls, home: Path) -> Station:
        """Raises `HomeMissing`, `SettingsDamaged`, `StoreUnwritable`, `StoreLocked`, `StoreDamaged`, `StoreNewer`."""
        raise NotImplementedError

    @classmethod
    def create(
        cls,
        settings: Settings,
        *,
        root: bytes,
        rosters: Sequence[SignedRecord],
        signing_seed: bytes | None,
    ) -> Station:
        """Make `settings.home` and open it. `signing_seed` (32 bytes) for field and central, None for a desk.

        Raises `HomeTaken` when a station lives there already, `RosterRefused` for a roster that does not fit `root`.
        """
        raise NotImplementedError

    @property
    def signer(self) -> Signer:
        """The station's own key. Raises `StationKeyless` at a desk."""
        raise NotImplementedError

    @property
    def kid(self) -> str:
        """kid of `signer`; at a desk the empty string."""
        raise NotImplementedError

    def today(self) -> str:
        """The day for entries, YYYY-MM-DD in UTC, never before the roster in force was issued (clocks go wrong)."""
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Station:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
