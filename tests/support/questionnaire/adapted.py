"""Adapts questionnaires that a test writes row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from testimony.questionnaire.definition import require_safe
from testimony.questionnaire.xlsform.adaptation.adapt import Adapted, adapt
from testimony.questionnaire.xlsform.reader import read
from testimony.services.wordings.adaptation import packed
from tests.support.questionnaire.small_form import table
from tests.support.questionnaire.workbooks import workbook

Row = Mapping[str, object]
YES = {"list_name": "Yes/No", "name": "Yes", "label": "Yes"}
NO = {"list_name": "Yes/No", "name": "No", "label": "No"}


def adapted(
    *survey: Row, choices: Sequence[Row] = (YES, NO), files: Mapping[str, bytes] | None = None, encoding: str = ""
) -> Adapted:
    """The adapted copy of a questionnaire with these rows; what is written is what was judged."""
    data = workbook({"survey": table(survey), "choices": table(choices)})
    found = adapt(data, name="Water Survey (final)", files=(files or {}).get, encoding=encoding)
    if found.reading.form is not None:
        require_safe(found.reading.form)
        again = read(packed(found.sheets)).form
        assert again is not None, "what is written can be installed"
        assert again.sha256 == found.reading.form.sha256
    return found


def asked(kind: str, name: str, **more: object) -> dict[str, object]:
    """A row of the survey."""
    return {"type": kind, "name": name, "label": f"Question {name}", **more}


def said(found: Adapted) -> list[str]:
    """Every change, with its place."""
    return [f"{one.place}: {one.reason}" for one in found.changes]
