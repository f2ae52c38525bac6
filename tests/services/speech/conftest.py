"""One installed model for all tests of speech, because it has 35 MB."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.speech.models import Model
from tests.support.services import speech


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return speech.model_of(Path(tmp_path_factory.mktemp("speech")))
