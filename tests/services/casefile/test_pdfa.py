"""Case files and submissions before two validators that are not ours: JHOVE, and that of PDF/A in the Pdftools SDK.

JHOVE looks at how a PDF is put together and says nothing of PDF/A-2; the other checks ISO 19005-2 itself. JHOVE comes
with the other programs that tests drive (`.ci/test-tools`). The SDK is not free software, so the project does not
install it: its test is skipped, and says so, until somebody does (`pip install pdftools-sdk`, under its own licence).
"""

from __future__ import annotations

import importlib
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from testimony.domain.testimony.languages import DOCUMENTS
from testimony.services.enrolment.organisation import Organisation
from tests.support.each_time import each_time
from tests.support.programs import lacking
from tests.support.services import submissions
from tests.support.services.casefiles import SAID, account, brought, pdf_of, translate
from tests.support.services.desks import Desk, desks

PDF_A_2A = 0x1703
"""As the SDK counts: 0x17 is PDF 1.7, part 2 of ISO 19005 begins at 01 with B, U, A."""
FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")


@pytest.fixture
def desk(homes: Path, organisation: Organisation) -> Iterator[Desk]:
    with desks(homes, organisation) as found:
        yield found["lawyer-1"]


@pytest.fixture(params=each_time(["some", "all"], "some"))
def files(request: pytest.FixtureRequest, desk: Desk, organisation: Organisation) -> Mapping[str, bytes]:
    """Arabic, Dari, Amharic, Bengali and French in case files and submissions of some languages, of all when long."""
    some = request.param == "some"
    tids = brought(desk, organisation, [account(number, tag, said) for number, (tag, said) in enumerate(SAID.items())])
    translate(desk, tids[0], "fr", ["Nous sommes sortis du camp."])
    made = {f"case-{lang}": pdf_of(desk, *tids, lang=lang) for lang in (("ar", "fr") if some else DOCUMENTS)}
    told = [submissions.told(10 + number, tag, said) for number, (tag, said) in enumerate(SAID.items())]
    tids = brought(desk, organisation, told)
    sheets = [(lang, "sheet") for lang in (["es"] if some else ["en", "fr", "es"])]
    for lang, kind in (*sheets, ("fr", "annexes"), ("es", "note")):
        made[f"{kind}-{lang}"] = submissions.pdf_of(desk, kind, *tids, lang=lang)
    return made


@pytest.fixture
def jhove() -> str:
    """Its path; the test is skipped where it or its Java is missing."""
    if not shutil.which("java"):
        lacking("JHOVE needs Java, which is not installed (apt install default-jre-headless)")
    return shutil.which("jhove") or lacking("JHOVE is not installed (apt install jhove)")


@pytest.fixture
def conforms() -> Callable[[bytes], tuple[int, bool]]:
    """A function that gives the level that a PDF claims, and whether it has what that asks for."""
    try:
        validation: Any = importlib.import_module("pdftools_sdk.pdf_a.validation.validator")
        documents: Any = importlib.import_module("pdftools_sdk.pdf.document")
    except ImportError:
        pytest.skip("the Pdftools SDK, which is not free software, is not installed (pip install pdftools-sdk)")

    def ask(pdf: bytes) -> tuple[int, bool]:
        with io.BytesIO(pdf) as stream, documents.Document.open(stream) as document:
            return int(document.conformance), bool(validation.Validator().validate(document).is_conforming)

    return ask


def test_jhove_finds_every_file_well_formed_and_valid(jhove: str, files: Mapping[str, bytes], tmp_path: Path) -> None:
    asked = {**files, "cut": files["case-ar"][:-2000]}
    for name, pdf in asked.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
    command = [jhove, "-m", "PDF-hul", "-h", "text", *(f"{name}.pdf" for name in asked)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    _, *said = done.stdout.split("RepresentationInformation: ")
    for name, about in zip(asked, said, strict=True):
        assert about.split()[0].endswith(f"{name}.pdf")
        assert ("Status: Well-Formed and valid" in about) is (name != "cut"), name
        assert "Profile: Tagged PDF" in about or name == "cut", name


def test_a_validator_of_pdf_a_finds_that_every_file_conforms_to_pdf_a_2a(
    conforms: Callable[[bytes], tuple[int, bool]], files: Mapping[str, bytes]
) -> None:
    for name, pdf in files.items():
        assert conforms(pdf) == (PDF_A_2A, True), name
    assert conforms(without_fonts(files["case-ar"])) == (PDF_A_2A, False), "it finds what is wrong"


def without_fonts(pdf: bytes) -> bytes:
    """`pdf` with nothing embedded any more."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for one in writer._objects:
        for name in FONT_FILES:
            if isinstance(one, DictionaryObject) and name in one:
                del one[name]
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
