"""`story` at the command line: a lawyer proposes, reads the exact text, and nothing leaves without a second one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.services.enrolment.organisation import Organisation
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.startup import open_station
from testimony.services.stories import stories
from tests.support.cli.headquarters import run
from tests.support.publication.zip_reader import unpacked
from tests.support.services.batches import bring
from tests.support.services.desks import reader_of
from tests.support.services.stories import agree_to_stories, told


def test_a_story_is_proposed_read_and_saved_once_a_second_lawyer_approved_it(
    homes: Path, organisation: Organisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree_to_stories(monkeypatch)
    now, home, out = datetime.now(UTC), homes / "desk-lawyer", tmp_path / "story.zip"
    with open_station(home) as station:
        (sealed,) = bring(organisation, station, [told()], at=now)
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    made = run("story", "propose", sealed.record.value["tid"], "--title", "At night", "--home", home, typed=typed)
    assert made.returncode == 0, made.stderr
    (id,) = re.findall(r"[0-9a-f]{32}", made.stdout)
    shown = run("story", "show", id[:8], "--home", home, typed=typed).stdout
    assert "[name] was hurt." in shown
    (digest,) = re.findall(r"\b[0-9a-f]{64}\b", shown)
    save = ("story", "save", id, "--home", home, "--out", out)
    refused = run(*save, typed=typed)
    assert (refused.returncode, "second lawyer" in refused.stderr, out.exists()) == (1, True, False)
    with open_station(home) as station:
        reader, annexes = reader_of(organisation, "lawyer-2"), AnnexIndex()
        with station.database.reading() as session:
            held = stories.read(station, session, reader, annexes, at=now.date())
        stories.approve(station, reader, held, id, digest, annexes=annexes, day=now.date())
    saved = run(*save, typed=typed)
    assert saved.returncode == 0, saved.stderr
    assert sorted(unpacked(out.read_bytes())) == ["story.html", "story.json", "story.pdf"]
    assert "exists" in run(*save, typed=typed).stderr
