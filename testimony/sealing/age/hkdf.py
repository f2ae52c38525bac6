"""HKDF-SHA256 (RFC 5869) for a single block of output, which is all that age and this format need."""

from __future__ import annotations

import hmac


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """32 bytes. An empty salt is 32 zero bytes, as the RFC says."""
    extracted = hmac.digest(salt or bytes(32), secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")
