"""A case file says how an interview was held, in words, and leaves out what a phone sealed wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from testimony.domain.consent.authority import counted
from testimony.services.casefile import interview_conditions
from testimony.services.casefile.language import Row, Speech
from testimony.services.consent.consents import Consents
from testimony.services.opening.compartments import Compartment
from testimony.services.opening.permission import Permission
from testimony.services.testimony.view import Opened

CONSENT = {
    "language": "fr",
    "told": ["a", "b", "c"],
    "teach_back": {"a": "understood", "b": "again", "c": "understood"},
    "script": {"lang": "en", "heard": "yes"},
    "guardian": True,
    "assent": False,
    "focal_point": "yes",
    "interpreter": {"used": True, "oath": False},
}
PROVENANCE = {"started": "2026-12-01T09:30:00Z", "finished": "2026-12-01T10:45:00Z"}
DAY = ("Taken down on", ["1 December 2026"])
FORM = ("Form", ["coded v3"])


def rows(consent: Mapping[str, Any] | None, provenance: Mapping[str, Any] | None, imported: bool = False) -> list[Row]:
    contents = {"consent": consent, "provenance": provenance}
    held = [
        Compartment(part=part, content=content, closed=None if content is not None else "no_key")
        for part, content in contents.items()
    ]
    opened = Opened(
        tid="1" * 32,
        manifest="2" * 64,
        form="coded v3",
        form_sha256="3" * 64,
        day="2026-12-01",
        device="device-1",
        roster_no=1,
        withdrawn=False,
        attestation=None,
        compartments=tuple(held),
        consent=Consents(
            tid="1" * 32,
            at=date(2026, 12, 1),
            readable=False,
            said=(),
            counted=counted((), date(2026, 12, 1)),
            unread={},
        ),
        permission=Permission(closed={}),
        imported=imported,
    )
    return interview_conditions.rows(opened, Speech("en", []))


def told(*args: Any, **more: Any) -> dict[Any, Any]:
    return {label: values for label, values in rows(*args, **more) if isinstance(label, str)}


def test_everything_that_was_noted_stands_there_in_order() -> None:
    found = rows(CONSENT, PROVENANCE)
    assert [row for row in found if isinstance(row[0], str)] == [
        DAY,
        ("Begun", ["1 December 2026, 09:30 UTC"]),
        ("Finished", ["1 December 2026, 10:45 UTC"]),
        FORM,
        ("Language in which consent was asked", ["French"]),
        ("Things the person was told", ["3"]),
        ("Questions the person answered in their own words", ["2 of 3 understood"]),
        ("The guardian agreed", ["yes"]),
        ("The child agreed", ["no"]),
        ("An interpreter helped", ["yes"]),
        ("The interpreter promised to say everything", ["no"]),
    ]


@pytest.mark.parametrize(
    "value", [None, 20261201, "", "2026-12-01", "2026-12-01T09:30:00", "2026-12-01T09:30:00+01", "2026-12-01 09:30:00Z"]
)
def test_what_is_no_moment_is_left_out(value: object) -> None:
    found = told(CONSENT, PROVENANCE | {"started": value})
    assert "Begun" not in found
    assert "Finished" in found


@pytest.mark.parametrize(("partial", "said"), [(True, True), (False, False), ("true", False), (None, False)])
def test_an_interview_that_stopped_early_says_so(partial: object, said: bool) -> None:
    found = told(CONSENT, PROVENANCE | {"partial": partial})
    assert found.get("Interview") == (["Stopped before its end; what was said until then was kept."] if said else None)


@pytest.mark.parametrize(
    ("language", "script", "words"), [("fr", "en", "French"), (None, "en", "English"), ("", "en", "English")]
)
def test_the_language_of_consent_is_the_one_noted_else_that_of_the_words(
    language: str | None, script: str, words: str
) -> None:
    found = told(CONSENT | {"language": language, "script": {"lang": script}}, PROVENANCE)
    assert found["Language in which consent was asked"] == [words]


def test_without_any_language_there_is_no_row_of_it() -> None:
    found = told(CONSENT | {"language": None, "script": {"lang": 7}}, PROVENANCE)
    assert "Language in which consent was asked" not in found


def test_what_a_phone_sealed_wrongly_or_what_is_closed_counts_for_nothing() -> None:
    wrong = {"told": "abc", "teach_back": "understood", "script": "en", "interpreter": ["used"], "guardian": 1}
    nothing = [
        DAY,
        FORM,
        ("Things the person was told", ["0"]),
        ("Questions the person answered in their own words", ["0 of 0 understood"]),
    ]
    assert rows(wrong, {}) == nothing
    assert rows(None, None) == nothing


def test_an_account_from_elsewhere_says_only_that() -> None:
    assert rows(CONSENT, PROVENANCE, imported=True) == [("Imported from elsewhere", ["1 December 2026"]), FORM]


def test_answers_about_the_asking_are_quoted_from_the_questionnaire() -> None:
    def quoted(**more: Any) -> list[tuple[Any, list[Any]]]:
        found = rows({"script": {}} | more, {})
        return [(label, list(values)) for label, values in found if isinstance(label, dict)]

    assert quoted() == []
    assert quoted(mode=7) == quoted(present=["other", 7]) == []
    ((_, one),) = quoted(mode="spoken")
    assert len(one) == 1
    ((_, several),) = quoted(present=["nobody", "other"])
    assert len(several) == 2
    assert len(quoted(script={"heard": "yes"}, interpreter={"relation": "family", "gender": "woman"})) == 3
