"""What a program of another version is told of the station that asks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from testimony.services.update import environment


@pytest.mark.parametrize("of_home", [True, False])
def test_settings_of_the_station_reach_its_own_commands_and_no_copy_of_it(
    monkeypatch: pytest.MonkeyPatch, of_home: bool
) -> None:
    told: list[tuple[Sequence[str], Mapping[str, str]]] = []
    monkeypatch.setenv("TESTIMONY_DATABASE_URL", "heron")
    monkeypatch.setenv("OTHER_DATABASE_URL", "hut")

    def run(command: Sequence[str], kept: Mapping[str, str]) -> str:
        told.append((command, kept))
        return "refused"

    monkeypatch.setattr(environment, "_run", run)
    assert environment.ask(Path("python"), "check", "--quick", of_home=of_home) == "refused"
    ((command, kept),) = told
    assert command == ["python", "-I", "-m", "testimony", "check", "--quick"]
    assert kept.get("TESTIMONY_DATABASE_URL") == ("heron" if of_home else None)
    assert [name for name in kept if not name.startswith("TESTIMONY_")] == []
