"""Read the coded account of a testimony as it is valid today: what the phone sealed, with lawyers' corrections.

Pages, counts and releases all use this module. Corrections from other desks are read at the detail levels of the form
with which the testimony was taken. A correction has no effect when it is more detailed than that, when its value is in
no list, or when no lawyer signed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from testimony.domain.coding import acts as coding_acts
from testimony.domain.coding import assessment, corrections, findings
from testimony.domain.coding.acts import CodingAct, Signed, Stands
from testimony.domain.coding.assessment import Assessed, Assessment
from testimony.domain.coding.coded_account import Definition, is_at_floor
from testimony.domain.coding.corrections import Answer, Correction, Recoding
from testimony.domain.coding.findings import Findings, Found
from testimony.domain.errors import EventUnreadable
from testimony.domain.release.release_line import MISSING
from testimony.domain.testimony.languages import AUTONYMS
from testimony.questionnaire.form import Form
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.services.opening.annexes import AnnexIndex, OpenedAnnex
from testimony.services.opening.compartments import Compartment
from testimony.services.wordings import questionnaires

A = TypeVar("A", bound=CodingAct)


@dataclass(frozen=True, kw_only=True)
class CodedRecord:
    """`answers`: the values in use. `original`: what the phone sealed. `corrected`: codes where the two differ.

    `contested`: codes about which desks differ; they are unknown in `answers`. `unread`: annexes that cannot be read,
    and acts that are not valid.
    """

    answers: Mapping[str, Answer]
    original: Mapping[str, Answer]
    corrected: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()
    assessed: Assessed = field(default_factory=Assessed)
    findings: Found = field(default_factory=Found)
    recodings: Stands[Recoding] = field(default_factory=lambda: coding_acts.fold(()))
    unread: int = 0


def effective(
    chain: RosterChain, home: Path, annexes: AnnexIndex, tid: str, form_sha256: str, coded: Compartment | None
) -> CodedRecord | None:
    """Read the testimony `tid`, taken with that form, from its opened part `coded` and from `annexes` (refreshed
    before). `home`: of the station, where its forms are.

    None if that part does not open here or holds no answers.
    """
    original = answers_in(coded)
    if original is None:
        return None
    recodings, unread = recodings_of(chain, home, annexes, tid, form_sha256)
    assessments, doubtful = assessments_of(chain, annexes, tid)
    clinical, unclear = findings_of(chain, annexes, tid)
    codes = [code for code in recodings.codes if coded is None or coded.shows(code)]
    found = {code: corrections.effective(original, recodings, code) for code in codes}
    told = {code: answer for code, (answer, _) in found.items()}
    answers = {code: answer for code, answer in {**original, **told}.items() if answer or code not in told}
    return CodedRecord(
        answers=answers,
        original=original,
        corrected=frozenset(
            code for code, answer in told.items() if not corrections.alike(answer, _sealed_answer(original, code))
        ),
        contested=frozenset(code for code, (_, differs) in found.items() if differs),
        assessed=assessment.assessed(assessments),
        findings=findings.found(clinical),
        recodings=recodings,
        unread=unread + doubtful + unclear,
    )


def of_record(
    chain: RosterChain, home: Path, annexes: AnnexIndex, manifest: SignedRecord, coded: Compartment | None
) -> CodedRecord | None:
    """As `effective`, for the testimony with this manifest."""
    value = manifest.value
    return effective(chain, home, annexes, str(value["tid"]), str(value["form_sha256"]), coded)


def answers_in(held: Compartment | None) -> dict[str, Any] | None:
    """The answers of an opened part; None if it is closed or holds none."""
    answers = (held.content or {}).get("answers") if held else None
    return answers if isinstance(answers, dict) else None


def language(content: Mapping[str, Any]) -> str:
    """The language of the conversation, else of the wording. A value in none of our lists could be free text, and is
    not shown.
    """
    script = content.get("script")
    said = content.get("language") or (script.get("lang") if isinstance(script, dict) else None)
    return said if isinstance(said, str) and said in AUTONYMS else MISSING


def recodings_of(
    chain: RosterChain, home: Path, annexes: AnnexIndex, tid: str, form_sha256: str
) -> tuple[Stands[Recoding], int]:
    """Lawyers' corrections of the coded account of `tid`, and how many are not valid."""
    said = annexes.about_of_kind(tid, corrections.RECODING)
    form = (
        questionnaires.find(home, form_sha256) if said else None
    )  # most testimonies have none, so no form is read for them
    return gather(chain, said, corrections.RECODING, Recoding.parse, partial(_objection, form))


def corrections_of(
    chain: RosterChain, annexes: AnnexIndex, tid: str, form: Form | None
) -> tuple[Stands[Correction], int]:
    """Lawyers' corrections of the incident of `tid`, taken with `form`, and how many are not valid."""
    return said_of(chain, annexes, tid, corrections.KIND, Correction.parse, partial(_impossible, form))


def assessments_of(chain: RosterChain, annexes: AnnexIndex, tid: str) -> tuple[Stands[Assessment], int]:
    """Lawyers' assessments of the reliability of `tid`, and how many are not valid."""
    return gather(chain, annexes.about_of_kind(tid, assessment.KIND), assessment.KIND, Assessment.parse)


def findings_of(chain: RosterChain, annexes: AnnexIndex, tid: str) -> tuple[Stands[Findings], int]:
    """What lawyers entered of a clinician's findings about `tid`, and how many entries are not valid."""
    return said_of(chain, annexes, tid, findings.KIND, Findings.parse)


def said_of(
    chain: RosterChain,
    annexes: AnnexIndex,
    tid: str,
    kind: str,
    parse: Callable[[Mapping[str, Any]], A],
    objection: Callable[[A], str | None] = lambda _: None,
) -> tuple[Stands[A], int]:
    """What the annexes of this kind about `tid` say, and how many are not valid."""
    return gather(chain, annexes.about_of_kind(tid, kind), kind, parse, objection)


def gather(
    chain: RosterChain,
    said: list[OpenedAnnex],
    kind: str,
    parse: Callable[[Mapping[str, Any]], A],
    objection: Callable[[A], str | None] = lambda _: None,
) -> tuple[Stands[A], int]:
    """What these annexes say, and how many are not valid."""
    signed: list[Signed[A]] = []
    unread = 0
    for annex in said:
        try:
            signed += [_signed(chain, annex, act) for act in coding_acts.acts_of(annex.content, kind, parse)]
        except EventUnreadable:
            unread += 1
    stands = coding_acts.fold(signed, objection)
    return stands, unread + sum(map(len, stands.ignored.values()))


def _sealed_answer(original: Mapping[str, Any], code: str) -> Answer:
    """A sealed answer; a dishonest phone may have sealed anything."""
    answer = original.get(code)
    return answer if isinstance(answer, Mapping) else {}


def _signed(chain: RosterChain, annex: OpenedAnnex, act: A) -> Signed[A]:
    """The signer, by the newest roster that knows the key."""
    entry = chain.signer(annex.by)
    return Signed(act=act, signer=entry.id if entry else annex.by, role=entry.role if entry else "")


def _impossible(form: Form | None, act: Correction) -> str | None:
    """Why a correction is not valid: the form has no such answer."""
    if act.answer is None:
        return None
    if form is None:
        return "form"
    return None if corrections.is_answer(act.field, act.answer, form.value) else "value"


def _objection(form: Form | None, act: Recoding) -> str | None:
    """Why a recoding is not valid. Detail levels come from the form, so without the form there are none."""
    if form is None:
        return "form"
    definition: Definition = form.value
    return None if all(is_at_floor(*one, definition) for one in act.answers.items()) else "finer"
