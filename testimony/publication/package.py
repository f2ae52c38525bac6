"""The zip that leaves: the same bytes for the same edition, on every desk."""

from __future__ import annotations

import io

from testimony.publication.edition import Edition
from testimony.sealing.storedzip import StoredZip


def build(edition: Edition) -> bytes:
    """The zip of `edition`; what is previewed is what is sent."""
    held = io.BytesIO()
    container = StoredZip(held.write)
    container.finish()
    return held.getvalue()
