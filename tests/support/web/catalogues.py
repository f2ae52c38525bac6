"""`python -m tests.support.web.catalogues TEMPLATE`: the sentences of pages, in three catalogues by who reads them.

A language in which interviewers work needs the first alone, a fifth of all words. The program reads the three as one,
`messages.mo`. Called by `.ci/translations` with the template of all sentences.
"""

from __future__ import annotations

import copy
import io
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from testimony.catalogues import FOLDER

PARTS: Final = ("interviewers", "desks", "administrators")
"""Who reads a sentence. One that several read is the first's."""

INTERVIEWERS: Final = (
    "errors.py",
    "web/auth.py",
    "web/error_handlers.py",
    "web/errors.py",
    "web/field/",
    "web/help/",
    "web/text/",
    "web/templates/_refused.html",
    "web/templates/base.html",
    "web/templates/errors/",
    "web/templates/field/",
    "web/templates/heads.html",
    "web/templates/help/",
    "web/templates/interview/",
    "domain/consent/",
    "questionnaire/errors.py",
    "services/accounts/errors.py",
    "services/consent/errors.py",
    "services/delivery/",
    "services/intake/",
    "services/typesetting/quick_card.py",
    "station/errors.py",
    "store/errors.py",
)
"""Phones: the interview, the pages of a node for interviewers, and what a node answers to both."""

DESKS: Final = (
    "anonymity/",
    "domain/",
    "publication/",
    "sealing/archive/",
    "services/archive/",
    "services/casefile/",
    "services/coding/",
    "services/exports/",
    "services/imports/",
    "services/inbox/",
    "services/incidents/",
    "services/ledger/",
    "services/opening/",
    "services/release/",
    "services/review/",
    "services/stories/",
    "services/submissions/",
    "services/tables/",
    "services/testimony/",
    "services/typesetting/",
    "services/witness/",
    "web/charts.py",
    "web/desk/",
    "web/templates/charts.html",
    "web/templates/desk/",
    "web/verifier/",
)
"""Lawyers and coordinators. Everything else is read by people who keep nodes, central, keys and rosters."""

DATE: Final = re.compile(rb'^"POT-Creation-Date.*\n', re.MULTILINE)


def main() -> int:
    """Split the template, bring each catalogue of each language up to date, and compile what the program reads."""
    templates = {part: _only(Path(sys.argv[1]), part) for part in PARTS}
    for part, one in templates.items():
        _write(FOLDER / f"{part}.pot", one, sort=True)
    for folder in sorted(path.parent for path in FOLDER.glob(f"*/LC_MESSAGES/{PARTS[0]}.po")):
        said = joined(folder)
        for file in _parts_in(folder):
            _write(file, _renewed(read(file, folder.parent.name), templates[file.stem], said))
        _compile(folder)
    return 0


def part_of(message: Message) -> str:
    """The first of the readers of a sentence whose files say it."""
    files = [name.removeprefix("testimony/") for name, _ in message.locations]
    if any(one.startswith(INTERVIEWERS) for one in files):
        return "interviewers"
    return "desks" if any(one.startswith(DESKS) for one in files) else "administrators"


def read(file: Path, lang: str | None = None) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened, locale=lang)


def all_of(lang: str) -> Catalog:
    """Every sentence of a language, as the program reads it."""
    return joined(FOLDER / lang / "LC_MESSAGES")


def template() -> Catalog:
    """Every sentence, without a translation."""
    return _joined([FOLDER / f"{part}.pot" for part in PARTS])


def joined(folder: Path) -> Catalog:
    """The catalogues of a language in one, with the first one's header."""
    return _joined(_parts_in(folder), folder.parent.name)


def _parts_in(folder: Path) -> list[Path]:
    """The first, and those of the others that the language has."""
    return [file for part in PARTS if (file := folder / f"{part}.po").is_file()]


def _joined(files: Iterable[Path], lang: str | None = None) -> Catalog:
    first, *others = [read(file, lang) for file in files]
    for other in others:
        for message in _messages(other):
            first[message.id] = message
    return first


def _messages(catalogue: Catalog) -> list[Message]:
    return [one for one in catalogue if one.id]


def _only(file: Path, part: str) -> Catalog:
    made = read(file)
    for message in _messages(made):
        if part_of(message) != part:
            made.delete(message.id)
    return made


def _renewed(catalogue: Catalog, template: Catalog, said: Catalog) -> Catalog:
    """`catalogue` with the sentences of `template`; one that came from another part brings its translation along."""
    for message in _messages(template):
        if message.id not in catalogue and (known := said.get(message.id)):
            catalogue[message.id] = copy.copy(known)
    catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    return catalogue


def _write(file: Path, catalogue: Catalog, *, sort: bool = False) -> None:
    """Nothing is written where only the date of the template would differ."""
    made = io.BytesIO()
    write_po(made, catalogue, width=120, sort_output=sort, ignore_obsolete=True)
    if not file.is_file() or DATE.sub(b"", file.read_bytes()) != DATE.sub(b"", made.getvalue()):
        file.write_bytes(made.getvalue())


def _compile(folder: Path) -> None:
    made = io.BytesIO()
    write_mo(made, joined(folder))
    (folder / "messages.mo").write_bytes(made.getvalue())


if __name__ == "__main__":
    sys.exit(main())
