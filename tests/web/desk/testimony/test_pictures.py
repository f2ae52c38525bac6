"""Pictures at the desk: written anew from their dots, looked at on a page of their own, and never by a coordinator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from testimony.services.opening import pictures
from testimony.web.headers import BYTES
from tests.support.services.pictures import bomb, jpeg
from tests.support.web.browser import Browser
from tests.support.web.media import Told, bring, page_of

__all__ = ["bring"]


def test_what_the_page_shows_is_a_png_that_this_program_wrote(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    photo = jpeg((600, 400), comment=b"<script>alert(1)</script>")
    held, lawyer = bring(picture=photo), browser("lawyer")
    answer = lawyer.get(f"/picture/{held.tid}/2")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/png", pictures.decoded(photo))
    assert answer.headers["Content-Security-Policy"] == BYTES
    assert answer.headers["Cache-Control"] == "no-store"
    page = page_of(lawyer, held.tid)
    assert f'src="/picture/{held.tid}/2"' in page
    assert '<img loading="lazy" decoding="async" alt="Picture 2" src="/media/' not in page
    assert lawyer.get(f"/media/{held.tid}/2").headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize(
    ("data", "words"),
    [(bomb(), "more than 25 million dots"), (jpeg()[:-40], "breaks off"), (jpeg() + b"PK\3\4", "something else")],
)
def test_what_cannot_be_shown_is_one_sentence_and_the_desk_lives_on(
    data: bytes, words: str, bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(picture=data), browser("lawyer")
    answer = lawyer.get(f"/picture/{held.tid}/2", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "picture.unreadable")
    assert words in answer.json["sentence"]
    assert lawyer.get(f"/en/testimony/{held.tid}/picture/2").status_code == 200


def test_the_page_of_a_picture_works_without_a_script(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(picture=jpeg()), browser("lawyer")
    page = lawyer.get(f"/en/testimony/{held.tid}/picture/2").text
    assert f'<img alt="Picture 2" src="/picture/{held.tid}/2">' in page
    assert 'role="toolbar" aria-label="Look closer" aria-controls="viewer" hidden' in page
    assert 'tabindex="0" role="group" aria-label="The picture.' in page


def test_a_recording_is_no_picture_and_what_there_is_not_is_not_found(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(picture=jpeg()), browser("lawyer")
    for number in (0, 1, 3):
        assert lawyer.get(f"/picture/{held.tid}/{number}").status_code == 404
        assert lawyer.get(f"/en/testimony/{held.tid}/picture/{number}").status_code == 404
    assert lawyer.get(f"/picture/{'0' * 32}/2").status_code == 404
    assert lawyer.get(f"/en/testimony/{'0' * 32}/picture/2").status_code == 404


def test_no_coordinator_sees_one(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    held, coordinator = bring(picture=jpeg()), browser("coordinator")
    assert coordinator.get(f"/picture/{held.tid}/2").status_code == 403
    assert coordinator.get(f"/en/testimony/{held.tid}/picture/2").status_code == 403


def test_nothing_of_a_picture_is_left_on_the_disk(bring: Callable[..., Told], browser: Callable[..., Browser]) -> None:
    photo = jpeg((300, 200))
    held, lawyer = bring(picture=photo), browser("lawyer")
    shown = lawyer.get(f"/picture/{held.tid}/2").data
    needles = [photo[200:224], shown[60:84]]
    for path in held.desk.settings.home.rglob("*"):
        assert not path.is_file() or not any(needle in path.read_bytes() for needle in needles), path.name
