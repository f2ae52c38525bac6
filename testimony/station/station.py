"""A station: its home folder opened, with settings, database, parts, shred keys, signing key and roster chain."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from testimony.errors import SettingsDamaged
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.services.accounts import draft_shares
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.intake import rejections
from testimony.services.roster import adoption as roster_adoption
from testimony.services.withdrawal import journal_replay, suspension
from testimony.settings import Settings
from testimony.station import key_copy
from testimony.station.errors import HomeTaken, ShredKeysGone, StationKeyless, StationWaiting, StoreGone
from testimony.station.nonces import NonceBook, Nonces, SharedNonces
from testimony.store.blobs import blobs
from testimony.store.blobs.blobs import PARTS, Bodies
from testimony.store.blobs.folder import clear_half_written
from testimony.store.errors import BucketFailing, StoreUnwritable
from testimony.store.files import durable
from testimony.store.files.free_space import Space
from testimony.store.files.journal import Journal
from testimony.store.files.lock import HomeLock
from testimony.store.files.shred_keys import ShredKeys
from testimony.store.models.accounts import FactRow
from testimony.store.sql import migrate
from testimony.store.sql.database import Database

KEY, ROOT, SHRED_KEYS, INCARNATION = "station.key", "root.json", "shred.keys", "incarnation"
SHARE_KEYS, RELEASES, LOCK, JOURNAL = "share.keys", "releases", "lock", "withdrawn.log"
REQUEST = "enrolment.json"  # of a station that made its keys itself (`services.enrolment.enrolment`)


class Station:
    """Opened by `Station.open(home)`; also a context manager. Safe to share between threads."""

    settings: Settings
    database: Database
    parts: Bodies  # in the home, or at central in a bucket
    shred_keys: ShredKeys
    journal: Journal  # of withdrawals: it outlives the database
    share_keys: ShredKeys  # the node's half of the keys of drafts on phones, by the same means
    root: Root
    chain: RosterChain  # replaced as a whole when a roster is adopted
    nonces: NonceBook
    space: Space
    unread: set[str]  # records signed for in the database but not yet read back: nobody gets their receipt
    proved: set[str]  # records whose heads came back whole since this process began: not looked at again
    behind: bool  # the disk did not take what a withdrawal did: the next batch or the next start makes up for it
    rejected: rejections.Known  # what was refused and counted today
    incarnation: str  # 32 hex, new when the home and its database do not belong together any more

    def __init__(self, settings: Settings, *, patience: float = 0.0, root: bytes | None = None) -> None:
        """Use `Station.open`. `root`: of a station that is being admitted and has none on its disk yet."""
        home = settings.home
        self.settings = settings
        self.root = Root.parse(_read(home / ROOT) if root is None else root)
        self._signer = None if settings.role == "desk" else _read_key(home / KEY)
        with durable.named_errors(home):
            self._lock = HomeLock(home / LOCK)
        try:
            self._open_stores(alone=self._lock.wait(patience))
        except BaseException:
            self._lock.release()
            raise

    def _open_stores(self, *, alone: bool) -> None:
        """`alone`: sweep what a crash left. In a home that is open elsewhere it may be work that is being done."""
        home = self.settings.home
        if alone:
            for folder in (PARTS, RELEASES):
                clear_half_written(home / folder)
        self.unread, self.proved, self.behind = set(), set(), False
        self.rejected = rejections.Known()
        self.space = Space(home)
        self.parts = blobs.opened(self.settings)
        if self._was_in_use() and not (home / SHRED_KEYS).is_file():
            raise ShredKeysGone(folder=str(home))
        self.shred_keys = ShredKeys(home / SHRED_KEYS)
        self.share_keys = ShredKeys(home / SHARE_KEYS)
        self.journal = Journal(home / JOURNAL)
        # A full disk refuses the index of the write-ahead log: who cannot open takes in no withdrawal either.
        self.database = self.space.spend(lambda: Database(self.settings.database, may_tidy=self._lock.take))
        try:
            self._require_a_store()
            migrate.upgrade(self.database)
            self.nonces = self._nonces()
            with self.database.reading() as session:
                self.chain = roster_adoption.chain_of(self.root, session)
            known = self._was_in_use()
            self.incarnation = self._settle_incarnation()
            self._destroy_what_is_due(alone=alone)
            if alone and known:  # else another process may be at a withdrawal, whose key goes first
                self._require_keys()
            if alone:
                draft_shares.end_lost(self)
                draft_shares.clear(self)
        except BaseException:
            self.database.close()
            raise

    def _require_a_store(self) -> None:
        """A home that was in use has a database. An empty one in its place would look as if nothing had ever come."""
        if not self._was_in_use():
            return
        with self.database.reading() as session:
            if migrate.revision_of(session.connection()) is None:
                raise StoreGone(folder=str(self.settings.home))

    def _was_in_use(self) -> bool:
        """Whether the home was opened before, so that what lacks in it is lost and not still to be made."""
        return (self.settings.home / INCARNATION).is_file()

    def _require_keys(self) -> None:
        """Heads and not one key: the file was emptied. After what is due was destroyed, whose keys go before it."""
        if not self.behind and not self.shred_keys.ids() and key_copy.lacking(self):
            raise ShredKeysGone(folder=str(self.settings.home))

    def _destroy_what_is_due(self, *, alone: bool) -> None:
        """Of what a crash left. Where bodies are in a bucket that does not answer, nothing is served of it and its key
        is gone by then: a station that stayed shut would take in no other withdrawal, so the next batch makes up.
        """
        try:
            self.space.spend(lambda: journal_replay.replay(self))
            if alone:
                suspension.sweep(self)
        except BucketFailing:
            self.behind = True

    @classmethod
    def open(cls, home: Path, *, patience: float = 0.0) -> Station:
        """`patience`: seconds to wait for being the one that tidies the home; without success it opens all the same.

        Raises `HomeMissing`, `SettingsDamaged`, `StoreUnwritable`, `StoreLocked`, `StoreDamaged`, `StoreGone`,
        `ShredKeysGone`, `StoreNewer`, `StationWaiting`.
        """
        settings = Settings.load(home)
        if not (home / ROOT).exists() and ((home / REQUEST).is_file() or settings.role == "desk"):
            raise StationWaiting
        if not os.access(home, os.W_OK):
            raise StoreUnwritable(folder=str(home))
        return cls(settings, patience=patience)

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
        RosterChain(Root.parse(root), rosters)
        home = settings.home
        with durable.named_errors(home):
            home.mkdir(parents=True, exist_ok=True, mode=0o700)
            if any(home.iterdir()):
                raise HomeTaken(folder=str(home))
            durable.replace_file(home / ROOT, root)
            if signing_seed is not None:
                durable.replace_file(home / KEY, signing_seed.hex().encode() + b"\n")
            settings.save()
        station = cls.open(home)
        try:
            station.adopt_all(rosters)
        except BaseException:
            station.close()
            raise
        return station

    @property
    def signer(self) -> Signer:
        """The station's own key. Raises `StationKeyless` at a desk."""
        if self._signer is None:
            raise StationKeyless
        return self._signer

    @property
    def kid(self) -> str:
        """kid of `signer`; at a desk the empty string."""
        return "" if self._signer is None else self._signer.kid

    def today(self) -> str:
        """The day for entries, YYYY-MM-DD in UTC, never before the roster in force was issued (clocks go wrong)."""
        today = datetime.now(UTC).date().isoformat()
        return max(today, self.chain.latest.issued) if self.chain.records else today

    def roster_ended(self, day: str) -> str | None:
        """The last day of the roster in force if that was before `day`: to be said loudly, and to go on with."""
        ended = bool(self.chain.records) and self.chain.latest.expired(day)
        return self.chain.latest.expires if ended else None

    def adopt_all(self, records: Sequence[SignedRecord]) -> None:
        """Take these rosters into force, in order. Raises `RosterRefused`."""
        for record in records:
            with self.database.transaction() as session:
                roster_adoption.adopt(self, session, record)

    def _nonces(self) -> NonceBook:
        """Where other servers may use the database, what one of them gave out another has to take."""
        if self.database.is_shared and self._signer is not None:
            return SharedNonces(self.database, self._signer.seed)
        return Nonces()

    def use_chain(self, chain: RosterChain) -> None:
        """For `services.roster.adoption` alone: a longer chain is on the disk now."""
        self.chain = chain

    def refresh(self, session: Session) -> None:
        """Take over rosters that another process adopted in this home."""
        if roster_adoption.count(session) != len(self.chain.records):
            self.chain = roster_adoption.chain_of(self.root, session)

    def close(self) -> None:
        """Let go of the database and the home. Calling it twice is harmless."""
        self.database.close()
        self._lock.release()

    def __enter__(self) -> Station:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begin_anew(self, *, restored: bool = True) -> str:
        """Take another incarnation: this home was restored or copied. At central that is another epoch. The new id.

        `restored`: false in a home that was just made. Opens a transaction.
        """
        new = secrets.token_hex(16)
        with self.database.transaction() as session:
            session.merge(FactRow(name=INCARNATION, value=new))
            if restored:
                restart.begin(self, session, new)
        with durable.named_errors(self.settings.home):
            durable.replace_file(self.settings.home / INCARNATION, new.encode() + b"\n")
        self.incarnation = new
        return new

    def _settle_incarnation(self) -> str:
        """The id that stands both in the home and in the database; a new one when only one of them was restored."""
        file = self.settings.home / INCARNATION
        outside = file.read_text("ascii").strip() if file.is_file() else ""
        with self.database.reading() as session:
            inside, entries = custody_log.epoch(session), custody_log.size(session)
        if outside and inside == outside:
            return outside
        return self.begin_anew(restored=bool(outside or entries))


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsDamaged(file=str(file)) from error


def _read_key(file: Path) -> Signer:
    try:
        seed = bytes.fromhex(_read(file).decode("ascii"))
    except ValueError as error:
        raise SettingsDamaged(file=str(file)) from error
    if len(seed) != 32:
        raise SettingsDamaged(file=str(file))
    return Signer(seed)
