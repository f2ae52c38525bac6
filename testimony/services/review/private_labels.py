"""The lawyers' private labels at a desk: sealed to lawyers and the recovery key, since a label may name a person."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from testimony.domain.incidents.titles import one_line
from testimony.domain.review import label
from testimony.domain.review.label import LONGEST, Label, Signed
from testimony.domain.roles import Audience, Role
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.reader import Reader
from testimony.services.review.errors import LabelRefused
from testimony.station.station import Station

READERS = (Audience.LAWYERS, Audience.RECOVERY)


@dataclass(frozen=True, kw_only=True)
class Labelled:
    """The labels of one testimony, the oldest first. `unread`: how many annexes of this kind are not valid."""

    said: tuple[Signed, ...] = ()
    unread: int = 0

    @property
    def text(self) -> str:
        """The label that stands, "" for none."""
        return self.said[-1].label.text if self.said else ""


def labels_of(station: Station, annexes: AnnexIndex, tid: str, manifest: str) -> Labelled:
    """The labels of the testimony `tid`, from all that `annexes` (refreshed before) hold."""
    said = annexes.about_of_kind(tid, label.KIND)
    return _fold(station, said, manifest)


def write(station: Station, reader: Reader, tid: str, manifest: str, held: Labelled, *, text: str, at: datetime) -> str:
    """Write a new label, "" to take it away. Returns it as stored. Raises `LabelRefused`, `StationKeyless`."""
    if reader.role is not Role.LAWYER:
        raise LabelRefused("role")
    require_text(text)
    line = one_line(text)
    if line == held.text:
        return line
    seen = frozenset(one.label.id for one in held.said)
    made = Label(id=os.urandom(16).hex(), of=manifest, text=line, at=at, after=seen)
    record, items = consent_acts.seal_bound(station, reader, tid, made.to_value(), day=at.date(), audiences=READERS)
    consent_acts.keep(station, reader, items, [("said", record.id)], at.date())
    return line


def require_text(text: str) -> None:
    """Raise `LabelRefused("long")`."""
    if len(one_line(text)) > LONGEST:
        raise LabelRefused("long")


def _fold(station: Station, annexes: Iterable[OpenedAnnex], manifest: str) -> Labelled:
    read, unread = lawyer_annexes.read(station.chain, annexes, Label.parse)
    said = label.history(Signed(label=one.what, signer=one.signer) for one in read if one.what.of == manifest)
    return Labelled(said=tuple(said), unread=unread + len(read) - len(said))
