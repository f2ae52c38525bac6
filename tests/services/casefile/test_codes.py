"""What lawyers count of a testimony: the answers at the floors, also those that coordinators do not get."""

from __future__ import annotations

from testimony.domain.coding import acts
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
