"""Errors for a release that is not fit for its recipient."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class EditionUnfit(TestimonyError):
    """A table that cannot become a release, or bytes that are the table of none."""

    code = "edition.unfit"
    kind = Kind.CONFLICT
    sentence = N_("This table cannot become a release: its check would fail (%(what)s). Nothing was made; report it.")
