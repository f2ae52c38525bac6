"""Changes of what a roster says of the organisation: each use with its names, its life and its case; the rest at once.

The people who sign must be able to read every name that witnesses will hear: a wrong name in one language makes the
consent wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from testimony.domain.consent.offers import FALLBACK, Case, Offer, entries, offers, text_in
from testimony.domain.consent.purposes import WORDS, Purpose
from testimony.domain.testimony.languages import autonym
from testimony.services.roster.change import Change

READ: Final = frozenset(("purpose", "recipient", "name", "life_months"))


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """All differences between two `organisation` sections of rosters; none if they are the same."""
    if before == after:
        return []
    found = list(_of_uses(before, after))
    if not found or _besides(before) != _besides(after):
        found.append(Change("organisation"))
    return found


def _of_uses(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    held, now = ({offer.key: offer for offer in offers(one)} for one in (before, after))
    for key in dict.fromkeys((*held, *now)):
        old, new = held.get(key), now.get(key)
        if new is None and old is not None:
            yield _change("use.ends", old)
        elif new is not None and old != new:
            yield _change("use.changes" if old else "use.new", new)
            yield from _details(new)


def _change(kind: str, offer: Offer) -> Change:
    name = text_in(offer.name, FALLBACK) or offer.recipient
    return Change(kind, {"name": name}, {"purpose": [WORDS[offer.purpose]]})


def _details(offer: Offer) -> Iterator[Change]:
    if isinstance(offer.name, Mapping):
        for lang, name in offer.name.items():
            yield Change("use.name", {"language": autonym(lang), "name": name})
    months = offer.life_months
    yield Change("use.endless") if months is None else Change("use.months", {"months": months})
    if offer.case is not None and (details := _case(offer.case)):
        yield Change("use.case", {"details": details})


def _case(case: Case) -> str:
    return "; ".join(part for part in (case.body, case.application, case.state, case.deadline, *case.lawyers) if part)


def _besides(organisation: Mapping[str, Any]) -> tuple[Any, ...]:
    """Everything but the uses that have sentences of their own."""
    others = [left for one in entries(organisation) if (left := _unread(one))]
    return {name: value for name, value in organisation.items() if name != "purposes"}, others


def _unread(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """What this program does not read of an entry; all of it if it does not know the purpose."""
    if entry["purpose"] not in {str(one) for one in Purpose}:
        return entry
    known = READ | ({"case"} if Case.read(entry.get("case")) else frozenset())
    return {name: value for name, value in entry.items() if name not in known}
