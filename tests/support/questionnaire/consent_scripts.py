"""Shared by tests: consent scripts."""

from __future__ import annotations

import re


def words(text: str) -> int:
    return sum(1 for word in text.split() if re.search(r"\w", word))


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([^}]*)\}", text))
