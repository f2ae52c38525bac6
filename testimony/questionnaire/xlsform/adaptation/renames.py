"""Renames questions, lists and codes to plain names, and updates every reference to them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from testimony.answer import MISSING
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.xlsform.adaptation.draft import Draft
from testimony.questionnaire.xlsform.adaptation.plain_names import plain_code, plain_name, unused
from testimony.questionnaire.xlsform.agreement import RESERVED
from testimony.questionnaire.xlsform.choices import ELSEWHERE
from testimony.questionnaire.xlsform.or_other import LONGEST_NAME, OTHER

FIELD = re.compile(r"\$\{\s*([^{}]*?)\s*\}")
PART = re.compile(
    r"""(?<![\w'")}])(?P<path>(?:(?:\.\.?/)+|/)[A-Za-z_][\w.-]*(?:/[A-Za-z_][\w.-]*)*)"""
    r"""|\$\{\s*[^{}]*?\s*\}|"[^"]*"|'[^']*'|[‘’][^‘’]*[‘’]|[“”][^“”]*[“”]"""
)
COLUMN = re.compile(
    r"""\$\{[^{}]*\}|"[^"]*"|'[^']*'|[‘’][^‘’]*[‘’]|[“”][^“”]*[“”]"""
    r"""|(?<![\w.-])(?!(?:and|or|not|div|mod)\b)(?P<column>[A-Za-z_][\w-]*)(?![\w-]|\s*\()"""
)
"""The names of columns of the sheet choices in a choice_filter; without a group what only looks like one."""
EXPRESSIONS = (
    "relevant",
    "constraint",
    "required",
    "calculation",
    "choice_filter",
    "repeat_count",
    "default",
    "trigger",
)
Labels = dict[tuple[str, str], str]  # list and new code -> label


@dataclass
class Renamed:
    """`fields`: old name -> [(row, new name)], in the order of the sheet. `codes`: new name of a list -> old code ->
    new code.
    """

    fields: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)  # old name -> new name
    asked: dict[str, str] = field(default_factory=dict)  # new name of a question -> new name of its list

    def field_at(self, old: str, row: int) -> str:
        """The new name for `${old}` in `row`: of the last question of that name above the row, or else of the first."""
        held = self.fields.get(old, [])
        above = [name for at, name in held if at < row]
        return above[-1] if above else held[0][1] if held else old

    def code(self, old: str, of: str | None) -> str:
        """The new code for `old`, from the list of the question `of`, or from any list if all agree on it."""
        own = self.codes.get(self.asked.get(of or "", ""), {})
        if old in own:
            return own[old]
        found = {codes[old] for codes in self.codes.values() if old in codes}
        return found.pop() if len(found) == 1 else old


def rename(draft: Draft) -> None:
    """Give everything plain names, and report each new name."""
    renamed = Renamed()
    _rename_lists(draft, renamed)
    _rename_fields(draft, renamed)
    for name, held in renamed.asked.items():
        codes = renamed.codes.get(held, {})
        draft.codes[name] = frozenset({*codes, *codes.values()})
    for row, cells in draft.survey.items():
        own = cells.get("name")
        for use in cells:
            if use in EXPRESSIONS:
                cells[use] = _expression(cells[use], row, own, renamed)
                if use == "choice_filter":
                    cells[use] = COLUMN.sub(
                        lambda found: plain_name(found[0]) if found["column"] else found[0], cells[use]
                    )
            elif use.startswith(("label::", "hint::", "constraint_message::")):
                cells[use] = _text(cells[use], row, renamed)


def _rename_lists(draft: Draft, renamed: Renamed) -> None:
    known, labels = Codebook.load().lists, Labels()
    for row, cells in sorted(draft.choices.items()):
        old = cells.get("list_name", "")
        if not old:
            if any(cells.values()):
                draft.changed("choices", row, "list_name", "left out: the row names no list")
            cells.clear()
            continue
        if old not in renamed.lists:
            plain = plain_name(old) or "list"
            plain = f"own_{plain}"[:40] if plain in known or plain in ELSEWHERE else plain
            renamed.lists[old] = unused(plain, {*renamed.lists.values()})
            if renamed.lists[old] != old:
                draft.changed("choices", row, "list_name", f"the list {old} is now {renamed.lists[old]}")
        name = cells["list_name"] = renamed.lists[old]
        _rename_code(row, cells, renamed.codes.setdefault(name, {}), labels, draft)
    coded = {old for codes in renamed.codes.values() for old in codes}
    for cells in draft.choices.values():
        for use in [one for one in cells if one not in ("list_name", "name") and "::" not in one]:
            if cells[use] in coded:  # the code of another list, which a choice_filter compares
                cells[use] = renamed.code(cells[use], None)


def _rename_code(row: int, cells: dict[str, str], codes: dict[str, str], labels: Labels, draft: Draft) -> None:
    old = cells.get("name", "")
    label = next((text for use, text in cells.items() if use.startswith("label::")), "")
    if not old and not label:
        draft.changed("choices", row, "name", "left out: the row has neither a code nor a label")
        cells.clear()
        return
    new = plain_code(old) or plain_code(label) or "code"
    if new in MISSING:
        new = f"own_{new}"
    if old in codes and labels.get((cells["list_name"], codes[old])) == label:
        draft.changed("choices", row, "name", "left out: the list has this code already")
        cells.clear()
        return
    new = unused(new, [code for of, code in labels if of == cells["list_name"]])
    labels[cells["list_name"], new] = label
    codes.setdefault(old, new)
    cells["name"] = new
    if new != old:
        draft.changed("choices", row, "name", "the code now has only lowercase letters, digits, _ and -")


def _rename_fields(draft: Draft, renamed: Renamed) -> None:
    known, taken, groups = Codebook.load().fields, set[str](), list[str]()
    for row, cells in sorted(draft.survey.items()):
        kind = cells.get("type", "")
        if kind.startswith("end_"):
            groups = groups[:-1]
            continue
        old = cells.get("name", "")
        plain = plain_name(old) or plain_name(cells.get(f"label::{draft.language}", "")) or f"row_{row}"
        if plain in known or RESERVED.fullmatch(plain):
            plain = f"own_{plain}"[:40]
        if plain in taken and groups:
            plain = f"{groups[-1]}_{plain}"[:40].rstrip("_")
        word, name, other = (*kind.split(" ", 2), "", "")[:3]
        new = cells["name"] = _unused_pair(plain, taken) if other else unused(plain, taken)
        taken.add(new)
        renamed.fields.setdefault(old, []).append((row, new))
        if other:
            taken.add(f"{new}_{OTHER}")
            renamed.fields.setdefault(f"{old}_{OTHER}", []).append((row, f"{new}_{OTHER}"))
        if new != old:
            draft.changed("survey", row, "name", f"{old or 'no name'} is now {new}")
        if kind.startswith("begin_"):
            groups.append(new)
        if name:
            cells["type"] = f"{word} {renamed.lists.get(name, name)} {other}".rstrip()
            renamed.asked[new] = renamed.lists.get(name, name)


def _unused_pair(name: str, taken: Collection[str]) -> str:
    """The name of a question with or_other: the name of the question for the words after it is free too."""
    found = name = name[:LONGEST_NAME].rstrip("_")
    number = 2
    while found in taken or f"{found}_{OTHER}" in taken:
        end = f"_{number}"
        found, number = name[: LONGEST_NAME - len(end)] + end, number + 1
    return found


def _text(text: str, row: int, renamed: Renamed) -> str:
    return FIELD.sub(lambda found: f"${{{renamed.field_at(found[1], row)}}}", text)


def _expression(text: str, row: int, own: str | None, renamed: Renamed) -> str:
    """`text` with new names and codes. A code is that of the question that was named last before it, or of `own`."""
    said, at, of = [], 0, own
    for found in PART.finditer(text):
        said.append(text[at : found.start()])
        part = found[0]
        if part.startswith("$") or found["path"]:
            old = found["path"].rpartition("/")[2] if found["path"] else part[2:-1].strip()
            of = renamed.field_at(old, row)
            said.append(f"${{{of}}}")
        else:
            code = renamed.code(part[1:-1], of)
            said.append(part if code == part[1:-1] else f"'{code}'")
        at = found.end()
    return "".join((*said, text[at:]))
