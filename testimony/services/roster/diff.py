"""Describe the changes between two rosters, one sentence each, for the person who proposes and the one who signs.

The machine that signs computes them again from the two rosters, and trusts no sentence that came with a file. Every
difference is reported: one that this program does not know has a sentence of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from testimony.domain.consent.compartments import LEAST_LAWYERS
from testimony.domain.time import Dating, dating
from testimony.sealing.keys.wordlist import fingerprint_words
from testimony.sealing.log import cosignature
from testimony.sealing.roster.admission import Admission
from testimony.sealing.roster.roster import ACTIVE, AUDIENCE_OF, AUDIENCES, Device, Person, Roster
from testimony.sealing.roster.trusted_files import FORM, KEY, Trust
from testimony.services.accounts import draft_shares
from testimony.services.accounts.draft_shares import LOST
from testimony.services.roster import use_changes
from testimony.services.roster.change import READERS, ROLES, Change

OF_THEIR_OWN: Final = frozenset({"form", "fresh", "seals", "central"})
"""Keys of `trust` whose changes have a sentence of their own."""
DATES: Final = frozenset(("no", "prev", "issued", "expires"))
"""Fields that change with every roster."""
SAID: Final = DATES | {
    "people",
    "devices",
    "policy",
    "slots",
    "organisation",
    "trust",
    "witnesses",
    "v",
    draft_shares.KEY,
}
OF_ENTRIES: Final = frozenset(("id", "role", "kind", "status", "keys", "age"))

One = Person | Device


def changes(before: Roster, after: Roster) -> list[Change]:
    """All differences except number and dates; at least one."""
    found = [
        *_of_entries(before.people, after.people),
        *_of_entries(before.devices, after.devices),
        *_of_unknown_in_entries(before, after),
        *_of_policy(before, after),
        *(
            Change("slots", {"number": after.slots[audience]}, {"readers": [READERS[audience]]})
            for audience in AUDIENCES
            if before.slots[audience] != after.slots[audience]
        ),
        *_of_witnesses(before, after),
        *use_changes.changes(before.organisation, after.organisation),
        *_of_trust(before, after),
        *_of_drafts(before, after),
        *(
            Change("other", {"name": name})
            for name in sorted(set(before.value) | set(after.value))
            if name not in SAID and before.value.get(name) != after.value.get(name)
        ),
    ]
    return found or [Change("renewed")]


def cautions(before: Roster, after: Roster, requests: Sequence[Admission]) -> list[Change]:
    """What to compare or consider before `after` is signed."""
    found = [Change("few")] if len(after.readers("lawyers")) < LEAST_LAWYERS else []
    issued, last = date.fromisoformat(after.issued), date.fromisoformat(before.issued)
    dated = dating(issued, last)
    if dated in (Dating.AHEAD, Dating.BEHIND):
        found.append(Change(f"date.{dated}", {"issued": after.issued, "last": before.issued}))
    entries: tuple[One, ...] = (*after.people, *after.devices)
    for one in entries:
        if _active(one) and not _had_keys(before, one):
            asked = next((asked for asked in requests if _is_of(asked, one)), None)
            found.append(
                Change("words", {"id": one.id, "words": fingerprint_words(asked.fingerprint)})
                if asked
                else Change("no-words", {"id": one.id})
            )
    return found


def _of_entries(before: Sequence[One], after: Sequence[One]) -> Iterator[Change]:
    held, now = {one.id: one for one in before}, {one.id: one for one in after}
    for id in dict.fromkeys((*held, *now)):
        old, new = held.get(id), now.get(id)
        was, is_now = old if old and _active(old) else None, new if new and _active(new) else None
        if was and is_now and _role(was) == _role(is_now):
            if _keys(was) != _keys(is_now):
                yield _change(is_now, "key")
            continue
        if was:
            lost = new is not None and new.status == LOST and _role(new) == "phone"
            yield _change(was, "lost" if lost else "ends")
        if is_now:
            yield _change(is_now, "new")
        if not was and not is_now and (old is None or new is None or _whole(old) != _whole(new)):
            yield Change("entry", {"id": id})


def _change(one: One, what: str) -> Change:
    role = _role(one)
    if role == "recovery" and what == "key":
        return Change("recovery.key", {"id": one.id})
    if role in AUDIENCE_OF:
        return Change(f"reader.{what}", {"id": one.id}, {"role": [ROLES[role]]})
    return Change(f"{role}.{what}", {"id": one.id})


def _of_unknown_in_entries(before: Roster, after: Roster) -> Iterator[Change]:
    """Content of entries that this version does not read."""
    for name in ("people", "devices"):
        held, now = (
            {
                one["id"]: {key: value for key, value in one.items() if key not in OF_ENTRIES}
                for one in roster.value[name]
            }
            for roster in (before, after)
        )
        for id in dict.fromkeys((*held, *now)):
            if held.get(id, {}) != now.get(id, {}):
                yield Change("entry", {"id": id})


def _of_policy(before: Roster, after: Roster) -> Iterator[Change]:
    for part in sorted(after.policy):
        if before.policy[part] != after.policy[part]:
            readers = [READERS[audience] for audience in AUDIENCES if audience in after.policy[part]]
            yield Change("policy", {"part": part}, {"readers": readers or ["–"]})


def _of_witnesses(before: Roster, after: Roster) -> Iterator[Change]:
    if before.value.get(cosignature.WITNESSES) != after.value.get(cosignature.WITNESSES):
        yield Change("witnesses", {"names": ", ".join(one.name for one in cosignature.of_roster(after)) or "–"})


def _of_trust(before: Roster, after: Roster) -> Iterator[Change]:
    """Raises `RosterRefused("structure")`."""
    held, named = Trust.from_roster(before), Trust.from_roster(after)
    asked = named.form if held.form != named.form else None
    if held.form != named.form:
        yield Change("form", {"sha256": named.form or "–"})
    if _trusted(before, asked) != _trusted(after, asked):
        yield Change("trust")
    if held.fresh != named.fresh:
        yield Change("confirmers", {"names": ", ".join(one.id for one in named.fresh) or "–"})
    if held.seals != named.seals:
        yield Change("seals", {"number": named.seals})
    if held.central != named.central:
        yield Change("address", {"url": named.central or "–"})


def _of_drafts(before: Roster, after: Roster) -> Iterator[Change]:
    said = draft_shares.setting(after)
    if said != draft_shares.setting(before):
        yield Change(f"drafts.{said}")
    elif before.value.get(draft_shares.KEY) != after.value.get(draft_shares.KEY):
        yield Change("other", {"name": draft_shares.KEY})


def _trusted(roster: Roster, asked: str | None) -> Mapping[str, Any]:
    """All that the roster trusts but what has a sentence of its own, as the file of the questionnaire `asked` has.

    A roster that trusts nothing need not say so.
    """
    said: Mapping[str, Any] = roster.value.get(KEY, {})
    files = [one for one in said.get("files", []) if (one.get("kind"), one.get("sha256")) != (FORM, asked)]
    return {name: value for name, value in said.items() if name not in OF_THEIR_OWN} | {"files": files}


def _had_keys(before: Roster, one: One) -> bool:
    entries: Sequence[One] = before.people if isinstance(one, Person) else before.devices
    return any(_keys(held) == _keys(one) and held.id == one.id and _active(held) for held in entries)


def _is_of(asked: Admission, one: One) -> bool:
    """Whether the request is for exactly these keys in this role. Headquarters may have given another name."""
    recipient = one.recipient if isinstance(one, Person) else None
    return asked.keys == one.keys and asked.recipient == recipient and asked.kind == _role(one)


def _whole(one: One) -> tuple[Any, ...]:
    return _role(one), one.status, *_keys(one)


def _keys(one: One) -> tuple[Any, ...]:
    return one.keys, one.recipient if isinstance(one, Person) else None


def _role(one: One) -> str:
    return one.role if isinstance(one, Person) else one.kind


def _active(one: One) -> bool:
    return one.status == ACTIVE
