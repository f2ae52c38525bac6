"""A file that lawyers attach to a case, such as a medical report: what it is, and why it was taken out again.

Only lawyers read what is in a case (docs/casefile.md, "Attachments"). The bytes travel apart, in pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from testimony.domain.consent.purposes import Key
from testimony.domain.errors import EventUnreadable
from testimony.domain.incidents.titles import one_line
from testimony.domain.review.case import case_of
from testimony.domain.sealed_file import SealedFile, file_fields
from testimony.domain.values import DAY, HASH, ID, matched

KIND: Final = "attachment"
OUT: Final = "attachment-out"
LONGEST: Final = 120
"""Characters of a title."""
LONGEST_REASON: Final = 300


class Sort(StrEnum):
    """In the order in which a page offers them."""

    MEDICAL = "MEDICAL"
    LETTER = "LETTER"
    PHOTOGRAPH = "PHOTOGRAPH"
    OTHER = "OTHER"


@dataclass(frozen=True, kw_only=True)
class Attachment(SealedFile):
    """One file. `of`: the manifest of the testimony that it concerns, "" for the case as a whole. `made`: the day that
    it bears, if somebody knows it.
    """

    of: str
    case: Key
    title: str
    sort: Sort
    made: date | None
    day: date

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Attachment:
        """From the content of an annex, `{"kind": "attachment", …}`. Raises `EventUnreadable`."""
        title, made = value.get("title"), value.get("made")
        if not isinstance(title, str) or not 0 < len(title) <= LONGEST or title != one_line(title):
            raise EventUnreadable("structure")
        try:
            sort = Sort(str(value.get("sort")))
            day = date.fromisoformat(matched(value.get("day"), DAY))
            bears = None if made is None else date.fromisoformat(matched(made, DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        return cls(
            **file_fields(value),
            of=matched(value.get("of"), HASH) if value.get("of") != "" else "",
            case=case_of(value.get("purpose"), value.get("recipient")),
            title=title,
            sort=sort,
            made=bears,
            day=day,
        )

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {
            "kind": KIND,
            **self.file_value(),
            "of": self.of,
            "purpose": str(self.case.purpose),
            "recipient": self.case.recipient,
            "title": self.title,
            "sort": str(self.sort),
            "made": self.made.isoformat() if self.made else None,
            "day": self.day.isoformat(),
        }


@dataclass(frozen=True, kw_only=True)
class TakenOut:
    """That the attachment `file` is not part of the case any more. Nothing brings it back: it is attached anew."""

    id: str
    file: str
    reason: str
    day: date

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> TakenOut:
        """From the content of an annex, `{"kind": "attachment-out", …}`. Raises `EventUnreadable`."""
        reason = value.get("reason")
        if not isinstance(reason, str) or not 0 < len(reason) <= LONGEST_REASON:
            raise EventUnreadable("structure")
        try:
            day = date.fromisoformat(matched(value.get("day"), DAY))
        except ValueError as error:
            raise EventUnreadable("structure") from error
        id, file = (matched(value.get(name), ID) for name in ("id", "file"))
        return cls(id=id, file=file, reason=reason, day=day)

    def to_value(self) -> dict[str, Any]:
        """The content of its annex; `parse(one.to_value()) == one`."""
        return {"kind": OUT, "id": self.id, "file": self.file, "reason": self.reason, "day": self.day.isoformat()}


@dataclass(frozen=True, kw_only=True)
class Signed:
    """An attachment and who signed it, by the id in the roster. `record`: of its annex. `tid`: the testimony that it
    concerns, "" for the case as a whole. `out`: why it was taken out, and by whom.
    """

    file: Attachment
    signer: str
    record: str
    tid: str = ""
    out: tuple[TakenOut, str] | None = None


def fold(files: Iterable[Signed], outs: Iterable[tuple[str, TakenOut, str]]) -> tuple[list[Signed], int]:
    """The attachments, the newest first, and how many count for nothing: two different ones of one id.

    `outs`: (testimony, what was said, who signed it). The same in whatever order they came.
    """
    numbered: dict[str, set[Signed]] = {}
    for one in files:
        numbered.setdefault(one.file.id, set()).add(one)
    ended: dict[tuple[str, str], list[tuple[TakenOut, str]]] = {}
    for tid, said, signer in outs:
        ended.setdefault((tid, said.file), []).append((said, signer))
    found = []
    for group in numbered.values():
        if len(group) == 1:
            (one,) = group
            first = min(ended.get((one.tid, one.file.id), ()), key=lambda each: (each[0].day, each[0].id), default=None)
            found.append(Signed(file=one.file, signer=one.signer, record=one.record, tid=one.tid, out=first))
    ignored = sum(len(group) for group in numbered.values() if len(group) > 1)
    return sorted(found, key=lambda one: (one.file.day, one.file.id), reverse=True), ignored
