"""`wording` at the command line: a sentence is mended and signed at a desk, and what is wrong is listed at central."""

from __future__ import annotations

from pathlib import Path

from testimony.services.enrolment.organisation import Organisation
from testimony.services.startup import open_station
from testimony.services.wordings import wrong_sentences
from testimony.services.wordings.wrong_sentences import Mark
from testimony.sync.bundle.wordings import read_wording
from tests.support.cli.headquarters import run


def test_what_is_mended_waits_at_the_desk_and_is_signed_into_a_file(
    homes: Path, organisation: Organisation, tmp_path: Path
) -> None:
    home, out = homes / "desk-lawyer", tmp_path / "wording.bin"
    mend = ("wording", "mend", "ps")
    refused = run(*mend, "told.who", "We are nobody.", "--home", home, "--state", "draft")
    assert (refused.returncode, "the same words in braces" in refused.stderr) == (1, True), refused.stderr
    for key, text in (("told.who", "We are called {organisation}."), ("question.i_held", "How long?")):
        done = run(*mend, key, text, "--home", home, "--state", "agreed")
        assert (done.returncode, f"{key} (agreed): {text}" in done.stdout) == (0, True), done.stderr
    assert "2 sentences of ps, not signed yet" in done.stdout
    typed = organisation.keeper("lawyer-1").passphrase + "\n"
    signed = run("wording", "sign", "ps", "--home", home, "--out", out, typed=typed)
    assert signed.returncode == 0, signed.stderr
    assert "2 mended sentences, 0 recordings" in signed.stdout
    with out.open("rb") as source:
        wording = read_wording(source).wording
    assert wording.checked is None
    assert {key: one.words for key, one in wording.mended.items()} == {
        "question.i_held": "How long?",
        "told.who": "We are called {organisation}.",
    }


def test_the_sentences_that_were_marked_are_listed_with_their_counts(homes: Path) -> None:
    home = homes / "central"
    assert "no sentence was marked as wrong" in run("wording", "wrong", "--home", home).stdout
    with open_station(home) as station, station.database.transaction() as session:
        marks = [Mark(lang="ps", sentence="told.who", text="0" * 64)] * 2
        wrong_sentences.add(station, session, marks)
    listed = run("wording", "wrong", "--home", home).stdout
    assert "2 marks  told.who  (these words are not said any more)" in listed
