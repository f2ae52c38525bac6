"""The numbers of published tables that a story at this desk makes smaller, from the accounts that tables may count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from testimony.domain.stories import beside_tables
from testimony.domain.stories.beside_tables import Cell, Told
from testimony.domain.stories.story import Story
from testimony.domain.tables.account import border_of, when_of
from testimony.questionnaire.codebook import Codebook
from testimony.services.coding import opened_accounts
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.release import candidates
from testimony.services.stories.errors import StoryRefused
from testimony.services.tables import membership
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
    found = counted(station, session, reader, annexes, at=at)
    files = membership.read(station.chain, annexes)
    return beside_tables.cells(story, found, known, families, files=files, at=at)


def counted(station: Station, session: Session, reader: Reader, annexes: AnnexIndex, *, at: date) -> list[Told]:
    """The accounts here that tables may count at `at`. Refreshes `annexes`."""
    known, countries = candidates.vocabulary(), Codebook.load().countries
    found = candidates.of(station, session, reader, annexes, at=at, recipients=PUBLIC)
    accounts = opened_accounts.open_accounts(station, session, reader, annexes, known, at=at)
    told = {one.tid: one.told for one in accounts}
    return [
        Told(
            name=fact.manifest,
            border=border_of(fact.line, countries),
            when=when_of(fact.line.value("date")),
            person=one.record.person,
            incident=one.record.incident,
            told=told[fact.tid],
        )
        for fact, one in zip(found.facts, found.usable, strict=True)
    ]


def require_enough(found: Iterable[Cell]) -> None:
    """Raise `StoryRefused("few")` where a number would stand for a few others."""
    if any(one.is_small for one in found):
        raise StoryRefused("few")
