"""Makes text safe to show: bidi controls cannot affect other text, invisible characters show, nothing breaks a page.

`<bdi>` and `dir` isolate text of two directions, but a closing control character in a name closes them too: browsers
implement them with those same characters. So controls that a text opens are closed at its end, and those that it closes
without opening are removed; a text that opens and closes its own, as some keyboards write it, is unchanged.
"""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Flask
from flask.json.provider import DefaultJSONProvider
from markupsafe import Markup

EMBEDDED, ISOLATED = "\u202c", "\u2069"
CLOSES: Final = dict.fromkeys("\u202a\u202b\u202d\u202e", EMBEDDED) | dict.fromkeys("\u2066\u2067\u2068", ISOLATED)
"""What opens a direction -> what closes it (UAX 9)."""
DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
PARAGRAPHS = re.compile("([\n\r\u2029])")
"""The characters at which every direction ends by itself."""
PICTURES, DELETED, UNKNOWN = 0x2400, "\u2421", "\ufffd"


def contained(value: Any) -> Any:
    """`value` as it is, unless it is a text with such signs in it; for Jinja's `finalize`."""
    if not isinstance(value, str):
        return value
    text = str(value)
    if CONTROLS.search(text):
        text = CONTROLS.sub(_picture, text)
    if DIRECTIONS.search(text):
        text = "".join(map(_closed, PARAGRAPHS.split(text)))
    if text == value:
        return value
    return Markup(text) if isinstance(value, Markup) else text  # noqa: S704  # escaped before; no such sign is markup


def apart(text: str) -> str:
    """`text` between signs that keep its direction to itself, where no `<bdi>` may stand, as in an option."""
    return f"\u2068{contained(text)}{ISOLATED}"


class ContainedJSON(DefaultJSONProvider):
    """What scripts are answered: its texts are contained as those of pages are."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return super().dumps(_throughout(obj), **kwargs)


def register(app: Flask) -> None:
    """All that a template writes and a script is answered is contained; `{{ name | apart }}` keeps it apart besides."""
    app.json = ContainedJSON(app)
    app.jinja_env.finalize = contained
    app.jinja_env.filters["apart"] = apart


def _throughout(value: Any) -> Any:
    """`value` with all its texts contained; keys are ours."""
    if isinstance(value, dict):
        return {name: _throughout(held) for name, held in value.items()}
    return list(map(_throughout, value)) if isinstance(value, list | tuple) else contained(value)


def _picture(found: re.Match[str]) -> str:
    """The picture that Unicode has of a control character; of halves of letters, which no page can hold, none."""
    code = ord(found[0])
    return chr(PICTURES + code) if code < 32 else DELETED if code == 127 else UNKNOWN


def _closed(text: str) -> str:
    """One paragraph with its directions in pairs."""
    kept: list[str] = []
    waiting: list[str] = []
    for sign in text:
        if sign in CLOSES:
            waiting.append(CLOSES[sign])
        elif sign == ISOLATED and ISOLATED in waiting:
            while (closing := waiting.pop()) != ISOLATED:
                kept.append(closing)
        elif sign == EMBEDDED and waiting and waiting[-1] == EMBEDDED:
            waiting.pop()
        elif sign in (ISOLATED, EMBEDDED):
            continue
        kept.append(sign)
    return "".join([*kept, *reversed(waiting)])
