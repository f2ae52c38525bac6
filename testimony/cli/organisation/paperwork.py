"""Shows secrets once at a terminal during a ceremony, checks the handwritten copy, and keeps what it signed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from testimony.cli import prompts
from testimony.cli.output import line

if TYPE_CHECKING:
    from testimony.sealing.keys.recovery_shares import Share

COLUMNS = 3
WIPE = "\x1b[2J\x1b[3J\x1b[H"
"""Clears the screen and what a terminal keeps to be scrolled back to."""


def show_once(title: str, words: Sequence[str]) -> None:
    """`words`, numbered, until somebody says that they are on paper. Raises `CeremonyRefused("screen")`."""
    from testimony.sealing.statements.errors import CeremonyRefused

    if not sys.stdout.isatty():
        raise CeremonyRefused("screen")  # into a file or a pipe: then they would be on a disk, unasked
    _wait(f"\n{title}.\nEverybody else looks away. Return shows the words ")
    print(f"\n{title}\n")
    rows = -(-len(words) // COLUMNS)
    for row in range(rows):
        cells = [f"{place + 1:>4}. {words[place]:<10}" for place in range(row, len(words), rows)]
        print("".join(cells).rstrip())
    _wait("\nIt is on paper, and was compared: Return hides it for ever ")
    _wipe()


def share_texts(count: int) -> list[str]:
    """`count` shares as they were typed, each right in itself; one that is not is asked for again at a terminal."""
    return [share.text for share in _typed(count)]


def shares(count: int) -> list[str]:
    """The same, and the screen is cleared."""
    found = share_texts(count)
    _wipe()
    return found


def sticks(count: int, known: Sequence[Path], used: Collection[int]) -> list[Path]:
    """The sticks that sign next: one at least that has not, and as many others as it takes."""
    fresh = [stick for number, stick in enumerate(known, 1) if number not in used]
    others = [stick for stick in known if stick not in fresh]
    return [stick.resolve() for stick in [*fresh, *others][:count]]


def onto(sticks: list[Path], kind: str, number: int) -> Callable[[bytes], None]:
    """The storage of key `number` of this kind on its stick of `sticks`, or on the one that takes its place there."""
    from testimony.services.enrolment import key_media

    def keep(sealed: bytes) -> None:
        place = number - 1
        sticks[place] = _until_written(sticks[place], lambda stick: key_media.write_key(stick, kind, number, sealed))

    return keep


def keep(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write what a ceremony leaves into `folder`, or into another one if that takes nothing, and print where.

    Raises what writing raises, if nobody is at a terminal to make room.
    """
    from testimony.services.certificates import store as certificate_store

    for name, data in files.items():

        def write(place: Path, name: str = name, data: bytes = data) -> None:
            certificate_store.write_new(place / name, data)

        folder = _until_written(folder, write)
        line("file", str(folder / name))


def _until_written(folder: Path, write: Callable[[Path], None]) -> Path:
    """Ask for room or for another folder as often as it takes: what the ceremony made is in memory alone.

    Returns the folder that took it. A folder that somebody typed is tried once: a slip must not take the place of the
    one that was planned.
    """
    from testimony.errors import TestimonyError

    tried = folder
    while True:
        try:
            write(tried)
            return tried
        except TestimonyError as error:
            if not sys.stdin.isatty():
                raise
            line("not written", str(error))
            other = prompts.line(f"Nothing is lost. Press Return to try {folder} again, or type another folder")
            if other is None:
                raise
            tried = Path(other).absolute() if other else folder


def require_room(folder: Path, names: Sequence[str]) -> None:
    """Before anything is made: raise `StoreUnwritable` unless `folder` is there, `FileTaken` if one of these names is
    in it. At the end it would be too late: what the ceremony signed is in memory alone.
    """
    from testimony.services.certificates import store as certificate_store
    from testimony.store.errors import StoreUnwritable

    if not folder.is_dir():
        raise StoreUnwritable(folder=str(folder))
    for name in names:
        certificate_store.require_free(folder / name)


def _typed(count: int) -> list[Share]:
    from testimony.sealing.keys.errors import ShareRefused
    from testimony.sealing.keys.recovery_shares import read_share

    found: list[Share] = []
    while len(found) < count:
        print(f"Share {len(found) + 1} of {count}, its 33 words: ", end="", flush=True)
        try:
            found.append(read_share(sys.stdin.readline()))
        except ShareRefused as error:
            if not sys.stdin.isatty():
                raise
            line("refused", str(error))
    return found


def _wait(question: str) -> None:
    print(question, end="", flush=True)
    if sys.stdin.isatty():
        sys.stdin.readline()
    else:
        print()


def _wipe() -> None:
    if sys.stdout.isatty():
        print(WIPE, end="", flush=True)
