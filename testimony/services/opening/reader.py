"""The reader at a desk: a key file, its passphrase, and the person in the roster who owns the key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from testimony.domain.roles import Audience, Role, audience_of
from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.roster import ACTIVE, Person, Roster
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.opening.errors import (
    KeyFileForeign,
    KeyFileMissing,
    KeyFileUnnamed,
    KeyNotForDesk,
    KeyRevoked,
)
from testimony.settings import Settings
from testimony.station.station import Station

READER_KEY: Final = "reader.key"
"""The key file that was made for this desk, in its home."""
DESK_ROLES = frozenset({Role.LAWYER, Role.COORDINATOR})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The reader whose key is unlocked at this desk. `signer` signs requests to central and the reader's annexes.

    `beside`: other keys in memory. Any of them may open annexes, and nothing else.
    """

    id: str
    role: Role
    audience: Audience
    key: OpeningKey
    signer: Signer | None
    beside: tuple[Reader, ...] = ()

    def __repr__(self) -> str:
        return f"Reader({self.id})"  # never the keys


def unlock(station: Station, passphrase: str) -> Reader:
    """Unlock this desk's key file. Takes about a second, on purpose.

    Raises `PassphraseWrong`, `KeyFileUnnamed` (no desk, or it has no key yet), `KeyFileMissing`,
    `FileUnreadable`, `KeyFileDamaged`, `KeyRevoked` (an earlier roster named it), `KeyFileForeign` (none ever did),
    `KeyNotForDesk`.
    """
    file = key_path(station.settings)
    if file is None:
        raise KeyFileUnnamed
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise KeyFileMissing(file=str(file.resolve())) from error
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    opened = KeyFile.open(data, passphrase)
    if opened.opening is None:
        raise KeyNotForDesk
    person = owner(station.chain.latest, opened.opening.recipient)
    if person is not None:
        return _reader(person.id, person.role, opened)
    ended = ended_in(station, opened.opening.recipient)
    raise KeyFileForeign if ended is None else KeyRevoked(no=ended)


def key_path(settings: Settings) -> Path | None:
    """The path of a desk's key file: from its settings, or where the first page puts it; None if it has none."""
    if settings.key_file:
        return settings.home / settings.key_file
    made_here = settings.home / READER_KEY
    return made_here if settings.role == "desk" and made_here.exists() else None


def owner(roster: Roster, recipient: Recipient) -> Person | None:
    """The active person of `roster` who has this opening key."""
    return next((one for one in roster.people if one.status == ACTIVE and one.recipient == recipient), None)


def ended_in(station: Station, recipient: Recipient) -> int | None:
    """The number of the last roster in which this key was active; None if there was none."""
    return max((one.no for one in station.chain.rosters if owner(one, recipient)), default=None)


def _reader(person: str, role: str, keys: KeyFile) -> Reader:
    if role not in DESK_ROLES or keys.opening is None:
        raise KeyNotForDesk
    audience = audience_of(Role(role))
    if audience is None:
        raise KeyNotForDesk
    return Reader(id=person, role=Role(role), audience=audience, key=keys.opening, signer=keys.signer)


def still_reads(roster: Roster, reader: Reader) -> bool:
    """Whether `roster`, the one in force, still has this reader, active, in this role, with this signing key. A reader
    who got another key lost this one, or somebody else has it.
    """
    return any(
        person.id == reader.id
        and person.status == ACTIVE
        and person.role == reader.role
        and (reader.signer is None or reader.signer.kid in {key.kid for key in person.keys})
        for person in roster.people
    )
