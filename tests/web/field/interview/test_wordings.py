"""What a phone gets of checked words and recordings: what is in force at its node, and new pages when more comes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from testimony.canonical import sha256_hex
from testimony.domain.consent import guards
from testimony.domain.testimony.languages import SCRIPTS
from testimony.questionnaire.consent_scripts import Script
from testimony.questionnaire.sentence_states import texts
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.wording import Mended
from testimony.services.roster import adoption
from testimony.services.wordings import sentences, wordings
from testimony.web.factory import create_app
from tests.support.services.checked_wordings import CHECKED_BY, RECORDED, wording_of
from tests.support.sync.world import World

ORGANISATION: dict[str, Any] = {"name": "Border Watch"}


class Node:
    """A field node as a phone sees it, and those who put words in force there."""

    def __init__(self, world: World) -> None:
        self.world, self.station = world, world.node()
        self.client: FlaskClient = create_app(STATION=self.station).test_client()

    def name(self, record: SignedRecord | None, lang: str = "ps", **organisation: Any) -> None:
        named = {"wordings": {lang: record.id}} if record is not None else {}
        adoption.adopt_all(
            self.station, [self.world.next_roster(organisation={**ORGANISATION, **organisation, **named})]
        )

    def bring(self, record: SignedRecord, clips: dict[str, bytes]) -> None:
        wordings.keep(self.station, record)
        for data in clips.values():
            wordings.keep_clip(self.station, data)

    def pack(self, lang: str = "ps") -> dict[str, Any]:
        """What the phone keeps of `lang`, with its words by key, as the cards put them together."""
        said: dict[str, Any] = json.loads(self.client.get(f"/interview/said/{lang}").data)
        keys = self.cards_data()["said"]
        assert said["keys"] == keys["digest"]
        return said | {"words": dict(zip(keys["list"], said["words"], strict=True))}

    def cards(self, lang: str = "en") -> str:
        return self.client.get(f"/interview/{lang}/cards").text

    def cards_data(self) -> dict[str, Any]:
        found = re.search(r'id="cards-data">(.*?)</script>', self.cards(), re.DOTALL)
        assert found is not None
        data: dict[str, Any] = json.loads(found[1])
        return data

    def script(self, tag: str = "ps") -> dict[str, Any]:
        script: dict[str, Any] = self.cards_data()["scripts"][tag]
        return script

    def digests(self) -> dict[str, str]:
        """Of what is said before each answer."""
        found = re.search(r'id="cards-data">(.*?)</script>', self.cards(), re.DOTALL)
        assert found is not None
        spoken: dict[str, str] = json.loads(found[1])["spoken"]
        return spoken

    def version(self) -> str:
        return self.client.get("/interview/files").text


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    world = World(tmp_path)
    yield Node(world)
    world.close()


def is_draft_in_the_list(page: str, tag: str) -> bool:
    option = page.split(f'data-option="{tag}"', 1)[1].split("</label>", 1)[0]
    return ">draft<" in option


def test_without_a_wording_every_language_but_english_is_a_silent_draft(node: Node) -> None:
    for tag in SCRIPTS:
        said = node.pack(tag)
        assert (said["wording"], said["checked"], said["clips"]) == (None, None, {})
        script = node.script(tag)
        assert (script["draft"], script["wording"], script["checked"]) == (tag != "en", None, None)


def test_what_is_in_force_is_said_to_the_phone_and_its_recordings_come_byte_for_byte(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer)
    node.name(record)
    node.bring(record, clips)
    said = node.pack()
    assert (said["wording"], said["checked"], said["clips"].keys()) == (record.id, CHECKED_BY, set(RECORDED))
    for key, clip in said["clips"].items():
        answer = node.client.get(f"/interview/clips/{clip['sha256']}")
        assert (answer.status_code, answer.data) == (200, clips[clip["sha256"]]), key
        assert clip == {"sha256": clip["sha256"], "len": len(answer.data), "ms": 2500, "type": "audio/webm"}
        assert answer.content_type == "audio/webm"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
    script = node.script()
    assert (script["draft"], script["wording"], script["checked"]) == (False, record.id, CHECKED_BY)
    assert not is_draft_in_the_list(node.cards(), "ps")
    assert is_draft_in_the_list(node.cards(), "fa")


def test_a_mended_sentence_is_said_on_every_page_and_the_consent_names_its_hash(node: Node) -> None:
    node.name(None)
    asked, new = node.digests(), {"told.why": "Another why.", "question.i_held": "How long?"}
    errata = {
        key: Mended(key=key, old=sha256_hex(texts("fr")[key].encode()), words=words, state="checked")
        for key, words in new.items()
    }
    said = sentences.digests_of(sentences.spoken(ORGANISATION, "fr", new))
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer, "fr", texts=said, mended=errata, checked=None)
    node.name(record, "fr")
    assert "mended" not in node.script("fr")
    node.bring(record, clips)
    assert {key: node.pack("fr")["words"][key] for key in new} == new
    assert {key: node.pack("fr")["states"][key] for key in new} == dict.fromkeys(new, "checked")
    cards = node.cards("fr")
    assert cards.count(">Another why.<") == 1
    assert cards.count(">How long?<") == 1
    digest = sha256_hex(b"Another why.")
    assert node.script("fr")["mended"] == [{"key": "told.why", "sha256": digest}]
    assert "mended" not in node.script("ps")
    assert {field for field, one in node.digests().items() if one != asked[field]} == {"told_02"}


def test_a_roster_that_names_what_has_not_come_leaves_a_draft_and_silence(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer)
    node.name(record)
    assert (node.pack()["wording"], node.pack()["clips"], node.script()["draft"]) == (None, {}, True)
    assert is_draft_in_the_list(node.cards(), "ps")
    assert node.client.get(f"/interview/clips/{next(iter(clips))}").status_code == 404


def test_a_phone_plays_only_what_witnesses_understood_and_reads_what_a_speaker_checked(node: Node) -> None:
    found = []
    for said in ({"checked": None}, {"heard": False}, {"heard": True}):
        record, clips = wording_of(ORGANISATION, node.world.lawyer_signer, **said)
        node.name(record)
        node.bring(record, clips)
        script = node.script()
        assert script["wording"] == record.id
        found.append((script["state"], script["draft"], node.pack()["clips"].keys()))
    assert found == [("draft", True, set()), ("checked", False, set()), ("heard", False, set(RECORDED))]


def test_a_script_is_in_the_state_of_its_least_sentence_and_a_pack_says_each(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer, heard=False)
    node.name(record, name="Another Name")
    node.bring(record, clips)
    states = node.pack()["states"]
    assert "told.who" not in states  # it says the name
    assert states["told.why"] == "checked"
    assert "question.w_role" not in states
    assert (node.script()["state"], node.script("en")["state"]) == ("draft", "checked")
    assert set(node.pack("en")["states"].values()) == {"checked"}


def test_a_new_name_in_the_roster_makes_a_draft_again_and_its_recordings_are_gone(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer)
    node.name(record)
    node.bring(record, clips)
    gone = {node.pack()["clips"][key]["sha256"] for key in ("told.who", "ask.P01")}
    node.name(record, name="Another Name")
    said = node.pack()
    assert (said["checked"], said["clips"].keys()) == (None, {"safety.private", "words.yes", "words.no"})
    assert node.script()["draft"] is True
    assert not gone & {clip["sha256"] for clip in said["clips"].values()}


def test_the_words_of_the_answers_are_in_every_pack(node: Node) -> None:
    for tag in SCRIPTS:
        words = node.pack(tag)["words"]
        assert [words[f"words.{name}"] for name in ("yes", "no", "again")] == [
            Script.load(tag).words[name] for name in ("yes", "no", "again")
        ]


def test_the_workers_version_changes_when_words_and_recordings_arrive_and_not_otherwise(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer, recorded=RECORDED[:2])
    node.name(record)
    seen = [node.version()]
    assert node.version() == seen[0]
    wordings.keep(node.station, record)
    seen.append(node.version())
    for data in clips.values():
        wordings.keep_clip(node.station, data)
        seen.append(node.version())
    assert len(set(seen)) == len(seen) == 4
    assert node.version() == seen[-1]


@pytest.mark.parametrize("name", ["0" * 64, "station.key", "%2e%2e%2fstation.key", "A" * 64, "0" * 63])
def test_no_other_file_is_a_recording(node: Node, name: str) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer)
    node.name(record)
    node.bring(record, clips)
    assert node.client.get(f"/interview/clips/{name}").status_code == 404
    assert node.client.get(f"/interview/clips/{record.id}").status_code == 404
    assert node.client.get(f"/interview/clips/{record.id}.json").status_code == 404


def test_a_recording_that_was_damaged_is_not_played(node: Node) -> None:
    record, clips = wording_of(ORGANISATION, node.world.lawyer_signer)
    node.name(record)
    node.bring(record, clips)
    name = next(iter(clips))
    (node.station.settings.home / "wordings" / name).write_bytes(bytes(len(clips[name])))
    assert node.client.get(f"/interview/clips/{name}").status_code == 404
    assert name not in {clip["sha256"] for clip in node.pack()["clips"].values()}


def test_a_checked_wording_carries_a_consent_that_was_only_played_and_a_draft_does_not(node: Node) -> None:
    """The guards are as they were: what changed is where `draft` comes from."""
    record, _ = wording_of(ORGANISATION, node.world.lawyer_signer)
    found = []
    for named in (None, record):
        node.name(named)
        if named is not None:
            wordings.keep(node.station, named)
        asked = {"script": {**node.script(), "heard": "played"}, "interpreter": {"used": False}}
        found.append("script_draft" in guards.obstacles(asked, "P01", ()))
    assert found == [True, False]


def test_a_pack_says_every_sentence_that_a_wording_can_name(node: Node) -> None:
    node.name(None)
    assert sentences.spoken(ORGANISATION, "ps").items() <= node.pack()["words"].items()
