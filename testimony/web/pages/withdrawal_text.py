"""What the page of withdrawal says in one language, what of it can be heard, and which uses can be ended alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from testimony.domain.consent.offers import card_id
from testimony.domain.consent.purposes import Key
from testimony.sealing.roster.wording import Clip
from testimony.services.wordings import states
from testimony.services.wordings.sentences import (
    NOTHING,
    PAGE_ANSWERS,
    always_checked,
    uses_asked,
    withdrawal_page,
)
from testimony.services.wordings.wordings import in_force
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Use:
    """A use that can be ended alone. `said`: the key of the sentence that says what it gives."""

    key: Key
    said: str


@dataclass(frozen=True, kw_only=True)
class PageText:
    """Every sentence by its key, with this organisation's names. `sounds`: recordings that people like the witnesses
    understood.
    """

    sentences: Mapping[str, str]
    uses: tuple[Use, ...]
    sounds: Mapping[str, Clip]
    is_draft: bool  # not every sentence may be read as it is


def page_text(station: Station, tag: str) -> PageText:
    """The page in `tag`, a language that has a script, as the organisation says it today."""
    held = in_force(station, tag)
    mended = held.mended if held else NOTHING
    rosters = station.chain.rosters
    said = always_checked(rosters[0].organisation, tag, mended)
    asked = uses_asked((roster.organisation for roster in rosters), tag, mended)
    uses = {f"gives.{card_id(key)}": key for key in asked}
    today = (*withdrawal_page(tag), *PAGE_ANSWERS, *(key for key in uses if key in said))
    return PageText(
        sentences=said | dict(zip(uses, asked.values(), strict=True)),
        uses=tuple(Use(key=key, said=name) for name, key in uses.items()),
        sounds=states.played(today, tag, held),
        is_draft=not states.of_withdrawal_page(uses, tag, held).may_be_read,
    )
