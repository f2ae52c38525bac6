"""Hostile words, and where a dishonest phone can put them: every field and every compartment; a page taken apart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import testimony
from testimony.questionnaire.form import Form
from testimony.services.demo import demo
from tests.support.web.browser import NOW

ROOT = Path(testimony.__file__).parent
BREAKERS = {
    "script": "<script>hostile(1)</script><x-hostile>",
    "attribute": "\" onhostile=hostile(1) x=' onhostile='hostile(1)' ><x-hostile a=`b`>",
    "image": "<img src=x onerror=hostile(1) onhostile=1><svg onload=hostile(1) onhostile=1><x-hostile>",
    "template": "</textarea></title></style></script><x-hostile>{{7*'7'}}{% raw %}${7*7}&lt;x-hostile&gt;",
    "formula": "=HYPERLINK(\"http://evil.example/\")\t+cmd|' /C calc'!A0",
}
SIGNS = {
    "override": "\u202eelpmaxE\u202d\u202b\u202aleft open",
    "isolates": "\u2069\u202ecloses what the page opened\u2066\u2067\u2068left open",
    "controls": "".join(map(chr, range(32))) + "\x7f\x80\x85\x9f\u2028\u2029end",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff\u180e\U000e0041\U000e007finvisible\u200b",
    "zalgo": "Z" + "\u0300\u0301\u0316\u0489" * 60 + "algo",
    "newlines": "\n\n\r\n\r" * 50 + "after many lines",
    "half a letter": "\ud800 lone \udfff",
    "path": "../../../../etc/passwd\\..\\..\\con",
}
WORDS = {**BREAKERS, **SIGNS}
WORST = "".join(BREAKERS.values()) + SIGNS["override"] + SIGNS["isolates"] + SIGNS["half a letter"] + SIGNS["controls"]
LONG = 200_000
"""Bytes of one word without a place to break it; the most that a text part holds is 256 KiB."""


def parts(word: str) -> dict[str, Any]:
    """Every compartment in the shape that the interview page makes, with `word` wherever somebody may write freely."""
    made = demo.contents(demo.invented()[3], Form.load(), NOW)
    for name, field in Form.load().value["fields"].items():
        part = Form.load().field(name).compartment
        value: Any = word
        if field["type"] in ("multi", "multi_code"):
            value = [word, word]
        elif field["type"] == "repeat":
            value = [{piece["id"]: word for piece in field["pieces"]}]
        if part in made and "answers" in made[part]:
            made[part]["answers"][name] = {"value": value}
    made["coded"]["answers"] = {**made["incident"]["answers"], word[:40]: {"value": word}}
    made["identity"]["answers"] |= {name: {"value": word} for name in _asked_with_consent()}
    made["narrative"]["statements"] = [
        {"id": "s1", "lang": "prs", "dir": "ltr", "text": word, "original": None},
        {"id": "s2", "lang": "en", "dir": word, "text": word, "original": "s1"},
        {"id": "s3", "lang": word, "dir": word, "text": word, "original": word},
    ]
    made["consent"] |= _consent(word)
    made["provenance"] |= {name: whole(word) for name in _asked_with_consent()} | _provenance(whole(word))
    return made


def encoded(content: Any) -> bytes:
    """As a dishonest phone writes it: halves of letters go in as escapes."""
    return json.dumps(content).encode()


def whole(word: str) -> str:
    """Without halves of letters, which canonical JSON does not hold."""
    return word.encode("utf-8", "ignore").decode()


def leaves(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in `content` a value stands."""
    pairs = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for name, held in pairs:
        yield (*path, name)
        yield from leaves(held, (*path, name))


def apart(paths: Iterable[tuple[Any, ...]], together: int) -> list[list[tuple[int, tuple[Any, ...]]]]:
    """The paths with their numbers, in groups of at most `together`; in a group none leads through another."""
    groups: list[list[tuple[int, tuple[Any, ...]]]] = []
    for number, path in enumerate(paths):
        fitting = (
            group
            for group in groups
            if len(group) < together and all(path[: len(held)] != held[: len(path)] for _, held in group)
        )
        group = next(fitting, None)
        if group is None:
            groups.append(group := [])
        group.append((number, path))
    return groups


def replaced(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of `content` with `value` at `path`."""
    if not path:
        return value
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[path[0]] = replaced(content[path[0]], path[1:], value)
    return copy


def _asked_with_consent() -> list[str]:
    return ["guardian_name", "guardian_relation", "contact_safe", "adults_names", "witness_signature"]


def _consent(word: str) -> dict[str, Any]:
    script = {"id": word, "version": word, "lang": word, "sha256": word, "draft": word, "heard": word, "wording": word}
    before = {"script": script, "told": [word], "teach_back": [word], "asked": [word, f"P05-{word}"]}
    return {"script": script, "said_before": [before], "mode": word, "age": word, "present": [word], "incentive": word,
            "capacity": [word], "told": [word], "teach_back": {word[:40]: word}, "speaker": word}  # fmt: skip


def _provenance(word: str) -> dict[str, Any]:
    return {"started": word, "finished": word, "interpreter_name": word, "told_before": word, "prompts": [word],
            "pictures": [word, word], "referrals": {"hostile": "accepted", "camp-clinic": word}}  # fmt: skip


BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
CONTROLS = frozenset(map(chr, [*range(9), 11, 12, *range(14, 32), *range(127, 160)]))
VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "path", "source", "wbr"})


class Reading(HTMLParser):
    """A page as a browser takes it apart; `wrong` is what should not have been there."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "x-hostile" or (tag == "script" and not str(found.get("src", "/static/")).startswith("/static/")):
            self.wrong.append(f"<{tag}>")
        self.wrong += [f"<{tag} {name}>" for name in found if name.startswith("on")]
        for name in ("href", "src", "action"):
            address = found.get(name) or ""
            if address.startswith(("javascript:", "data:", "//")) or "\\" in address or ".." in address:
                self.wrong.append(f"<{tag} {name}={address[:40]}>")
        if tag not in VOID:
            self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        while any(tag == name for name, _ in self._open) and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        around = [(name, held) for name, held in self._open if name not in ("html", "body")]
        if around and around[-1][0] == "script":
            self.wrong += ["a script of words"] if "hostile(1)" in data else []
            return
        if BIDI.intersection(data):
            apart = any(name == "bdi" or "dir" in held for name, held in around)
            if not apart and BIDI.intersection(APART.sub("", data)):
                self.wrong.append(f"not isolated in {[name for name, _ in around[-3:]]}: {data.strip()[:60]!r}")
            if not all(map(balanced, data.split("\n"))):
                self.wrong.append(f"directions left open in <{around[-1][0]}>: {data.strip()[:60]!r}")
        if CONTROLS.intersection(data):
            self.wrong.append(f"control characters in <{around[-1][0] if around else ''}>: {data.strip()[:60]!r}")


APART = re.compile("\u2068.*\u2069", re.DOTALL)
"""What stands between signs that keep it apart, where no element can."""


def balanced(data: str) -> bool:
    """Whether what this text says of directions ends with it: it opens nothing that it does not close."""
    stack: list[str] = []
    for sign in data:
        if sign in "\u202a\u202b\u202d\u202e":
            stack.append("\u202c")
        elif sign in "\u2066\u2067\u2068":
            stack.append("\u2069")
        elif sign in "\u202c\u2069" and (not stack or stack.pop() != sign):
            return False
    return not stack
