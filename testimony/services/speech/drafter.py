"""Drafts translations in the background, one at a time. What the machine wrote is in memory until it is signed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from testimony.background.worker import Worker
from testimony.domain.testimony import translation
from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import Machine
from testimony.services.speech import translator
from testimony.services.speech.errors import DraftRefused
from testimony.services.speech.models import Model
from testimony.services.speech.translator import Translating
from testimony.store.errors import StoreFailing


@dataclass(kw_only=True)
class Draft(Translating):
    """What a machine writes of the statement `original` of the testimony `tid`, in the language `to`.

    `numbers`: the sentences that it was given, counted from 0. `id`: no other draft has it. `signed`: a lawyer signed
    it.
    """

    id: str = field(default_factory=lambda: secrets.token_hex(16))
    tid: str
    original: str
    to: str
    model: Model
    engine: str
    numbers: tuple[int, ...]
    signed: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it is there whole, and nobody has signed it."""
        return self.succeeded and any(self.texts) and not self.signed

    @property
    def written(self) -> Mapping[int, str]:
        """By number of the sentence what the machine wrote."""
        return {number: text for number, text in zip(self.numbers, self.texts, strict=False) if text}

    @property
    def left(self) -> int:
        """How many sentences the machine could not write."""
        return sum(not text for text in self.texts)

    @property
    def machine(self) -> Machine:
        """For `translations.say`: who wrote it, and what."""
        return Machine(engine=self.engine, model=self.model.hash, model_name=self.model.name, drafted=self.written)


class Drafter(Worker[Draft]):
    """Its `forget`, which locking calls, ends the engine and drops every word."""

    def __init__(self) -> None:
        super().__init__("translation", failure=StoreFailing)

    def begin(self, tid: str, original: Statement, to: str, model: Model, numbers: tuple[int, ...]) -> Draft:
        """Draft the sentences `numbers` of `original`. Raises `DraftRefused`: absent, whole, busy, unsigned."""
        if not numbers:
            raise DraftRefused("whole")
        spans = translation.spans(original.text)
        sentences = [original.text[start:end] for start, end in (spans[number] for number in numbers)]
        last = self.last
        if last is not None and last.is_waiting and (last.tid, last.original, last.to) != (tid, original.id, to):
            raise DraftRefused("unsigned")
        new = Draft(
            tid=tid,
            original=original.id,
            to=to,
            model=model,
            engine=translator.engine(),
            numbers=numbers,
            total=len(numbers),
        )

        def act(run: Draft) -> None:
            try:
                translator.translate(run, model, sentences, lang=original.lang, to=to)
            except BaseException:
                run.texts.clear()  # half a draft passes for a whole one
                raise

        if self.start(new, act) is not new:
            raise DraftRefused("busy")
        return new

    def of(self, tid: str, original: str, to: str) -> Draft | None:
        """The run of this statement into this language, if it was the last."""
        last = self.last
        return last if last is not None and (last.tid, last.original, last.to) == (tid, original, to) else None
