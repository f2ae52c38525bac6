"""One installed model of each kind for all tests of engines: that of speech has 35 MB."""

from __future__ import annotations

from pathlib import Path

import pytest

from testimony.services.speech.models import Model
from tests.support.services import speech, translation_model


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return speech.model_of(Path(tmp_path_factory.mktemp("speech")))


@pytest.fixture(scope="session")
def greek(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """It translates from English into Greek letters."""
    return translation_model.model_of(Path(tmp_path_factory.mktemp("translation")))
