"""What a recording is, its bytes say: sound alone, of the three kinds that phones play."""

from __future__ import annotations

import pytest

from testimony.sealing.roster.audio_type import type_of
from tests.support.web.ogg_voice import silence

HEAD = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08"
WEBM = HEAD + b"\x42\x82\x84webm" + bytes(40) + b"\x86\x86A_OPUS" + bytes(200)
FTYP = b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42"
SOUND_TRACK = b"\0\0\0\x20hdlr" + bytes(8) + b"soun" + bytes(12)
PICTURE_TRACK = SOUND_TRACK.replace(b"soun", b"vide")


@pytest.mark.parametrize(
    ("data", "kind"),
    [(WEBM, "audio/webm"), (silence(1, 200), "audio/ogg"), (FTYP + SOUND_TRACK, "audio/mp4")],
)
def test_sound_is_told_by_its_bytes(data: bytes, kind: str) -> None:
    assert type_of(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\0\0\0\0WAVEfmt ",
        b"ID3\x04" + bytes(50),
        b"<!doctype html>",
        WEBM.replace(b"\x84webm", b"\x88matroska"),
        WEBM.replace(b"A_OPUS", b"A_VORB"),
        WEBM + b"\x86\x85V_VP8",
        bytes(10) + WEBM,
        b"OggS",
        silence(1, 200).replace(b"OpusHead", b"\x01vorbis\0"),
        FTYP,
        FTYP + PICTURE_TRACK,
        FTYP + SOUND_TRACK + PICTURE_TRACK,
    ],
)
def test_what_is_no_sound_that_phones_play_is_none(data: bytes) -> None:
    assert type_of(data) is None
