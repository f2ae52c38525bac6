"""Coordinators' acts in the ledger of releases, in the form in which they are sealed (docs/ledger.md).

An act holds pseudonyms, codes, counts, hashes and days: nothing that identifies a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony import canonical
from testimony.domain.errors import EventUnreadable
from testimony.errors import NotCanonical

KIND: Final = "ledger"
VERSION: Final = "testimony/1/ledger"
HEX16: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
HEX32: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)
RECIPIENT: Final = re.compile(r"P[0-9]{2}[a-z]?(:[^\x00-\x1f\x7f]{1,200})?")
"""A purpose, and for whom where the consent names somebody: P06, P07, P10:name."""
MOST_RECIPIENTS = 64
MOST_PARTS = 4096
MOST_HEADS = 64
MOST_PROFILE = 150_000
PART_SIZE = 200_000
"""Characters of text in one annex: sealed and padded it stays below what one frame carries (docs/sync.md)."""
MOST_MEMBERS = 5000
"""Pseudonyms that one entry lists outside of parts."""


class Act(StrEnum):
    OPEN = "OPEN"  # the ledger begins: its key, and the floor that no release goes below
    PROFILE = "PROFILE"  # tiers are pinned
    BATCH = "BATCH"  # a batch is proposed
    APPROVE = "APPROVE"  # another person made the same bytes
    LEAVE = "LEAVE"  # it goes to these recipients
    CANCEL = "CANCEL"  # it does not
    RECALL = "RECALL"  # a class, or a random cohort of one, is taken back
    HANDED = "HANDED"  # the bytes were handed out
    REFUSED = "REFUSED"  # a build gave nothing that may leave
    AUXILIARY = "AUXILIARY"  # of these testimonies the organisation published the account
    REVOKED = "REVOKED"  # of this class one was withdrawn after it had left
    ENDED = "ENDED"  # the same, for some recipients alone: their use was taken back, and the testimony is kept
    PART = "PART"  # a piece of what a batch holds
    SETTLE = "SETTLE"  # what opens to nobody counts for nothing, and branches are one: said by two


ORDERED: Final = frozenset({Act.OPEN, Act.PROFILE, Act.BATCH, Act.APPROVE, Act.LEAVE, Act.CANCEL, Act.RECALL})
"""Acts that name what they follow. The others commute."""


class Reason(StrEnum):
    """Why something is recalled (rule 8: a correction after publication is a recall)."""

    DEMAND = "demand"
    CORRECTION = "correction"
    MISTAKE = "mistake"
    DANGER = "danger"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act. `prev`: the record name of the head that its author saw, "" for the first and for what is not ordered.

    `said`: what is told beside that, by the names of `FORMS`.
    """

    act: Act
    day: date
    prev: str = ""
    said: Mapping[str, Any]

    @classmethod
    def parse(cls, content: Any) -> Entry:
        """From the content of an annex. Raises `EventUnreadable`."""
        if not isinstance(content, Mapping) or content.get("kind") != KIND or content.get("v") != VERSION:
            raise EventUnreadable("structure")
        try:
            act = Act(str(content.get("act")))
            forms = FORMS[act]
            ordered = {"prev"} if act in ORDERED else set()
            if content.keys() != {"kind", "v", "act", "day"} | ordered | forms.keys():
                raise EventUnreadable("structure")
            prev = "" if not ordered or content["prev"] == "" else matched(content["prev"], HEX32)
            if (prev == "") != (act is Act.OPEN or not ordered):
                raise EventUnreadable("structure")
            said = {name: form(content[name]) for name, form in forms.items()}
            return cls(act=act, day=date.fromisoformat(matched(content["day"], DAY)), prev=prev, said=said)
        except (ValueError, NotCanonical) as error:
            raise EventUnreadable("structure") from error

    def to_value(self) -> dict[str, Any]:
        """The content of the annex; `parse(entry.to_value()) == entry`."""
        ordered = {"prev": self.prev} if self.act in ORDERED else {}
        shared = {"kind": KIND, "v": VERSION, "act": str(self.act), "day": self.day.isoformat()}
        return shared | ordered | dict(self.said)


def matched(value: Any, form: re.Pattern[str]) -> str:
    """`value`, text that is wholly of `form`. Raises `EventUnreadable`."""
    if not isinstance(value, str) or not form.fullmatch(value):
        raise EventUnreadable("structure")
    return value


def number(value: Any, least: int = 0, most: int = 10**9) -> int:
    """A whole number in these bounds. Raises `EventUnreadable`."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise EventUnreadable("structure")
    return value


def listed(value: Any, form: re.Pattern[str], *, least: int = 0, most: int = MOST_MEMBERS) -> tuple[str, ...]:
    """A list without doubles of texts of `form`. Raises `EventUnreadable`."""
    if not isinstance(value, list | tuple) or not least <= len(value) <= most:
        raise EventUnreadable("structure")
    found = tuple(matched(one, form) for one in value)
    if len(set(found)) != len(found):
        raise EventUnreadable("structure")
    return found


def _matcher(form: re.Pattern[str]) -> Callable[[Any], str]:
    return lambda value: matched(value, form)


def _list(form: re.Pattern[str], least: int = 0, most: int = MOST_MEMBERS) -> Callable[[Any], tuple[str, ...]]:
    return lambda value: listed(value, form, least=least, most=most)


def _floor(value: Any) -> dict[str, Any]:
    """{"preset", "k", "m", "alpha"}; alpha in millionths."""
    if not isinstance(value, Mapping) or value.keys() != {"preset", "k", "m", "alpha"}:
        raise EventUnreadable("structure")
    counts = {name: number(value[name], 1) for name in ("k", "m")}
    return {"preset": matched(value["preset"], CODE), **counts, "alpha": number(value["alpha"], 0, 1_000_000)}


def _profile(value: Any) -> dict[str, Any]:
    """What the fold reads of a profile; the engine reads the rest."""
    if not isinstance(value, Mapping) or len(canonical.encode(value)) > MOST_PROFILE:
        raise EventUnreadable("structure")
    _floor({name: value.get(name) for name in ("preset", "k", "m", "alpha")})
    return dict(value)


def _files(value: Any) -> tuple[dict[str, str], ...]:
    """[{"recipient", "sha256"}], one for each recipient."""
    if not isinstance(value, list | tuple) or not 0 < len(value) <= MOST_RECIPIENTS:
        raise EventUnreadable("structure")
    if not all(isinstance(one, Mapping) and one.keys() == {"recipient", "sha256"} for one in value):
        raise EventUnreadable("structure")
    listed([one["recipient"] for one in value], RECIPIENT)
    return tuple({"recipient": one["recipient"], "sha256": matched(one["sha256"], HEX32)} for one in value)


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or len(value) > 64:
        raise EventUnreadable("structure")
    return {matched(name, CODE): number(count) for name, count in value.items()}


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= PART_SIZE:
        raise EventUnreadable("structure")
    return value


FORMS: Final[Mapping[Act, Mapping[str, Callable[[Any], Any]]]] = {
    Act.OPEN: {"key": _matcher(HEX32), "floor": _floor},
    Act.PROFILE: {"profile": _profile},
    Act.BATCH: {
        "name": _matcher(HEX16),
        "profile": _matcher(HEX32),
        "first": lambda value: number(value, 1, 64),
        "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS),
        "files": _files,
        "parts": _list(HEX32, 1, MOST_PARTS),
        "sha256": _matcher(HEX32),
    },
    Act.APPROVE: {"batch": _matcher(HEX16)},
    Act.LEAVE: {"batch": _matcher(HEX16), "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS)},
    Act.CANCEL: {"batch": _matcher(HEX16)},
    Act.RECALL: {"class": _matcher(HEX16), "reason": lambda value: Reason(value), "wanted": _list(HEX16)},
    Act.HANDED: {"batch": _matcher(HEX16), "recipient": _matcher(RECIPIENT), "sha256": _matcher(HEX32)},
    Act.REFUSED: {"reason": _matcher(CODE), "counts": _counts},
    Act.AUXILIARY: {"members": _list(HEX16, 1)},
    Act.REVOKED: {"class": _matcher(HEX16), "member": _matcher(HEX16)},
    Act.ENDED: {
        "class": _matcher(HEX16),
        "member": _matcher(HEX16),
        "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS),
    },
    Act.PART: {"text": _text},
    Act.SETTLE: {"closed": _list(HEX32), "heads": _list(HEX32, 0, MOST_HEADS)},
}
"""What an act says beside `kind`, `v`, `act`, `day` and `prev`: these names and no others, or it cannot be read."""
