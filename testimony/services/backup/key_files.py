"""The key files of a station in its backup, sealed to those who may restore it, and the list of who they are.

Those are the file that a field node or central signs with, and at a desk its reader's key file, which a passphrase
locks already. A folder holds each as an age file of its own; a sealed backup holds them as they are.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testimony.sealing.age import age
from testimony.sealing.age.errors import KeyFileDamaged, KeyTextWrong
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.errors import CannotOpen
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import Signer
from testimony.services.backup.errors import BackupRefused
from testimony.services.opening import reader
from testimony.services.opening.reader import READER_KEY
from testimony.station.station import KEY
from testimony.store.files import durable

if TYPE_CHECKING:
    from testimony.station.station import Station

SEALED: Final = ".age"
"""Behind the name of a key file that is sealed in the folder of a backup."""
NAMES: Final = (KEY, READER_KEY)
SEALED_NAMES: Final = tuple(name + SEALED for name in NAMES)
RECIPIENTS: Final = "backup.recipients"
"""A file of the home: who opens its backups, one a line, as age reads them.

It is in no backup: somebody who changes a backup could have the next ones sealed to a key of theirs.
"""
SEED: Final = 32


def of_station(station: Station) -> dict[str, bytes]:
    """The key files of `station` by the names that they have in a restored home.

    Of a desk only a key file that a passphrase locks, and only where it is there: it may be on a stick.
    """
    if station.kid:
        return {KEY: (station.settings.home / KEY).read_bytes()}
    file = reader.key_path(station.settings)
    data = file.read_bytes() if file is not None and file.is_file() else b""
    return {READER_KEY: data} if data.startswith(age.FIRST_LINE) else {}


def sealed(station: Station, recipients: Sequence[Recipient]) -> dict[str, bytes]:
    """The same for a folder: each sealed, under the name that it has there."""
    return {name + SEALED: seal(data, recipients) for name, data in of_station(station).items()}


def seal(data: bytes, recipients: Sequence[Recipient]) -> bytes:
    """An age file that every one of `recipients` opens."""
    key = age.new_file_key()
    return age.seal_head(key, recipients, len(recipients)) + age.seal_body(key, data)


def unseal(data: bytes, key: OpeningKey, name: str) -> bytes:
    """What `seal` was given. Raises `BackupRefused` ("key"; "file" with its `name`)."""
    try:
        head = age.read_head(io.BytesIO(data))
        return age.open_body(age.open_head(head, key), data[len(head) :])
    except CannotOpen as error:
        raise BackupRefused("key" if error.reason == "not_for_you" else "file", file=name) from error


def opening_key(data: bytes, passphrase: Callable[[], str]) -> OpeningKey:
    """What opens a backup: from a key file of ours, for whose `passphrase` is asked, or from an age identity.

    Raises `KeyFileDamaged`, `PassphraseWrong`.
    """
    held = KeyFile.open(data, passphrase()) if data.startswith(age.FIRST_LINE) else KeyFile.bare(data)
    if held.opening is None:
        raise KeyFileDamaged
    return held.opening


def kid_of(data: bytes) -> str:
    """kid of the key in a station.key; empty for bytes that are no such file."""
    try:
        seed = bytes.fromhex(data.decode("ascii"))
    except ValueError:
        return ""
    return Signer(seed).kid if len(seed) == SEED else ""


def recipients_of(station: Station) -> list[Recipient]:
    """Who opens the backups of `station`, as it was told last; empty if nobody said. Raises `KeyTextWrong`."""
    file = station.settings.home / RECIPIENTS
    return parse_recipients(file.read_bytes()) if file.is_file() else []


def parse_recipients(data: bytes) -> list[Recipient]:
    """The recipients in a file as age reads it: one a line, comments and empty lines aside. Raises `KeyTextWrong`."""
    lines = [line.strip() for line in data.decode("ascii", "replace").splitlines()]
    return [Recipient.from_text(line) for line in dict.fromkeys(lines) if line and not line.startswith("#")]


def remember(station: Station, recipients: Sequence[Recipient]) -> None:
    """Seal the next backups to these too, if nobody names others; a damaged note is replaced. Raises `StoreFull`,
    `StoreUnwritable`.
    """
    home = station.settings.home
    try:
        changes = recipients_of(station) != list(recipients)
    except KeyTextWrong:
        changes = True
    if changes:
        with durable.named_errors(home):
            durable.replace_file(home / RECIPIENTS, "".join(f"{one.text}\n" for one in recipients).encode())


def read_copy(file: Path) -> bytes:
    """A copy of a station.key that somebody gives. Raises `BackupRefused` ("absent", "keyless")."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BackupRefused("absent", file=str(file)) from error
    if not kid_of(data):
        raise BackupRefused("keyless", file=str(file))
    return data


def signing_key(
    held: Mapping[str, bytes], kid: str, name: str, *, key: OpeningKey | None, given: Path | None, before: Path | None
) -> bytes:
    """The station.key of the station `kid`, called `name`, for its restored home.

    `held`: key files of the backup, as `of_station` or `sealed` name them. `key` opens a sealed one. `given`: a copy
    that somebody keeps, which comes first; `before`: the home that is replaced. Raises `BackupRefused`.
    """
    if given is not None:
        data = read_copy(given)
        if kid_of(data) != kid:
            raise BackupRefused("stranger", file=str(given), name=name)
        return data
    if before is not None and (before / KEY).is_file() and kid_of(data := (before / KEY).read_bytes()) == kid:
        return data
    data = _held(held, KEY, key)
    if kid_of(data) != kid:
        raise BackupRefused("damaged", file=KEY) if data else BackupRefused("signer", name=name)
    return data


def reader_key(held: Mapping[str, bytes], *, key: OpeningKey | None, given: Path | None) -> bytes:
    """The reader's key file for a restored desk, still locked by its passphrase; empty if the backup has none.

    Raises `BackupRefused`.
    """
    if given is None:
        return _held(held, READER_KEY, key)
    try:
        data = given.read_bytes()
    except OSError as error:
        raise BackupRefused("absent", file=str(given)) from error
    if not data.startswith(age.FIRST_LINE):
        raise BackupRefused("unlocked", file=str(given))
    return data


def _held(held: Mapping[str, bytes], name: str, key: OpeningKey | None) -> bytes:
    if name + SEALED not in held:
        return held.get(name, b"")
    if key is None:
        raise BackupRefused("locked")
    return unseal(held[name + SEALED], key, name)
