"""The page of consent at a desk: what it shows, and a later yes."""

from __future__ import annotations

import re
from typing import Any

from testimony.questionnaire.consent_scripts import Script
from tests.support.web.browser import Browser


def page(desk: Browser, tid: str, lang: str = "en") -> str:
    found = desk.get(f"/{lang}/testimony/{tid}/consent")
    assert found.status_code == 200
    return str(found.text)


def standing(text: str) -> dict[str, str]:
    return dict(re.findall(r'data-purpose="(\w+)" data-state="\w+" data-usable="(\w+)"', text))


def late(**changes: Any) -> dict[str, Any]:
    script = Script.load("en")
    return {
        "use": "P06",
        "answer": "yes",
        "script": "en",
        "told": [item.id for item in script.told],
        "taught": [question.id for question in script.teach_back],
        "cs_present": ["none"],
        "cs_capacity": ["none"],
        "cs_incentive": "none",
        "cs_age": "adult",
        "lang": "en",
        **changes,
    }
