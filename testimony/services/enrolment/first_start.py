"""Makes a field node at its first start, from a name and the roster of the organisation that it wants to join."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from testimony.sealing.roster.admission import Admission, require_id
from testimony.sealing.roster.errors import EnrolmentRefused
from testimony.sealing.roster.roster import ACTIVE, Roster
from testimony.sealing.roster.trusted_files import Trust
from testimony.services.certificates import store as certificate_store
from testimony.services.enrolment import enrolment
from testimony.settings import FILE, Settings
from testimony.station.station import KEY, REQUEST, ROOT
from testimony.store.files import durable

KIND = enrolment.KINDS["field"]
HALF_MADE = {FILE, f"{FILE}.new", KEY}
"""What `enrolment.prepare` writes before the request. Without a request nobody knows the key, so it can be replaced."""


def make(settings: Settings, id: str, roster: Roster | None, *, day: str, replaces: bool = False) -> Admission:
    """Make the node `id` in the home of `settings`.

    `roster`: not trusted until its words are compared. It says which names are taken and where central is.
    Raises `HomeTaken`, `HomeUnfit`, `EnrolmentRefused` (id, id-taken, id-unknown).
    """
    if roster is not None:
        require_name(roster, id, replaces=replaces)
        settings = replace(settings, central_url=Trust.from_roster(roster).central)
    require_id(id)
    _clear_half_made(settings.home)
    return enrolment.prepare(replace(settings, name=id), id=id, day=day, replaces=replaces)


def require_name(roster: Roster, id: str, *, replaces: bool) -> None:
    """Raise `EnrolmentRefused` where headquarters would: id-taken, or id-unknown for one that replaces nobody."""
    named = [device for device in roster.devices if device.id == id]
    if not replaces and named:
        raise EnrolmentRefused("id-taken", id=id)
    if replaces and not any(device.kind == KIND and device.status == ACTIVE for device in named):
        raise EnrolmentRefused("id-unknown", id=id)


def follow_roster(home: Path, central: str) -> None:
    """Take central's address from the roster, now that it is trusted, so that a later roster can change it."""
    settings = Settings.load(home, {})
    if settings.central_url and settings.central_url == central:
        replace(settings, central_url="").save()


def is_made(home: Path) -> bool:
    """Whether `home` holds a station, waiting or admitted, or other files that must not be replaced."""
    if (home / REQUEST).exists() or (home / ROOT).exists():
        return True
    return home.is_dir() and not {each.name for each in home.iterdir()} <= HALF_MADE


def lacks_certificate(home: Path) -> bool:
    """Whether the node has no certificate, so that no phone can reach it. Raises `CertificateRefused`."""
    return certificate_store.installed(home) is None


def _clear_half_made(home: Path) -> None:
    """Remove what an interrupted earlier attempt left."""
    if is_made(home):
        return
    with durable.named_errors(home):
        for name in HALF_MADE:
            (home / name).unlink(missing_ok=True)
