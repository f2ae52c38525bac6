"""Keeps what a reader opened, sealed on the desk's disk, so that the next unlocking opens only what is new.

An entry opens with the key of this index, which only the reader's key opens, together with the shred keys of its
subjects. So after shredding, an old copy of the file opens nothing. Entries hold contents, not permission: callers
check that the sources of an entry have not changed, and what consent says on that day. What cannot be read is made
again.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import testimony
from testimony.errors import TestimonyError
from testimony.sealing.age import age
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.errors import CannotOpen
from testimony.sealing.parts.part import SMALLEST, padme
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.services.opening.reader import Reader
from testimony.store.errors import StoreDamaged
from testimony.store.files.shred_keys import ShredKeys
from testimony.store.sql import entry_file
from testimony.store.sql.entry_file import EntryFile

VERSION: Final = "testimony/5/opened"
"""A change of this, or of the version of the program, drops all entries."""
PLACES: Final = "places"
"""The kind of entries that say in which stanza of each head of a testimony the reader's key was found."""
LONGEST_PLACES: Final = 512
"""Bytes to which entries of places are padded."""
NONCE_BYTES, LENGTH_BYTES, KEY_BYTES = 12, 4, 32
log = logging.getLogger("testimony.opened")

T = TypeVar("T")
Subjects = Mapping[str, tuple[str, ...]]
"""Name of an entry -> the testimonies or annexes whose shred keys it needs to open."""


class SealedIndex:
    """The index of one reader, in `folder`, while `roster` is in force. Safe to share between threads.

    It raises no error about its file: if the file cannot be used, nothing is remembered, and the log says so.
    """

    def __init__(self, folder: Path, roster: Roster, shred_keys: ShredKeys, reader: Reader) -> None:
        self._folder, self._roster, self._shred_keys, self._reader = folder, roster, shred_keys, reader
        self._file = EntryFile(folder / f"{reader.key.recipient.kid}.db")
        self._lock = threading.RLock()
        self._key: bytes | None = None
        self._is_anew = self._given_up = False

    @property
    def roster(self) -> str:
        """SHA-256 of the roster for which this index was made."""
        return self._roster.sha256

    def names(self, kind: str) -> set[str]:
        """The names of the entries of this kind."""
        with self._lock:
            return self._with_file(lambda: self._file.names(kind), set())

    def find(self, kind: str, subjects: Subjects) -> dict[str, Any]:
        """Name -> value, for the entries of `subjects` that open. Entries that do not open are deleted."""
        with self._lock:
            nothing: dict[str, bytes] = {}
            found, spoiled = {}, []
            sealed = self._with_file(lambda: self._file.read(kind, subjects), nothing)
            keys = self._keys_of(subjects[name] for name in sealed)
            for name, data in sealed.items():
                try:
                    found[name] = _unsealed(kind, name, self._cipher(kind, subjects[name], keys), data)
                except CannotOpen:
                    spoiled.append(name)
            self.drop(kind, spoiled)
            return found

    def keep(self, kind: str, entries: Mapping[str, Any], subjects: Subjects, *, smallest: int = SMALLEST) -> None:
        """Keep `entries`, name -> a value that JSON can hold, each padded to at least `smallest` bytes.

        An entry of which a subject has no shred key is not kept.
        """
        with self._lock:
            if entries and self._is_open():
                keys = self._keys_of(subjects[name] for name in entries)
                ciphers = {name: self._cipher(kind, subjects[name], keys) for name in entries}
                sealed = {
                    name: _sealed(kind, name, cipher, entries[name], smallest)
                    for name, cipher in ciphers.items()
                    if cipher is not None
                }
                self._with_file(lambda: self._file.write(kind, sealed), None)

    def drop(self, kind: str, names: Collection[str]) -> None:
        """Delete these entries."""
        with self._lock:
            if names:
                self._with_file(lambda: self._file.delete(names, kind), None)

    def recall_places(self, tids: Collection[str]) -> None:
        """Tell the reader's key its places in the heads of these testimonies."""
        for places in self.find(PLACES, {tid: (tid,) for tid in tids}).values():
            self._reader.key.places.update({bytes.fromhex(name): place for name, place in places.items()})

    def keep_places(self, heads: Mapping[str, Collection[bytes]]) -> None:
        """Keep the places of the reader's key. `heads`: testimony -> names of its heads."""
        places = self._reader.key.places
        known = {tid: {name.hex(): places[name] for name in names if name in places} for tid, names in heads.items()}
        self.keep(PLACES, known, {tid: (tid,) for tid in known}, smallest=LONGEST_PLACES)

    def _with_file(self, act: Callable[[], T], otherwise: T) -> T:
        """The result of `act`; `otherwise` if the file cannot be used. A damaged file is replaced, once."""
        try:
            return act() if self._is_open() else otherwise
        except StoreDamaged:
            self._begin_anew()
        except TestimonyError as error:
            self._give_up(error)
        return otherwise

    def _is_open(self) -> bool:
        if self._key is None and not self._given_up:
            try:
                about = self._file.about()
                self._key = self._opened_key(about)
                if self._key is None or about.get("made") != self._made:
                    self._begin(about if self._key else {})
            except StoreDamaged:
                self._begin_anew()
            except TestimonyError as error:
                self._give_up(error)
        return self._key is not None

    def _begin_anew(self) -> None:
        self._key = None
        if self._is_anew:
            self._given_up = True  # damaged again: the disk is failing, which other checks report
            return
        self._is_anew = True
        log.warning("the index of what was opened at this desk is damaged and is made again")
        try:
            self._file.remove()
            self._begin({})
        except TestimonyError as error:
            self._give_up(error)

    def _begin(self, before: Mapping[str, bytes]) -> None:
        """Start a file without entries and with a new key. If `before` is not empty, keep its key and the places,
        which never change.
        """
        if not before:
            key, file_key = os.urandom(KEY_BYTES), age.new_file_key()
            head = age.seal_head(file_key, [self._reader.key.recipient], 1)
            self._file.begin({"made": self._made, "key": head + age.seal_body(file_key, key)})
            self._key = self._bound(key)
        else:
            self._file.begin({**before, "made": self._made}, kept=PLACES)
        entry_file.remove_others(self._folder, self._names_of_readers())

    def _give_up(self, error: TestimonyError) -> None:
        """Stop using the file. Nothing is lost: the next unlocking opens everything again."""
        self._key, self._given_up = None, True
        log.warning("what is opened at this desk is not kept for the next unlocking: %s", error.code)

    def _opened_key(self, about: Mapping[str, bytes]) -> bytes | None:
        """The key of the index; None if there is none, or if it does not open."""
        found = age.HEAD.match(about.get("key", b""))
        if found is None:
            return None
        try:
            return self._bound(age.open_body(age.open_head(found[0], self._reader.key), about["key"][found.end() :]))
        except CannotOpen:
            return None

    def _bound(self, key: bytes) -> bytes:
        """The key of the index: anybody could seal a key that they know to the reader and put it into the file."""
        return hkdf(self._reader.key.seed + key, b"", f"{VERSION}/key".encode())

    def _names_of_readers(self) -> set[str]:
        people = (one.recipient for one in self._roster.people if one.status == ACTIVE)
        return {f"{one.kid}.db" for one in people if one is not None} | {f"{self._reader.key.recipient.kid}.db"}

    def _keys_of(self, subjects: Iterable[Sequence[str]]) -> Mapping[str, bytes]:
        return self._shred_keys.find_all({one for several in subjects for one in several})

    def _cipher(self, kind: str, subjects: Sequence[str], keys: Mapping[str, bytes]) -> AESGCM | None:
        """The cipher of an entry; None if one of the shred keys was destroyed, or was never here. It differs with the
        roster, so an entry that another thread still keeps under the last one does not open under the next.
        """
        held = [keys[subject] for subject in subjects if subject in keys]
        if self._key is None or not held or len(held) < len(subjects):
            return None
        return AESGCM(hkdf(self._key + b"".join(held), b"", VERSION.encode() if kind == PLACES else self._made))

    @cached_property
    def _made(self) -> bytes:
        """What every entry depends on besides its subjects. With another roster, a signature may be valid or not."""
        said = (VERSION, testimony.__version__, unicodedata.unidata_version, self._reader.id, self._reader.role)
        return "\n".join((*said, self._roster.sha256)).encode()


def _sealed(kind: str, name: str, cipher: AESGCM, value: Any, smallest: int) -> bytes:
    said = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    bare = len(said).to_bytes(LENGTH_BYTES, "big") + said
    nonce = os.urandom(NONCE_BYTES)
    padded = bare.ljust(padme(max(len(bare), smallest)), b"\0")
    return nonce + cipher.encrypt(nonce, padded, f"{kind} {name}".encode())


def _unsealed(kind: str, name: str, cipher: AESGCM | None, data: bytes) -> Any:
    """The value of an entry. Raises `CannotOpen`."""
    if cipher is None:
        raise CannotOpen("altered")
    try:
        padded = cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], f"{kind} {name}".encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("altered") from error
    end = LENGTH_BYTES + int.from_bytes(padded[:LENGTH_BYTES], "big")
    return json.loads(padded[LENGTH_BYTES:end].decode("utf-8", "surrogatepass"))
