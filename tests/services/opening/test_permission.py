"""A permission: what a reader may open, and who makes one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import testimony
from testimony.services.opening.errors import CLOSED_SENTENCES, ENDED, NotPermitted
from testimony.services.opening.permission import Permission


def test_what_is_closed_is_refused_with_its_reason_and_sentence() -> None:
    allowed = Permission(closed={"narrative": ENDED})
    allowed.require("incident", "picture")
    with pytest.raises(NotPermitted) as refused:
        allowed.require("incident", "narrative")
    assert (refused.value.reason, refused.value.sentence) == (ENDED, CLOSED_SENTENCES[ENDED])


def test_nothing_but_the_consent_opens_without_asking_it() -> None:
    """A function that opens a part needs a `Permission`, and only the module that reads the consent makes one."""
    folder = Path(testimony.__file__).parent
    makes = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Permission"
    }
    opens_the_consent = {"services/opening/compartments.py", "services/opening/bulk.py"}
    assert makes == {"services/consent/permissions.py", *opens_the_consent}
