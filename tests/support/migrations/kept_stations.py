"""The stations of each version, kept for ever.

`python -m tests.support.migrations.kept_stations` writes those of this version.

Once, when a version with another number before its last dot is released, and never again: what a version kept on a disk
must open, read, exchange and restore in every later one. With it stand what was read there, and the invented people's
passphrases.
"""

from __future__ import annotations

import io
import json
import lzma
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import testimony
from testimony.sealing.keys import locked_seeds
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import Root
from testimony.services.enrolment.organisation import Keeper, Organisation
from testimony.services.opening.reader import Reader
from testimony.services.startup import open_station
from testimony.station.station import Station
from tests.support.services.desks import reader_of

FOLDER = Path(__file__).parents[2] / "vectors" / "stations"
STATIONS, PEOPLE, FOUND, README = "stations.tar.xz", "people.json", "found.json", "README.md"
NODE, CENTRAL = "field", "central"


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What was unpacked in `folder`. `desks`: home -> its reader. `about`: what a testimony is there for -> its number.

    `codes`: of the same -> what its witness takes it back with. `shown`: the time on the stations' clocks when they
    were put away.
    """

    folder: Path
    keepers: tuple[Keeper, ...]
    desks: Mapping[str, str]
    about: Mapping[str, str]
    codes: Mapping[str, str]
    shown: datetime

    @property
    def day(self) -> date:
        return self.shown.date()

    @property
    def homes(self) -> list[str]:
        return [NODE, CENTRAL, *self.desks]

    def home(self, name: str) -> Path:
        return self.folder / "org" / name

    def reader(self, person: str) -> Reader:
        return reader_of(self._organisation(), person)

    @cached_property
    def organisation(self) -> Organisation:
        """With its interviewers' and phones' keys, as their passphrases unlock them."""
        signers: dict[str, Signer] = {}
        for keeper in self.keepers:
            if keeper.role == "interviewer":
                said = json.loads((self.folder / "org" / keeper.file).read_bytes())
                seeds = locked_seeds.unlock(said, keeper.passphrase)
                signers |= {keeper.id: Signer(seeds["interviewer"]), said["device"]: Signer(seeds["device"])}
        return self._organisation(signers)

    def _organisation(self, signers: Mapping[str, Signer] | None = None) -> Organisation:
        folder = self.folder / "org"
        newest = max((folder / "rosters").glob("roster-*.json"), key=lambda file: int(file.stem.partition("-")[2]))
        return Organisation(
            folder=folder,
            root=Root.parse((folder / "root.json").read_bytes()),
            roster=SignedRecord.decode(newest.read_bytes()),
            keepers=self.keepers,
            signers=signers or {},
        )

    def passphrase(self, person: str) -> str:
        return next(each.passphrase for each in self.keepers if each.id == person)

    def key_of_backups(self) -> tuple[object, ...]:
        """Options of `restore`: what opens what is sealed in the backups; the first version sealed nothing."""
        file = self.folder / "backups" / "backup.key"
        return ("--key", file) if file.is_file() else ()

    @contextmanager
    def opened(self, name: str) -> Iterator[Station]:
        with open_station(self.home(name)) as station:
            yield station


def number_of(version: str) -> str:
    """Under which the stations of `version` are kept: nothing on a disk changes with what is after the last dot."""
    return version.rpartition(".")[0]


def versions() -> list[str]:
    """Those whose stations are kept."""
    return sorted(folder.name for folder in FOLDER.iterdir())


def found_in(version: str) -> dict[str, Any]:
    """What was read when they were put away."""
    value: dict[str, Any] = json.loads((FOLDER / version / FOUND).read_text("utf-8"))
    return value


def unpack(version: str, folder: Path) -> Kept:
    """The stations of `version`, in `folder`."""
    with tarfile.open(FOLDER / version / STATIONS) as packed:
        packed.extractall(folder, filter="data")
    return of(version, folder)


def of(version: str, folder: Path) -> Kept:
    """What was unpacked in `folder` already, or a copy of that."""
    people = json.loads((FOLDER / version / PEOPLE).read_text("utf-8"))
    return Kept(
        folder=folder,
        keepers=tuple(Keeper(**one) for one in people["keepers"]),
        desks=people["desks"],
        about=people["about"],
        codes=people["codes"],
        shown=datetime.fromisoformat(people["shown"]),
    )


def write(version: str) -> Path:
    """Stations in which everything happened of which this version knows. Raises `FileExistsError`."""
    from tests.support.migrations import clock, kept_reading, kept_story

    folder = FOLDER / number_of(version)
    folder.mkdir(parents=True)
    try:
        with tempfile.TemporaryDirectory() as temporary:
            kept = kept_story.live(Path(temporary))
            _pack(kept.folder, folder / STATIONS)
        _save(folder / PEOPLE, _people(kept))
        (folder / README).write_text(kept_story.readme(version, kept), "utf-8")
        with tempfile.TemporaryDirectory() as temporary, clock.showing(kept.shown):
            _save(folder / FOUND, kept_reading.read(unpack(folder.name, Path(temporary))))
    except BaseException:
        shutil.rmtree(folder)
        raise
    return folder


def _people(kept: Kept) -> dict[str, Any]:
    return {
        "shown": kept.shown.isoformat(),
        "desks": kept.desks,
        "about": kept.about,
        "codes": kept.codes,
        "keepers": [asdict(one) for one in kept.keepers],
    }


def _pack(folder: Path, file: Path) -> None:
    """In one stream: a sealed body that lies in five stations is in it once."""
    with io.BytesIO() as whole:
        with tarfile.open(fileobj=whole, mode="w", format=tarfile.PAX_FORMAT) as packed:
            for path in sorted(folder.rglob("*")):
                packed.add(path, str(path.relative_to(folder)), recursive=False, filter=_nobodys)
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME}]
        file.write_bytes(lzma.compress(whole.getvalue(), filters=filters))


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the time, and without who made it on which machine."""
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _save(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    print(write(testimony.__version__))
