"""Content of annexes that only who opens the testimony can read: it ends with the testimony (docs/sealing.md, "Bound").

The key comes from the salt in the header line of the testimony's consent, which leaves with the consent's body when the
testimony is destroyed. Then a key of a lawyer opens the annex and not what is in it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from testimony import canonical
from testimony.sealing.age import age
from testimony.sealing.age.hkdf import hkdf
from testimony.sealing.errors import CannotOpen

KIND: Final = "bound"
_INFO: Final = b"testimony/1/bound"


def key_of(salt: str) -> bytes:
    """The key for what is about a testimony; `salt`: that of its consent's header line, 64 hex digits."""
    return hkdf(bytes.fromhex(salt), b"", _INFO)[: age.FILE_KEY_BYTES]


def bind(content: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """{"kind": "bound", "sealed": base64}, in which `content` is."""
    sealed = age.seal_body(key, canonical.encode(content))
    return {"kind": KIND, "sealed": base64.b64encode(sealed).decode()}


def release(value: Mapping[str, Any], key: bytes) -> bytes:
    """The JSON of what `bind` sealed. Raises `CannotOpen("altered")`."""
    sealed = value.get("sealed")
    if value.keys() != {"kind", "sealed"} or not isinstance(sealed, str):
        raise CannotOpen("altered")
    try:
        return age.open_body(key, base64.b64decode(sealed, validate=True))
    except (binascii.Error, ValueError) as error:
        raise CannotOpen("altered") from error
