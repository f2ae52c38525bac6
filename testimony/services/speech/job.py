"""Writes recordings down in the background, one at a time. What the machine wrote is in memory until it is signed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from testimony.background.worker import Worker
from testimony.domain.testimony import transcript
from testimony.domain.testimony.transcript import Line, Word
from testimony.sealing.testimony.media import Item
from testimony.services.opening.errors import MediumUnknown
from testimony.services.opening.media import OpenMedia
from testimony.services.speech import recogniser
from testimony.services.speech.errors import SpeechRefused
from testimony.services.speech.models import Model
from testimony.services.speech.recogniser import Hearing
from testimony.services.speech.transcripts import Written
from testimony.store.errors import StoreFailing
from testimony.store.sql.database import Database


@dataclass(kw_only=True)
class Draft(Hearing):
    """What a machine writes of the recording `medium` of the testimony `tid`. `id`: no other draft has it. `signed`: a
    lawyer signed it.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    tid: str
    medium: int
    model: Model
    engine: str
    signed: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it is there whole, and nobody has signed it."""
        return self.succeeded and bool(self.words) and not self.signed

    @property
    def lines(self) -> list[list[Word]]:
        """The words in lines, no more than can be signed."""
        return transcript.at_most(transcript.in_lines(self.words))

    def written(self) -> Written:
        """For `transcripts.sign`: the lines as the machine wrote them."""
        lines = [(words, " ".join(one.text for one in words)) for words in self.lines]
        return Written(
            medium=self.medium,
            lang=self.model.lang,
            engine=self.engine,
            model=self.model.hash,
            model_name=self.model.name,
            lines=tuple(Line(start=said[0].start, end=said[-1].end, heard=text, text=text) for said, text in lines),
        )


class Writer(Worker[Draft]):
    """Its `forget`, which locking calls, ends the engine and drops every word."""

    def __init__(self) -> None:
        super().__init__("speech", failure=StoreFailing)

    def begin(self, database: Database, opened: OpenMedia, number: int, model: Model) -> Draft:
        """Write the recording `number` down. Raises `SpeechRefused`: absent, busy, unsigned;
        `MediumUnknown`, and what is wrong with its first piece.
        """
        item = opened.item(number)
        if item.kind != "voice":
            raise MediumUnknown
        last, tid = self.last, opened.manifest.tid
        if last is not None and last.is_waiting and (last.tid, last.medium) != (tid, number):
            raise SpeechRefused("unsigned")
        opened.piece(item, 0)
        new = Draft(tid=tid, medium=number, model=model, engine=recogniser.engine(), total=item.seconds * 1000)

        def act(run: Draft) -> None:
            try:
                recogniser.hear(run, model, _pieces(database, opened, item), seconds=item.seconds)
            except BaseException:
                run.words.clear()  # half a transcript passes for a whole one
                raise
            run.done = run.total

        if self.start(new, act) is not new:
            raise SpeechRefused("busy")
        return new

    def of(self, tid: str, number: int) -> Draft | None:
        """The run of this recording, if it was the last."""
        last = self.last
        return last if last is not None and (last.tid, last.medium) == (tid, number) else None


def _pieces(database: Database, opened: OpenMedia, item: Item) -> Iterator[bytes]:
    """One piece in memory at a time; the database is not held while the engine reads."""
    for place in range(item.pieces):
        with database.reading() as session:
            piece = opened.by(session).piece(item, place)
        yield piece
