"""What a desk prepares of a language is on its disk at once, begins with what is in force, and counts by its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.domain.roles import Audience, Role
from testimony.questionnaire.sentence_states import State
from testimony.sealing.roster.wording import parse_wording, verify_wording
from testimony.services.opening.errors import KeyNotForDesk
from testimony.services.opening.reader import Reader
from testimony.services.roster import adoption
from testimony.services.wordings import sentences, states, wordings
from testimony.services.wordings.errors import CheckRefused, ClipRefused, WordsChanged
from testimony.services.wordings.studio import FOLDER, Preparation
from testimony.station.station import Station
from testimony.store.errors import PartMissing
from tests.support.damage import last_byte_changed
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of
from tests.support.services.world import World
from tests.support.web.ogg_voice import silence

ORGANISATION: dict[str, Any] = {"name": "Border Watch", "complaints": "Tent 4"}
SOUND, OTHER = silence(1, 200), silence(2, 200)
KEY, RENAMED = "told.help_apart", "told.who"


def adopt(world: World, station: Station, **changes: Any) -> None:
    """The next roster, in force at `station`."""
    adoption.adopt_all(station, [world.next_roster(organisation={**ORGANISATION, **changes})])


def reader_of(world: World, *, keyless: bool = False) -> Reader:
    signer = None if keyless else world.lawyer_signer
    key: Any = object()
    return Reader(id="lawyer-a", role=Role.LAWYER, audience=Audience.LAWYERS, key=key, signer=signer)


def keep(prepared: Preparation, key: str, data: bytes = SOUND) -> None:
    prepared.keep(key, data, ms=1000, text=prepared.texts[key])


def sign(prepared: Preparation, world: World, **changes: Any) -> Any:
    said: dict[str, Any] = {"checked": CHECKED_BY, "agrees": True, "digest": prepared.digest, "day": "2026-11-24"}
    return prepared.sign(reader_of(world), **{**said, **changes})


@pytest.fixture
def named(world: World, node: Station) -> str:
    """A wording of Pashto is in force, with recordings; its name."""
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, wordings={"ps": record.id})
    wordings.keep(node, record)
    for data in clips.values():
        wordings.keep_clip(node, data)
    return record.id


def test_a_language_begins_with_the_recordings_in_force_and_changing_one_keeps_the_others(
    named: str, node: Station
) -> None:
    prepared = Preparation(node, "ps")
    assert prepared.clips().keys() == set(RECORDED)
    assert not prepared.folder.exists()
    before = prepared.read("words.yes")
    keep(prepared, KEY)
    prepared.remove("words.no")
    again = Preparation(node, "ps")
    assert again.clips().keys() == {*RECORDED, KEY} - {"words.no"}
    assert again.read("words.yes") == before
    assert again.read(KEY) == (SOUND, "audio/ogg")
    assert Preparation(node, "fa").clips() == {}


def test_a_recording_counts_only_while_its_words_are_said(world: World, node: Station) -> None:
    adopt(world, node)
    keep(Preparation(node, "ps"), RENAMED)
    keep(Preparation(node, "ps"), KEY)
    adopt(world, node, name="Border Friends")
    prepared = Preparation(node, "ps")
    assert prepared.recorded().keys() == {RENAMED, KEY}
    assert prepared.clips().keys() == {KEY}
    assert sign(prepared, world).value["clips"] == [
        {"key": KEY, "sha256": sha256_hex(SOUND), "len": len(SOUND), "ms": 1000, "type": "audio/ogg"}
    ]


def test_what_is_signed_verifies_and_waits_until_a_roster_names_it(world: World, node: Station) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    keep(prepared, KEY)
    assert not prepared.waiting
    record = sign(prepared, world)
    assert verify_wording(record, node.chain.latest).checked == CHECKED_BY
    assert prepared.file() == (record, [SOUND])
    assert Preparation(node, "ps").waiting
    adopt(world, node, wordings={"ps": record.id})
    assert not Preparation(node, "ps").waiting


def test_once_it_was_in_force_a_desk_follows_what_others_make_of_it(world: World, node: Station) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    keep(prepared, KEY)
    record = sign(prepared, world)
    later, _ = wording_of(ORGANISATION, world.lawyer_signer, recorded=("words.again",))
    adopt(world, node, wordings={"ps": record.id})
    wordings.keep(node, record)
    wordings.keep_clip(node, SOUND)
    assert Preparation(node, "ps").clips().keys() == {KEY}
    adopt(world, node, wordings={"ps": later.id})
    assert Preparation(node, "ps").clips() == {}
    keep(Preparation(node, "ps"), "words.yes", OTHER)
    assert Preparation(node, "ps").clips().keys() == {"words.yes"}
    assert Preparation(node, "ps").signed is None


def test_a_recorded_question_and_its_answer_are_signed_and_heard_and_no_other_question_is(
    world: World, node: Station
) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    for key in ("question.i_held", "option.i_held.none"):
        keep(prepared, key)
    record = sign(prepared, world, heard=True)
    assert not prepared.changed
    wording = parse_wording(record)
    assert wording.texts.keys() - sentences.always_checked(ORGANISATION, "ps").keys() == wording.clips.keys()
    adopt(world, node, wordings={"ps": record.id})
    wordings.keep(node, record)
    wordings.keep_clip(node, SOUND)
    held = wordings.in_force(node, "ps")
    heard = states.played(sentences.questions("ps"), "ps", held)
    assert heard.keys() == {"question.i_held", "option.i_held.none"}
    known = states.states(("option.i_held.none", "question.i_date"), "ps", held)
    assert known == {"option.i_held.none": State.HEARD, "question.i_date": State.DRAFT}


def test_what_was_recorded_since_is_not_in_what_was_signed(world: World, node: Station) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    keep(prepared, KEY)
    sign(prepared, world)
    assert not prepared.changed
    keep(prepared, "words.yes")
    assert prepared.changed
    assert prepared.file()[1] == [SOUND]
    keep(prepared, KEY, OTHER)
    with pytest.raises(PartMissing):
        prepared.file()


def test_a_damaged_recording_is_neither_played_nor_signed(world: World, node: Station) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    keep(prepared, KEY)
    file = node.settings.home / FOLDER / "ps" / f"{KEY}.clip"
    file.write_bytes(last_byte_changed(file.read_bytes()))
    for act in (lambda: prepared.read(KEY), lambda: sign(prepared, world)):
        with pytest.raises(ClipRefused) as error:
            act()
        assert error.value.reason == "damaged"
    file.write_bytes(b"nothing that we wrote\n")
    assert Preparation(node, "ps").clips() == {}


def test_nothing_is_signed_without_a_key_a_check_or_the_words_that_were_shown(world: World, node: Station) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    with pytest.raises(KeyNotForDesk):
        prepared.sign(
            reader_of(world, keyless=True), checked=CHECKED_BY, agrees=True, digest=prepared.digest, day="2026-11-24"
        )
    with pytest.raises(WordsChanged):
        sign(prepared, world, digest="0" * 64)
    with pytest.raises(CheckRefused):
        sign(prepared, world, agrees=False)
    assert not prepared.folder.exists()


@pytest.mark.parametrize("key", ["told.nothing", "../../station", "for.P01", ""])
def test_only_sentences_have_recordings(key: str, world: World, node: Station, tmp_path: Path) -> None:
    adopt(world, node)
    prepared = Preparation(node, "ps")
    for act in (lambda: prepared.keep(key, SOUND, ms=1, text="x"), lambda: prepared.read(key)):
        with pytest.raises(PartMissing):
            act()
    with pytest.raises(PartMissing):
        prepared.remove(key)
    assert not prepared.folder.exists()
