"""Errors in a receipt from central."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class ReceiptRefused(TestimonyError):
    code = "receipt.refused"
    kind = Kind.REFUSED
    sentence = N_(
        "This receipt proves nothing, so the copy stays here. Synchronise again; if it happens again, report it."
    )
