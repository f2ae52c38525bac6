"""Where nodes of one organisation leave the pages that they rendered for each other."""

from __future__ import annotations

from pathlib import Path

from testimony.services.enrolment.organisation import Organisation


def pages_of(made: Organisation) -> Path:
    """Where a node finds the pages that another one rendered for this roster, or leaves its own."""
    return made.folder.parent / f"pages-{made.roster.id}"
