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
from testimony.domain import parts
from testimony.domain.errors import EventUnreadable
from testimony.domain.values import DAY, HASH, ID, MOST_LISTED, listed, matched, number
from testimony.errors import NotCanonical

KIND: Final = "ledger"
VERSION: Final = "testimony/1/ledger"
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}", re.ASCII)
RECIPIENT: Final = re.compile(r"P[0-9]{2}[a-z]?(:[^\x00-\x1f\x7f]{1,200})?")
"""A purpose, and for whom where the consent names somebody: P06, P07, P10:name."""
MOST_RECIPIENTS = 64
MOST_HEADS = 64
MOST_PROFILE = 150_000


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
            prev = "" if not ordered or content["prev"] == "" else matched(content["prev"], HASH)
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


def _matcher(form: re.Pattern[str]) -> Callable[[Any], str]:
    return lambda value: matched(value, form)


def _list(form: re.Pattern[str], least: int = 0, most: int = MOST_LISTED) -> Callable[[Any], tuple[str, ...]]:
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
    return tuple({"recipient": one["recipient"], "sha256": matched(one["sha256"], HASH)} for one in value)


def _counts(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping) or len(value) > 64:
        raise EventUnreadable("structure")
    return {matched(name, CODE): number(count) for name, count in value.items()}


FORMS: Final[Mapping[Act, Mapping[str, Callable[[Any], Any]]]] = {
    Act.OPEN: {"key": _matcher(HASH), "floor": _floor},
    Act.PROFILE: {"profile": _profile},
    Act.BATCH: {
        "name": _matcher(ID),
        "profile": _matcher(HASH),
        "first": lambda value: number(value, 1, 64),
        "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS),
        "files": _files,
        "parts": _list(HASH, 1, parts.MOST_PARTS),
        "sha256": _matcher(HASH),
    },
    Act.APPROVE: {"batch": _matcher(ID)},
    Act.LEAVE: {"batch": _matcher(ID), "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS)},
    Act.CANCEL: {"batch": _matcher(ID)},
    Act.RECALL: {"class": _matcher(ID), "reason": lambda value: Reason(value), "wanted": _list(ID)},
    Act.HANDED: {"batch": _matcher(ID), "recipient": _matcher(RECIPIENT), "sha256": _matcher(HASH)},
    Act.REFUSED: {"reason": _matcher(CODE), "counts": _counts},
    Act.AUXILIARY: {"members": _list(ID, 1)},
    Act.REVOKED: {"class": _matcher(ID), "member": _matcher(ID)},
    Act.ENDED: {
        "class": _matcher(ID),
        "member": _matcher(ID),
        "recipients": _list(RECIPIENT, 1, MOST_RECIPIENTS),
    },
    Act.PART: {"text": parts.text_of},
    Act.SETTLE: {"closed": _list(HASH), "heads": _list(HASH, 0, MOST_HEADS)},
}
"""What an act says beside `kind`, `v`, `act`, `day` and `prev`: these names and no others, or it cannot be read."""
