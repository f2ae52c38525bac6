"""Updates of the tests: release keys, small wheels, the program as a wheel, and files that two people signed."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import testimony
from testimony.canonical import decode as decode
from testimony.canonical import encode as encode
from testimony.platform import systems
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import ROOT_ALGORITHMS, Signer
from testimony.sealing.update import release_keys
from testimony.services.update import pack

ROOT = Path(__file__).parents[3]
SHIPPED = ("testimony", "migrations", "translations")
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", "*.egg-info")
KEYS = [Signer(bytes([number]) * 32, ROOT_ALGORITHMS) for number in (1, 2, 3)]
NEXT_KEYS = [Signer(bytes([number]) * 32, ROOT_ALGORITHMS) for number in (4, 5, 6)]
RUNS = testimony.__version__
NEWER = "99.1.0"
NEEDS = "testimony_needs"
LIST = Path("testimony/sealing/update/release-keys.json")
VERSION = Path("testimony/__init__.py")


def key_list(keys: Sequence[Signer], no: int = 1, signed_by: Iterable[Signer] = ()) -> SignedRecord:
    """A list of release keys, signed by some of the list before."""
    record = release_keys.unsigned([key.public_keys for key in keys], no=no)
    for signer in signed_by:
        record = release_keys.with_signature(record, signer, release_keys.parse(key_list(KEYS)))
    return record


def tree(folder: Path, version: str) -> Path:
    """The program as it lies in its place once it is installed, as `version`, with the keys of the tests."""
    shutil.copytree(ROOT / "testimony", folder / "testimony", ignore=NOT_SHIPPED)
    for name in ("migrations", "translations"):
        shutil.copytree(ROOT / name, folder / "testimony" / name, ignore=NOT_SHIPPED)
    said = (folder / VERSION).read_text("utf-8").replace(f'"{RUNS}"', f'"{version}"')
    (folder / VERSION).write_text(said, "utf-8")
    (folder / LIST).write_bytes(key_list(KEYS).encode())
    return folder


def wheel(out: Path, name: str, version: str, files: Path, needs: str = "") -> Path:
    """A wheel of the files below the folder `files`."""
    path = out / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    required = f"Requires-Dist: {needs}\n" if needs else ""
    said = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{required}".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    held = {one.relative_to(files).as_posix(): one.read_bytes() for one in files.rglob("*") if one.is_file()} | said
    record = "".join(f"{one},sha256={_hash(data)},{len(data)}\n" for one, data in held.items())
    with zipfile.ZipFile(path, "w") as archive:
        for one, data in held.items():
            archive.writestr(one, data)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return path


def wheels_of_the_program(folder: Path, version: str) -> Path:
    """Wheels of this program as `version`, and of "all that it needs": a name that leads to the tests' own packages."""
    source, out = folder / "source", folder / "wheels"
    out.mkdir(parents=True)
    wheel(out, "testimony", version, tree(source / "program", version), needs=NEEDS)
    needs = source / "needs"
    needs.mkdir()
    (needs / f"{NEEDS}.pth").write_text(packages(), "utf-8")
    wheel(out, NEEDS, "1.0", needs)
    return out


def packages() -> str:
    """The folder of the tests' own packages."""
    return sysconfig.get_path("purelib") + "\n"


def small_wheels(folder: Path, version: str = NEWER, revisions: Iterable[str] = ("0016", "0017")) -> Path:
    """Wheels that look like the program's, as far as an update asks."""
    source = folder / "source" / version
    for revision in revisions:
        file = source / "testimony" / "migrations" / "versions" / f"{revision}_table.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    (source / "testimony" / "__init__.py").write_text(f'__version__ = "{version}"\n')
    out = folder / f"wheels-{version}"
    out.mkdir()
    wheel(out, "testimony", version, source)
    other = folder / "source" / "other"
    (other / "river").mkdir(parents=True, exist_ok=True)
    (other / "river" / "__init__.py").write_text("water = 1\n" * 100)
    wheel(out, "river", "2.0", other)
    return out


def update(
    wheels: Path,
    out: Path,
    *,
    signers: Iterable[Signer] = tuple(KEYS[:2]),
    earliest: str = "0.1.0",
    system: str = "",
    lists: Sequence[SignedRecord] = (),
) -> Path:
    """The update of `wheels`, as two release keys sign it."""
    record = pack.statement(
        wheels, notes="Maps are quicker.", earliest=earliest, systems=[system or systems.this()], day="2026-12-01"
    )
    known = release_keys.follow(release_keys.parse(key_list(KEYS)), [one_value(one) for one in lists])
    copies = [release_keys.with_signature(record, signer, known) for signer in signers]
    pack.put_together(copies, wheels, out, lists=[one_value(one) for one in lists], keys=known)
    return out


def one_value(record: SignedRecord) -> dict[str, object]:
    """A signed record, as it stands in a list of them."""
    return {"record": record.data.decode(), "sigs": list(record.sigs)}


def environment(folder: Path, program: Path) -> None:
    """An environment like that of a version, quickly: what it would have installed lies in `program`."""
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", folder], check=True)
    (site,) = folder.glob("lib/*/site-packages")
    (site / "program.pth").write_text(f"{program}\n{packages()}", "utf-8")


def _hash(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
