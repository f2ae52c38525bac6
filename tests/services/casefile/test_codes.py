"""What lawyers count of a testimony: the answers at the floors, also those that coordinators do not get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from testimony.domain.coding import acts
from testimony.domain.coding.acts import Signed
from testimony.domain.coding.corrections import UNKNOWN, Correction
from testimony.questionnaire.form import Form
from testimony.services.casefile.codes import CaseCodes
from testimony.services.coding.coded_record import CodedRecord

ORIGINAL = {"i_date": {"value": "2025-07-10"}, "i_date_prec": {"value": "day"}, "w_vuln": {"value": ["preg"]}}


def codes(coded: CodedRecord | None) -> CaseCodes:
    return CaseCodes(form=Form.load(), original=ORIGINAL, corrections=acts.fold(()), coded=coded)


def test_the_coarse_answers_have_what_only_lawyers_get() -> None:
    held = codes(CodedRecord(answers={"i_date": {"value": "2025-07"}}, original={}))
    assert held.coarse["w_vuln"] == {"value": ["preg"]}
    assert held.coarse["i_date"] == {"value": "2025-07"}


def test_what_a_lawyer_told_coordinators_stands_before_what_the_phone_made() -> None:
    held = codes(CodedRecord(answers={"i_date": {"value": "2024"}}, original={}))
    assert held.coarse["i_date"] == {"value": "2024"}


def test_there_are_none_where_the_coded_account_is_closed() -> None:
    assert codes(None).coarse == {}


def correction(field: str, answer: Mapping[str, Any] | None, signer: str, after: str = "") -> Signed[Correction]:
    act = Correction(
        id=f"{signer}-{field}",
        field=field,
        answer=answer,
        reason="clerical",
        day=date(2026, 12, 3),
        after=frozenset({after} if after else ()),
    )
    return Signed(act=act, signer=signer, role="lawyer")


def corrected(*said: Signed[Correction], form: Form | None = None) -> CaseCodes:
    return CaseCodes(form=form, original=ORIGINAL, corrections=acts.fold(said), coded=None)


def test_questions_come_in_the_order_of_the_form_and_unknown_ones_last_by_name() -> None:
    said = [correction(field, {"value": "x"}, "lawyer-1") for field in ("zz_added", "aa_added", "w_nat")]
    order = [field.id for field in Form.load().fields]
    known = sorted([*ORIGINAL, "w_nat"], key=order.index)
    assert corrected(*said, form=Form.load()).names == [*known, "aa_added", "zz_added"]
    assert corrected(*said).names == sorted([*ORIGINAL, "aa_added", "w_nat", "zz_added"])


OTHER_DAY, SAME_DAY = {"value": "2025-07-11"}, {"value": "2025-07-10"}


@pytest.mark.parametrize(
    ("said", "answer", "contested", "signers"),
    [
        ([], SAME_DAY, False, []),
        ([correction("i_date", OTHER_DAY, "lawyer-1")], OTHER_DAY, False, ["lawyer-1"]),
        ([correction("i_date", SAME_DAY, "lawyer-1")], SAME_DAY, False, []),
        ([correction("i_date", None, "lawyer-1")], SAME_DAY, False, []),
        (
            [correction("i_date", OTHER_DAY, "lawyer-1"), correction("i_date", {"value": "2025"}, "lawyer-2")],
            UNKNOWN, True, ["lawyer-1", "lawyer-2"],
        ),
        (
            [
                correction("i_date", OTHER_DAY, "lawyer-1"),
                correction("i_date", {"value": "2025"}, "lawyer-2", after="lawyer-1-i_date"),
            ],
            {"value": "2025"}, False, ["lawyer-2"],
        ),
        ([correction("w_nat", OTHER_DAY, "lawyer-1")], SAME_DAY, False, ["lawyer-1"]),
    ],
    ids=["nothing said", "changed", "the same", "sealed again", "two differ", "one after the other", "another field"],
)  # fmt: skip
def test_a_correction_in_force_is_one_that_changes_what_was_sealed(
    said: list[Signed[Correction]], answer: Mapping[str, Any], contested: bool, signers: list[str]
) -> None:
    held = corrected(*said, form=Form.load())
    assert (held.answer("i_date"), held.is_contested("i_date"), sorted(held.signers)) == (answer, contested, signers)


def test_a_question_that_nobody_answered_has_no_answer() -> None:
    assert corrected().answer("w_nat") == {}
    assert corrected().standing("w_nat") == []
