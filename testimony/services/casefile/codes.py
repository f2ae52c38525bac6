"""Collect a testimony's codes for an export: the values that lawyers use now, and the originally sealed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from testimony.domain.coding import coded_account, corrections
from testimony.domain.coding.acts import Signed, Stands
from testimony.domain.coding.corrections import Answer, Correction
from testimony.questionnaire.form import Form
from testimony.services.coding import coded_record
from testimony.services.coding.coded_record import CodedRecord
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.testimony.view import Opened
from testimony.station.station import Station


@dataclass(frozen=True, kw_only=True)
class CaseCodes:
    """`original`: the incident as the phone sealed it. `coded`: the coarse account; None if it does not open.

    `unread`: corrections that cannot be read or are not valid. `hidden`: the questions whose answers are redacted.
    """

    form: Form | None
    original: Mapping[str, Any]
    corrections: Stands[Correction]
    coded: CodedRecord | None
    unread: int = 0
    hidden: frozenset[str] = frozenset()

    @property
    def names(self) -> list[str]:
        """Every question that was answered or corrected, in form order."""
        known = {*self.original, *self.corrections.codes}
        asked = [field.id for field in self.form.fields if field.id in known] if self.form else []
        return asked + sorted(known - set(asked))

    def answer(self, name: str) -> Any:
        """The value in use: the sealed answer unchanged if no lawyer commented on it, else a well-formed one.

        Unknown if lawyers differ; {} for no answer.
        """
        if not self.corrections.about(name):
            return self.original.get(name, {})
        return corrections.effective(self.original, self.corrections, name)[0]

    @property
    def coarse(self) -> dict[str, Answer]:
        """The answers at the detail levels of the coded account, with lawyers' corrections, even if coordinators have
        not been told. It has the fields that only lawyers get, too. {} if the coded account is closed.
        """
        if self.coded is None:
            return {}
        made: dict[str, Answer] = {}
        told: dict[str, Answer] = {}
        if self.form:
            definition = coded_account.for_lawyers(self.form.value)
            made.update(coded_account.generalise(self.original, definition))
            told = corrections.recoded(self.original, self.corrections, definition)
        return {
            name: answer
            for name, answer in {**made, **self.coded.answers, **told}.items()
            if answer and isinstance(answer, Mapping)
        }

    def standing(self, name: str) -> list[Signed[Correction]]:
        """The corrections in force, if the value in use is not the sealed one."""
        latest = self.corrections.latest(name)
        if not latest:
            return []
        sealed = self.original.get(name)
        own: Answer = sealed if isinstance(sealed, Mapping) else {}
        same = not self.is_contested(name) and corrections.alike(self.answer(name), own)
        return [] if same else latest

    @property
    def signers(self) -> list[str]:
        """Who signed the corrections in force."""
        return [one.signer for name in self.names for one in self.standing(name)]

    def is_contested(self, name: str) -> bool:
        """Whether lawyers' desks differ about it."""
        return bool(self.corrections.about(name)) and corrections.effective(self.original, self.corrections, name)[1]


def read_codes(station: Station, annexes: AnnexIndex, opened: Opened, form: Form | None) -> CaseCodes:
    """Read the codes of an opened testimony, taken with `form`, from `annexes` (refreshed before)."""
    said, lost = coded_record.corrections_of(station.chain, annexes, opened.tid, form)
    coded = coded_record.effective(
        station.chain, station.settings.home, annexes, opened.tid, opened.form_sha256, opened.compartment("coded")
    )
    return CaseCodes(
        form=form,
        original=coded_record.answers_in(opened.compartment("incident")) or {},
        corrections=said,
        coded=coded,
        unread=lost + (coded.unread if coded else 0),
    )
