"""A case file and an archive hold the account and no transcript: neither a machine's words nor what a lawyer signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony.transcript import Line
from testimony.domain.testimony.translation import Machine
from testimony.services.archive import archive
from testimony.services.archive.archive import Wish
from testimony.services.enrolment.organisation import Organisation
from testimony.services.speech import transcripts
from testimony.services.speech.transcripts import Written
from tests.support.services.casefiles import SAID, account, brought, pdf_of, text_of, translate
from tests.support.services.desks import TODAY, Desk, desks

HEARD, SIGNED = "heronseventeen", "heroneighteen"


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def test_a_case_file_and_an_archive_hold_no_word_of_a_transcript(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    translate(desk, tid, "en", ["We left at night.", "The officer spoke."])
    opened = desk.open(tid)
    held = transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest)
    written = Written(
        medium=1, lang="fr", engine="example 1", model="ab" * 32, model_name="Example",
        lines=(Line(start=0, end=900, heard=HEARD, text=HEARD),),
    )  # fmt: skip
    before = archived(desk, tid)
    transcripts.sign(desk.station, desk.reader, tid, opened.manifest, held.signed, written, [SIGNED], day=TODAY)
    desk.open(tid)
    assert len(transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest).signed) == 1
    words = text_of(pdf_of(desk, tid))
    assert "We left at night." in words
    assert (HEARD in words, SIGNED in words) == (False, False)
    assert archived(desk, tid) == before, "not even the sealed annex"


def test_a_case_file_holds_what_a_lawyer_signed_and_no_word_that_a_machine_drafted(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    machine = Machine(engine="example 1", model="ab" * 32, model_name="Example", drafted={0: HEARD})
    translate(desk, tid, "en", ["We left at night.", "The officer spoke."], machine)
    words = text_of(pdf_of(desk, tid))
    assert ("We left at night." in words, HEARD in words) == (True, False)


def archived(desk: Desk, tid: str) -> set[str]:
    """The records in an archive with sealed parts."""
    with desk.station.database.transaction() as session:
        made = archive.compose(desk.station, session, desk.reader, Wish(tids=(tid,)), at=TODAY, annexes=desk.annexes)
    return {one.name for one, _ in made.files if one.name.startswith("records/")}
