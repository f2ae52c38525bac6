"""Canonical JSON: the single byte form in which a statement is signed, hashed and compared.

RFC 8785 restricted (docs/sealing.md, "Canonical JSON"): keys `[a-z0-9_-]{1,64}`, integers |n| <= 2^53-1, no floats,
no lone surrogates, depth <= 8. Parsing decodes, encodes again and requires equal bytes, which rules out duplicate keys,
white space, `1.0`, `-0`, needless escapes and a byte order mark without a rule for each.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import lru_cache
from typing import Any

from testimony.errors import NotCanonical

DEPTH = 8
LARGEST = 2**53 - 1
KEY = re.compile(r"[a-z0-9_-]{1,64}")
SURROGATE = re.compile("[\ud800-\udfff]")
_is_key = lru_cache(maxsize=1024)(KEY.fullmatch)
"""Remembered, because the same few keys come again and again."""
_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def encode(value: object, *, depth: int = DEPTH) -> bytes:
    """`value` (None, bool, int, str, list or tuple, dict) as canonical bytes.

    `depth` is more only for what is hashed and never signed: a form, whose skip logic is a tree. Raises `NotCanonical`
    for anything that the format does not allow.
    """
    _require_allowed(value, depth)
    return _written(value).encode()


def decode(data: bytes, *, depth: int = DEPTH) -> Any:
    """The value of canonical `data`. Raises `NotCanonical` if these are not the bytes that `encode` would give."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotCanonical from error
    if encode(value, depth=depth) != data:
        raise NotCanonical
    return value


def decode_object(data: bytes) -> dict[str, Any]:
    """Like `decode`, for data that must be one JSON object."""
    value = decode(data)
    if not isinstance(value, dict):
        raise NotCanonical
    return value


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hex digits: the name of every record and part."""
    return hashlib.sha256(data).hexdigest()


def _require_allowed(value: object, depth: int) -> None:
    """The exact types first: nearly everything is text, and each record is looked through several times."""
    kind = type(value)
    if kind is str:
        _require_text(value)  # type: ignore[arg-type]  # its type was just looked at
    elif kind is dict:
        _require_depth(depth)
        for key, item in value.items():  # type: ignore[attr-defined]
            if not isinstance(key, str) or not _is_key(key):
                raise NotCanonical
            if type(item) is not str or not item.isascii():  # most are: a call for each takes as long as all else
                _require_allowed(item, depth - 1)
    elif kind is list or kind is tuple:
        _require_depth(depth)
        for item in value:  # type: ignore[attr-defined]
            _require_allowed(item, depth - 1)
    elif kind is int:
        _require_small(value)  # type: ignore[arg-type]
    elif value is not None and kind is not bool:
        _require_derived(value, depth)


def _require_derived(value: object, depth: int) -> None:
    """Check a value whose class derives from an allowed one: it is written like that one."""
    if isinstance(value, int):
        _require_small(value)
    elif isinstance(value, str):
        _require_text(value)
    elif isinstance(value, list | tuple):
        _require_allowed(list(value), depth)
    elif isinstance(value, dict):
        _require_allowed(dict(value), depth)
    else:
        raise NotCanonical


def _require_text(value: str) -> None:
    if not value.isascii() and SURROGATE.search(value):
        raise NotCanonical


def _require_small(value: int) -> None:
    if abs(value) > LARGEST:
        raise NotCanonical


def _require_depth(depth: int) -> None:
    if depth == 0:
        raise NotCanonical
