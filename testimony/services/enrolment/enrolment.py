"""Create a station that waits to be admitted: a home with its own keys, and a request to join an organisation.

Such a home has settings, keys and `enrolment.json`, but no `root.json`. That file is written last, when the station
joins with a bundle, so that a crash at any moment leaves a station that still waits or one that is complete.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from testimony.sealing.age.recipients import OpeningKey, Recipient
from testimony.sealing.keys import locked_seeds
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.keys.wordlist import propose_passphrase
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.admission import (
    DEVICES,
    INTERVIEWER,
    PHONE,
    Admission,
    admission,
    read_admission,
    require_id,
)
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.sealing.roster.roster import Roster
from testimony.services import startup
from testimony.services.certificates.errors import FileUnreadable
from testimony.services.opening.errors import KeyNotForDesk
from testimony.services.opening.reader import READER_KEY
from testimony.services.roster import adoption
from testimony.settings import FILE, Settings
from testimony.station import homes
from testimony.station.station import KEY, REQUEST, ROOT, Station
from testimony.store.files import durable

KINDS = {"field": "node", "central": "central"}
KEY_FILE_WORK = 18  # log2 of scrypt's cost, as for every key file


def prepare(settings: Settings, *, id: str, day: str, replaces: bool = False) -> Admission:
    """Make the home of a field node or central server with a new key. Raises `HomeTaken`, `EnrolmentRefused` ("id")."""
    signer = Signer.generate()
    asked = admission(kind=KINDS[settings.role], id=id, signer=signer, day=day, replaces=replaces).encode()
    _make(settings, {KEY: signer.seed.hex().encode() + b"\n", REQUEST: asked})
    return read_admission(asked)


def prepare_desk(
    settings: Settings,
    *,
    id: str,
    role: str,
    day: str,
    opened: tuple[bytes, KeyFile] | None = None,
    replaces: bool = False,
    work: int = KEY_FILE_WORK,
) -> tuple[Admission, str]:
    """Make a desk's home with the reader's new key file, or with a copy of an existing one: (its bytes, opened).

    Returns also the passphrase of a new one, to be shown once; empty for an existing one. Raises `HomeTaken`,
    `EnrolmentRefused` ("id"), `KeyNotForDesk`.
    """
    require_id(id)
    passphrase = ""
    if opened is None:
        passphrase = propose_passphrase()
        key_file = KeyFile(opening=OpeningKey.generate(), signing_seed=Signer.generate().seed)
        opened = key_file.seal(passphrase, work), key_file
    sealed, key_file = opened
    asked = request_of(key_file, id=id, role=role, day=day, replaces=replaces)
    _make(replace(settings, key_file=READER_KEY), {READER_KEY: sealed, REQUEST: asked})
    return read_admission(asked), passphrase


@dataclass(frozen=True, kw_only=True)
class Interviewing:
    """New keys of an interviewer and a phone: locked for a node, with a request for each, and the passphrase."""

    locked: dict[str, Any]
    person: bytes
    phone: bytes
    passphrase: str = field(repr=False)


def prepare_interviewer(id: str, phone: str, *, day: str, replaces: bool = False) -> Interviewing:
    """Make the keys of an interviewer and their phone away from central, which must not know them.

    `replaces`: the interviewer is in the roster and gets new keys; the phone is always new. Raises `EnrolmentRefused`
    ("id").
    """
    interviewer, device, passphrase = Signer.generate(), Signer.generate(), propose_passphrase()
    asked = admission(kind=INTERVIEWER, id=id, signer=interviewer, day=day, replaces=replaces)
    beside = admission(kind=PHONE, id=phone, signer=device, day=day)
    seeds = {"interviewer": interviewer.seed, "device": device.seed}
    return Interviewing(
        locked=locked_seeds.lock(seeds, passphrase, person=id, device=phone),
        person=asked.encode(),
        phone=beside.encode(),
        passphrase=passphrase,
    )


def request_of(key_file: KeyFile, *, id: str, role: str, day: str, replaces: bool = False) -> bytes:
    """A reader's request, made from their key file. Raises `KeyNotForDesk` if that cannot read and sign."""
    signer, opening = key_file.signer, key_file.opening
    if signer is None or opening is None:
        raise KeyNotForDesk
    made = admission(kind=role, id=id, signer=signer, day=day, recipient=opening.recipient, replaces=replaces)
    return made.encode()


def prepare_keyless(settings: Settings) -> None:
    """Make the home of a desk whose reader makes the key on the first page. Raises `HomeTaken`."""
    _make(settings, {})


def waits(home: Path) -> bool:
    """Whether `home` is a station that was not admitted yet."""
    return ((home / REQUEST).is_file() or lacks_request(home)) and not (home / ROOT).exists()


def lacks_request(home: Path) -> bool:
    """Whether it is a desk that belongs to no organisation and whose reader has not made a key yet."""
    if (home / REQUEST).is_file() or (home / ROOT).exists() or not (home / FILE).is_file():
        return False
    return Settings.load(home).role == "desk"


def asked(home: Path) -> Admission:
    """The request of the station in `home`. Raises `EnrolmentRefused` ("wanted", "joined", and as `read_admission`)."""
    if not (home / REQUEST).is_file():
        raise EnrolmentRefused("joined" if (home / ROOT).exists() else "wanted")
    return read_admission(raw(home))


def require_waiting(home: Path) -> Admission:
    """As `asked`, for a station that still waits. Raises `EnrolmentRefused` ("wanted", "joined")."""
    if not waits(home):
        raise EnrolmentRefused("joined" if (home / ROOT).exists() else "wanted")
    return asked(home)


def raw(home: Path) -> bytes:
    """Its bytes, in the form that is handed over."""
    try:
        return (home / REQUEST).read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(home / REQUEST)) from error


def require_admitted(request: Admission, roster: Roster) -> None:
    """Raise `EnrolmentRefused("not-admitted")` unless `roster` has exactly these keys, active, in the requested
    role.
    """
    entry = roster.signer(request.keys[0].kid)
    if entry is None or not entry.active or entry.role != request.kind or entry.keys != request.keys:
        raise EnrolmentRefused("not-admitted")
    if request.kind not in DEVICES and request.recipient not in _recipients(roster, entry.id):
        raise EnrolmentRefused("not-admitted")


def join(home: Path, chain: RosterChain, root: bytes) -> Station:
    """Add the rosters to the waiting station of `home`, and open it. Their root must have been confirmed.

    Raises `EnrolmentRefused` (not-admitted, joined), `RosterRefused`. `root.json` is written last.
    """
    require_admitted(require_waiting(home), chain.latest)
    station = startup.open_with(Settings.load(home), root=root)
    try:
        adoption.adopt_all(station, chain.records)
        with durable.named_errors(home):
            durable.replace_file(home / ROOT, root)
    except BaseException:
        station.close()
        raise
    return station


def _recipients(roster: Roster, id: str) -> list[Recipient | None]:
    return [person.recipient for person in roster.people if person.id == id]


def _make(settings: Settings, papers: dict[str, bytes]) -> None:
    """Make the home and write the request last: without it the home does not count as waiting."""
    home = settings.home
    with durable.named_errors(home):
        homes.make(home)
        settings.save()
        for name, data in papers.items():
            durable.replace_file(home / name, data)
