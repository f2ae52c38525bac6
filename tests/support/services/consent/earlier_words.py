"""Invented testimonies taken with the words of an earlier script, or with an earlier form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from testimony.questionnaire import definition
from testimony.questionnaire.consent_scripts import read
from testimony.services.demo import demo


@contextmanager
def in_words_of(name: str) -> Iterator[None]:
    """What is sealed meanwhile was told as the script `name` ("4/en") has it."""
    present, script = demo._consent, read(name)

    def then(*told: Any) -> dict[str, Any]:
        found = present(*told)
        named = {"version": script.version, "sha256": script.sha256}
        return {**found, "script": {**found["script"], **named}, "told": [*script.told_ids]}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "_consent", then)
        yield


@contextmanager
def with_form(name: str) -> Iterator[None]:
    """What is sealed meanwhile was asked with the shipped form `name` ("camp-interview@3"), and coded as it says."""
    (form,) = (one for one in definition.all_shipped() if one.id == name)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo.Form, "load", lambda: form)
        yield
