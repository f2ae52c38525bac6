"""Whatever is wrong with a ZIP, one error says so; an error of our own code is not taken for one."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from testimony import zips
from testimony.zips import ZipDamaged

METHODS = {"stored": 0, "deflate": 8, "bzip2": 12, "lzma": 14}
TEXT, PICTURE = b"x,y\n1,2\n" * 200, bytes(range(256)) * 9


def made(method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.csv", TEXT)
        archive.writestr("media/\u00fc.jpg", PICTURE)
    return out.getvalue()


def changed(data: bytes, chance: random.Random) -> bytes:
    """One or two bytes are others, mostly in a header, or the file breaks off."""
    if chance.random() < 0.1:
        return data[: chance.randrange(len(data))]
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2))):
        ends = (chance.randrange(80), len(out) - 1 - chance.randrange(160), chance.randrange(len(out)))
        out[chance.choice(ends)] = chance.choice((0, 255, chance.randrange(256)))
    return bytes(out)


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_a_zip_that_is_whole_is_read_and_no_byte_more_than_was_asked_for(method: int) -> None:
    with zips.opened(made(method)) as archive:
        first, second = archive.infolist()
        assert zips.content(archive, first, len(TEXT)) == TEXT
        assert len(zips.content(archive, second, 10)) == 11, "one more says that it is longer"


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_no_change_of_a_zip_raises_anything_but_that_it_is_damaged(method: int) -> None:
    chance, whole = random.Random(method), made(method)
    refused = 0
    for _ in range(1500):
        try:
            with zips.opened(changed(whole, chance)) as archive:
                for entry in archive.infolist():
                    zips.content(archive, entry, 1 << 20)
        except ZipDamaged:
            refused += 1
    assert refused > 500


@pytest.mark.parametrize("kind", [KeyError, AttributeError, AssertionError])
def test_a_mistake_of_our_own_stays_one(kind: type[Exception]) -> None:
    with pytest.raises(kind), zips.reading():
        raise kind
