"""Write a testimony's codes in words for an export: the valid value, and for corrections who, why and the original."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from testimony.domain.coding.acts import Signed
from testimony.domain.coding.corrections import Correction
from testimony.domain.testimony.redaction import BAR, Burner, is_burnt
from testimony.errors import N_
from testimony.services.casefile.codes import CaseCodes
from testimony.services.casefile.language import Data, Row, Speech, theirs

REASONS: Final = {
    "clerical": N_("It was written down wrongly."),
    "misheard": N_("It was heard or understood wrongly."),
    "interpreting": N_("It was interpreted wrongly."),
    "witness": N_("The person said so later."),
    "account": N_("The account says otherwise."),
    "evidence": N_("A document, a picture or other evidence shows it."),
    "mistaken": N_("An earlier correction was a mistake."),
    "other": N_("Another reason."),
}
"""Why a lawyer corrected a code."""
DAY: Final = re.compile(r"(?<![0-9-])[0-9]{4}-[0-9]{2}(-[0-9]{2})?(?![0-9-])", re.ASCII)
Values = list[str | Data]


class Codes:
    """The codes of one testimony in the language of `speech`, redacted by `burner`.

    An answer is redacted whole or not at all: the questionnaire would give back a word that is missing in a label.
    """

    def __init__(self, codes: CaseCodes, burner: Burner, speech: Speech) -> None:
        self.codes, self.burner, self.speech = codes, burner, speech
        self.wording = speech.wording(codes.form)

    def rows(self) -> list[Row]:
        """A row for every question that was answered or corrected."""
        return [(self.label(name), self.values(name)) for name in self.codes.names]

    def label(self, name: str) -> Data:
        """What was asked."""
        return self.speech.quoted(self.wording.field_label(name), self.wording.lang)

    def values(self, name: str) -> Values:
        """The value in use; where lawyers corrected the phone, below it who and why, and the original value."""
        if name in self.codes.hidden:
            return [theirs((BAR,), self.speech.lang)]
        standing = self.codes.standing(name)
        told = self.texts(name, self.codes.answer(name))
        if not standing:
            return told
        if self.codes.is_contested(name):
            differ = N_("Lawyers differ about this code. Until they agree it counts as not known.")
            told = [self.speech.say(differ)]
        lines = [line for one in standing for line in self._correction(name, one)]
        return [*told, *lines, *self._sealed(name)]

    def counting(self, name: str) -> Values:
        """The value in use alone; nothing if there was no answer."""
        answer = self.codes.answer(name)
        return self.texts(name, answer) if isinstance(answer, Mapping) and "value" in answer else []

    def texts(self, name: str, answer: Any, *, coded: bool = False) -> Values:
        """An answer in words. If a dishonest device sealed it in an unknown format, the text says so."""
        if name in self.codes.hidden:
            return [theirs((BAR,), self.speech.lang)]
        if isinstance(answer, Mapping) and not answer:
            return [self.speech.say(N_("not answered"))]
        if not isinstance(answer, Mapping) or not {"value", "missing"} & answer.keys():
            return [self.speech.say(N_("This answer cannot be shown"))]
        try:
            texts = self.wording.answer_texts(name, answer, coded=coded)
        except (TypeError, AttributeError, ValueError):
            return [self.speech.say(N_("This answer cannot be shown"))]
        is_free = self._is_free_text(name)
        dated = [(one, self.wording.lang) if is_free else self._dated(one) for one in texts]
        burnt = [(self.burner.burn(text), lang) for text, lang in dated]
        if not is_free and any(is_burnt(words) for words, _ in burnt):
            return [theirs((BAR,), self.speech.lang)]
        return [theirs(words, lang) for words, lang in burnt]

    def _dated(self, text: str) -> tuple[str, str]:
        """An answer with its days in words, and its language. In a line that is quoted a day stays as it is."""
        if DAY.fullmatch(text):
            return self.speech.day(text), self.speech.lang
        if self.wording.lang == self.speech.lang:
            text = DAY.sub(lambda found: self.speech.day(found[0]), text)
        return text, self.wording.lang

    def _is_free_text(self, name: str) -> bool:
        fields = self.codes.form.fields if self.codes.form else ()
        return any(one.id == name and one.type == "text" for one in fields)

    def _correction(self, name: str, one: Signed[Correction]) -> Values:
        """Who, when and why; with the values if several corrections differ."""
        head = self.speech.say(
            N_("Corrected by %(name)s on %(day)s: %(why)s"),
            name=self.speech.person(one.signer), day=self.speech.day(one.act.day),
            why=self.speech.say(REASONS[one.act.reason]),
        )  # fmt: skip
        if not self.codes.is_contested(name):
            return [head]
        if one.act.answer is None:
            return [head, self.speech.say(N_("As it was sealed"))]
        return [head, *self.texts(name, one.act.answer)]

    def _sealed(self, name: str) -> Values:
        sealed = self.codes.original.get(name, {})
        return [self.speech.say(N_("As the interview sealed it:")), *self.texts(name, sealed)]
