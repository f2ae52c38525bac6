"""Write exported testimonies as one of four kinds of files, each with a page that says what is in it and what not."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from testimony.publication.exports import schema, tables, uwazi
from testimony.publication.exports.account import Account
from testimony.publication.sheets.sheet import Column, Sheet, delimited
from testimony.publication.sheets.xlsx import workbook
from testimony.questionnaire.form import Form

ENDINGS: Final = {"jsonl": "zip", "csv": "zip", "xlsx": "xlsx", "uwazi": "zip"}
"""Kind of file -> its ending."""
INVISIBLE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Characters that change direction or break a line where JSON is shown. They are written as escapes of JSON."""


@dataclass(frozen=True, kw_only=True)
class About:
    """What the page in a file says. `by`: the id of the lawyer. `left`: reason in words -> testimonies left out."""

    purpose: str
    recipient: str
    by: str
    day: str
    left: Mapping[str, int]


def write(kind: str, accounts: Sequence[Account], forms: Sequence[Form], about: About) -> bytes:
    """The file of the kind `kind`, a key of `ENDINGS`."""
    told = readme(kind, accounts, about)
    if kind == "xlsx":
        lines = Sheet(name="about", columns=(Column(name="about"),), rows=tuple((line,) for line in told.split("\n")))
        return workbook([*tables.sheets(accounts, forms), lines])
    return zipped({"README.txt": told.encode(), **_FILES[kind](accounts, forms)})


def json_line(value: Any) -> str:
    """`value` as one line of JSON, with `INVISIBLE` characters escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive whose bytes depend on the files alone."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return held.getvalue()


def readme(kind: str, accounts: Sequence[Account], about: About) -> str:
    """The text of the page: the use, the number of testimonies, what is left out, and how to read the file."""
    left = [f"* {number}: {why}" for why, number in sorted(about.left.items())] or ["* none"]
    return "\n".join(
        [
            f"Testimonies for the use {about.purpose} ({about.recipient}), exported by {about.by} on {about.day}.",
            f"{len(accounts)} testimonies are in it. Each witness agreed to this use on that day.",
            "",
            "A witness may withdraw at any time. Delete this file when you do not need it, export it again before you",
            "use it again, and give it to nobody whom the use does not name.",
            "",
            "Testimonies at this desk that are not in it:",
            *left,
            "",
            *_READ[kind],
            "",
        ]
    )


def jsonl(accounts: Sequence[Account], forms: Sequence[Form]) -> dict[str, bytes]:
    """Name -> content: the testimonies as JSON Lines, and their JSON Schema."""
    lines = [json_line(account.to_value()) + "\n" for account in accounts]
    described = json.dumps(schema.of(forms), ensure_ascii=False, indent=1)
    return {"testimonies.jsonl": "".join(lines).encode(), "testimonies.schema.json": described.encode()}


def _csv(accounts: Sequence[Account], forms: Sequence[Form]) -> dict[str, bytes]:
    return {f"{one.name}.csv": delimited(one, marked=True) for one in tables.sheets(accounts, forms)}


def _uwazi(accounts: Sequence[Account], forms: Sequence[Form]) -> dict[str, bytes]:
    return {"uwazi.csv": delimited(uwazi.sheet(accounts, forms))}


_FILES: Final = {"jsonl": jsonl, "csv": _csv, "uwazi": _uwazi}
_HARMLESS: Final = (
    "A text that a spreadsheet could take for a formula has an apostrophe before it.",
    "Characters that no spreadsheet can hold are replaced by U+FFFD; JSON Lines keep them.",
)
_ODK: Final = (
    "Columns are named as ODK names them: the question's name, KEY, PARENT_KEY. Several codes have a space between.",
    "“not_answered” says why there is no answer: unk (does not know), ref (prefers not to say), nask (not asked).",
    "“texts” holds the account and its translations. Texts longer than 16,000 characters are in several pieces; the",
    "column “continued” names the questions whose answer goes on there.",
    *_HARMLESS,
)
_READ: Final = {
    "jsonl": (
        "Each line of testimonies.jsonl is one testimony; testimonies.schema.json describes it (JSON Schema 2020-12).",
    ),
    "csv": _ODK,
    "xlsx": _ODK,
    "uwazi": (
        "Make a template in Uwazi whose properties have the names of the columns, then import uwazi.csv.",
        "Everybody who can open the collection in Uwazi sees what you import. Import into a private one.",
        *_HARMLESS,
    ),
}
