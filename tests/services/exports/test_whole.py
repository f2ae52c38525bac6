"""`export all` holds what the key opens and consent allows, recordings too, and describes itself."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest

from testimony.domain.consent.events import Act
from testimony.domain.consent.purposes import Key, Purpose
from testimony.domain.testimony.transcript import Line
from testimony.domain.testimony.translation import Machine
from testimony.sealing.testimony.media import Medium
from testimony.services.consent import acts as consent_acts
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.exports import exports, whole
from testimony.services.exports.errors import ExportRefused
from testimony.services.exports.whole import Sealing, Written
from testimony.services.intake.intake import take_in
from testimony.services.opening.media import OpenMedia
from testimony.services.speech import transcripts
from testimony.services.speech.transcripts import Written as Heard
from testimony.store.errors import PartDamaged
from tests.support.services.batches import told
from tests.support.services.casefiles import SAID, account, brought, translate
from tests.support.services.desks import TODAY, Desk, desks
from tests.support.web.media import PICTURE, VOICE, sealing


@pytest.fixture
def at(homes: Path, organisation: Organisation) -> Iterator[dict[str, Desk]]:
    with desks(homes, organisation) as found:
        yield found


def taken(desk: Desk) -> tuple[Written, zipfile.ZipFile]:
    """Sealed, and opened again."""
    sealed, opened = io.BytesIO(), io.BytesIO()
    with desk.station.database.transaction() as session:
        out = Sealing(desk.reader, sealed.write)
        written = whole.write(desk.station, session, desk.reader, out, annexes=desk.annexes, at=TODAY)
        out.finish()
    assert SAID["fr"].encode() not in sealed.getvalue()
    exports.unseal(desk.reader, io.BytesIO(sealed.getvalue()), opened.write)
    return written, zipfile.ZipFile(opened)


def lines(archive: zipfile.ZipFile, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in archive.read(name).decode().splitlines()]


def test_all_that_opens_is_in_it_with_a_description_and_what_was_said_later(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    tid, _alone = brought(desk, organisation, [account(0, "fr", SAID["fr"]), told(1, ("P01",))])
    machine = Machine(engine="example 1", model="ab" * 32, model_name="Example", drafted={0: "Heron nineteen."})
    translate(desk, tid, "en", ["We left the camp at night.", "The officer said: go back."], machine)
    written, archive = taken(desk)
    assert archive.testzip() is None
    assert not any(b"Heron nineteen." in archive.read(name) for name in archive.namelist()), "nobody signed it"
    assert (written.tids, dict(written.left)) == ([tid], {"unreadable": 1})
    validator = jsonschema_rs.Draft202012Validator(json.loads(archive.read("testimonies.schema.json")))
    (line,) = lines(archive, "testimonies.jsonl")
    validator.validate(line)
    (sealed,) = lines(archive, "sealed.jsonl")
    assert {"narrative", "identity", "incident", "consent", "provenance"} <= sealed["parts"].keys()  # type: ignore[attr-defined]
    said = lines(archive, "annexes.jsonl")
    assert [(one["about"], one["by"]) for one in said if one["content"]["kind"] == "translation"] == [(tid, "lawyer-1")]  # type: ignore[index]
    assert f"questionnaires/{line['form_sha256']}.json" in archive.namelist()
    readme = archive.read("README.txt").decode()
    assert "1 testimonies: its consent cannot be read" in readme
    named = {name.partition("/")[0] + ("/" if "/" in name else "") for name in archive.namelist()}
    assert all(name in readme for name in named - {"README.txt"}), "each file is described"


def test_recordings_are_in_it_and_one_that_is_not_whole_is_named(
    at: dict[str, Desk], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The witness agreed to the recording of the voice, and to no picture."""
    desk = at["lawyer-1"]
    voice = Medium(kind="voice", type="audio/webm", data=VOICE, seconds=95)
    picture = Medium(kind="picture", type="image/jpeg", data=PICTURE)
    one = sealing(organisation, voice, picture, purposes=("P01", "P02", "P04"))
    demo.require_stored(take_in(desk.station, demo.incoming(one)))
    tid = str(one.record.value["tid"])
    written, archive = taken(desk)
    (name,) = [one for one in archive.namelist() if one.startswith("media/")]
    assert (name.rpartition(".")[0], archive.read(name)) == (f"media/{tid}/001-voice", VOICE)
    assert (written.media, written.broken) == (1, [])
    monkeypatch.setattr(OpenMedia, "check", lambda *_: iter([PartDamaged()]))
    written, archive = taken(desk)
    assert (written.media, written.broken) == (0, [f"{tid} 1"])
    assert not [one for one in archive.namelist() if one.startswith("media/")]
    assert f"not whole at this desk: {tid} 1" in archive.read("README.txt").decode()


def test_a_coordinator_and_an_empty_desk_get_no_archive(at: dict[str, Desk]) -> None:
    for person, why in (("coordinator-1", "Only a lawyer"), ("lawyer-1", "may be used for this today")):
        with pytest.raises(ExportRefused, match=why):
            taken(at[person])


def test_a_transcript_is_not_in_it_neither_with_nor_after_the_consent_to_the_recording(
    at: dict[str, Desk], organisation: Organisation
) -> None:
    desk = at["lawyer-1"]
    spoken = Medium(kind="voice", type="audio/webm", data=VOICE, seconds=95)
    one = sealing(organisation, spoken, purposes=("P01", "P02", "P04"))
    take_in(desk.station, demo.incoming(one))
    tid = str(one.record.value["tid"])
    opened = desk.open(tid)
    held = transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest)
    written = Heard(
        medium=1,
        lang="en",
        engine="example 1.0",
        model="ab" * 32,
        model_name="Example",
        lines=(Line(start=0, end=9, heard="heron nineteen", text="heron nineteen"),),
    )
    transcripts.sign(desk.station, desk.reader, tid, opened.manifest, held.signed, written, ["heron twenty"], day=TODAY)
    desk.open(tid)
    assert transcripts.transcripts_of(desk.station, desk.annexes, tid, opened.manifest).signed
    _, before = taken(desk)
    recorded = Key(Purpose.VOICE, "organisation")
    consent_acts.say(desk.station, desk.reader, desk.stands(tid), Act.WITHDRAW, recorded, day=TODAY)
    desk.open(tid)
    _, after = taken(desk)
    assert [f"media/{tid}/" in " ".join(archive.namelist()) for archive in (before, after)] == [True, False]
    for archive in (before, after):
        for name in archive.namelist():
            assert b"heron" not in archive.read(name), name
