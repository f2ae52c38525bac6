"""Prints the decrypted parts of an archive safely on a terminal: witness text cannot control the terminal.

No text can move the cursor, set colours, or hide or reverse the text beside it: control characters are written as their
codes, and each line is isolated from the direction of the text around it (UAX 9).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from testimony.cli.output import SUBJECT, safe
from testimony.questionnaire.archived_labels import FormWords

if TYPE_CHECKING:
    from testimony.sealing.archive.parts import Revealed

ISOLATES: Final = {"rtl": "\u2067", "ltr": "\u2066"}  # RLI, LRI; else FSI, which asks the first letter
FIRST_STRONG, POP = "\u2068", "\u2069"
DEEPEST: Final = 64
"""Deeper than anything that is sealed; what is, was written to do harm."""
STATEMENT: Final = {"dir", "id", "lang", "original", "text"}


def lines(part: Revealed) -> list[str]:
    """Statements in their own direction, answers by the questionnaire beside it, all else as it was sealed."""
    value = _read(part.content) if part.type == "application/json" else None
    if value is None:
        return [_heading(part, f"{part.type}, {len(part.content)} bytes")]
    statements, value = _statements(value)
    answers, value = _answers(value, part.form)
    told = [text for one in statements for text in _statement(one)] + answers
    rest = json.dumps(value, indent=1, ensure_ascii=False).split("\n") if value or not told else []
    return [_heading(part, "in clear"), *(f"    {text}" for text in (*told, *map(isolated, rest)))]


def _heading(part: Revealed, fact: str) -> str:
    return f"  {safe(part.part):<{SUBJECT}} {safe(fact)}"


def isolated(text: str, direction: object = None) -> str:
    """One line of `text`, harmless, in its own direction whatever stands around it."""
    if text.isascii():
        return safe(text)
    return f"{ISOLATES.get(str(direction), FIRST_STRONG)}{safe(text)}{POP}"


def _read(content: bytes) -> Any:
    """None where it is no JSON that this could have been sealed as."""
    try:
        value = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    level = [value]
    for _ in range(DEEPEST):
        level = [one for each in level for one in _inside(each)]
        if not level:
            return value
    return None


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _statements(value: Any) -> tuple[list[Mapping[str, Any]], Any]:
    """The account, and what is in `value` besides."""
    given = value.get("statements") if isinstance(value, dict) else None
    if not isinstance(given, list) or not given or not all(map(_is_statement, given)):
        return [], value
    return given, {key: one for key, one in value.items() if key != "statements"}


def _is_statement(one: Any) -> bool:
    """Whether all of it is shown where its words are."""
    named = isinstance(one, dict) and one.keys() == STATEMENT
    return named and all(isinstance(one[key], str) for key in ("text", "lang"))


def _statement(one: Mapping[str, Any]) -> list[str]:
    from testimony.questionnaire.labels import language_name

    language = safe(language_name(one["lang"], "en") or one["lang"])
    words = [f"  {isolated(text, one['dir'])}" for text in one["text"].splitlines()]
    return [f"{language}, translation:" if one["original"] else f"{language}:", *words]


def _answers(value: Any, form: bytes | None) -> tuple[list[str], Any]:
    """Each answer in words, and what is in `value` besides."""
    given = value.get("answers") if isinstance(value, dict) else None
    definition = None if form is None else _read(form)
    if definition is None or not isinstance(given, dict) or not given:
        return [], value
    words = FormWords(definition)
    told = [
        text
        for name, answer in given.items()
        for text in _answer_lines(f"{_worded(words.asks(name), name)}: ", words, name, answer)
    ]
    return told, {key: one for key, one in value.items() if key != "answers"}


def _answer_lines(asked: str, words: FormWords, name: str, answer: Any) -> Iterator[str]:
    """Lines: one for each thing that was said."""
    if isinstance(answer, dict) and len(answer) == 1 and answer.keys() <= {"value", "missing"}:
        (answer,) = answer.values()
    for one in answer if isinstance(answer, list) else [answer]:
        if isinstance(one, dict):
            yield asked + "; ".join(
                f"{_worded(words.asks(name, key), key)}: {_coded(words, name, each, key)}" for key, each in one.items()
            )
        else:
            yield asked + _coded(words, name, one)


def _coded(words: FormWords, name: str, value: Any, piece: str | None = None) -> str:
    if isinstance(value, list):
        return ", ".join(_coded(words, name, one, piece) for one in value)
    code = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _worded(words.says(name, code, piece), code)


def _worded(said: str, code: str) -> str:
    """Words with the code beside them, never in its place."""
    return f"{isolated(said)} [{isolated(code)}]" if said else isolated(code)
