"""Case files and submissions before two validators that are not ours: JHOVE, and that of PDF/A in the Pdftools SDK.

Neither is installed by the project, since the one brings Java and the other is not free software; where one is not at
hand its tests are skipped, and say so. `apt install jhove`; `pip install pdftools-sdk` (under its own licence). JHOVE
looks at how a PDF is put together and says nothing of PDF/A-2; the other checks ISO 19005-2 itself.
"""

from __future__ import annotations

import importlib
import io
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from testimony.services.enrolment.organisation import Organisation
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


@pytest.fixture
def files(desk: Desk, organisation: Organisation) -> Mapping[str, bytes]:
    """Arabic, Dari, Amharic, Bengali and French in case files and submissions of every language that they have."""
    tids = brought(desk, organisation, [account(number, tag, said) for number, (tag, said) in enumerate(SAID.items())])
    translate(desk, tids[0], "fr", ["Nous sommes sortis du camp."])
    made = {f"case-{lang}": pdf_of(desk, *tids, lang=lang) for lang in ("en", "fr", "es", "ar", "fa")}
    told = [submissions.told(10 + number, tag, said) for number, (tag, said) in enumerate(SAID.items())]
    tids = brought(desk, organisation, told)
    for lang, kind in (("en", "sheet"), ("fr", "sheet"), ("es", "sheet"), ("fr", "annexes"), ("es", "note")):
        made[f"{kind}-{lang}"] = submissions.pdf_of(desk, kind, *tids, lang=lang)
    return made


def test_jhove_finds_every_file_well_formed_and_valid(files: Mapping[str, bytes], tmp_path: Path) -> None:
    jhove = shutil.which("jhove")
    if jhove is None:
        pytest.skip("JHOVE is not installed (apt install jhove)")
    for name, pdf in {**files, "cut": files["case-ar"][:-2000]}.items():
        (tmp_path / f"{name}.pdf").write_bytes(pdf)
        command = [jhove, "-m", "PDF-hul", "-h", "text", str(tmp_path / f"{name}.pdf")]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert ("Status: Well-Formed and valid" in said) is (name != "cut"), name
        assert "Profile: Tagged PDF" in said or name == "cut", name


def test_a_validator_of_pdf_a_finds_that_every_file_conforms_to_pdf_a_2a(files: Mapping[str, bytes]) -> None:
    for name, pdf in files.items():
        assert conforms(pdf) == (PDF_A_2A, True), name
    assert conforms(without_fonts(files["case-ar"])) == (PDF_A_2A, False), "it finds what is wrong"


def conforms(pdf: bytes) -> tuple[int, bool]:
    """The level that `pdf` claims, and whether it has what that asks for."""
    try:
        validation: Any = importlib.import_module("pdftools_sdk.pdf_a.validation.validator")
        documents: Any = importlib.import_module("pdftools_sdk.pdf.document")
    except ImportError:
        pytest.skip("the Pdftools SDK is not installed (pip install pdftools-sdk)")
    with io.BytesIO(pdf) as stream, documents.Document.open(stream) as document:
        return int(document.conformance), bool(validation.Validator().validate(document).is_conforming)


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
