"""Write in words which other accounts of a case file tell of the same incident."""

from __future__ import annotations

from collections.abc import Iterable

from testimony.errors import N_
from testimony.services.casefile.corroboration import Corroboration
from testimony.services.casefile.language import Data, Row, Speech, facts


def blocks(found: Iterable[Corroboration], speech: Speech) -> list[Data]:
    """The incidents of one testimony. Nothing if lawyers linked it to none."""
    rows = [_row(one, speech) for one in found]
    linked = N_(
        "Lawyers compared the accounts and said which tell of one incident. Incidents have numbers in this file."
    )
    return [facts(rows, speech), {"kind": "note", "words": speech.own(speech.say(linked))}] if rows else []


def _row(one: Corroboration, speech: Speech) -> Row:
    label = speech.say(N_("Incident %(number)s"), number=one.number)
    if one.contested:
        return label, [speech.say(N_("Lawyers differ whether this testimony tells of it."))]
    said = []
    if one.within:
        too = N_("Testimonies of this file by other persons that tell of it too: %(numbers)s")
        said.append(speech.say(too, numbers=_numbers(one.within)))
    else:
        said.append(speech.say(N_("No testimony of this file by another person tells of it.")))
    if one.same:
        same = N_("By the same person, so they confirm nothing: testimonies %(numbers)s")
        said.append(speech.say(same, numbers=_numbers(one.same)))
    if one.others:
        others = N_("Accounts by other persons that are not in this file and may be used for this case: %(number)s")
        said.append(speech.say(others, number=one.others))
    return label, said


def _numbers(found: Iterable[int]) -> str:
    return ", ".join(str(one) for one in found)
