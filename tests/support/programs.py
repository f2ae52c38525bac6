"""What a test does where a program or a package that it drives is missing: skip, but never on the build server."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(what: str) -> NoReturn:
    """`what` is missing, as a sentence. Skips the test; fails it where `CI` is set: there everything is to be run."""
    if os.environ.get("CI"):
        pytest.fail(f"{what}, and on the build server nothing is skipped")
    pytest.skip(what)
