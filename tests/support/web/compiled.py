"""Templates and addresses compiled once for all applications of a test process, and static files looked through once.

Nearly every test of a page makes an application of its own, which compiled every template that it showed and the way of
every address anew: four fifths of the time of such a test. What is compiled is the same, by its source.
"""

from __future__ import annotations

from collections.abc import Callable
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


def _of(bucket: Bucket) -> tuple[Any, ...]:
    read: Environment = bucket.environment
    newstyle = getattr(read, "newstyle_gettext", None)
    options = (read.trim_blocks, read.lstrip_blocks, read.keep_trailing_newline, read.finalize, newstyle)
    return bucket.key, bucket.checksum, tuple(sorted(read.extensions)), options


def share() -> None:
    """From now on new applications find what others compiled. Once, when the tests begin."""
    make, build, kept = Flask.create_jinja_environment, Rule._compile_builder, Kept()
    builders: dict[tuple[Any, ...], Callable[..., tuple[str, str]]] = {}

    def made(app: Flask) -> Environment:
        environment = make(app)
        environment.bytecode_cache = kept
        return environment

    def built(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if rule.defaults:
            return build(rule, append_unknown)
        of = (rule.rule, tuple(rule._trace), append_unknown)
        if of not in builders:
            builders[of] = build(rule, append_unknown)
        return builders[of]

    scan = Assets.scan.__func__  # type: ignore[attr-defined]
    ours = cache(lambda kind: scan(kind))

    def scanned(kind: type[Assets], folder: Path = FOLDER) -> Assets:
        found: Assets = ours(kind) if folder == FOLDER else scan(kind, folder)
        return found

    Assets.scan = classmethod(scanned)  # type: ignore[method-assign, assignment]
    Flask.create_jinja_environment = made  # type: ignore[method-assign, assignment]
    Rule._compile_builder = built  # type: ignore[method-assign]
