"""An opened home: settings, database, bodies, shred keys, signing key and roster chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from testimony.domain.time import Clock, Clocks
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.sealing.roster.trusted_files import Trust
from testimony.settings import Settings
from testimony.station.errors import StationKeyless
from testimony.station.known_refusals import KnownRefusals
from testimony.station.nonces import NonceBook
from testimony.store.blobs.blobs import Bodies
from testimony.store.files.free_space import Space
from testimony.store.files.journal import Journal
from testimony.store.files.lock import HomeLock
from testimony.store.files.shred_keys import ShredKeys
from testimony.store.sql.database import Database

KEY, ROOT, SHRED_KEYS, INCARNATION = "station.key", "root.json", "shred.keys", "incarnation"
SHARE_KEYS, RELEASES, LOCK, JOURNAL = "share.keys", "releases", "lock", "withdrawn.log"
OPENED = "opened"  # at a desk, what its readers opened: sealed, in no backup (`services.opening.sealed_index`)
REQUEST = "enrolment.json"  # of a station that made its own keys (`services.enrolment.enrolment`)


@dataclass(eq=False)
class Station:
    """An opened home. `services.startup.open_station` makes it; it is a context manager, safe to share between
    threads.
    """

    settings: Settings
    root: Root
    lock: HomeLock
    space: Space
    parts: Bodies  # in the home, or at central in a bucket
    shred_keys: ShredKeys
    share_keys: ShredKeys  # the node's half of the keys of drafts on phones, stored in the same way
    journal: Journal  # of withdrawals: it outlives the database
    database: Database
    nonces: NonceBook
    chain: RosterChain  # replaced as a whole when a roster is adopted
    own_signer: Signer | None  # None at a desk
    incarnation: str = ""  # 32 hex, new when the home and its database no longer belong together
    unread: set[str] = field(default_factory=set)
    """Records signed for in the database but not yet read back: nobody gets their receipt."""
    proved: set[str] = field(default_factory=set)
    """Records whose heads were read back intact since this process began: not checked again."""
    behind: bool = False
    """The disk did not store what a withdrawal did: the next batch or the next start completes it."""
    rejected: KnownRefusals = field(default_factory=KnownRefusals)  # what was refused and counted today
    others: Mapping[Clock, date] = field(default_factory=dict)
    """The last date that each other clock showed: `services.withdrawal.clock_readings` keeps it."""
    other_server: tuple[tuple[str, int], int] | None = None
    """What another server of this database wrote of its running time, and when this one saw that first, in seconds."""

    @property
    def signer(self) -> Signer:
        """The station's own key. Raises `StationKeyless` at a desk."""
        if self.own_signer is None:
            raise StationKeyless
        return self.own_signer

    @property
    def kid(self) -> str:
        """kid of `signer`; at a desk the empty string."""
        return "" if self.own_signer is None else self.own_signer.kid

    @property
    def central_url(self) -> str:
        """Where central is: by the settings, else by the roster in force; empty if neither says it."""
        if self.settings.central_url or not self.chain.records:
            return self.settings.central_url
        return Trust.from_roster(self.chain.latest).central

    def clocks(self) -> Clocks:
        """Every clock that this station knows, read now."""
        issued = date.fromisoformat(self.chain.latest.issued) if self.chain.records else None
        return Clocks(datetime.now(UTC).date(), issued, self.others)

    def today(self) -> str:
        """The day for entries, YYYY-MM-DD in UTC, by the rules of `domain.time`: any clock may be wrong."""
        return self.clocks().today.isoformat()

    def roster_ended(self, day: str) -> str | None:
        """The last day of the roster in force if it ended before `day`: warn clearly, and continue to use it."""
        ended = bool(self.chain.records) and self.chain.latest.expired(day)
        return self.chain.latest.expires if ended else None

    def close(self) -> None:
        """Release the database and the home. Calling it twice is harmless."""
        self.database.close()
        self.lock.release()

    def __enter__(self) -> Station:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
