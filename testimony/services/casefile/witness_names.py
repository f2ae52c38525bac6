"""Decide how an export names a witness: as consent allows, and no more than was requested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from testimony.domain.consent.guards import CHILDREN
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony import redaction
from testimony.domain.testimony.redaction import Burner, Segments
from testimony.services.consent.consents import Consents
from testimony.services.testimony.view import Opened

NAMES: Final = ("full", "initials", "none")
"""How a name may be shown, from most to least."""


def allowed(stands: Consents, case: Key, age: Any) -> str:
    """How the witness's name may be shown: before the United Nations as P08d says; for a child only initials."""
    most = NAMES[0]
    if case.purpose is Purpose.UN_CASE:
        asked = Key(Purpose.UN_NAME, case.recipient)
        said = next((line.name_shown for line in stands.lines or () if line.key == asked and line.usable), "")
        most = said if said in NAMES else NAMES[-1]
    return _least(most, NAMES[1]) if age in CHILDREN else most


def shown(opened: Opened, case: Key, most: str) -> str:
    """How the witness's name is shown: as consent allows, and at most as `most`. One of `NAMES`."""
    return _least(allowed(opened.consent, case, _content(opened, "consent").get("age")), most)


def name(names: Sequence[str], shown: str, marked: Burner) -> Segments | None:
    """The first of `names` as it is shown; None: not at all.

    `marked`: redacts marked words only, since another person's hidden name may be part of this one.
    """
    if not names or shown == NAMES[-1]:
        return None
    return marked.burn(names[0]) if shown == NAMES[0] else (redaction.initials(names[0]),)


def names_of(opened: Opened) -> list[str]:
    """The witness's names: the main name first, then others."""
    return _answered_fields(opened, "w_name", "w_alias")


def _answered_fields(opened: Opened, *fields: str) -> list[str]:
    """The answered fields of the identity."""
    answers = _content(opened, "identity").get("answers")
    said = [answers.get(one) for one in fields] if isinstance(answers, Mapping) else []
    values = [one.get("value") for one in said if isinstance(one, Mapping)]
    return [one for one in values if isinstance(one, str) and one.strip()]


def born(opened: Opened) -> str:
    """The date of birth as it was given; empty if it was not."""
    return next(iter(_answered_fields(opened, "w_dob")), "")


def _content(opened: Opened, part: str) -> Mapping[str, Any]:
    held = opened.compartment(part)
    return (held.content if held else None) or {}


def _least(one: str, other: str) -> str:
    return NAMES[max(NAMES.index(one), NAMES.index(other))]
