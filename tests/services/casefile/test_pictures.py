"""Pictures in a case file: asked for, agreed to, decoded apart, made smaller, and nothing of the phone's file in it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony import media
from testimony.sealing.testimony.media import Medium
from testimony.services.casefile import pictures as casefile_pictures
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.opening.file_sources import SOURCES
from tests.support.services.batches import NOW
from tests.support.services.casefiles import SAID, account, everything, pdf_of
from tests.support.services.desks import Desk, desks

SECRET = b"taken by the phone of somebody"


def jpeg(width: int, height: int) -> bytes:
    made = io.BytesIO()
    image = Image.new("RGB", (width, height), "#c03020")
    image.paste("#2050c0", (0, 0, width // 2, height))
    image.save(made, "JPEG", comment=SECRET)
    return made.getvalue()


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


def with_pictures(desk: Desk, organisation: Organisation, also: list[str], *pictures: bytes) -> str:
    """At the desk: of a witness who agreed to `also`, with one recording more."""
    return with_media(
        desk, organisation, also, *(Medium(kind="picture", type="image/jpeg", data=one) for one in pictures)
    )


def with_media(desk: Desk, organisation: Organisation, also: list[str], *media: Medium) -> str:
    sealed = demo.seal_invented(
        organisation,
        RosterChain(organisation.root, [organisation.roster]),
        account(0, "fr", SAID["fr"], also=also),
        number=0,
        taken_down=NOW,
        withdraw=None,
        media=[
            *media,
            Medium(kind="voice", type="audio/webm", data=b"\x1aE\xdf\xa3" * 10, seconds=3),
        ],
    )
    take_in(desk.station, demo.incoming(sealed))
    return str(sealed.record.value["tid"])


def shown(pdf: bytes) -> tuple[list[tuple[int, int]], str]:
    """The sizes of its pictures, and its words."""
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [one.image.size for page in pages for one in page.images if one.image], "".join(
        page.extract_text() for page in pages
    )


def test_a_picture_is_in_the_file_when_asked_for_and_nothing_else_of_its_file(
    desk: Desk, organisation: Organisation
) -> None:
    tid = with_pictures(desk, organisation, ["P09-case-river", "P03"], jpeg(2500, 1000), b"\xff\xd8\xff no picture")
    pdf = pdf_of(desk, tid, pictures=True)
    sizes, words = shown(pdf)
    assert sizes == [(834, 334)]
    assert "Picture 1" in words
    assert "not in this file: recordings 1, pictures 1." in words, "the one that is none is counted"
    assert SECRET not in everything(pdf)
    sizes, words = shown(pdf_of(desk, tid))
    assert sizes == []
    assert "not in this file: recordings 1, pictures 2." in words


@pytest.mark.parametrize("agreed", [True, False])
def test_a_file_stands_in_it_by_its_hash_and_without_its_name(
    desk: Desk, organisation: Organisation, agreed: bool
) -> None:
    shown_file = Medium(
        kind="file", type="application/octet-stream", data=SECRET, name="mariam.pdf", source="other_phone",
        at="2026-11-24T09:58:07Z",
    )  # fmt: skip
    also = ["P09-case-river", *(["P03"] if agreed else [])]
    pdf = pdf_of(desk, with_media(desk, organisation, also, shown_file), pictures=True)
    words = "".join(shown(pdf)[1].split())
    assert (hashlib.sha256(SECRET).hexdigest() in words) is agreed
    assert ("Anotherperson" in words) is agreed
    assert "mariam" not in words
    assert SECRET not in pdf
    assert set(SOURCES) == set(media.SOURCES), "each source has its words"


def test_without_consent_to_photograph_there_is_no_picture(desk: Desk, organisation: Organisation) -> None:
    tid = with_pictures(desk, organisation, ["P09-case-river"], jpeg(40, 30))
    assert shown(pdf_of(desk, tid, pictures=True))[0] == []


def test_a_smaller_picture_shows_the_same() -> None:
    rows = bytes([200, 10, 10] * 5 + [10, 10, 200] * 5) * 6
    width, height, made = casefile_pictures.smaller(10, 6, memoryview(rows), longest=5)
    assert (width, height) == (5, 3)
    assert bytes(made) == bytes([200, 10, 10] * 3 + [10, 10, 200] * 2) * 3
    assert casefile_pictures.smaller(10, 6, memoryview(rows))[2] == rows
