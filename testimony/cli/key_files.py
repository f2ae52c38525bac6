"""Reads, unlocks and replaces key files on the command line."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from testimony.cli import prompts
from testimony.platform import files

if TYPE_CHECKING:
    from testimony.sealing.age.recipients import OpeningKey

ROLES = ("lawyer", "coordinator", "recovery")


def add_option(parser: argparse.ArgumentParser) -> None:
    """`--key-file` of commands at a desk, which `use` reads."""
    parser.add_argument("--key-file", type=Path, metavar="FILE", help="another key file")


def use(arguments: argparse.Namespace) -> None:
    """Let the desk that is opened next use the key file of `--key-file`, if there is one."""
    if arguments.key_file is not None:
        os.environ["TESTIMONY_KEY_FILE"] = str(arguments.key_file.resolve())


def read_locked(file: Path) -> dict[str, Any]:
    """The locked seeds in `file`. Raises `FileUnreadable`, `KeyFileDamaged`."""
    from testimony import canonical
    from testimony.errors import NotCanonical
    from testimony.sealing.age.errors import KeyFileDamaged
    from testimony.services.certificates.errors import FileUnreadable

    try:
        value = canonical.decode_object(file.read_bytes())
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    except NotCanonical as error:
        raise KeyFileDamaged from error
    if value.get("v") != "testimony/1/locked":
        raise KeyFileDamaged
    return value


def replace_file(file: Path, data: bytes) -> None:
    """Write `data` beside `file` and put it in its place, so that there is always one whole file."""
    from testimony.store.errors import StoreUnwritable

    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}", delete=False) as new:
            new.write(data)
            new.flush()
            files.sync(new.fileno())
        files.replace(new.name, file)
    except OSError as error:
        raise StoreUnwritable(folder=str(file.parent)) from error


def unlock(file: Path) -> Any:
    """The key file `file`, opened with a passphrase that is asked for."""
    from testimony.sealing.keys.key_file import KeyFile
    from testimony.services.certificates.errors import FileUnreadable

    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    return KeyFile.open(data, prompts.passphrase(f"Passphrase of {file.name}"))


def opening_key(file: Path) -> OpeningKey:
    """What opens a backup: from a key file of ours, whose passphrase is asked for, or from an age identity.

    Raises `FileUnreadable`, `KeyFileDamaged`, `PassphraseWrong`.
    """
    from testimony.services.backup import key_files
    from testimony.services.certificates.errors import FileUnreadable

    try:
        data = file.read_bytes()
    except OSError as error:
        raise FileUnreadable(file=str(file)) from error
    return key_files.opening_key(data, lambda: prompts.passphrase(f"Passphrase of {file.name}"))
