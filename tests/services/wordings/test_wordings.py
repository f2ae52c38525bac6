"""A wording is in force where the roster names it, it is here, it verifies, and the sentences are those it names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.errors import WordingRefused
from testimony.sealing.roster.wording import Clip
from testimony.services.roster import adoption
from testimony.services.wordings import sentences, wordings
from testimony.station.station import Station
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of
from tests.support.services.world import World

ORGANISATION: dict[str, Any] = {"name": "Border Watch", "complaints": "Tent 4"}


def adopt(world: World, station: Station, **organisation: Any) -> None:
    """The next roster, in force at `station`."""
    adoption.adopt_all(station, [world.next_roster(organisation=organisation)])


def bring(station: Station, record: SignedRecord, clips: Mapping[str, bytes]) -> None:
    wordings.keep(station, record)
    for data in clips.values():
        wordings.keep_clip(station, data)


def refused(station: Station, thing: SignedRecord | bytes) -> str:
    with pytest.raises(WordingRefused) as error:
        wordings.keep_clip(station, thing) if isinstance(thing, bytes) else wordings.keep(station, thing)
    return error.value.reason


def files(station: Station) -> set[str]:
    folder = station.settings.home / "wordings"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


def test_a_wording_that_the_roster_names_and_that_is_here_is_in_force(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    assert wordings.in_force(node, "ps") is None
    bring(node, record, clips)
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert (found.name, found.checked) == (record.id, CHECKED_BY)
    assert found.clips.keys() == set(RECORDED)
    assert {clip.sha256 for clip in found.clips.values()} == clips.keys()
    assert wordings.in_force(node, "fa") is None
    assert wordings.lacking(node) == []


def test_a_roster_without_wordings_leaves_everything_as_it_was(world: World, node: Station) -> None:
    assert wordings.in_force(node, "ps") is None
    assert (wordings.lacking(node), wordings.clips(node)) == ([], {})


def test_nothing_is_kept_that_the_roster_in_force_does_not_name(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    assert refused(node, record) == "unnamed"
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    assert refused(node, next(iter(clips.values()))) == "unnamed"  # nothing here names it yet
    wordings.keep(node, record)
    assert refused(node, b"another recording") == "unnamed"
    assert files(node) == {f"{record.id}.json"}


def test_a_wording_named_for_one_language_says_nothing_of_another(world: World, node: Station) -> None:
    record, _ = wording_of(ORGANISATION, world.lawyer_signer, "prs")
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    assert refused(node, record) == "unnamed"
    assert wordings.in_force(node, "ps") is None


@pytest.mark.parametrize("who", ["interviewer", "device", "station", "stranger"])
def test_roots_alone_do_not_make_a_wording_of_somebody_elses_signature(world: World, node: Station, who: str) -> None:
    signer = Signer.generate() if who == "stranger" else getattr(world, who)
    record, _ = wording_of(ORGANISATION, signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    assert refused(node, record) == "signer"
    (node.settings.home / "wordings").mkdir()
    (node.settings.home / "wordings" / f"{record.id}.json").write_bytes(record.encode())
    assert wordings.in_force(node, "ps") is None


def test_a_revoked_lawyer_signs_none_and_whoever_left_later_takes_none_along(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    named = {**ORGANISATION, "wordings": {"ps": record.id}}
    revoked = [{**one, "status": "revoked"} if one["id"] == "lawyer-a" else one for one in world.successor()["people"]]
    adopt(world, node, **named)
    bring(node, record, clips)
    adoption.adopt_all(node, [world.next_roster(people=revoked)])
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert found.checked == CHECKED_BY
    later, _ = wording_of(ORGANISATION, world.lawyer_signer, checked="Somebody Else")
    adopt(world, node, **ORGANISATION, wordings={"ps": later.id})
    assert refused(node, later) == "signer"
    assert wordings.in_force(node, "ps") is None


def test_a_changed_byte_of_the_kept_file_takes_the_wording_out_of_force(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    file = node.settings.home / "wordings" / f"{record.id}.json"
    whole = file.read_bytes()
    signature = record.sigs[0]["sig"].encode()
    for was, now in ((b"Zarmina", b"Zarmine"), (signature, signature[::-1]), (b"}", b""), (whole, b"")):
        file.write_bytes(whole.replace(was, now))
        assert wordings.in_force(node, "ps") is None
        assert record.id in wordings.lacking(node)
    other_signature = SignedRecord(record.data, wording_of(ORGANISATION, world.coordinator_signer)[0].sigs)
    file.write_bytes(other_signature.encode())
    assert wordings.in_force(node, "ps") is None
    assert wordings.keep(node, record)
    assert wordings.in_force(node, "ps") is not None


def test_a_wording_about_another_script_is_kept_and_does_not_count(world: World, node: Station) -> None:
    script = {"id": "camp-consent", "version": 99, "sha256": "ab" * 32}
    record, clips = wording_of(ORGANISATION, world.lawyer_signer, script=script)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    assert wordings.in_force(node, "ps") is None
    assert wordings.lacking(node) == []


def test_a_changed_name_makes_a_draft_again_and_silences_only_the_sentences_that_say_it(
    world: World, node: Station
) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    adopt(world, node, **{**ORGANISATION, "name": "Border Watchers"}, wordings={"ps": record.id})
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert found.checked is None
    assert found.clips.keys() == {"safety.private", "words.yes", "words.no"}  # the others say the name
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    again = wordings.in_force(node, "ps")
    assert again is not None
    assert again.checked == CHECKED_BY
    assert again.clips.keys() == set(RECORDED)


def test_a_use_that_nobody_checked_makes_a_draft_again(world: World, node: Station) -> None:
    record, _ = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, mechanism="the mechanism", wordings={"ps": record.id})
    wordings.keep(node, record)
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert found.checked is None


def test_recordings_of_words_that_nobody_checked_leave_a_draft(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer, checked=None)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    found = wordings.in_force(node, "ps")
    assert found is not None
    assert found.checked is None
    assert found.clips.keys() == set(RECORDED)


def test_a_recording_of_another_length_or_hash_is_not_kept(world: World, node: Station) -> None:
    data = b"\x1a\x45\xdf\xa3" + os.urandom(500)
    longer = {"told.who": Clip(sha256=sha256_hex(data), size=501, ms=10, type="audio/webm")}
    record, _ = wording_of(ORGANISATION, world.lawyer_signer, clips=longer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    wordings.keep(node, record)
    assert refused(node, data) == "unnamed"
    assert refused(node, data + b"x") == "unnamed"
    assert wordings.lacking(node) == [sha256_hex(data)]


def test_a_recording_is_given_byte_for_byte_with_its_type(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    for name, data in clips.items():
        assert wordings.clip(node, name) == (data, "audio/webm")
    assert wordings.clip(node, record.id) is None
    assert wordings.clip(node, "../station.key") is None
    assert wordings.clip(node, "ab" * 32) is None


def test_a_recording_that_was_damaged_on_the_disk_is_not_given_and_is_asked_for_again(
    world: World, node: Station
) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    name = next(iter(clips))
    file = node.settings.home / "wordings" / name
    file.write_bytes(b"\0" + file.read_bytes()[1:])
    assert wordings.clip(node, name) is None
    assert wordings.lacking(node) == [name]
    file.write_bytes(b"half")
    assert wordings.clip(node, name) is None
    wordings.keep_clip(node, clips[name])
    assert wordings.clip(node, name) == (clips[name], "audio/webm")


def test_what_the_roster_names_no_more_is_not_offered(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    bring(node, record, clips)
    adopt(world, node, **ORGANISATION)
    assert wordings.in_force(node, "ps") is None
    assert wordings.clip(node, next(iter(clips))) is None
    assert wordings.find(node, record.id) is not None  # a consent may name it


def test_what_is_held_is_told_apart_by_a_text_that_changes(world: World, node: Station) -> None:
    record, clips = wording_of(ORGANISATION, world.lawyer_signer)
    adopt(world, node, **ORGANISATION, wordings={"ps": record.id})
    seen = [wordings.stored_digest(node, clips=True)]
    wordings.keep(node, record)
    records = wordings.stored_digest(node, clips=False)
    seen.append(wordings.stored_digest(node, clips=True))
    for data in clips.values():
        wordings.keep_clip(node, data)
        seen.append(wordings.stored_digest(node, clips=True))
    assert len(set(seen)) == len(seen)
    wordings.keep(node, record)
    (node.settings.home / "wordings" / f"{'ab' * 32}.new").write_bytes(b"what a power cut left")
    assert wordings.stored_digest(node, clips=True) == seen[-1]
    assert wordings.stored_digest(node, clips=False) == records


@pytest.mark.parametrize("lang", ["ar", "bn", "am", "en"])
def test_every_language_can_be_checked_and_recorded(world: World, node: Station, lang: str) -> None:
    keys = list(sentences.always_checked(ORGANISATION, lang))
    record, clips = wording_of(ORGANISATION, world.coordinator_signer, lang, recorded=keys, size=40)
    adopt(world, node, **ORGANISATION, wordings={lang: record.id})
    bring(node, record, clips)
    found = wordings.in_force(node, lang)
    assert found is not None
    assert list(found.clips) == sorted(keys)
    assert found.checked == CHECKED_BY
