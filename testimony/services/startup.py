"""Open a home as a station, create one, and give a restored home a new incarnation."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from testimony.errors import SettingsDamaged
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root, RosterChain
from testimony.services.accounts import draft_shares
from testimony.services.continuity import restart
from testimony.services.custody import log as custody_log
from testimony.services.roster import adoption
from testimony.services.withdrawal import clock_readings, endings, journal_replay
from testimony.settings import Settings
from testimony.station import homes, key_copy, trials
from testimony.station.errors import ShredKeysGone, StationWaiting, StoreGone
from testimony.station.nonces import NonceBook, Nonces, SharedNonces
from testimony.station.station import (
    INCARNATION,
    JOURNAL,
    KEY,
    LOCK,
    RELEASES,
    REQUEST,
    ROOT,
    SHARE_KEYS,
    SHRED_KEYS,
    Station,
)
from testimony.store.blobs import blobs
from testimony.store.blobs.blobs import PARTS
from testimony.store.blobs.folder import clear_half_written
from testimony.store.errors import BucketFailing, StoreUnwritable
from testimony.store.files import durable
from testimony.store.files.free_space import Space
from testimony.store.files.journal import Journal
from testimony.store.files.lock import HomeLock
from testimony.store.files.shred_keys import ShredKeys
from testimony.store.sql import migrate
from testimony.store.sql.database import Database
from testimony.store.state import epochs


def open_station(home: Path, *, lock_timeout: float = 0.0) -> Station:
    """Open the station of `home`.

    `lock_timeout`: seconds to wait for the lock of the process that tidies the home; without it, the station opens
    anyway. Raises `HomeMissing`, `SettingsDamaged`, `StoreUnwritable`, `StoreLocked`, `StoreDamaged`, `StoreGone`,
    `ShredKeysGone`, `StoreNewer`, `StationWaiting`.
    """
    settings = Settings.load(home)
    if not (home / ROOT).exists() and ((home / REQUEST).is_file() or settings.role == "desk"):
        raise StationWaiting
    if not os.access(home, os.W_OK):
        raise StoreUnwritable(folder=str(home))
    return open_with(settings, lock_timeout=lock_timeout)


def create_station(
    settings: Settings,
    *,
    root: bytes,
    rosters: Sequence[SignedRecord],
    signing_seed: bytes | None,
) -> Station:
    """Make `settings.home` and open it. `signing_seed` (32 bytes) for field and central, None for a desk.

    Raises `HomeTaken` if there is a station already, `RosterRefused` for a roster that does not fit `root`.
    """
    RosterChain(Root.parse(root), rosters)
    home = settings.home
    with durable.named_errors(home):
        homes.make(home)
        durable.replace_file(home / ROOT, root)
        if signing_seed is not None:
            durable.replace_file(home / KEY, signing_seed.hex().encode() + b"\n")
        settings.save()
    station = open_station(home)
    try:
        adoption.adopt_all(station, rosters)
    except BaseException:
        station.close()
        raise
    return station


def open_with(settings: Settings, *, lock_timeout: float = 0.0, root: bytes | None = None) -> Station:
    """Open a home by its settings. `root`: for a station that is being admitted and has none on its disk yet."""
    home = settings.home
    trusted = Root.parse(_read(home / ROOT) if root is None else root)
    signer = None if settings.role == "desk" else _read_key(home / KEY)
    with durable.named_errors(home):
        lock = HomeLock(home / LOCK)
    try:
        return _open_stores(settings, trusted, signer, lock, alone=lock.wait(lock_timeout))
    except BaseException:
        lock.release()
        raise


def begin_anew(station: Station, *, restored: bool = True) -> str:
    """Take a new incarnation, because this home was restored or copied; at central that is a new epoch. Returns its id.

    `restored`: False in a new home. Opens a transaction.
    """
    new = secrets.token_hex(16)
    with station.database.transaction() as session:
        epochs.edit(session).epoch = new
        if restored:
            restart.begin(station, session, new)
    with durable.named_errors(station.settings.home):
        durable.replace_file(station.settings.home / INCARNATION, new.encode() + b"\n")
    station.incarnation = new
    return new


def _open_stores(settings: Settings, root: Root, signer: Signer | None, lock: HomeLock, *, alone: bool) -> Station:
    """`alone`: clean up after a crash. In a home that is open elsewhere the same files may be work in progress."""
    home = settings.home
    trials.sweep(home)
    if alone:
        for folder in (PARTS, RELEASES):
            clear_half_written(home / folder)
    space = Space(home)
    parts = blobs.opened(settings)
    if _was_in_use(home) and not (home / SHRED_KEYS).is_file():
        raise ShredKeysGone(folder=str(home))
    shred_keys, share_keys = ShredKeys(home / SHRED_KEYS), ShredKeys(home / SHARE_KEYS)
    journal = Journal(home / JOURNAL)
    # A full disk refuses the index of the write-ahead log; a station that cannot open takes in no withdrawal either.
    database = space.spend(lambda: Database(settings.database, may_tidy=lock.take))
    try:
        _require_a_store(home, database)
        migrate.upgrade(database)
        nonces = _nonces(database, signer)
        with database.reading() as session:
            chain = adoption.chain_of(root, session)
        station = Station(
            settings, root, lock, space, parts, shred_keys, share_keys, journal, database, nonces, chain, signer
        )
        known = _was_in_use(home)
        station.incarnation = _settle_incarnation(station)
        _destroy_what_is_due(station, alone=alone)
        if alone and known:  # else another process may be in a withdrawal, which destroys the key first
            _require_keys(station)
        if alone:
            draft_shares.end_lost(station)
            draft_shares.clear(station)
    except BaseException:
        database.close()
        raise
    return station


def _require_a_store(home: Path, database: Database) -> None:
    """A home that was in use has a database. An empty new one would look as if nothing had ever arrived."""
    if not _was_in_use(home):
        return
    with database.reading() as session:
        if migrate.revision_of(session.connection()) is None:
            raise StoreGone(folder=str(home))


def _was_in_use(home: Path) -> bool:
    """Whether the home was opened before, so that anything missing is lost and not still to be made."""
    return (home / INCARNATION).is_file()


def _require_keys(station: Station) -> None:
    """Raise if there are heads and no key at all: the file was emptied. Call it after due withdrawals destroyed
    theirs.
    """
    if not station.behind and not station.shred_keys.ids() and key_copy.lacking(station):
        raise ShredKeysGone(folder=str(station.settings.home))


def _destroy_what_is_due(station: Station, *, alone: bool) -> None:
    """Destroy what a crash left. If a bucket does not answer, the key is destroyed and nothing of it is served.

    A station that stayed closed would take in no other withdrawal, so the next batch completes the work.
    """
    try:
        if alone:
            station.space.spend(lambda: clock_readings.look(station))
        else:
            clock_readings.read_again(station)
        station.space.spend(lambda: journal_replay.replay(station))
        if alone:
            endings.sweep(station)
    except BucketFailing:
        station.behind = True


def _nonces(database: Database, signer: Signer | None) -> NonceBook:
    """Nonces shared through the database if other servers may use it: each must accept what another issued."""
    if database.is_shared and signer is not None:
        return SharedNonces(database, signer.seed)
    return Nonces()


def _settle_incarnation(station: Station) -> str:
    """The id in both the home and the database; a new one if only one of them was restored."""
    file = station.settings.home / INCARNATION
    outside = file.read_text("ascii").strip() if file.is_file() else ""
    with station.database.reading() as session:
        inside, entries = custody_log.epoch(session), custody_log.size(session)
    if outside and inside == outside:
        return outside
    return begin_anew(station, restored=bool(outside or entries))


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
