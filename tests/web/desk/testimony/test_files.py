"""Files that witnesses showed, at the desk: saved byte for byte by a lawyer, described, and never rendered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from testimony.canonical import sha256_hex
from testimony.sealing.statements.statements import withdrawal
from testimony.sealing.testimony import media
from testimony.sealing.testimony.media import PIECE, Medium, Origin
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.web.desk.testimony import files
from testimony.web.headers import BYTES
from tests.support.web.browser import NOW, Browser
from tests.support.web.media import NOISE, Told, bring, page_of

__all__ = ["bring"]

HOSTILE = b"<html><script>alert(1)</script>" + NOISE.randbytes(PIECE + 700)
SHOWN = Medium(
    kind="file",
    type="application/octet-stream",
    data=HOSTILE,
    name="Amina\u202egnp.html",
    source="other_phone",
    at="2026-11-24T09:58:07Z",
)


def test_a_lawyer_saves_the_file_byte_for_byte_and_no_browser_renders_it(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(file=SHOWN), browser("lawyer")
    answer = lawyer.get(f"/media/{held.tid}/3")
    assert (answer.status_code, answer.data) == (200, HOSTILE)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="evidence-{held.tid[:8]}-3.bin"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == BYTES
    assert answer.headers["Cache-Control"] == "no-store"
    ranged = lawyer.get(f"/media/{held.tid}/3", headers={"Range": "bytes=9-"})
    assert (ranged.status_code, ranged.data) == (200, HOSTILE), "whole, because its hash is of the whole"
    assert lawyer.get(f"/picture/{held.tid}/3").status_code == 404
    assert lawyer.get(f"/en/testimony/{held.tid}/picture/3").status_code == 404
    assert lawyer.get(f"/media/{held.tid}/3/begin").status_code == 404, "half a file is not passed for a whole one"


def test_that_it_left_and_by_whom_stands_in_the_desks_own_log(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(file=SHOWN), browser("lawyer")
    assert "Taken out of this desk" not in page_of(lawyer, held.tid)
    lawyer.get(f"/media/{held.tid}/2")
    assert "Taken out of this desk" not in page_of(lawyer, held.tid)
    lawyer.get(f"/media/{held.tid}/3")
    assert "Taken out of this desk" in page_of(lawyer, held.tid)


def test_the_page_says_what_the_phone_noted_and_that_nobody_checked_it(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(file=SHOWN), browser("lawyer")
    page = page_of(lawyer, held.tid)
    section = page.partition('data-medium="3" data-kind="file"')[2].partition("</li>")[0]
    for said in ("File 3", "258 kB", "Another person&#39;s phone", "24 November 2026, 09:58 UTC", sha256_hex(HOSTILE)):
        assert said in section
    assert "was not checked for anything harmful" in section
    assert f'href="/media/{held.tid}/3"' in section
    assert "<img" not in section
    assert "<audio" not in section
    assert "Amina\u202egnp.html\u202c" in section, "a name that turns the line around ends where it ends"


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.JPG", "jpg"), ("proof.zip", "zip"), ("a.mp4", "mp4"), ("run.exe", "bin"), ("a.html", "bin"), ("a.svg", "bin"),
     ("a.pdf.lnk", "bin"), ('a."; filename="x.exe', "bin"), ("../../etc/passwd", "bin"), ("a.p\r\ndf", "bin")],
)  # fmt: skip
def test_the_saved_name_has_nothing_of_the_phones_but_a_harmless_ending(name: str, ending: str) -> None:
    origin = Origin(name=name, source="card", at=SHOWN.at, sha256="0" * 64)
    assert files.saved_as("1a2b3c4d" * 4, 3, origin) == f"evidence-1a2b3c4d-3.{ending}"


def test_without_the_yes_to_pictures_no_file_is_handed_out(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(file=SHOWN, purposes=("P01", "P02", "P04")), browser("lawyer")
    page = page_of(lawyer, held.tid)
    assert f"/media/{held.tid}/3" not in page
    assert sha256_hex(HOSTILE) not in page
    answer = lawyer.get(f"/media/{held.tid}/3", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "opening.refused")


def test_no_coordinator_gets_it_and_none_after_a_withdrawal(
    bring: Callable[..., Told], browser: Callable[..., Browser], organisation: Organisation
) -> None:
    held, lawyer, coordinator = bring(file=SHOWN), browser("lawyer"), browser("coordinator")
    assert coordinator.get(f"/media/{held.tid}/3").status_code == 403
    assert sha256_hex(HOSTILE) not in page_of(coordinator, held.tid)
    signer = organisation.signers["interviewer-1"]
    gone = withdrawal(tid=held.tid, scope="all", day=NOW.date().isoformat(), signer=signer)
    take_in(held.desk, [Incoming("record", gone.encode())])
    assert lawyer.get(f"/media/{held.tid}/3").status_code == 409


def test_a_file_of_which_a_piece_lacks_is_not_begun(
    bring: Callable[..., Told], browser: Callable[..., Browser]
) -> None:
    held, lawyer = bring(file=SHOWN), browser("lawyer")
    held.desk.parts.remove(held.body("media-007"))
    answer = lawyer.get(f"/media/{held.tid}/3", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "media.lacking")


def test_a_file_that_is_not_the_noted_one_is_said_and_not_handed_out(
    bring: Callable[..., Told], browser: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(SHOWN, data=b"another file")
    noted = media._origin_of(other)
    monkeypatch.setattr(media, "_origin_of", lambda one: noted if one.kind == "file" else {})
    held, lawyer = bring(file=SHOWN), browser("lawyer")
    answer: Any = lawyer.get(f"/media/{held.tid}/3", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json["code"]) == (409, "media.file")
    said = lawyer.get(f"/en/media/{held.tid}/3/check").json
    assert said["whole"] is False
    assert said["sentence"].startswith("This file is not the one that the phone noted")
