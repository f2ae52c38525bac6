"""The slip for a witness: the words, in their script, and nothing of whom they are for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from testimony.services.casefile import slip
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import feedbacks
from testimony.services.typesetting import pdf
from tests.support.services.casefiles import SAID, account, brought, everything, letters, text_of
from tests.support.services.desks import TODAY, Desk, desks


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def test_a_slip_has_the_words_in_their_script_and_names_neither_witness_nor_testimony(
    desk: Desk, organisation: Organisation
) -> None:
    (tid,) = brought(desk, organisation, [account(0, "ar", SAID["ar"])])
    manifest = desk.open(tid).manifest
    feedbacks.write(
        desk.station, desk.reader, {tid: manifest}, text="The court has it.\nCall us.", lang="am", day=TODAY
    )
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    (words,) = feedbacks.read(desk.station, desk.annexes, tid, manifest).words
    organisations = [roster.organisation for roster in desk.station.chain.rosters]
    made = pdf.pdf(slip.data_of(words.said, organisations, lang="fr", day=TODAY), day=TODAY)
    text = letters(text_of(made))
    assert letters("The court has it.") in text
    assert letters("Call us.") in text
    assert not any(secret.encode() in everything(made) for secret in ("Sam", tid, tid[:8], "lawyer-1"))
