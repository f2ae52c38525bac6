"""List the files outside a home that its settings name: which go into a backup, and which a person must keep.

Certificates that somebody chose to trust are public and go into a backup: without them a restored station could not
ask a time stamp authority or trust its central. Passwords go into no backup (docs/backup.md).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from testimony.services.certificates import store as certificate_store
from testimony.services.opening import reader as opening_reader
from testimony.settings import Settings
from testimony.store.blobs.blobs import PARTS

CERTIFICATES: Final = ("central_ca", "mail_ca", "timestamp_roots")
SECRETS: Final = ("mail_password_file", "key_file")
ENDINGS: Final = frozenset({".pem", ".crt", ".cer"})
"""Endings of certificate files. Apart from the station's own certificates, no other file of a home has them."""
OWN: Final = frozenset({certificate_store.FOLDER, PARTS})
BLOCK: Final = re.compile(rb"-----BEGIN ([^\n-]*)-----")


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """The file `file` that `setting` names, and why no backup has it: missing, outside (the home), form, secret."""

    setting: str
    file: str
    why: str

    @property
    def is_damage(self) -> bool:
        """Whether the station itself lacks it."""
        return self.why in {"missing", "form"}


def certificate_files(settings: Settings) -> dict[str, bytes]:
    """The certificate files that go into a backup, by path in the home."""
    named = (_path(settings, name) for name in CERTIFICATES)
    return {path: (settings.home / path).read_bytes() for path in named if path and not _fault(settings, path)}


def left_out(settings: Settings, *, has_reader_key: bool = False) -> tuple[LeftOut, ...]:
    """The other files that the settings name; `has_reader_key`: the backup holds a desk's key file, sealed."""
    found = [
        LeftOut(setting=name, file=path, why=why)
        for name in CERTIFICATES
        if (path := _path(settings, name)) and (why := _fault(settings, path))
    ]
    secrets = [one for one in _secrets(settings) if not (has_reader_key and one[0] == "key_file")]
    return (*found, *(LeftOut(setting=name, file=path, why="secret") for name, path in secrets))


def lacking(settings: Settings) -> tuple[LeftOut, ...]:
    """The missing files that the settings name: after a restore somebody has to put them back."""
    gone = [(name, path) for name, path in _named_files(settings) if not (settings.home / path).is_file()]
    return tuple(LeftOut(setting=name, file=path, why="missing") for name, path in gone)


def of_home(settings: Settings) -> dict[str, bytes]:
    """All readable ones in the home, by path: a home that replaces it needs them too."""
    found = {}
    for _, path in _named_files(settings):
        with suppress(OSError):  # the disk may fail; `lacking` reports it
            if is_inside(path):
                found[path] = (settings.home / path).read_bytes()
    return found


def may_hold(path: str) -> bool:
    """Whether a certificate file may be restored to `path` of a home."""
    return is_inside(path) and PurePosixPath(path).suffix.lower() in ENDINGS


def is_inside(path: str) -> bool:
    """Whether `path` is in the home and not in one of the program's own folders."""
    parts = PurePosixPath(path).parts
    return bool(parts) and parts[0] != "/" and ".." not in parts and parts[0] not in OWN


def _path(settings: Settings, name: str) -> str:
    """The path from the home, as the setting names it; "" if it names none."""
    said = str(getattr(settings, name))
    return PurePosixPath(said).as_posix() if said else ""


def _named_files(settings: Settings) -> list[tuple[str, str]]:
    named = [(name, path) for name in CERTIFICATES if (path := _path(settings, name))]
    return [*named, *_secrets(settings)]


def _secrets(settings: Settings) -> list[tuple[str, str]]:
    found = [(name, path) for name in SECRETS if (path := _path(settings, name))]
    made_here = opening_reader.key_path(settings)
    return [*found, ("key_file", opening_reader.READER_KEY)] if made_here and not settings.key_file else found


def _fault(settings: Settings, path: str) -> str:
    """Why no backup has the certificate file at `path`; "" if one does."""
    file = settings.home / path
    if not file.is_file():
        return "missing"
    if not is_inside(path):
        return "outside"
    return "" if may_hold(path) and _is_certificates(file) else "form"


def _is_certificates(file: Path) -> bool:
    """Whether it holds certificates and nothing else: somebody may have appended a key."""
    return set(BLOCK.findall(file.read_bytes())) == {b"CERTIFICATE"}
