"""Recordings, pictures and files in pieces: the list joins exactly the pieces that the manifest names, or is none."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import replace
from typing import Any

import pytest

from testimony import canonical
from testimony.errors import Refused
from testimony.sealing.errors import CannotOpen, PartTooLarge
from testimony.sealing.parts.manifest import ALWAYS, MOST_PIECES, Manifest, is_media, piece_name
from testimony.sealing.parts.part import LARGEST_BODY
from testimony.sealing.statements.statements import receipt
from testimony.sealing.testimony import media
from testimony.sealing.testimony.media import PIECE, Item, Medium, Origin
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.sync.wire.frames import PAYLOAD_LIMIT
from tests.support.sealing.organisation import Organisation
from tests.support.sealing.vectors import FILE

VOICE = Medium(kind="voice", type="audio/webm", data=bytes(range(251)) * 2_100, seconds=61)
PICTURE = Medium(kind="picture", type="image/jpeg", data=b"\xff\xd8\xff\xe0" + bytes(900))
SHOWN = Medium(
    kind="file", type="application/octet-stream", data=b"%PDF-1.7 \0\1", name="papers.pdf", source="other_phone",
    at="2026-11-24T09:58:07Z",
)  # fmt: skip


@pytest.fixture(scope="module")
def organisation() -> Organisation:
    return Organisation()


@pytest.fixture(scope="module")
def sealed(organisation: Organisation) -> SealedTestimony:
    return organisation.seal(media.cut([VOICE, PICTURE]))


def manifest_of(sealed: SealedTestimony) -> Manifest:
    return Manifest.parse(sealed.record.data)


def list_of(*items: dict[str, Any], **changes: Any) -> bytes:
    return canonical.encode({"v": media.VERSION, "items": list(items), **changes})


VOICE_LINE = {"kind": "voice", "type": "audio/webm", "len": len(VOICE.data), "seconds": 61, "first": 2, "pieces": 3}
PICTURE_LINE = {"kind": "picture", "type": "image/jpeg", "len": 904, "seconds": 0, "first": 5, "pieces": 1}


def test_what_was_cut_and_sealed_is_joined_again_byte_for_byte(
    organisation: Organisation, sealed: SealedTestimony
) -> None:
    def content(part: str) -> Any:
        return organisation.open(sealed, part, "lawyers", organisation.lawyer_a)

    items = media.read_list(content(media.LIST).content, manifest_of(sealed))
    assert [item.parts for item in items] == [("media-002", "media-003", "media-004"), ("media-005",)]
    assert items[0].seconds == 61
    for item, medium in zip(items, (VOICE, PICTURE), strict=True):
        pieces = [media.require_piece(item, place, content(part)) for place, part in enumerate(item.parts)]
        assert b"".join(pieces) == medium.data


def test_media_are_for_lawyers_and_recovery_never_for_coordinators(sealed: SealedTestimony) -> None:
    for part in sealed.record.value["parts"]:
        assert not is_media(part["part"]) or set(part["heads"]) == {"lawyers", "recovery"}


def test_every_piece_fits_into_a_frame(sealed: SealedTestimony) -> None:
    assert LARGEST_BODY == PAYLOAD_LIMIT
    assert {len(part.body) for part in sealed.parts if part.part in ("media-002", "media-003")} == {258_128}


@pytest.mark.parametrize(
    "data",
    [
        list_of(VOICE_LINE),
        list_of(PICTURE_LINE, VOICE_LINE),
        list_of(VOICE_LINE, PICTURE_LINE, {**PICTURE_LINE, "first": 6}),
        list_of(VOICE_LINE, {**PICTURE_LINE, "first": 6}),
        list_of({**VOICE_LINE, "pieces": 2}, PICTURE_LINE),
        list_of({**VOICE_LINE, "len": 2 * PIECE}, PICTURE_LINE),
        list_of(VOICE_LINE, {**PICTURE_LINE, "type": "image/svg+xml"}),
        list_of(VOICE_LINE, {**PICTURE_LINE, "kind": "voice"}),
        list_of({**VOICE_LINE, "kind": "film"}, PICTURE_LINE),
        list_of({**VOICE_LINE, "name": "x"}, PICTURE_LINE),
        list_of(VOICE_LINE, PICTURE_LINE, extra=1),
        list_of(VOICE_LINE, PICTURE_LINE, items={}),
        list_of(VOICE_LINE, PICTURE_LINE, v="testimony/1/part"),
        b'{"v": "testimony/1/media"}',
        b"\xff\xd8\xff",
    ],
)
def test_a_list_that_does_not_fit_the_manifest_is_altered(sealed: SealedTestimony, data: bytes) -> None:
    with pytest.raises(CannotOpen) as refused:
        media.read_list(data, manifest_of(sealed))
    assert refused.value.reason == "altered"


def test_a_list_of_a_newer_version_says_so(sealed: SealedTestimony) -> None:
    with pytest.raises(CannotOpen) as refused:
        media.read_list(list_of(v="testimony/3/media"), manifest_of(sealed))
    assert refused.value.reason == "newer_version"


def test_a_list_with_a_file_is_version_2_and_the_vector_of_both_languages() -> None:
    vector = json.loads((FILE.parent / "media-list.json").read_text(encoding="utf-8"))
    given = [
        Medium(**{**one, "data": base64.b64decode(one["data"]), "seconds": math.ceil(one["seconds"])})
        for one in vector["media"]
    ]
    assert media.cut(given)[media.LIST].data.decode() == vector["list"]
    assert json.loads(media.cut([VOICE])[media.LIST].data)["v"] == media.VERSION, "who has no file is read by all"


def test_of_a_file_its_name_source_moment_and_hash_come_back(organisation: Organisation) -> None:
    whole = organisation.seal(media.cut([SHOWN]))
    opened = organisation.open(whole, media.LIST, "lawyers", organisation.lawyer_a)
    [item] = media.read_list(opened.content, manifest_of(whole))
    assert item.origin == Origin(
        name=SHOWN.name, source=SHOWN.source, at=SHOWN.at, sha256=canonical.sha256_hex(SHOWN.data)
    )
    piece = organisation.open(whole, "media-002", "lawyers", organisation.lawyer_a)
    assert media.require_piece(item, 0, piece) == SHOWN.data


@pytest.mark.parametrize(
    "changes",
    [
        {"v": media.VERSION},
        {"kind": "picture"},
        {"type": "application/pdf"},
        {"origin": None},
        {"source": "a friend"},
        {"at": "2026-11-24T09:58:07.001Z"},
        {"at": "yesterday"},
        {"sha256": "00"},
        {"name": ""},
        {"name": "x" * 201},
        {"more": 1},
    ],
)
def test_a_file_of_which_something_else_is_said_is_altered(organisation: Organisation, changes: dict[str, Any]) -> None:
    whole = organisation.seal(media.cut([SHOWN]))
    said = json.loads(media.cut([SHOWN])[media.LIST].data)
    [line] = said["items"]
    for name, value in changes.items():
        place = said if name == "v" else line if name in line else line["origin"]
        place[name] = value
    with pytest.raises(CannotOpen) as refused:
        media.read_list(canonical.encode(said), manifest_of(whole))
    assert refused.value.reason == "altered"


def test_a_list_of_version_2_without_a_file_is_altered(sealed: SealedTestimony) -> None:
    with pytest.raises(CannotOpen) as refused:
        media.read_list(list_of(VOICE_LINE, PICTURE_LINE, v=media.WITH_FILES), manifest_of(sealed))
    assert refused.value.reason == "altered"


def test_a_piece_of_another_size_or_type_is_altered(organisation: Organisation, sealed: SealedTestimony) -> None:
    opened = organisation.open(sealed, "media-004", "lawyers", organisation.lawyer_a)
    item = Item(kind="voice", type="audio/webm", len=len(VOICE.data), seconds=61, first=2, pieces=3)
    assert media.require_piece(item, 2, opened)
    for wrong, place in ((item, 1), (replace(item, type="audio/ogg"), 2), (replace(item, len=item.len - 1), 2)):
        with pytest.raises(CannotOpen):
            media.require_piece(wrong, place, opened)


def test_nothing_is_cut_that_no_reader_would_take() -> None:
    assert media.cut([]) == {}
    for wrong in (replace(PICTURE, type="image/png"), replace(PICTURE, data=b""), replace(VOICE, kind="picture")):
        with pytest.raises(ValueError):
            media.cut([wrong])
    assert len(media.cut([replace(VOICE, data=bytes((MOST_PIECES - 1) * PIECE))])) == MOST_PIECES
    with pytest.raises(PartTooLarge):
        media.cut([replace(VOICE, data=bytes((MOST_PIECES - 1) * PIECE + 1))])


def test_pieces_are_numbered_without_a_gap_and_there_are_at_most_so_many(sealed: SealedTestimony) -> None:
    value = sealed.record.value
    entry = next(part for part in value["parts"] if part["part"] == "media-005")
    text = [part for part in value["parts"] if part["part"] in ALWAYS]

    def parsed(*names: str) -> Manifest:
        parts = sorted([*text, *({**entry, "part": name} for name in names)], key=lambda part: str(part["part"]))
        return Manifest.parse(canonical.encode({**value, "parts": parts}))

    assert parsed("media-001", "media-002")
    assert len(parsed(*(piece_name(number) for number in range(1, MOST_PIECES + 1))).parts) == MOST_PIECES + len(ALWAYS)
    for names in (["media-002"], ["media-001", "media-003"], ["media-000", "media-001"], ["media-1"]):
        with pytest.raises(Refused):
            parsed(*names)
    with pytest.raises(Refused):
        parsed(*(piece_name(number) for number in range(1, MOST_PIECES + 2)))


def test_the_longest_manifest_its_receipt_and_its_attestation_fit_into_a_frame(organisation: Organisation) -> None:
    pieces = {piece_name(number): Content("audio/webm", b"x") for number in range(1, MOST_PIECES + 1)}
    readers = {part: {} for part in organisation.readers()}  # type: ignore[var-annotated]
    slots = dict.fromkeys(("coordinators", "lawyers", "recovery"), 1)
    longest = organisation.seal(pieces, readers=readers, slots=slots)
    assert len(longest.record.encode()) <= PAYLOAD_LIMIT
    names = Manifest.parse(longest.record.data).names
    signed = receipt(
        record=longest.record.id, parts=names, log_size=1, root="0" * 64, durable=True, signer=organisation.station
    )
    assert len(signed.encode()) <= PAYLOAD_LIMIT
