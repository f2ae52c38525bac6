"""The numbers of published tables that a story at this desk makes smaller, from the accounts that tables may count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.stories import beside_tables
from testimony.domain.stories.beside_tables import Cell, Told
from testimony.domain.stories.story import Story
from testimony.domain.tables.account import border_of
from testimony.questionnaire.codebook import Codebook
from testimony.services.coding import opened_accounts
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
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
    return beside_tables.cells(story, counted(station, session, reader, annexes, at=at), known)


def counted(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> list[Told]:
    """The accounts here that tables may count at `at`."""
    known, countries = candidates.vocabulary(), Codebook.load().countries
    accounts = opened_accounts.open_accounts(station, session, reader, annexes, known, at=at)
    return [
        Told(
            name=one.manifest,
            border=border_of(one.line, countries),
            when="" if ".." in one.line.value("date") else one.line.value("date"),
        )
        for one in accounts
        if one.line is not None and not one.gone and not candidates.why_not(one, PUBLIC)
    ]


def require_enough(found: Iterable[Cell]) -> None:
    """Raise `StoryRefused("few")` where a number would stand for a few others."""
    if any(one.is_small for one in found):
        raise StoryRefused("few")
