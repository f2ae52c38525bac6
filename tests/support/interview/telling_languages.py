"""The languages of witnesses that are tested each time; the others are for `make test-long`."""

from __future__ import annotations

import pytest

from testimony.domain.testimony.languages import SCRIPTS

TELLING = ("en", "ar", "ps", "ti", "bn")
"""Languages of witnesses in which most goes wrong: both directions, each kind of letters, each kind of digits."""
OTHERS = tuple(lang for lang in SCRIPTS if lang not in TELLING)
WITNESSES = [pytest.param(TELLING, id="telling"), pytest.param(OTHERS, id="others", marks=pytest.mark.long)]
"""The languages of witnesses in two lots, for a test that goes through many of them on one page."""
