"""Write a root key file to its holder's stick in a root ceremony, and read it back."""

from __future__ import annotations

from pathlib import Path

from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import FileTaken
from testimony.store.errors import StoreFull, StoreUnwritable


def write_root(folder: Path, number: int, sealed: bytes) -> None:
    """Write `root-N.key` into `folder`, and read it back. Raises `CeremonyRefused("folder")`, `FileTaken`."""
    file = folder / f"root-{number}.key"
    if not folder.is_absolute():
        raise CeremonyRefused("folder")
    try:
        if any(folder.glob("root-*.key")):
            raise FileTaken(file=str(file))  # one stick holds one root: two roots on one stick would have one holder
        certificate_store.write_new(file, sealed)
        whole = file.read_bytes() == sealed
    except (OSError, StoreUnwritable, StoreFull) as error:
        raise CeremonyRefused("folder") from error
    if not whole:
        raise CeremonyRefused("folder")


def read_root(folder: Path) -> bytes:
    """The root key file on this stick. Raises `CeremonyRefused("root")` if there is none, or more than one."""
    found = sorted(folder.glob("root-*.key")) if folder.is_absolute() else []
    if len(found) != 1:
        raise CeremonyRefused("root")
    try:
        return found[0].read_bytes()
    except OSError as error:
        raise CeremonyRefused("root") from error
