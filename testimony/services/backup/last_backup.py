"""Remember the day and the content of the station's last backup, and the last one that was tested by restoring it.

The backup command reports both, or an operator with other tools.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy.orm import Session

from testimony import canonical
from testimony.canonical import sha256_hex
from testimony.errors import NotCanonical
from testimony.sealing.age.recipients import Recipient
from testimony.services.backup import key_files
from testimony.store.files import durable
from testimony.store.state import maintenance

if TYPE_CHECKING:
    from testimony.settings import Settings
    from testimony.station.station import Station

LAST: Final = "backup.last"
"""A file of the home, in no backup: what the last backup holds."""
TESTED: Final = "backup.tested"
"""A file of the home, in no backup: a restored station has not tested one yet."""
NOTED: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?: ([0-9a-f]{64}))?", re.ASCII)
"""The day, and who opened that backup. Version 0.9 wrote only the day."""
DAYS: Final = 100
"""For which a test counts. docs/backup.md asks for one each quarter."""
Untested = Literal["never", "old", "recipients"]


@dataclass(frozen=True, kw_only=True)
class Content:
    """Whether the last backup can restore the station. `day`: when it was made; empty if the note of it is damaged.

    `station_key`: its key file is in it. `shred_keys`: their copy was made with it. `whole`: nothing was damaged or
    missing. `recipients`: a hash of those who open it; empty if it is sealed to nobody. `sha256`: of the one sealed
    file; empty for a folder.
    """

    day: str
    station_key: bool
    shred_keys: bool
    whole: bool
    recipients: str
    sha256: str = ""  # an earlier note has none

    @property
    def restores(self) -> bool:
        """Whether it restores the whole station."""
        return self.station_key and self.shred_keys and self.whole


def content_of(
    station: Station,
    recipients: Sequence[Recipient],
    *,
    shred_keys: bool,
    whole: bool,
    station_key: bool = True,
    sha256: str = "",
) -> Content:
    """Of a backup that was made just now for `recipients`; `station_key` False: the key file was left out."""
    key_is_in = bool(station_key and recipients) or not key_files.of_station(station)
    return Content(
        day=station.today(),
        station_key=key_is_in,
        shred_keys=shred_keys,
        whole=whole,
        recipients=digest_of(recipients),
        sha256=sha256,
    )


def digest_of(recipients: Sequence[Recipient]) -> str:
    """SHA-256 over who opens a backup, a line for each, ascending; empty for nobody."""
    names = "".join(sorted(f"{one.text}\n" for one in recipients))
    return sha256_hex(names.encode()) if names else ""


def note(station: Station, session: Session, content: Content | None) -> None:
    """Remember today and the `content`; None for a backup that other tools made, of which nothing is known.

    The new backup does not contain this: a restored station remembers the backup before. Raises `StoreFull`,
    `StoreUnwritable`.
    """
    home = station.settings.home
    with durable.named_errors(home):
        if content is None:
            (home / LAST).unlink(missing_ok=True)
        else:
            durable.replace_file(home / LAST, canonical.encode(asdict(content)))
    maintenance.edit(session).backed_up = station.today()


def last(session: Session) -> str | None:
    """YYYY-MM-DD; None before the first backup."""
    return maintenance.read(session).backed_up


def content(station: Station, session: Session) -> Content | None:
    """What the last backup holds; None if none is asked for, or nothing is known of it, as of one that another server
    noted since.
    """
    found = _content(station.settings) if are_asked_for(station.settings) else None
    return found if found is not None and found.day in ("", last(session)) else None


def is_last(station: Station, session: Session, *, day: str, sha256: str) -> bool:
    """Whether a sealed backup of `day` is the last one: by the hash of its file if that was noted, else by the day."""
    known, made = _content(station.settings), last(session)
    if known is not None and known.sha256 and known.day == made:
        return sha256 == known.sha256
    return made is None or day >= made


def note_tested(station: Station) -> None:
    """Remember that the last backup of this station was restored and found sound today. Raises `StoreFull`,
    `StoreUnwritable`.
    """
    home, known = station.settings.home, _content(station.settings)
    with durable.named_errors(home):
        said = f"{station.today()} {known.recipients if known else ''}".strip()
        durable.replace_file(home / TESTED, f"{said}\n".encode())


def last_tested(settings: Settings) -> date | None:
    """The day on which a backup of this station was last restored as a test; None if none ever was."""
    noted = _noted(settings)
    return date.fromisoformat(noted[1]) if noted else None


def untested(station: Station) -> Untested | None:
    """Why the last test of a backup does not count; None if it counts, or if no backup is asked for.

    It does not count if there was `never` one, if it is `old`, or if others open the backup now (`recipients`).
    """
    noted, known = _noted(station.settings), _content(station.settings)
    if not are_asked_for(station.settings):
        return None
    if noted is None:
        return "never"
    if abs(date.fromisoformat(station.today()) - date.fromisoformat(noted[1])).days > DAYS:
        return "old"  # also where a wrong clock dated the test years ahead
    if known is not None and known.recipients and noted[2] and noted[2] != known.recipients:
        return "recipients"
    return None


def are_asked_for(settings: Settings) -> bool:
    """Whether this station needs backups: the settings ask for them, and what it holds is not invented."""
    return settings.backup_days > 0 and not settings.demonstration


def _noted(settings: Settings) -> re.Match[str] | None:
    file = settings.home / TESTED
    return NOTED.fullmatch(file.read_text("ascii", "replace").strip()) if file.is_file() else None


def _content(settings: Settings) -> Content | None:
    file = settings.home / LAST
    if not file.is_file():
        return None
    try:
        return Content(**canonical.decode_object(file.read_bytes()))
    except (NotCanonical, TypeError):  # damaged: the warning ends with the next backup, which writes another
        return Content(day="", station_key=False, shred_keys=False, whole=False, recipients="")
