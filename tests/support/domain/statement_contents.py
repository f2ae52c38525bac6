"""The contents of sealed statements of the domain, invented."""

from __future__ import annotations

from typing import Final

from testimony.domain.review import agenda, case
from testimony.domain.tables import membership
from testimony.domain.tables.plan import Plan

ID, OTHER, THIRD = ("0a" * 16, "0b" * 16, "0c" * 16)
HASH, SECOND = ("1a" * 32, "1b" * 32)
DAY, AFTER = "2026-03-31", ["0d" * 16, "0e" * 16]
ACT: Final = {"id": ID, "day": DAY, "after": AFTER}
LIVES: Final = {"tier": 1, "labels": ["2026"], "recipients": ["P06"]}
PLAN: Final = Plan.fitting(2026, 700, borders=["HRV-BIH"], codebook="1").to_value()
PROFILE: Final = {"preset": "public", "k": 11, "m": 3, "alpha": 400_000, "tiers": ["kept as it is"]}
PUBLISHED: Final = {
    "plan": HASH,
    "period": "2026-Q1",
    "edition": 1,
    "layer": 2,
    "rows": {"border": ["HRV-BIH"]},
    "levels": [["HRV-BIH", "month"]],
    "capped": True,
    "numbers": [[{"border": "HRV-BIH"}, "accounts", 60], [{"border": "HRV-BIH"}, "people", 75]],
}
CLOSING: Final = agenda.closing_of(case.case_of("P09", "court"))
LINES: Final = [
    {"start": 0, "end": 700, "heard": "a", "text": "b"},
    {"start": 700, "end": 900, "heard": "", "text": "c"},
]
SENTENCES: Final = [
    {"start": 0, "end": 4, "text": "One.", "drafted": "Un.", "machine": 0},
    {"start": 5, "end": 9, "text": "Two."},
]
TRANSLATION: Final = {
    "kind": "translation", "id": ID, "of": HASH, "original": "s1", "lang": "en", "method": "machine_checked",
    "translator": "A. Person", "sentences": SENTENCES, "complete": True, "day": DAY, "after": AFTER,
    "machines": [{"engine": "engine 1", "model": HASH, "model_name": "model"}],
}  # fmt: skip
TRANSCRIPT: Final = {
    "kind": "transcript", "id": ID, "of": HASH, "medium": 1, "lang": "en", "engine": "engine 1", "model": HASH,
    "model_name": "model", "lines": LINES, "day": DAY, "after": AFTER,
}  # fmt: skip
STORY: Final = {
    "id": ID, "of": HASH, "lang": "en", "title": "A night", "month": "2026-03", "border": "HRV-BIH:north", "people": 3,
    "answers": {"i_type": ["land"], "v_acts": ["beat", "rob"]}, "losses": {"d_dead": 1, "d_missing": 2},
    "paragraphs": ["They walked.", "They came back."],
}  # fmt: skip
ATTACHMENT: Final = {
    "kind": "attachment", "id": ID, "of": HASH, "purpose": "P09", "recipient": "court", "title": "A report",
    "sort": "MEDICAL", "made": DAY, "ending": "pdf", "size": 1000, "sha256": SECOND, "key": OTHER, "pieces": 2,
    "day": DAY,
}  # fmt: skip
CLASS: Final = {
    "id": ID, **LIVES, "members": AFTER, "persons": ["2" * 32, "3" * 32], "incidents": ["4" * 32, "0" * 32],
}  # fmt: skip
MEMBERSHIP: Final = {
    "kind": "membership", "v": membership.VERSION, "day": DAY, "about": HASH, "period": "2026-Q1", "edition": 1,
    "layer": 2, "members": AFTER,
}  # fmt: skip
QUESTION: Final = {
    "state": "in_review", "given": "me", "place": "HRV-BIH:north", "language": "ar", "month": "2026-03", "act": "beat",
    "kind": "land", "consent": "release", "flag": "media", "period": "week", "since": DAY, "until": DAY,
    "sort": "date", "turned": True,
}  # fmt: skip
BATCH: Final = {
    "name": ID, "profile": HASH, "first": 2, "recipients": ["P06", "P10:a network"],
    "files": [{"recipient": "P06", "sha256": HASH}, {"recipient": "P10:a network", "sha256": SECOND}],
    "parts": [HASH, SECOND], "sha256": HASH,
}  # fmt: skip
