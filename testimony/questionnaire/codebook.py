"""The codebook: every field and code list, with what may be asked of whom and what may ever leave."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class CodebookField:
    id: str
    label: str
    type: str  # text date media code select multi multi_code int repeat geo json ref
    list: str | None
    compartment: str  # identity narrative incident consent media review provenance
    cls: str  # D Q S P W N (see codebook.json, "classes")
    export: str  # never gen coded count derived
    hierarchy: str | None
    hxl: str | None
    required: bool
    themes: tuple[str, ...]

    @property
    def exportable(self) -> bool:
        return self.export != "never"


@dataclass(frozen=True, kw_only=True)
class Option:
    code: str
    label: str
    family: str | None = None  # of a violence code
    exclusive: bool = False  # stands alone in a multi


@dataclass(frozen=True, kw_only=True)
class CodeList:
    id: str
    title: str
    options: tuple[Option, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


@dataclass(frozen=True, kw_only=True)
class Codebook:
    version: str
    fields: Mapping[str, CodebookField]
    lists: Mapping[str, CodeList]
    themes: Mapping[str, str]
    hierarchies: Mapping[str, tuple[str, ...]]

    @classmethod
    def load(cls) -> Codebook:
        """The codebook shipped with this version."""
        return _load()


@functools.cache
def _load() -> Codebook:
    raise NotImplementedError


def read_json(name: str) -> Any:
    """The JSON of a file beside this module."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))
