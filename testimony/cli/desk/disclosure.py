"""Note a file that a command made of testimonies in the lawyers' register of what left (docs/casefile.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from testimony.domain.consent.purposes import Key
    from testimony.services.opening.reader import Reader
    from testimony.station.station import Station


def note(
    station: Station,
    reader: Reader,
    file: Path,
    tids: Sequence[str],
    *,
    made: str,
    use: Key | None,
    day: date,
    attached: Sequence[str] = (),
) -> None:
    """Note `file`, or delete it again: nothing is handed out that the register does not name."""
    from testimony.services.review import disclosures

    try:
        with file.open("rb") as source:
            sha256 = hashlib.file_digest(source, "sha256").hexdigest()
        disclosures.note(station, reader, tids, sha256, made=made, use=use, day=day, attached=attached)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
