"""A program that came with the release keys of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.sealing.update import release_keys
from tests.support.update import made


@pytest.fixture(autouse=True)
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "shipped-keys.json"
    file.write_bytes(made.key_list(made.KEYS).encode())
    monkeypatch.setattr(release_keys, "SHIPPED", file)
    return file
