"""The numbers of published tables that a story at this desk makes smaller, from the accounts that tables may count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.review import clearance, review
from testimony.domain.stories import beside_tables
from testimony.domain.stories.beside_tables import Cell, Told
from testimony.domain.stories.story import Story
from testimony.domain.tables.account import border_of, when_of
from testimony.questionnaire.codebook import Codebook
from testimony.services.coding import opened_accounts
from testimony.services.ledger import order
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
from testimony.services.release.candidates import Facts
from testimony.services.stories.errors import StoryRefused
from testimony.station.station import Station

PUBLIC: Final = frozenset({"P06"})


def cells(
    station: Station,
    session: Session,
    reader: Reader,
    annexes: AnnexIndex,
    story: Story,
    known: Collection[str],
    *,
    at: date,
) -> tuple[Cell, ...]:
    """See `domain/stories/beside_tables.py`. `known`: the records of the accounts of other published stories."""
    violence = Codebook.load().lists[Codebook.load().fields["v_acts"].list or ""]
    families = {one.code: one.family for one in violence.options if one.family}
    return beside_tables.cells(story, counted(station, session, reader, annexes, at=at), known, families)


def counted(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> list[Told]:
    """The accounts here that tables may count at `at`."""
    known, countries = candidates.vocabulary(), Codebook.load().countries
    found = candidates.of(station, session, reader, annexes, at=at, recipients=PUBLIC)
    accounts = opened_accounts.open_accounts(station, session, reader, annexes, known, at=at)
    told, came = {one.tid: one.told for one in accounts}, _came(station, session, annexes, found.facts, at=at)
    return [
        Told(
            name=fact.manifest,
            border=border_of(fact.line, countries),
            when=when_of(fact.line.value("date")),
            came=came[fact.tid].isoformat()[: len("2025-07")],
            person=one.record.person,
            incident=one.record.incident,
            told=told[fact.tid],
        )
        for fact, one in zip(found.facts, found.usable, strict=True)
    ]


def _came(
    station: Station, session: Session, annexes: AnnexIndex, facts: Sequence[Facts], *, at: date
) -> dict[str, date]:
    """The day from which tables may count each: that of its record in central's log, or of the last word on its review.

    Desks of lawyers do not read which file counts it. What has not come back from central comes today at the earliest.
    """
    reviewed: dict[str, date] = {}
    for annex in (*annexes.of_kind(clearance.KIND), *annexes.of_kind(review.KIND)):
        reviewed[annex.tid] = max(reviewed.get(annex.tid, date.min), date.fromisoformat(annex.day))
    places = order.places(station.chain, session, [one.manifest for one in facts])
    return {
        one.tid: max(places[one.manifest].day if one.manifest in places else at, reviewed.get(one.tid, date.min))
        for one in facts
    }


def require_enough(found: Iterable[Cell]) -> None:
    """Raise `StoryRefused("few")` where a number would stand for a few others."""
    if any(one.is_small for one in found):
        raise StoryRefused("few")
