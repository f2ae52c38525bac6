"""A part store that keeps bodies and says aloud which ones it kept, until somebody cuts its power.

python -m tests.support.faults.blob_writer FOLDER [careless]: names go to standard output, one a line. `careless` leaves
out the sync of the folders in which bodies get their names, to show that the test would notice.
"""

from __future__ import annotations

import itertools
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from testimony.canonical import sha256_hex
from testimony.store.blobs.folder import PartStore


class Careless(PartStore):
    """Syncs what is in the files, and not their names."""

    def _sync(self, folder: int, changed: Iterable[str]) -> None:
        files = [path for path in changed if Path(path).is_file()]
        if files:
            super()._sync(folder, files)


def main(folder: str, *careless: str) -> None:
    store = (Careless if careless else PartStore)(Path(folder))
    for number in itertools.count():
        body = number.to_bytes(4, "big") * 500
        name = sha256_hex(body)
        store.put_all({name: body})
        os.write(1, f"{name}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
