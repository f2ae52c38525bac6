"""Checks whether a grant of consent was valid: the guards judge every GRANT by what was recorded with it.

A GRANT that a guard refuses does not disappear: it counts as asked, and as refused for that reason. The phone applies
the same rule when it seals (`interview/consent/log.js`), and so does every reader of data that another program sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from testimony.domain.consent.documents import Named
from testimony.domain.consent.events import ENDING, Act, ConsentEvent
from testimony.domain.consent.guards import obstacles
from testimony.domain.consent.purposes import Purpose

DOCUMENTED = "documented"
"""What the consent compartment of an imported account has in place of circumstances: where its consent is on paper."""
OF_DOCUMENTS = frozenset({Purpose.RECORD, Purpose.LAWYER})
"""What an organisation's own papers cover. Nobody asked the witness for more in words that can be shown."""
OF_MEDIA = frozenset({Purpose.VOICE, Purpose.PHOTOGRAPH})
"""What recordings and pictures need. They come with the testimony that another organisation hands over."""

BY_NO_DOCUMENT = frozenset({Purpose.RECORD, *OF_MEDIA, Purpose.HANDOVER})
"""Uses for which a document never takes the witness's own yes: it keeps nothing longer, and hands nothing over."""
OF_CHILDREN = ("under_12", "guardian_missing", "assent_missing", "second_adult_missing", "not_for_children")
"""The guards that judge a document too: nobody spoke, but the witness may have been a child."""
UNSAID = frozenset({"not_recorded", "told_missing", "script_draft", "not_played"})
"""Why a yes counts as a no although nobody said no. Other guards say what somebody said, or that nobody could."""


def hindrance(purpose: Purpose, circumstances: Mapping[str, Any], told_items: Sequence[str]) -> str | None:
    """The first guard in the way of granting `purpose`, a key of `guards.OBSTACLES`; None when nothing is.

    `circumstances`: the content of the consent compartment; `told_items`: the ids of its script's must-tell items.
    """
    return next(iter(obstacles(circumstances, str(purpose), tuple(told_items))), None)


def judged(
    events: Iterable[ConsentEvent], circumstances: Mapping[str, Any], told_items: Sequence[str]
) -> tuple[ConsentEvent, ...]:
    """`events`, with a REFUSE and its `reason` in the place of each GRANT that a guard refuses."""
    found: dict[Purpose, str | None] = {}
    return tuple(_judged(event, circumstances, told_items, found) for event in events)


def documented(events: Iterable[ConsentEvent]) -> tuple[ConsentEvent, ...]:
    """The events of an imported account: a yes to more than `OF_DOCUMENTS` and `OF_MEDIA` counts as a no."""
    return tuple(
        replace(event, act=Act.REFUSE, reason="not_recorded")
        if event.act is Act.GRANT and event.purpose not in OF_DOCUMENTS | OF_MEDIA
        else event
        for event in events
    )


def document_hindrance(purpose: Purpose, document: Named) -> str | None:
    """Why `document` cannot say yes to `purpose`, a key of `guards.OBSTACLES`; None when it can."""
    if purpose in BY_NO_DOCUMENT:
        return "not_recorded"
    found = obstacles(document.circumstances, str(purpose), ())
    return next((code for code in found if code in OF_CHILDREN), None)


def by_document(events: Iterable[ConsentEvent], document: Named) -> tuple[ConsentEvent, ...]:
    """`events`, with a REFUSE in the place of each GRANT to which `document`, or one of a later day, cannot say yes."""
    return tuple(
        replace(event, act=Act.REFUSE, reason=reason) if (reason := _unsaid(event, document)) else event
        for event in events
    )


def is_no(event: ConsentEvent) -> bool:
    """Whether somebody ended a use. A yes that lacks a word of the interviewer is no answer of the witness."""
    return event.act in ENDING and event.reason not in UNSAID


def overtaken(yes: ConsentEvent, made: date, events: Iterable[ConsentEvent]) -> bool:
    """Whether one of `events` says no to `yes`, by a document of the day `made`, between that day and its signature."""
    return any(
        is_no(one) and _concerns(one, yes) and made <= one.day <= yes.day and yes.id not in one.after for one in events
    )


def _concerns(no: ConsentEvent, yes: ConsentEvent) -> bool:
    return no.purpose in (None, yes.purpose) and no.recipient in (None, yes.recipient)


def _unsaid(event: ConsentEvent, document: Named) -> str | None:
    if event.act is not Act.GRANT or event.purpose is None:
        return None
    return "not_recorded" if document.made > event.day else document_hindrance(event.purpose, document)


def _judged(
    event: ConsentEvent, circumstances: Mapping[str, Any], told_items: Sequence[str], found: dict[Purpose, str | None]
) -> ConsentEvent:
    if event.act is not Act.GRANT or event.purpose is None:
        return event
    if event.purpose not in found:
        found[event.purpose] = hindrance(event.purpose, circumstances, told_items)
    reason = found[event.purpose]
    return event if reason is None else replace(event, act=Act.REFUSE, reason=reason)
