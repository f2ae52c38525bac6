"""Try a version on a copy of a station, then on the station itself: it must open it and answer its first page.

The copy is in the home for some minutes (`station.trials`). It contains everything except sealed bodies and releases.
Its database is one file, and no setting in it names a bucket or a database server.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from testimony import settings
from testimony.services.update import environment, waiting_update
from testimony.station import trials
from testimony.station.station import LOCK, RELEASES
from testimony.store.blobs.blobs import PARTS
from testimony.store.files import durable
from testimony.store.sql import transfer

if TYPE_CHECKING:
    from testimony.station.station import Station

DATABASE: Final = "testimony.db"
STORED: Final = (PARTS, RELEASES, trials.TRIALS, waiting_update.FOLDER, f"{DATABASE}*")
LEFT_OUT: Final = (*STORED, LOCK, "*.lock", "running", "ballast")
ELSEWHERE: Final = ("database_url", "parts_url", "parts_endpoint", "parts_region", "monitor_port")
"""Settings that are removed from the copy, because they name things outside it."""


@contextmanager
def copied(station: Station) -> Iterator[Path]:
    """The folder of a copy of `station`, deleted afterwards. Raises `StoreFull`, `StoreUnwritable`, `StoreFailing`."""
    home = station.settings.home
    with trials.folder_of(home) as folder:
        copy = folder / "station"
        with durable.named_errors(home):
            shutil.copytree(home, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
            said = json.loads((copy / settings.FILE).read_text("utf-8"))
            kept = {name: value for name, value in said.items() if name not in ELSEWHERE}
            if "database_url" in said:
                kept["database_url"] = ""
            durable.replace_file(copy / settings.FILE, json.dumps(kept).encode())
        transfer.copy(station.database, copy / DATABASE)
        yield copy


def of_copy(python: Path, copy: Path) -> str:
    """Why the version of `python` does not start with the `copy` of a station; "" if it starts."""
    return environment.ask(python, "update", "trial", "--home", str(copy), of_home=False)


def of_home(python: Path, home: Path) -> str:
    """The same for the station itself, whose tables that version brings to its own revision."""
    return environment.ask(python, "update", "trial", "--home", str(home), of_home=True)
