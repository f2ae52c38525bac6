"""A restoration that says aloud how far it is, until somebody cuts its power: KEPT, HOME.

KEPT holds `backup` and `keys`. Before each step its name goes to standard output, and at the end "restored".
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from testimony.services.backup import restore
from testimony.services.backup.restore import Given
from testimony.store.blobs.folder import PartStore
from testimony.store.files import durable
from tests.support.services.recovery.backups import KEEPER

STEPS: list[tuple[Any, str]] = [
    (durable, "write_new"),
    (PartStore, "put_all"),
    (restore, "_settle"),
    (restore, "_put_in_place"),
    (Path, "rename"),
]


def main(kept: str, home: str) -> None:
    for owner, name in STEPS:
        setattr(owner, name, aloud(name, getattr(owner, name)))
    given = Given(key=KEEPER, shred_keys=Path(kept) / "keys")
    restore.restore(Path(kept) / "backup", Path(home), given, over=True)
    os.write(1, b"restored\n")


def aloud(name: str, original: Any) -> Any:
    def step(*args: Any, **kwargs: Any) -> Any:
        os.write(1, f"{name}\n".encode())
        return original(*args, **kwargs)

    return step


if __name__ == "__main__":
    main(*sys.argv[1:])
