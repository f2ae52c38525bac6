"""Translations at a desk: read those that open here, and add one, sealed to lawyers and the recovery key."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from testimony.domain.errors import TranslationUnreadable
from testimony.domain.roles import Audience, Role
from testimony.domain.testimony import translation
from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import CHECKED, Machine, Sentence, Translation
from testimony.services.consent import acts as consent_acts
from testimony.services.opening import lawyer_annexes
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review.errors import TranslationRefused
from testimony.station.station import Station

READERS = (Audience.LAWYERS, Audience.RECOVERY)


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A translation, and who signed it (the id in the roster). `record`: the name of the signed annex."""

    translation: Translation
    signer: str
    record: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """All translations of a testimony. `unread`: how many annexes of this kind cannot be read."""

    signed: tuple[Signed, ...]
    unread: int

    def current(self, original: str, lang: str = "") -> list[Signed]:
        """For the statement `original` the newest in each language, or in `lang` alone; two if desks did not know of
        each other.
        """
        by_id = {one.translation.id: one for one in self.signed if one.translation.original == original}
        found = [by_id[one.id] for one in translation.current(one.translation for one in by_id.values())]
        return [one for one in found if lang in ("", one.translation.lang)]

    def newest(self, original: str, lang: str) -> Translation | None:
        """What is in force in `lang`; the last where desks did not know of each other."""
        found = self.current(original, lang)
        return found[-1].translation if found else None

    def named(self, original: str, lang: str, ids: Sequence[str]) -> list[Signed]:
        """Those of `original` in `lang` with these ids, in their order. Raises `TranslationRefused("sentences")`."""
        said = [(one.translation, one) for one in self.signed]
        by_id = {one.id: signed for one, signed in said if (one.original, one.lang) == (original, lang)}
        if not by_id.keys() >= set(ids):
            raise TranslationRefused("sentences")
        return [by_id[one] for one in ids]


def translations_of(station: Station, annexes: AnnexIndex, tid: str, manifest: str) -> Held:
    """The translations of the testimony `tid` with the manifest `manifest`, from all that `annexes` (refreshed before)
    hold.
    """
    here = annexes.about_of_kind(tid, translation.KIND)
    said, unread = lawyer_annexes.read(station.chain, here, Translation.parse, TranslationUnreadable)
    alone, others = lawyer_annexes.alone(said, manifest)
    signed = (Signed(translation=one.what, signer=one.signer, record=one.annex.name) for one in alone)
    return Held(signed=tuple(signed), unread=unread + others)


def say(
    station: Station,
    reader: Reader,
    tid: str,
    manifest: str,
    original: Statement,
    seen: Sequence[Signed],
    *,
    lang: str,
    method: str,
    translator: str,
    texts: Sequence[str],
    day: date,
    machine: Machine | None = None,
) -> Signed:
    """Seal `texts`, one for each sentence of `original`. `machine`: what drafted them. They stand for `seen`, the
    translations into `lang` that the reader was shown, the last of them in the fields, and for those that they stood
    for.

    A translation that corrects a machine's names that machine too. While a sentence still is what a machine drafted,
    its method is `CHECKED`, whatever `method` says.

    Raises `TranslationRefused`: role, sentences (the number of them), empty, unusable; `StationKeyless`.
    """
    if reader.role is not Role.LAWYER:
        raise TranslationRefused("role")
    spans = translation.spans(original.text)
    if len(spans) != len(texts):
        raise TranslationRefused("sentences")
    if not any(text.strip() for text in texts):
        raise TranslationRefused("empty")
    known = _machines(machine, seen[-1].translation.machines if seen else ())
    checked = method == CHECKED or machine is not None or _are_of(known, texts)
    made = Translation(
        id=os.urandom(16).hex(),
        of=manifest,
        original=original.id,
        lang=lang,
        method=CHECKED if checked else method,
        translator=translator.strip(),
        sentences=tuple(
            Sentence(start=start, end=end, text=text.strip()) for (start, end), text in zip(spans, texts, strict=True)
        ),
        complete=all(text.strip() for text in texts),
        day=day,
        after=frozenset[str]().union(*({one.translation.id} | one.translation.after for one in seen)),
        machines=known if checked else (),
    )
    content = _checked(made)
    record, items = consent_acts.seal_bound(station, reader, tid, content, day=day, audiences=READERS)
    consent_acts.keep(station, reader, items, [("said", record.id)], day)
    return Signed(translation=made, signer=reader.id, record=record.id)


def _machines(new: Machine | None, earlier: Sequence[Machine]) -> tuple[Machine, ...]:
    """Those of the translation before and `new`, each with the sentences that it was the last to draft."""
    if new is None:
        return tuple(earlier)
    found: dict[tuple[str, str], Machine] = {}
    for one in earlier:
        left = {number: text for number, text in one.drafted.items() if number not in new.drafted}
        found[one.engine, one.model] = replace(one, drafted=left)
    before = found.get((new.engine, new.model))
    found[new.engine, new.model] = replace(new, drafted={**(before.drafted if before else {}), **new.drafted})
    return tuple(one for one in found.values() if one.drafted)


def _are_of(machines: Sequence[Machine], texts: Sequence[str]) -> bool:
    """Whether one of `texts` is what a machine drafted for that sentence."""
    drafted = {number: text.strip() for one in machines for number, text in one.drafted.items()}
    return any(text.strip() and text.strip() == drafted.get(number) for number, text in enumerate(texts))


def _checked(made: Translation) -> dict[str, Any]:
    """The content, checked so that every other desk can read it. Raises `TranslationRefused`."""
    content = made.to_value()
    try:
        Translation.parse(content)
    except TranslationUnreadable as error:
        raise TranslationRefused("unusable") from error
    return content
