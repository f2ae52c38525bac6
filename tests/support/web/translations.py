"""Rules of spelling by language, and the sentences that a page says."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import grimp
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from testimony.catalogues import FOLDER

# Lexique des règles typographiques: a thin space that does not break before ; ! ?, a full one at : « », ’ for '
NOT_FRENCH = re.compile(r"[^\u202f][;!?]|[ \u202f]:|[^\xa0]»|«[^\xa0]|\w'\w")


# Ortografía de la lengua española: signs that open and close, no space before them, “ ” and ’
NOT_SPANISH = re.compile(r"\s[;:!?]|[¿¡]\s|[\"«»]|\w'\w")


# The Academy's orthography: Persian yeh and kaf, its own marks, Western digits as the catalogue has them everywhere
NOT_PERSIAN = re.compile(
    r"[\u064a\u0643\u0649]|[\u0600-\u06ff]\s*[?,;]|[?,;]\s*[\u0600-\u06ff]|\s\u200c|\u200c\s|[٠-٩۰-۹]"
)


SEPARATE = re.compile(r"(?<![\w\u200c])(?:می|نمی) [\u0600-\u06ff]|[\u0600-\u06ff] (?:ها|های|هایی)(?![\w\u200c])")
"""Prefixes and endings that a half space joins to their word."""


NOT_ARABIC = re.compile(r"[\u0600-\u06ff]\s*[?,;]|[?,;]\s*[\u0600-\u06ff]")


# Turkish: no straight quotes, no space before a mark; an ending after a name follows ’
NOT_TURKISH = re.compile(r"\"|\w'\w|\s[;:!?,]|\s\.(?!\w)")


# German: „ “ as quotes, no space before a mark
NOT_GERMAN = re.compile(r"[\"«»”]|\w'\w|\s[;:!?,]")


# Greek: « » as quotes, ; asks, no space before a mark
NOT_GREEK = re.compile(r"[\"“”„?]|\w'\w|\s[;:!,]")


NODE_PAGES = tuple(
    f"testimony.web.{name}"
    for name in ("field", "help", "admission", "tour", "pages", "auth", "errors", "error_handlers")
)
"""Where the pages begin that a field node, its help pages and a demonstration show."""


NOT_AT_A_NODE = {
    "services/review/errors.py",  # what only desks, central, ceremonies and the command line do
    "services/roster/errors.py",
    "services/monitoring/errors.py",
    "sealing/statements/errors.py",
    "sealing/log/errors.py",
}
TEMPLATES_ELSEWHERE = ("desk", "central", "ceremony", "firstkey")


@functools.cache
def said_in() -> dict[str, set[str]]:
    """Each sentence in English, and the files that say it."""
    with (FOLDER / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str, set[str]] = {}
    for name, _, message, *_ in extract_from_dir(
        FOLDER.parent / "testimony", methods, options, keywords=DEFAULT_KEYWORDS
    ):
        found.setdefault(message if isinstance(message, str) else message[0], set()).add(str(name).replace("\\", "/"))
    return found


@functools.cache
def said_at_a_node() -> set[str]:
    """The sentences of a field node: those of its templates, and of every module that its pages import."""
    graph = grimp.build_graph("testimony")
    begin = {one for one in graph.modules if one.startswith(NODE_PAGES)}
    modules = begin.union(*(graph.find_upstream_modules(one) for one in begin))
    return {sentence for sentence, files in said_in().items() if any(_of_a_node(one, modules) for one in files)}


def _of_a_node(name: str, modules: set[str]) -> bool:
    path = Path(name)
    if path.suffix == ".py":
        dotted = ".".join(("testimony", *path.with_suffix("").parts)).removesuffix(".__init__")
        return dotted in modules and name not in NOT_AT_A_NODE
    return path.parts[2] not in TEMPLATES_ELSEWHERE
