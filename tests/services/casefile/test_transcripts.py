"""A case file quotes the account and holds no transcript: neither a machine's words nor what a lawyer signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.domain.testimony.transcript import Line
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


def test_a_case_file_holds_no_word_of_a_transcript(desk: Desk, organisation: Organisation) -> None:
    (tid,) = brought(desk, organisation, [account(0, "fr", SAID["fr"])])
    translate(desk, tid, "en", ["We left at night.", "The officer spoke."])
    opened = desk.open(tid)
    held = transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest)
    written = Written(
        medium=1, lang="fr", engine="example 1", model="ab" * 32, model_name="Example",
        lines=(Line(start=0, end=900, heard=HEARD, text=HEARD),),
    )  # fmt: skip
    transcripts.sign(desk.station, desk.reader, tid, opened.manifest, held.signed, written, [SIGNED], day=TODAY)
    desk.open(tid)
    assert len(transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest).signed) == 1
    words = text_of(pdf_of(desk, tid))
    assert "We left at night." in words
    assert (HEARD in words, SIGNED in words) == (False, False)
