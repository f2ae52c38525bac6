"""Files that a witness shows, and a picture kept as evidence: byte for byte from the phone to the lawyer's key."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.interview.capture import AGREED, camera_file, choose, organisation
from tests.support.interview.consent import GO
from tests.support.interview.driver import Interviewer
from tests.support.interview.exif import PLACE, with_credentials
from tests.support.interview.opened_testimonies import Reader

__all__ = ["organisation"]


def proof_pack() -> bytes:
    """A zip as ProofMode writes it: the film, what the phone measured, and signatures of both."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as pack:
        for name in ("film.mp4", "film.mp4.asc", "proof.csv", "proof.csv.asc", "pubkey.asc"):
            pack.writestr(name, f"invented {name}" * 9_000)
    return packed.getvalue()


def add_file(who: Interviewer, file: Path, source: str | None = None) -> None:
    if who.page.locator("[data-file-part]").get_attribute("open") is None:
        who.page.locator("[data-file-part] > summary").click()
    if source:
        who.page.locator(f"label:has([data-file-source][value={source}])").click()
    with who.page.expect_file_chooser() as chooser:
        who.act("file-choose")
    chooser.value.set_files(file)


# interview/vault/media_seal.test.mjs
@pytest.mark.long(short="tests/web/interview/test_modules.py::test_the_suites_hold_in_node")
def test_a_file_and_a_picture_as_evidence_reach_the_lawyers_byte_for_byte_and_a_picture_is_bare_unless_asked(
    signed_in: Interviewer, reader: Callable[[str], Reader], tmp_path: Path
) -> None:
    signed_in.to_account(purposes=AGREED)
    signed_in.page.evaluate(GO, "pictures")
    camera = camera_file(signed_in, tmp_path)
    camera.write_bytes(with_credentials(camera.read_bytes()))
    choose(signed_in, camera, "injury")
    signed_in.act("picture-keep")
    signed_in.page.wait_for_selector('[data-picture-list] [data-state="whole"]')
    with signed_in.page.expect_file_chooser() as chooser:
        signed_in.act("picture-take")
    chooser.value.set_files(camera)
    signed_in.page.locator("[data-evidence] > summary").click()
    expect(signed_in.page.locator("[data-evidence-said]")).to_have_text(
        "This picture says where it was taken. The camera or the browser left the time out."
    )
    signed_in.act("picture-evidence")
    listed = signed_in.page.locator("[data-file-list] > li")
    expect(listed).to_have_count(1)
    pack = tmp_path / "proof of the boat.zip"
    pack.write_bytes(proof_pack())
    add_file(signed_in, pack, "other_phone")
    expect(listed).to_have_count(2)
    expect(listed.nth(1)).to_contain_text("proof of the boat.zip")
    expect(listed.nth(1)).to_contain_text("Another person's phone")
    add_file(signed_in, pack)
    assert "is kept already: \u2068proof of the boat.zip\u2069" in signed_in.wait_for_complaint()
    (tmp_path / "empty.pdf").write_bytes(b"")
    add_file(signed_in, tmp_path / "empty.pdf")
    assert signed_in.wait_for_complaint().startswith("This file is empty")
    expect(listed).to_have_count(2)
    signed_in.page.evaluate(GO, "review")
    expect(signed_in.page.locator("[data-media-count=file] dd").first).to_have_text("2")
    signed_in.act("stop")
    signed_in.act("keep")
    expect(signed_in.page.locator("[data-media-reads=file]")).to_contain_text("lawyers")
    signed_in.to_sealing()
    signed_in.finish()
    signed_in.deliver()
    lawyer = reader("lawyer-1")
    [record] = lawyer.manifests()
    (bare, shown), (evidence, original), (proof, packed) = lawyer.media(record, "lawyers")
    assert (bare.kind, PLACE in shown, b"c2pa" in shown) == ("picture", False, False)
    assert (evidence.kind, original) == ("file", camera.read_bytes())
    assert (proof.kind, packed) == ("file", pack.read_bytes())
    assert b"c2pa" in original
    assert evidence.origin is not None
    assert proof.origin is not None
    assert (evidence.origin.source, evidence.origin.name) == ("taken_now", "camera.jpg")
    assert evidence.origin.sha256 == hashlib.sha256(original).hexdigest()
    assert (proof.origin.source, proof.origin.name) == ("other_phone", pack.name)
    assert reader("coordinator-1").media(record, "coordinators") == []
