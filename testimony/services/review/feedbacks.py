"""What became of a testimony, for its witness, at a lawyer's desk: write it, note that they know it, make the slip."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from testimony.domain.review import feedback
from testimony.domain.review.feedback import LONGEST, Act, Saying, Signed, Words
from testimony.domain.roles import Role
from testimony.domain.values import TAG
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.services.review.cases import READERS
from testimony.services.review.errors import FeedbackRefused
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class Held:
    """The words for the witness of one testimony, the newest first. `unread`: annexes that cannot be read."""

    words: tuple[Words, ...] = ()
    unread: int = 0

    def find(self, id: str) -> Words:
        """Words that were not struck. Raises `FeedbackRefused`."""
        found = next((one for one in self.words if one.said.id == id and one.struck is None), None)
        if found is None:
            raise FeedbackRefused("other")
        return found


def read(station: Station, annexes: AnnexIndex, tid: str, manifest: str) -> Held:
    """Those about the testimony `tid`, from all that `annexes` (refreshed before) hold."""
    said, unread = lawyer_annexes.read(station.chain, annexes.about_of_kind(tid, feedback.KIND), Saying.parse)
    signed = [Signed(said=one.what, signer=one.signer) for one in said if one.what.of == manifest]
    words, ignored = feedback.fold(signed)
    return Held(words=tuple(words), unread=unread + len(said) - len(signed) + ignored)


def write(station: Station, reader: Reader, manifests: Mapping[str, str], *, text: str, lang: str, day: date) -> None:
    """Write the same words to the witness of each testimony; `manifests`: testimony -> its manifest.

    Raises `FeedbackRefused`: role, gone (none is left), empty, long, lang; `TestimonyUnknown`, `StationKeyless`.
    """
    words = text.strip()
    if not words:
        raise FeedbackRefused("empty")
    if len(words) > LONGEST:
        raise FeedbackRefused("long")
    if not TAG.fullmatch(lang):
        raise FeedbackRefused("lang")
    if not manifests:
        raise FeedbackRefused("gone")
    says = []
    for tid, manifest in manifests.items():
        id = os.urandom(16).hex()
        says.append((tid, Saying(id=id, about=id, of=manifest, act=Act.WRITE, text=words, lang=lang, day=day)))
    _say(station, reader, says, day)


def tell(station: Station, reader: Reader, tid: str, held: Held, id: str, told: date, *, day: date) -> None:
    """The witness knows the words since `told`. Raises `FeedbackRefused`: role, day, other."""
    words = held.find(id)
    if words.told is not None:
        raise FeedbackRefused("other")
    if not words.said.day <= told <= day:
        raise FeedbackRefused("day")
    _say(station, reader, [(tid, _about(words, Act.TOLD, told))], day)


def strike(station: Station, reader: Reader, tid: str, held: Held, id: str, *, day: date) -> None:
    """The words are wrong, or must not be told. They stay, struck. Raises `FeedbackRefused`: role, other."""
    _say(station, reader, [(tid, _about(held.find(id), Act.STRIKE, day))], day)


def _about(words: Words, act: Act, day: date) -> Saying:
    said = words.said
    return Saying(id=os.urandom(16).hex(), about=said.id, of=said.of, act=act, text="", lang=said.lang, day=day)


def _say(station: Station, reader: Reader, says: Sequence[tuple[str, Saying]], day: date) -> None:
    if reader.role is not Role.LAWYER:
        raise FeedbackRefused("role")
    kept: list[Incoming] = []
    noted: list[tuple[str, str]] = []
    for tid, saying in says:
        content: dict[str, Any] = saying.to_value()
        record, items = consent_acts.seal_bound(station, reader, tid, content, day=day, audiences=READERS)
        kept += items
        noted.append(("said", record.id))
    consent_acts.keep(station, reader, kept, noted, day)
