"""Checks a release's zip from its bytes alone, as any recipient can, without asking its makers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from testimony import __version__, canonical
from testimony.errors import N_
from testimony.publication import content, manifest, package, rules
from testimony.publication.content import Content
from testimony.publication.errors import EditionUnfit
from testimony.publication.rules import EMPTY_WORDS, Fault
from testimony.publication.sheets.sheet import RISKY
from testimony.sealing.archive.errors import ArchiveUnreadable
from testimony.sealing.archive.zip import Container

LARGEST: Final = 256 << 20
"""Bytes of a file in a zip."""
UNREADABLE: Final = {
    "not": N_("This is no release: it is no zip file of the form that releases have."),
    "truncated": N_("The file ends too early. Ask for it again."),
    "form": N_("The zip file was not written by Testimony, or was changed or packed again after it left."),
    "damaged": N_("The zip file is damaged or was changed. Ask for it again."),
    "large": N_("The zip file is larger than a release can be."),
}
OTHER_VERSION: Final = N_(
    "The words in it (pages, charts and codebooks) were written by version %(theirs)s. This is version %(ours)s: it "
    "compared the numbers alone."
)


@dataclass(frozen=True, kw_only=True)
class Report:
    """`faults`: none where everything holds. `notes`: what could not be looked at. `content`: None where unreadable."""

    faults: tuple[Fault, ...]
    notes: tuple[Fault, ...] = ()
    content: Content | None = None
    sha256: str = ""

    @property
    def holds(self) -> bool:
        return not self.faults


def check(data: bytes) -> Report:
    """Everything that is wrong with the zip `data`, each a sentence. Never raises for what somebody made of it."""
    digest = canonical.sha256_hex(data)
    try:
        held = _unpacked(data)
    except ArchiveUnreadable as error:
        return Report(faults=(Fault(code="zip", sentence=UNREADABLE[error.reason]),), sha256=digest)
    listed = manifest.listed(held.pop(manifest.NAME, b""), content.FORMAT, content.FIRST_FORMAT)
    if listed is None:
        sentence = N_("The list of files in it (manifest.json) is missing or is not in its form.")
        return Report(faults=(Fault(code="manifest", sentence=sentence),), sha256=digest)
    found = list(_hashes(held, listed))
    try:
        said = content.read(held.get(package.TABLE, b""))
    except EditionUnfit:
        sentence = N_("The table in it (table.json) is missing or is not in its form.")
        return Report(faults=(*found, Fault(code="table", sentence=sentence)), sha256=digest)
    found += rules.faults(said)
    notes: list[Fault] = []
    if not found:
        found += _same(said, held, data)
        found += _words(held)
        if said.made_with != __version__:
            versions: dict[str, object] = {"theirs": said.made_with, "ours": __version__}
            notes.append(Fault(code="version", sentence=OTHER_VERSION, values=versions))
    return Report(faults=tuple(found), notes=tuple(notes), content=said, sha256=digest)


def _unpacked(data: bytes) -> dict[str, bytes]:
    container = Container(io.BytesIO(data))
    return {name: container.read(name, LARGEST) for name in container.names}


def _hashes(held: Mapping[str, bytes], listed: Mapping[str, tuple[int, str]]) -> Iterator[Fault]:
    for name in sorted(held.keys() - listed.keys()):
        yield _of_file("extra", N_("The file %(file)s is not on the list."), name)
    for name in sorted(listed.keys() - held.keys()):
        yield _of_file("lacking", N_("The file %(file)s is on the list and is not there."), name)
    for name in sorted(held.keys() & listed.keys()):
        if (len(held[name]), canonical.sha256_hex(held[name])) != listed[name]:
            yield _of_file("changed", N_("The file %(file)s was changed after the list was made."), name)


def _same(said: Content, held: Mapping[str, bytes], data: bytes) -> Iterator[Fault]:
    """Every file is made again from the table and compared, byte for byte.

    Words are compared in files of this version and form alone: another one may say the same otherwise.
    """
    made = package.files(said)
    ours = said.made_with == __version__ and said.form == content.FORMAT
    for name in sorted(held.keys() | made.keys()):
        if name not in made:
            yield _of_file("extra", N_("The file %(file)s is none of a release."), name)
        elif name not in held:
            yield _of_file("lacking", N_("The file %(file)s is missing."), name)
        elif held[name] != made[name] and (ours or not package.is_spoken(name)):
            yield _of_file("differs", N_("The file %(file)s does not say what the table says."), name)
    if package.pack(said, held) != data:
        yield Fault(code="manifest", sentence=N_("The list of files (manifest.json) does not say what the table says."))


def _words(held: Mapping[str, bytes]) -> Iterator[Fault]:
    """No cell that a spreadsheet takes for a formula, and no word that programs write for nothing."""
    for name, data in held.items():
        if not name.endswith(".csv"):
            continue
        try:
            cells = {cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row}
        except (UnicodeDecodeError, csv.Error):
            yield _of_file("sheet", N_("The file %(file)s is no sheet that can be read."), name)
            continue
        if name.partition(".")[0] == "table" and not cells.isdisjoint(EMPTY_WORDS):
            yield _of_file("word", N_("The file %(file)s has a word in it that programs write for nothing."), name)
        if any(cell.startswith(RISKY) for cell in cells):
            yield _of_file(
                "formula", N_("The file %(file)s has a cell that a spreadsheet may take for a formula."), name
            )


def _of_file(code: str, sentence: str, name: str) -> Fault:
    return Fault(code=code, sentence=sentence, values={"file": name})
