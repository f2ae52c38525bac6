"""Transcripts of recordings: read those that open at a desk, and sign one, sealed to lawyers and the recovery key."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from testimony.domain.errors import TranscriptUnreadable
from testimony.domain.roles import Audience, Role
from testimony.domain.testimony import transcript
from testimony.domain.testimony.transcript import Line, Transcript
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.speech.errors import SpeechRefused
from testimony.station.station import Station

READERS = (Audience.LAWYERS, Audience.RECOVERY)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A transcript, and who signed it (the id in the roster). `record`: the name of the signed annex."""

    transcript: Transcript
    signer: str
    record: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """All transcripts of a testimony. `unread`: how many annexes of this kind cannot be read."""

    signed: tuple[Signed, ...]
    unread: int

    def current(self, medium: int) -> list[Signed]:
        """The newest of the recording `medium`; two if desks did not know of each other."""
        by_id = {one.transcript.id: one for one in self.signed if one.transcript.medium == medium}
        return [by_id[one.id] for one in transcript.current(one.transcript for one in by_id.values())]

    def named(self, medium: int, ids: Sequence[str]) -> list[Signed]:
        """Those of the recording `medium` with these ids, in their order. Raises `SpeechRefused("lines")`."""
        by_id = {one.transcript.id: one for one in self.signed if one.transcript.medium == medium}
        if not by_id.keys() >= set(ids):
            raise SpeechRefused("lines")
        return [by_id[one] for one in ids]


def transcripts_of(station: Station, annexes: AnnexIndex, tid: str, manifest: str) -> Held:
    """Those of the testimony `tid` with the manifest `manifest`, from all that `annexes` (refreshed before) hold."""
    here = annexes.about_of_kind(tid, transcript.KIND)
    said, unread = lawyer_annexes.read(station.chain, here, Transcript.parse, TranscriptUnreadable)
    alone, others = lawyer_annexes.alone(said, manifest)
    signed = (Signed(transcript=one.what, signer=one.signer, record=one.annex.name) for one in alone)
    return Held(signed=tuple(signed), unread=unread + others)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What can be signed of the recording `medium`: `lines`, by `engine` with the model of this hash and name."""

    medium: int
    lang: str
    engine: str
    model: str
    model_name: str
    lines: tuple[Line, ...]


def sign(
    station: Station,
    reader: Reader,
    tid: str,
    manifest: str,
    seen: Sequence[Signed],
    written: Written,
    texts: Sequence[str],
    *,
    day: date,
) -> Signed:
    """Seal `texts`, one for each line of `written`, as the reader's own statement. It stands for `seen`, the
    transcripts of this recording that the reader was shown, and for those that they stood for.

    Raises `SpeechRefused`: role, lines (the number of them), empty, long; `StationKeyless`.
    """
    if reader.role is not Role.LAWYER:
        raise SpeechRefused("role")
    if len(written.lines) != len(texts):
        raise SpeechRefused("lines")
    if not any(text.strip() for text in texts):
        raise SpeechRefused("empty")
    made = Transcript(
        id=os.urandom(16).hex(),
        of=manifest,
        medium=written.medium,
        lang=written.lang,
        engine=written.engine,
        model=written.model,
        model_name=written.model_name,
        lines=tuple(
            Line(start=one.start, end=one.end, heard=one.heard, text=text.strip())
            for one, text in zip(written.lines, texts, strict=True)
        ),
        day=day,
        after=frozenset[str]().union(*({one.transcript.id} | one.transcript.after for one in seen)),
    )
    content = made.to_value()
    try:
        Transcript.parse(content)  # check that every other desk can read it
    except TranscriptUnreadable as error:
        raise SpeechRefused("long") from error
    record, items = consent_acts.seal_bound(station, reader, tid, content, day=day, audiences=READERS)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return Signed(transcript=made, signer=reader.id, record=record.id)
