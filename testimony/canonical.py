"""Canonical JSON: the one byte form in which a statement is signed, hashed and compared.

RFC 8785 restricted (docs/sealing.md, "Canonical JSON"): keys `[a-z0-9_-]{1,64}`, integers |n| <= 2^53-1, no floats,
no lone surrogates, depth <= 8. Parsing decodes, encodes again and requires equal bytes, which rules out duplicate keys,
white space, `1.0`, `-0`, needless escapes and a byte order mark without a rule for each.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from testimony.errors import NotCanonical

DEPTH = 8
LARGEST = 2**53 - 1
KEY = re.compile(r"[a-z0-9_-]{1,64}")
SURROGATE = re.compile("[\ud800-\udfff]")
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
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical
    elif isinstance(value, str):
        if not value.isascii() and SURROGATE.search(value):
            raise NotCanonical
    elif isinstance(value, list | tuple):
        _require_depth(depth)
        for item in value:
            _require_allowed(item, depth - 1)
    elif isinstance(value, dict):
        _require_depth(depth)
        for key, item in value.items():
            if not isinstance(key, str) or not KEY.fullmatch(key):
                raise NotCanonical
            _require_allowed(item, depth - 1)
    else:
        raise NotCanonical


def _require_depth(depth: int) -> None:
    if depth == 0:
        raise NotCanonical
