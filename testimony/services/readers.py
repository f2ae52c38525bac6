"""The one who reads at a desk: a key file, its passphrase, and the person in the roster whose key it is."""

from __future__ import annotations

from dataclasses import dataclass

from testimony.domain.roles import Audience, Role, audience_of
from testimony.errors import KeyFileDamaged, KeyFileForeign, KeyFileUnnamed, KeyNotForDesk
from testimony.sealing.keyfile import KeyFile
from testimony.sealing.recipients import OpeningKey
from testimony.sealing.signing import Signer
from testimony.services.station import Station

DESK_ROLES = frozenset({Role.LAWYER, Role.COORDINATOR})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whose key is unlocked at this desk. `signer` signs requests to central and what the reader says."""

    id: str
    role: Role
    audience: Audience
    key: OpeningKey
    signer: Signer | None

    def __repr__(self) -> str:
        return f"Reader({self.id})"  # never the keys


def unlock(station: Station, passphrase: str) -> Reader:
    """The reader whose key file this desk was given. Takes about a second, on purpose.

    Raises `PassphraseWrong`, `KeyFileUnnamed` (no desk), `KeyFileDamaged`, `KeyFileForeign` (not an active person of
    the roster), `KeyNotForDesk`.
    """
    if not station.settings.key_file:
        raise KeyFileUnnamed
    try:
        data = (station.settings.home / station.settings.key_file).read_bytes()
    except OSError as error:
        raise KeyFileDamaged from error
    opened = KeyFile.open(data, passphrase)
    if opened.opening is None:
        raise KeyNotForDesk
    for person in station.chain.latest.people:
        if person.status == "active" and person.recipient is not None and person.recipient == opened.opening.recipient:
            return _reader(person.id, person.role, opened)
    raise KeyFileForeign


def _reader(person: str, role: str, keys: KeyFile) -> Reader:
    if role not in DESK_ROLES or keys.opening is None:
        raise KeyNotForDesk
    audience = audience_of(Role(role))
    if audience is None:
        raise KeyNotForDesk
    return Reader(id=person, role=Role(role), audience=audience, key=keys.opening, signer=keys.signer)


def still_reads(station: Station, reader: Reader) -> bool:
    """Whether the roster in force still has this reader, active and in this role."""
    return any(
        person.id == reader.id and person.status == "active" and person.role == reader.role
        for person in station.chain.latest.people
    )
