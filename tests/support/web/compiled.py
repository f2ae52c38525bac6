"""Templates and addresses compiled once for all applications of a test process, and static files looked through once.

Nearly every test of a page makes an application of its own, which compiled every template that it showed and the way of
every address anew: four fifths of the time of such a test. What is compiled is the same, by its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from testimony.web.assets import FOLDER, Assets


class Kept(BytecodeCache):
    """The code of each template, by its file, its source, and how its environment reads it."""

    def __init__(self) -> None:
        self._codes: dict[tuple[Any, ...], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(_of(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[_of(bucket)] = bucket.code


@dataclass(frozen=True)
class Way:
    """What Werkzeug finds out about an address without variables that have a default."""

    parts: list[Any]
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]
    builders: tuple[Any, Any]

    @classmethod
    def of(cls, rule: Rule) -> Way:
        builders = (rule._build.__func__, rule._build_unknown.__func__)  # type: ignore[attr-defined]
        return cls(rule._parts, rule._trace, rule._converters, builders)

    def give(self, rule: Rule) -> None:
        rule._parts, rule._trace, rule._converters = self.parts, self.trace, self.converters
        rule.arguments |= self.converters.keys()
        rule._build, rule._build_unknown = (one.__get__(rule, None) for one in self.builders)


def _of(bucket: Bucket) -> tuple[Any, ...]:
    read: Environment = bucket.environment
    newstyle = getattr(read, "newstyle_gettext", None)
    options = (read.trim_blocks, read.lstrip_blocks, read.keep_trailing_newline, read.finalize, newstyle)
    return bucket.key, bucket.checksum, tuple(sorted(read.extensions)), options


def share() -> None:
    """From now on new applications find what others compiled. Once, when the tests begin."""
    make, compile_, kept = Flask.create_jinja_environment, Rule.compile, Kept()
    ways: dict[tuple[Any, ...], Way] = {}

    def made(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = kept
        return environment

    def compiled(rule: Rule) -> None:
        if rule.defaults or rule.map is None or rule.map.host_matching:
            compile_(rule)
            return
        variables = tuple((name, kind.__name__, kind.regex) for name, kind in rule.map.converters.items())
        of = (rule.rule, rule.subdomain, rule.merge_slashes, variables)
        if of in ways:
            ways[of].give(rule)
        else:
            compile_(rule)
            ways[of] = Way.of(rule)

    scan = Assets.scan.__func__  # type: ignore[attr-defined]
    ours = cache(lambda kind: scan(kind))

    def scanned(kind: type[Assets], folder: Path = FOLDER) -> Assets:
        found: Assets = ours(kind) if folder == FOLDER else scan(kind, folder)
        return found

    Assets.scan = classmethod(scanned)  # type: ignore[method-assign, assignment]
    Flask.create_jinja_environment = made  # type: ignore[method-assign, assignment]
    Rule.compile = compiled  # type: ignore[method-assign]
