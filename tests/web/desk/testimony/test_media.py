"""Recordings and pictures at the desk: played from memory, piece by piece verified, and never to a coordinator."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony.media import PIECE, Medium
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.web.headers import BYTES
from tests.support.damage import last_byte_changed
from tests.support.web.browser import NOW, Browser
from tests.support.web.media import PICTURE, VOICE, Told, bring, page_of, sealing

__all__ = ["bring"]


def ranged(one: Browser, tid: str, number: int, said: str) -> Any:
    return one.get(f"/media/{tid}/{number}", headers={"Range": said})


def everything(one: Browser, tid: str, number: int, start: int = 0) -> bytes:
    """As a player does: on from where the last answer ended."""
    data = b""
    while True:
        answer = ranged(one, tid, number, f"bytes={start + len(data)}-")
        assert answer.status_code == 206
        data += answer.data
        total = int(answer.headers["Content-Range"].rpartition("/")[2])
        if start + len(data) == total:
            return data


def test_a_lawyer_hears_the_whole_recording_and_sees_the_picture(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    page = page_of(lawyer, held.tid)
    assert re.findall(r'data-medium="(\d)" data-kind="(\w+)" data-missing="(\d)"', page) == [
        ("1", "voice", "0"),
        ("2", "picture", "0"),
    ]
    assert f'aria-labelledby="medium-1" src="/media/{held.tid}/1">' in page
    assert 'controlslist="nodownload noremoteplayback" disableremoteplayback preload="none"' in page
    assert "1:35" in page
    assert everything(lawyer, held.tid, 1) == VOICE
    picture = lawyer.get(f"/media/{held.tid}/2")
    assert (picture.status_code, picture.data) == (200, PICTURE)


@pytest.mark.parametrize("start", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, len(VOICE) - 1])
def test_any_place_can_be_sought_and_an_answer_ends_with_its_piece(
    start: int, bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    answer = ranged(lawyer, held.tid, 1, f"bytes={start}-")
    end = min((start // PIECE + 1) * PIECE, len(VOICE))
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(VOICE)}"
    assert answer.data == VOICE[start:end]
    assert everything(lawyer, held.tid, 1, start) == VOICE[start:]


@pytest.mark.parametrize(
    ("said", "status", "expected"),
    [
        ("bytes=5-9", 206, VOICE[5:10]),
        ("bytes=-10", 206, VOICE[-10:]),
        (f"bytes={len(VOICE)}-", 416, b""),
        ("bytes=9-5", 200, VOICE),
        ("bytes=0-1,5-6", 200, VOICE),
        ("pages=1-2", 416, b""),
    ],
)
def test_other_ranges_are_answered_as_the_protocol_says(
    said: str, status: int, expected: bytes, bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held = bring()
    answer = ranged(browser("lawyer"), held.tid, 1, said)
    assert (answer.status_code, answer.data) == (status, expected)
    if status == 416:
        assert answer.headers["Content-Range"] == f"bytes */{len(VOICE)}"


def test_what_is_given_out_is_locked_down_and_kept_by_nobody(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    answers = [ranged(lawyer, held.tid, 1, "bytes=0-"), lawyer.get(f"/media/{held.tid}/2")]
    assert [answer.headers["Content-Type"] for answer in answers] == ["audio/webm", "image/jpeg"]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == BYTES
        assert "sandbox" in BYTES
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Accept-Ranges"] == "bytes"


def test_a_picture_that_is_no_jpeg_is_not_shown(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, lawyer = bring(picture=b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), browser("lawyer")
    answer = lawyer.get(f"/media/{held.tid}/2", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "media.altered")
    assert b"svg" not in answer.data


def test_a_missing_piece_is_named_and_the_others_play(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    held.desk.parts.remove(held.body("media-003"))
    assert ranged(lawyer, held.tid, 1, "bytes=0-").data == VOICE[:PIECE]
    answer = lawyer.get(f"/media/{held.tid}/1", headers={"Range": f"bytes={PIECE}-", "Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json["sentence"].startswith("Piece 2 of 3 has not arrived here yet.")
    assert ranged(lawyer, held.tid, 1, f"bytes={2 * PIECE}-").data == VOICE[2 * PIECE :]
    said = lawyer.get(f"/en/media/{held.tid}/1/check").json
    assert said["whole"] is False
    assert said["sentence"].startswith("Piece 2 of 3")


def test_an_altered_piece_is_named_and_not_a_byte_of_it_is_given(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    file = held.file("media-003")
    file.chmod(0o600)
    file.write_bytes(last_byte_changed(file.read_bytes()))
    answer = lawyer.get(f"/media/{held.tid}/1", headers={"Range": f"bytes={PIECE + 9}-", "Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "media.altered")
    assert answer.json["sentence"].startswith("Piece 2 of 3 was changed or damaged.")
    whole = lawyer.get(f"/media/{held.tid}/1", headers={"Accept": "application/json"})
    assert whole.status_code == 409, "nothing is begun that cannot be finished"
    assert ranged(lawyer, held.tid, 1, "bytes=0-").data == VOICE[:PIECE]


def test_two_pieces_that_changed_places_are_both_altered(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    first, second = held.file("media-002"), held.file("media-003")
    held_first, held_second = first.read_bytes(), second.read_bytes()
    for file, data in ((first, held_second), (second, held_first)):
        file.chmod(0o600)
        file.write_bytes(data)
    said = lawyer.get(f"/en/media/{held.tid}/1/check").json
    assert said["sentence"].count("was changed or damaged") == 2


def test_checking_says_that_all_is_as_it_was_sealed(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    said = [lawyer.get(f"/en/media/{held.tid}/{number}/check").json for number in (1, 2)]
    assert [one["whole"] for one in said] == [True, True]
    assert said[0]["sentence"] == "Pieces checked: 3. Each is exactly the one that was sealed, in its place."


def test_the_page_says_what_is_still_to_come(
    opened: Callable[[str], Station], organisation: Organisation, browser: Callable[..., Browser]
) -> None:
    recording = Medium(kind="voice", type="audio/webm", data=VOICE, seconds=95)
    sealed = sealing(organisation, recording, purposes=("P01", "P02", "P04"))
    late = {one["body"] for one in sealed.record.value["parts"] if one["part"] in ("media-003", "media-004")}
    wanted = [item for item in demo.incoming(sealed) if sha256_hex(item.payload) not in late]
    take_in(opened("lawyer"), wanted)
    page = page_of(browser("lawyer"), str(sealed.record.value["tid"]))
    assert 'data-medium="1" data-kind="voice" data-missing="2"' in page
    assert "1 of 3 pieces have arrived. Still to come: 2–3." in page
    assert 'data-compartment="narrative">' in page, "the text waits for no recording"


def test_a_list_that_has_not_come_is_said_and_the_text_is_open(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    held.desk.parts.remove(held.body("media-001"))
    page = page_of(lawyer, held.tid)
    assert 'data-media-closed="incomplete"' in page
    assert 'data-compartment="narrative">' in page
    assert lawyer.get(f"/media/{held.tid}/1").status_code == 409


def test_an_altered_list_spoils_the_seal(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, lawyer = bring(), browser("lawyer")
    held.file("media-001").write_bytes(b"\0" * 4128)
    page = page_of(lawyer, held.tid)
    assert 'data-media-closed="altered"' in page
    assert "does not verify" in page


def test_no_coordinator_hears_or_sees_anything(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, coordinator = bring(), browser("coordinator")
    assert "<audio" not in page_of(coordinator, held.tid)
    assert "<img" not in page_of(coordinator, held.tid)
    for address in (f"/media/{held.tid}/1", f"/media/{held.tid}/2", f"/en/media/{held.tid}/1/check"):
        assert coordinator.get(address).status_code == 403
    assert browser("lawyer", unlocked=False).get(f"/media/{held.tid}/1").status_code == 303


def test_without_the_lawyers_consent_no_lawyer_hears_it(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(purposes=("P01", "P02", "P03", "P06")), browser("lawyer")
    assert 'data-media-closed="not_agreed"' in page_of(lawyer, held.tid)
    assert lawyer.get(f"/media/{held.tid}/1").status_code == 409


def test_a_recording_without_standing_consent_does_not_open(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(purposes=("P01", "P03", "P04")), browser("lawyer")
    page = page_of(lawyer, held.tid)
    assert "consent to record the voice does not stand" in page
    assert "consent to take pictures does not stand" not in page
    assert f"/media/{held.tid}/1" not in page
    for address in (f"/media/{held.tid}/1", f"/media/{held.tid}/1/begin"):
        answer = lawyer.get(address, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json["code"]) == (409, "opening.refused")
    assert lawyer.get(f"/media/{held.tid}/2").status_code == 200
    agreed = page_of(lawyer, bring(voice=VOICE[:9]).tid)
    assert "does not stand today" not in agreed


def test_nothing_plays_after_a_withdrawal(
    bring: Callable[..., Told], browser: Callable[..., Browser], organisation: Organisation
) -> None:
    held, lawyer = bring(), browser("lawyer")
    assert lawyer.get(f"/media/{held.tid}/2").status_code == 200
    signer = organisation.signers["interviewer-1"]
    withdrawn = withdrawal(tid=held.tid, scope="all", day=NOW.date().isoformat(), signer=signer)
    take_in(held.desk, [Incoming("record", withdrawn.encode())])
    assert lawyer.get(f"/media/{held.tid}/2").status_code == 409
    assert ranged(lawyer, held.tid, 1, "bytes=0-").status_code == 409


def test_nothing_of_a_recording_is_left_on_the_disk_of_the_desk(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    everything(lawyer, held.tid, 1)
    lawyer.get(f"/media/{held.tid}/2")
    lawyer.get(f"/en/media/{held.tid}/1/check")
    needles = [VOICE[start : start + 24] for start in (0, 1000, PIECE + 5, 2 * PIECE + 9)] + [PICTURE[100:124]]
    for path in held.desk.settings.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert not any(needle in data for needle in needles), path.name


def test_what_there_is_not_is_not_found(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, lawyer = bring(), browser("lawyer")
    for address in (f"/media/{held.tid}/0", f"/media/{held.tid}/3", f"/media/{'0' * 32}/1"):
        assert lawyer.get(address).status_code == 404


def test_a_testimony_without_media_says_nothing_of_them(browser: Callable[..., Browser], filled: Any) -> None:
    lawyer = browser("lawyer")
    page = page_of(lawyer, filled.tid(0))
    assert "Recordings, pictures and files" not in page
    assert lawyer.get(f"/media/{filled.tid(0)}/1").status_code == 404


def test_the_list_of_testimonies_names_media_once(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, lawyer = bring(), browser("lawyer")
    page = lawyer.get("/en/").text
    entry = re.search(rf'data-tid="{held.tid}"[^>]* data-opens="([a-z ]*)"(.*?)</tr>', page, re.DOTALL)
    assert entry is not None
    assert entry[1].split().count("media") == 1
    assert entry[2].count("recordings or pictures") == 1


@pytest.mark.parametrize("piece", ["lacking", "altered"])
def test_the_beginning_ends_before_the_first_piece_that_cannot_be_had(
    piece: str, bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    assert everything_of(lawyer, f"/media/{held.tid}/1/begin") == VOICE, "of a whole one it is the whole"
    if piece == "lacking":
        held.desk.parts.remove(held.body("media-003"))
    else:
        held.file("media-003").chmod(0o600)
        held.file("media-003").write_bytes(b"\0" * 4000)
    assert everything_of(lawyer, f"/media/{held.tid}/1/begin") == VOICE[:PIECE]
    assert lawyer.get(f"/media/{held.tid}/1/begin").data == VOICE[:PIECE]
    held.desk.parts.remove(held.body("media-002"))
    assert lawyer.get(f"/media/{held.tid}/1/begin").status_code == 409


def test_a_player_stands_beside_each_recording_and_says_what_is_lacking(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(), browser("lawyer")
    page = page_of(lawyer, held.tid)
    assert page.count("data-player ") == 1
    assert f'data-seconds="95" data-bytes="{len(VOICE)}" data-whole="yes"' in page
    assert 'aria-label="Place in Recording 1"' in page
    note = {"note": "", "text": "Here.", "lang": "en", "place": {"medium": 1, "ms": 35_000}}
    said = lawyer.post_json(f"/testimony/{held.tid}/notes", note).json["note"]
    assert (said["where"], said["medium"], said["ms"]) == ("Recording 1, at 0:35", 1, 35_000)
    page = page_of(lawyer, held.tid)
    assert 'data-marks="[35000]"' in page
    assert 'data-act="play" data-medium="1" data-ms="35000"' in page


def everything_of(one: Browser, address: str) -> bytes:
    data = b""
    while True:
        answer = one.get(address, headers={"Range": f"bytes={len(data)}-"})
        assert answer.status_code == 206
        data += answer.data
        if len(data) == int(answer.headers["Content-Range"].rpartition("/")[2]):
            return data
