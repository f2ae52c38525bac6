"""What is wrong with a ZIP is said as it is, and a mistake in the program is not blamed on the file."""

from __future__ import annotations

import io
import zipfile

import pytest

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import archive


def made(kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(file := io.BytesIO(), "w", kind) as out:
        out.writestr("a.csv", b"day,place\n" * 200)
    return file.getvalue()


def reason(data: bytes) -> str:
    with pytest.raises(ImportRefused) as refused, archive.opened(data) as opened:
        archive.content(opened, "a.csv")
    return refused.value.reason


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_is_damaged_is_called_that_however_it_is_packed(kind: int) -> None:
    data = bytearray(made(kind))
    for at in range(45, 55):
        data[at] ^= 0xFF
    assert reason(bytes(data)) == "damaged"


def test_an_entry_with_a_password_or_packed_in_an_unknown_way_is_told_apart() -> None:
    data = made()
    directory = data.index(b"PK\x01\x02")
    locked, unknown = bytearray(data), bytearray(data)
    locked[6] |= 1
    locked[directory + 8] |= 1
    assert reason(bytes(locked)) == "locked"
    unknown[8:10] = unknown[directory + 10 : directory + 12] = b"\x63\x00"
    assert reason(bytes(unknown)) == "damaged"


@pytest.mark.parametrize("mistake", [ValueError, KeyError, OSError, RuntimeError])
def test_a_mistake_of_the_program_is_not_blamed_on_the_file(mistake: type[Exception]) -> None:
    with pytest.raises(mistake), archive.opened(made()):
        raise mistake
    with pytest.raises(KeyError), archive.opened(made()) as opened:
        archive.content(opened, "another.csv")
