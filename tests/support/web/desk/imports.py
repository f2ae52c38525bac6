"""A sheet of records as a network may keep it: a date that can be read in two ways, a choice that nobody knows."""

from __future__ import annotations

SHEET = (
    "date of incident,group size,agreed,what,report\n"
    "03/04/2025,7,yes,beating | <b>shouting</b>,They took us to the river.\n"
    "03/05/2025,6 or 7,no,kicking,We waited.\n"
)
