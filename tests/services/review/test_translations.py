"""Translations at several desks: sealed to lawyers alone, beside the original, never over one another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from testimony.domain.testimony.statement import Statement
from testimony.domain.testimony.translation import Machine
from testimony.services.enrolment.organisation import Organisation
from testimony.services.review import translations
from testimony.services.review.errors import TranslationRefused
from testimony.services.review.translations import Held, Signed
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.services.reviews import meet
from tests.support.services.translations import fetched, forge, manifest

SAID = Statement(id="said-1", lang="fa", text="شب آمدند. چیزی نگفتند.")
CANARY = "They came at night, said heron seventeen."


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def held(desk: Desk, tid: str) -> Held:
    with desk.station.database.reading() as session:
        desk.annexes.refresh(desk.station, session, desk.reader)
    return translations.translations_of(desk.station, desk.annexes, tid, manifest(desk, tid))


def say(
    desk: Desk,
    tid: str,
    *texts: str,
    lang: str = "en",
    method: str = "person",
    machine: Machine | None = None,
    seen: Sequence[Signed] | None = None,
) -> Signed:
    return translations.say(
        desk.station, desk.reader, tid, manifest(desk, tid), SAID,
        held(desk, tid).current(SAID.id, lang) if seen is None else seen,
        lang=lang, method=method, translator=" Amina ", texts=texts, day=TODAY,
        machine=machine,
    )  # fmt: skip


def current(desk: Desk, tid: str) -> list[str]:
    return [one.translation.text for one in held(desk, tid).current(SAID.id)]


def test_a_translation_reaches_the_other_lawyer_and_no_coordinator(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    say(at["lawyer-1"], tid, CANARY, "They said nothing.")
    meet(at)
    (found,) = held(at["lawyer-2"], tid).current(SAID.id)
    assert found.translation.text == f"{CANARY}\nThey said nothing."
    assert (found.signer, found.translation.translator, found.translation.complete) == ("lawyer-1", "Amina", True)
    assert current(at["coordinator-1"], tid) == []
    for station in (at["lawyer-1"].central, *(desk.station for desk in at.values())):
        for path in station.settings.home.rglob("*"):
            assert not path.is_file() or b"heron seventeen" not in path.read_bytes(), path


def test_the_next_one_stands_for_the_one_before_and_both_are_kept(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    say(desk, tid, "They came.", "")
    assert not held(desk, tid).signed[0].translation.complete
    say(desk, tid, "They came at night.", "They said nothing.")
    say(desk, tid, "Ils vinrent la nuit.", "Ils ne dirent rien.", lang="fr")
    assert current(desk, tid) == [
        "They came at night.\nThey said nothing.",
        "Ils vinrent la nuit.\nIls ne dirent rien.",
    ]
    assert len(held(desk, tid).signed) == 3


def test_what_a_machine_drafted_stays_with_those_who_correct_it_until_a_person_translates_alone(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk, checked = fetched(at, organisation), at["lawyer-1"], "machine_checked"

    def kept() -> tuple[Machine, ...]:
        newest = held(desk, tid).newest(SAID.id, "en")
        assert newest is not None
        return newest.machines

    one = Machine(engine="e 1", model="a" * 64, model_name="One", drafted={0: "They come."})
    say(desk, tid, "They came.", "", method=checked, machine=one)
    assert kept() == (one,)
    say(desk, tid, "They came at night.", "", method=checked)
    assert kept() == (one,)
    say(desk, tid, "They came.", "Nothing.", method=checked, machine=replace(one, drafted={1: "No."}))
    assert kept() == (replace(one, drafted={0: "They come.", 1: "No."}),)
    other = replace(one, model="b" * 64, drafted={1: "Not."})
    say(desk, tid, "They came.", "Nothing.", method=checked, machine=other)
    assert kept() == (one, other), "nobody says of one model what another wrote"
    again = replace(other, drafted={0: "They are come.", 1: "No one."})
    say(desk, tid, "They came.", "Nothing.", method=checked, machine=again)
    assert kept() == (again,), "nothing is left of what the first wrote"
    say(desk, tid, "They came.", "Nothing.")
    assert kept() == ()


def test_a_machine_is_named_while_a_sentence_is_still_what_it_wrote_whatever_the_lawyer_says(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    one = Machine(engine="e 1", model="a" * 64, model_name="One", drafted={0: "They come.", 1: "No."})
    say(desk, tid, "They come.", "No.", method="machine_checked", machine=one)
    mended = say(desk, tid, "They come. ", "No!", method="person").translation
    assert (mended.method, mended.machines) == ("machine_checked", (one,))
    meet(at)
    (found,) = held(at["lawyer-2"], tid).current(SAID.id)
    assert (found.translation.method, found.translation.machines) == ("machine_checked", (one,))
    own = say(desk, tid, "They came.", "Nothing.", method="person").translation
    assert (own.method, own.machines) == ("person", ())


def test_two_desks_that_did_not_know_of_each_other_are_both_shown_until_one_speaks_for_both(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    say(at["lawyer-1"], tid, "One.", "Two.")
    say(at["lawyer-2"], tid, "Uno.", "Dos.")
    meet(at)
    assert len(current(at["lawyer-1"], tid)) == len(current(at["lawyer-2"], tid)) == 2
    say(at["lawyer-2"], tid, "First.", "Second.")
    meet(at)
    assert current(at["lawyer-1"], tid) == current(at["lawyer-2"], tid) == ["First.\nSecond."]


def test_what_came_while_a_lawyer_wrote_still_stands(at: dict[str, Desk], organisation: Organisation) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    first = say(desk, tid, "One.", "Two.")
    meet(at)
    say(at["lawyer-2"], tid, "Uno.", "Dos.")
    meet(at)
    say(desk, tid, "First.", "Second.", seen=[first])
    assert sorted(current(desk, tid)) == ["First.\nSecond.", "Uno.\nDos."]
    say(desk, tid, "At last.", "Both.")
    assert current(desk, tid) == ["At last.\nBoth."]


def test_those_on_a_page_are_found_by_their_ids_and_no_others_are(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    english, french = say(desk, tid, "One.", "Two."), say(desk, tid, "Un.", "Deux.", lang="fr")
    id_ = english.translation.id
    assert held(desk, tid).named(SAID.id, "en", [id_]) == [english]
    for original, lang, ids in ((SAID.id, "en", [french.translation.id]), ("s2", "en", [id_]), (SAID.id, "fr", [id_])):
        with pytest.raises(TranslationRefused) as refused:
            held(desk, tid).named(original, lang, ids)
        assert refused.value.reason == "sentences"


@pytest.mark.parametrize(
    ("who", "texts", "lang", "why"),
    [
        ("coordinator-1", ("a", "b"), "en", "role"),
        ("lawyer-1", ("a",), "en", "sentences"),
        ("lawyer-1", ("a", "b", "c"), "en", "sentences"),
        ("lawyer-1", (" ", ""), "en", "empty"),
        ("lawyer-1", ("a", "b"), "no tag", "unusable"),
        ("lawyer-1", ("a" * 400_001, "b"), "en", "unusable"),
    ],
)
def test_what_no_desk_could_read_is_not_written(
    who: str, texts: tuple[str, ...], lang: str, why: str, at: dict[str, Desk], organisation: Organisation
) -> None:
    tid = fetched(at, organisation)
    with pytest.raises(TranslationRefused) as refused:
        say(at[who], tid, *texts, lang=lang)
    assert refused.value.reason == why
    assert held(at["lawyer-1"], tid) == Held(signed=(), unread=0)


def test_what_is_no_translation_of_this_testimony_is_counted_and_not_shown(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    tid, desk = fetched(at, organisation), at["lawyer-1"]
    name = say(desk, tid, "One.", "Two.").record
    (signed,) = held(desk, tid).signed
    content = signed.translation.to_value()
    forge(desk, tid, content | {"id": os.urandom(16).hex(), "of": "0" * 64})
    forge(desk, tid, {"kind": "translation"})
    forge(at["coordinator-1"], tid, content | {"id": os.urandom(16).hex()})
    meet(at)
    found = held(desk, tid)
    assert ([one.translation.id for one in found.signed], found.unread) == ([signed.translation.id], 3)
    forge(desk, tid, content | {"sentences": []})
    assert held(desk, tid) == Held(signed=(), unread=5), "two of one number: nobody knows which was meant"
    assert name
