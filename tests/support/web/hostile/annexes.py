"""Hostile annexes: every kind that the program knows, with hostile words wherever a dishonest colleague may write."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from testimony.domain.incidents.titles import one_line
from tests.support.web.hostile.text import ROOT, leaves, replaced, whole


@cache
def kinds() -> frozenset[str]:
    """Every kind of annex that some module of the program writes or asks for, found in the code itself."""
    found: set[str] = set()
    for file in [file for floor in ("domain", "services", "web/desk") for file in sorted((ROOT / floor).rglob("*.py"))]:
        module = ".".join(("testimony", *file.relative_to(ROOT).with_suffix("").parts))
        text = file.read_text("utf-8")
        for node in ast.walk(ast.parse(text)) if "kind" in text.lower() else ():
            found |= {kind for one in _named(node) if (kind := _value(one, module))}
    return frozenset(found)


def _named(node: ast.AST) -> Iterator[ast.expr]:
    """X in `KIND = X`, `annexes.of_kind(X)`, `….content.get("kind") == X`, `{"kind": X}` where X is no plain text."""
    if isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == ["KIND"]:
        yield node.value
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        named = [value for key, value in pairs if isinstance(key, ast.Constant) and key.value == "kind"]
        yield from (value for value in named if ast.unparse(value).rpartition(".")[2].isupper())
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "of_kind":
        yield from node.args
    if isinstance(node, ast.Compare) and ast.unparse(node.left).endswith(("content.get('kind')", "content['kind']")):
        for one in node.comparators:
            yield from one.elts if isinstance(one, ast.Tuple | ast.Set | ast.List) else [one]


def _value(node: ast.expr, module: str) -> str | None:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Name | ast.Attribute):
        held: Any = importlib.import_module(module)
        for name in ast.unparse(node).split("."):
            held = getattr(held, name, None)
        return held if isinstance(held, str) else None
    return None


def annex(kind: str, manifest: str, word: str) -> dict[str, Any]:
    """The content of one of that kind about the testimony `manifest`, with `word` wherever somebody writes freely."""
    made: dict[str, Any] = SAMPLES.get(kind, _guessed)(kind, manifest, whole(word))
    return made


def misshapen(content: dict[str, Any], word: str, shapes: int, first: int = 0) -> Iterator[dict[str, Any]]:
    """`content` of an annex with each of its values replaced by so many shapes that do not belong there, one or two.

    With one, values have the first and the second in turn, beginning with `first`.
    """
    wrong: tuple[Any, Any] = (whole(word), [{"a": [whole(word)]}])
    for number, path in enumerate(leaves(content), first):
        if path != ("kind",):
            for shape in range(number, number + shapes):
                yield replaced(content, path, wrong[shape % 2])


def _guessed(kind: str, manifest: str, word: str) -> dict[str, Any]:
    """For a kind that has no sample below: every name that the module of that kind looks up."""
    names = set[str]().union(*(said for said in _strings() if kind in said))
    free = {name: word for name in sorted(names) if name.isidentifier() and name.islower()}
    event = {**free, "id": "0" * 32, "day": "2026-01-20", "after": []}
    return {**event, "kind": kind, "events": [event]}


@cache
def _strings() -> list[frozenset[str]]:
    """The strings of each module of the rules."""
    trees = [ast.parse(file.read_text("utf-8")) for file in (ROOT / "domain").rglob("*.py")]
    constants = [[node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)] for tree in trees]
    return [frozenset(value for value in values if isinstance(value, str)) for values in constants]


def _said(act: str, **more: Any) -> dict[str, Any]:
    return {"event": act, "id": "e" * 32, "after": [], "day": "2026-01-20"} | more


def _acts(kind: str, **said: Any) -> dict[str, Any]:
    """Several of them, as the coding of a testimony says it."""
    return {"kind": kind, "events": [{"id": "a" * 32, "day": "2026-01-20", "after": [], **said}]}


def _in_words(kind: str, manifest: str, text: str) -> dict[str, Any]:
    return {"kind": kind, "question": "f" * 64, "of": manifest, "text": text, "day": "2026-01-20"}


INCIDENT = "0" * 32  # the incident, file and note whose pages are looked at (tests/support/web/routes.py)
SAMPLES: dict[str, Any] = {
    "consent": lambda kind, manifest, word: {
        "kind": kind,
        "events": [_said("HOLD", purpose="P05", recipient=word[:200], reason="other", life_months=None)],
        "language": word,
        "script": {"id": word, "version": word, "lang": word, "heard": word},
    },
    "review": lambda kind, manifest, word: {"kind": kind, "events": [_said("ASSIGN", to="con.aux-..")]},
    "translation": lambda kind, manifest, word: {
        "kind": kind,
        "id": "d" * 32,
        "of": manifest,
        "original": "s1",
        "lang": "fr",
        "method": "person",
        "translator": word[:100],
        "sentences": [{"start": at, "end": at + 1, "text": word} for at in range(2)],
        "complete": False,
        "day": "2026-01-20",
        "after": [],
    },
    "contest": lambda kind, manifest, word: {"kind": kind, "withdrawal": word, "reason": word},
    "readers": lambda kind, manifest, word: {"kind": kind, "roster": word, "heads": {"hostile": [word]}},
    "case": lambda kind, manifest, word: {
        "kind": kind,
        **_said("TAKE", purpose="P09", recipient="case-river"),
    },
    "passages": lambda kind, manifest, word: _acts(
        kind, of=manifest, field="v_acts", passages=[{"statement": "s1", "start": 0, "end": 2**31}]
    ),
    "correction": lambda kind, manifest, word: _acts(
        kind, field="v_acts", reason="other", answer={"value": [word[:40]]}
    ),
    "assessment": lambda kind, manifest, word: _acts(kind, reliability="consistent", corroboration=["document"]),
    "note": lambda kind, manifest, word: {
        "kind": kind,
        "act": "WRITE",
        "id": "b" * 32,
        "note": "c" * 32,
        "of": manifest,
        "text": word[:8000],
        "lang": "und",
        "place": None,
        "day": "2026-01-20",
        "after": [],
    },
    "label": lambda kind, manifest, word: {
        "kind": kind,
        "id": "6" * 32,
        "of": manifest,
        "text": word[:80],
        "at": "2026-01-20T10:00:00Z",
        "after": [],
    },
    "linking": lambda kind, manifest, word: {
        "kind": kind,
        "events": [_said("TELLS", incident=INCIDENT), _said("PERSON", person="9" * 32) | {"id": "8" * 32}],
    },
    "incident-title": lambda kind, manifest, word: {
        "kind": kind,
        "id": "7" * 32,
        "incident": INCIDENT,
        "text": word[:120],
        "day": "2026-01-20",
        "after": [],
    },
    "attachment": lambda kind, manifest, word: {
        "kind": kind,
        "id": INCIDENT,
        "of": manifest,
        "purpose": "P09",
        "recipient": "case-river",
        "title": one_line(word[:100]),
        "sort": "MEDICAL",
        "made": None,
        "ending": "pdf",
        "size": 1,
        "sha256": "a" * 64,
        "key": "b" * 32,
        "pieces": 1,
        "day": "2026-01-20",
    },
    "attachment-out": lambda kind, manifest, word: {
        "kind": kind,
        "id": "5" * 32,
        "file": INCIDENT,
        "reason": word[:300],
        "day": "2026-01-20",
    },
    "feedback": lambda kind, manifest, word: {
        "kind": kind,
        "id": INCIDENT,
        "about": INCIDENT,
        "of": manifest,
        "act": "WRITE",
        "text": word[:1000],
        "lang": "und",
        "day": "2026-01-20",
    },
    "question-words": lambda kind, manifest, word: _in_words(kind, manifest, word[:450]),
    "answer-words": lambda kind, manifest, word: _in_words(kind, manifest, word[:2000]),
    "case-agenda": lambda kind, manifest, word: {
        "kind": kind,
        "id": "4" * 32,
        "item": "4" * 32,
        "purpose": "P09",
        "recipient": "case-river",
        "sort": "TASK",
        "what": word[:500],
        "who": word[:64],
        "due": None,
        "state": "OPEN",
        "day": "2026-01-20",
        "after": [],
    },
    "disclosure": lambda kind, manifest, word: {
        "kind": kind,
        "id": INCIDENT,
        "made": "casefile",
        "purpose": "P09",
        "recipient": word[:200],
        "sha256": "a" * 64,
        "day": "2026-01-20",
        "attached": [INCIDENT],
    },
    "notice": lambda kind, manifest, word: {
        "kind": kind,
        "id": "3" * 32,
        "file": INCIDENT,
        "event": "TOLD",
        "told": "2026-01-20",
        "day": "2026-01-20",
        "after": [],
    },
    "ledger": lambda kind, manifest, word: {
        "kind": kind,
        "v": "testimony/1/ledger",
        "act": "REFUSED",
        "day": "2026-01-20",
        "reason": "small",
        "counts": {"considered": 3},
    },
    "withdrawal-request": lambda kind, manifest, word: {"kind": kind, "text": word},
    "withdrawal-request-done": lambda kind, manifest, word: {"kind": kind, "request": word},
}
"""Kind -> a content as it should be, with the word wherever somebody may write freely."""
