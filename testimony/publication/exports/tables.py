"""Exported testimonies as sheets with the column names of ODK: one for testimonies, one for words, one for each repeat.

A cell of Excel holds at most 32,767 characters and no control characters. So words are in a sheet of their own, in
pieces, and a longer answer continues there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from testimony.publication.exports.account import Account
from testimony.publication.sheets.sheet import Cell, Column, Sheet
from testimony.questionnaire.form import Field, Form

MAIN: Final = "testimonies"
TEXTS: Final = "texts"
PIECE: Final = 16_000
"""Characters in one piece. Excel counts some as two, so it counts at most 32,000."""
UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so a spreadsheet, cannot contain."""
NUMBERS: Final = ("int", "decimal")
_FIRST: Final = ("KEY", "SubmissionDate", "formid", "seal", "purpose", "recipient")
_LAST: Final = ("not_answered", "corrected", "unread", "continued", "incidents", "media", "closed")


def sheets(accounts: Sequence[Account], forms: Sequence[Form]) -> list[Sheet]:
    """The main sheet, the sheet of words, and a sheet for each repeat that has any rows."""
    asked = fields_of(forms)
    plain = [field for field in asked.values() if field.type != "repeat"]
    found = [_main(accounts, plain), _texts(accounts, plain)]
    found += [_rows(accounts, field) for field in asked.values() if field.type == "repeat"]
    return [sheet for sheet in found if sheet.rows or sheet.name in (MAIN, TEXTS)]


def fields_of(forms: Sequence[Form]) -> dict[str, Field]:
    """Id -> question, for the questions of all `forms`, in the order in which they first appear."""
    found: dict[str, Field] = {}
    for form in forms:
        for field in form.fields:
            found.setdefault(field.id, field)
    return found


def key_of(account: Account) -> str:
    """The id in the notation of ODK: uuid:8-4-4-4-12."""
    one = account.id
    return f"uuid:{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


def writable(text: str) -> str:
    """`text` with U+FFFD in place of each character that a spreadsheet cannot contain."""
    return UNWRITABLE.sub("\ufffd", text)


def _main(accounts: Sequence[Account], fields: Sequence[Field]) -> Sheet:
    columns = [Column(name=name, kind="date" if name == "SubmissionDate" else "text") for name in _FIRST]
    columns += [Column(name=field.id, kind="number" if field.type in NUMBERS else "text") for field in fields]
    columns += [Column(name=name) for name in _LAST]
    return Sheet(name=MAIN, columns=tuple(columns), rows=tuple(tuple(_line(account, fields)) for account in accounts))


def _line(account: Account, fields: Sequence[Field]) -> list[Cell]:
    said = [cell_of(account.answers.get(field.id, {}).get("value"), field.type) for field in fields]
    long = [field.id for field, cell in zip(fields, said, strict=True) if isinstance(cell, str) and len(cell) > PIECE]
    absent = [f"{name}:{one['missing']}" for name, one in account.answers.items() if "missing" in one]
    return [
        key_of(account), account.day, account.form, account.seal, account.purpose, account.recipient,
        *(cell[:PIECE] if isinstance(cell, str) else cell for cell in said),
        " ".join(absent), " ".join(account.corrected), " ".join(account.unread), " ".join(long),
        " ".join(account.incidents), " ".join(one.kind for one in account.media),
        " ".join(f"{name}:{why}" for name, why in account.closed.items()),
    ]  # fmt: skip


def cell_of(value: Any, kind: str) -> Cell:
    """A value as in CSV files of ODK: codes separated by spaces, a point as "latitude longitude 0 0"."""
    if isinstance(value, list):
        return writable(" ".join(map(str, value)))
    if kind == "geo" and isinstance(value, str) and "," in value:  # in a row a reason can stand
        return f"{value.replace(',', ' ')} 0 0"
    return writable(value) if isinstance(value, str) else value


def _texts(accounts: Sequence[Account], fields: Sequence[Field]) -> Sheet:
    names = ("PARENT_KEY", "name", "lang", "dir", "translates", "made", "piece", "text")
    rows: list[tuple[Cell, ...]] = []
    for account in accounts:
        parent = key_of(account)
        for one in account.statements:
            about = (parent, one.id, one.lang, one.dir, one.original or "", one.made)
            rows += [(*about, number, piece) for number, piece in _pieces(one.text)]
        for field in fields:
            value = account.answers.get(field.id, {}).get("value")
            if field.type == "text" and isinstance(value, str) and len(value) > PIECE:
                rows += [(parent, field.id, "", "", "", "", number, piece) for number, piece in _pieces(value)]
    columns = tuple(Column(name=name, kind="number" if name == "piece" else "text") for name in names)
    return Sheet(name=TEXTS, columns=columns, rows=tuple(rows))


def _pieces(text: str) -> list[tuple[int, str]]:
    whole = writable(text)
    return [(at // PIECE + 1, whole[at : at + PIECE]) for at in range(0, max(len(whole), 1), PIECE)]


def _rows(accounts: Sequence[Account], field: Field) -> Sheet:
    """The sheet of a repeat. Its columns are the pieces of the question, then those that only other versions have."""
    told = [(key_of(account), account.answers.get(field.id, {}).get("value", ())) for account in accounts]
    kinds = {piece.id: piece.type for piece in field.pieces}
    names = dict.fromkeys([*kinds, *(name for _, some in told for row in some for name in row)])
    return Sheet(
        name=field.id,
        columns=(Column(name="PARENT_KEY"), Column(name="KEY"), *(Column(name=writable(name)) for name in names)),
        rows=tuple(
            (parent, f"{parent}/{field.id}[{number}]", *(cell_of(row.get(name), kinds.get(name, "")) for name in names))
            for parent, some in told
            for number, row in enumerate(some, 1)
        ),
    )
