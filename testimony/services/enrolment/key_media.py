"""Write a key file to its holder's stick in a ceremony, and read it back. `kind`: "root", "page" or "release"."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from testimony.sealing.statements.errors import CeremonyRefused
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import FileTaken
from testimony.store.errors import StoreFailing, StoreFull, StoreUnwritable


def write_key(folder: Path, kind: str, number: int, sealed: bytes) -> None:
    """Write `root-N.key` or `page-N.key` into `folder`, and read it back. Raises `CeremonyRefused("folder")`,
    `FileTaken`; then no key file stays that was not there before.
    """
    file = folder / f"{kind}-{number}.key"
    if not folder.is_absolute():
        raise CeremonyRefused("folder")
    try:
        if any(folder.glob(f"{kind}-*.key")):
            raise FileTaken(file=str(file))  # one stick holds one of them: two on one stick would have one holder
        certificate_store.require_free(file)
    except OSError as error:
        raise CeremonyRefused("folder") from error
    try:
        certificate_store.write_new(file, sealed)
        if file.read_bytes() != sealed:
            raise CeremonyRefused("folder")
    except BaseException as error:
        with suppress(OSError):  # the stick may have been pulled out
            file.unlink(missing_ok=True)  # else it is taken at the next try, and goes home with its holder
        if isinstance(error, (OSError, StoreUnwritable, StoreFull, StoreFailing)):
            raise CeremonyRefused("folder") from error
        raise


def read_key(folder: Path, kind: str) -> bytes:
    """The key file on this stick. Raises `CeremonyRefused(kind)` if there is none, or more than one."""
    found = sorted(folder.glob(f"{kind}-*.key")) if folder.is_absolute() else []
    if len(found) != 1:
        raise CeremonyRefused(kind)
    try:
        return found[0].read_bytes()
    except OSError as error:
        raise CeremonyRefused(kind) from error
