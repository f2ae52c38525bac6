"""Who can read a file that leaves a desk: what the form says of it, and the file as it is sent."""

from __future__ import annotations

from flask import Response, request

from testimony.services.exports import exports
from testimony.services.exports.errors import ExportRefused


def is_plain() -> bool:
    """Whether the form asks for a file without a seal: {"seal": "sealed" | "plain", "sure"}.

    Raises `ExportRefused("unconfirmed")` unless it confirms that.
    """
    plain = request.form.get("seal") == "plain"
    if plain and "sure" not in request.form:
        raise ExportRefused("unconfirmed")
    return plain


def answer(data: bytes, name: str, *, plain: bool) -> Response:
    """The file, which no browser shows. A sealed one has the ending of such files after its own."""
    made = Response(data, content_type="application/octet-stream")
    made.headers["Content-Disposition"] = f'attachment; filename="{name if plain else name + exports.SEALED}"'
    return made
