"""The public age vectors of C2SP's CCTV, where they apply: post-quantum stanzas, passphrase files, STREAM.

They come with the npm package `cctv-age`; `npm ci` in tests/js brings it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from testimony.sealing.age import age
from testimony.sealing.age.errors import KeyFileDamaged, PassphraseWrong
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.errors import CannotOpen
from tests.support.programs import lacking
from tests.support.sealing.vectors import split

MODULE = Path(__file__).parents[2] / "js" / "node_modules" / "cctv-age" / "index.js"
ENTRY = re.compile(r'// \.\./testdata/(\S+)\nvar \S+ = __toBinary\("([^"]*)"\)')
FOREIGN = re.compile(rb"^-> (?!mlkem768x25519 )", re.MULTILINE)


@dataclass(frozen=True)
class Vector:
    name: str
    expect: str
    header: dict[str, str]
    file: bytes

    @property
    def mixed(self) -> bool:
        """Whether it has stanzas that age skips and this format refuses."""
        return FOREIGN.search(self.file.partition(b"\n---")[0]) is not None


def load() -> list[Vector]:
    if not MODULE.exists():
        return []
    return [_vector(name, base64.b64decode(data)) for name, data in ENTRY.findall(MODULE.read_text(encoding="utf-8"))]


def _vector(name: str, data: bytes) -> Vector:
    head, _, file = data.partition(b"\n\n")
    header = dict(line.split(": ", 1) for line in head.decode().split("\n"))
    return Vector(name, header["expect"], header, zlib.decompress(file) if "compressed" in header else file)


VECTORS = load()
HYBRID = [
    v for v in VECTORS if v.header.get("identity", "").startswith("AGE-SECRET-KEY-PQ-") and "armored" not in v.header
]
SCRYPT = [v for v in VECTORS if v.name.startswith("scrypt")]
STREAM = [v for v in VECTORS if v.name.startswith("stream") and v.expect in ("success", "payload failure")]
CLASSIC = [v for v in VECTORS if v.header.get("identity", "").startswith("AGE-SECRET-KEY-1")]


def name_of(vector: Vector) -> str:
    return vector.name


def test_the_vectors_are_there() -> None:
    if not VECTORS:
        lacking("cctv-age is not installed: run `npm ci` in tests/js")
    assert (len(VECTORS), len(HYBRID), len(SCRYPT), len(STREAM)) == (143, 18, 25, 26)


@pytest.mark.parametrize("vector", HYBRID, ids=name_of)
def test_post_quantum_files_open_or_fail_as_age_says(vector: Vector) -> None:
    if vector.expect == "success" and not vector.mixed:
        assert hashlib.sha256(open_hybrid(vector)).hexdigest() == vector.header["payload"]
        return
    with pytest.raises(CannotOpen) as refused:
        open_hybrid(vector)
    assert refused.value.reason == ("not_for_you" if vector.expect == "no match" and not vector.mixed else "altered")


@pytest.mark.parametrize("vector", SCRYPT, ids=name_of)
def test_passphrase_files_open_or_fail_as_age_says(vector: Vector) -> None:
    passphrase = vector.header["passphrase"]
    if vector.expect == "success":
        opened = age.passphrase_open(passphrase, vector.file)
        assert hashlib.sha256(opened).hexdigest() == vector.header["payload"]
        return
    with pytest.raises((KeyFileDamaged, PassphraseWrong)):
        age.passphrase_open(passphrase, vector.file)


@pytest.mark.parametrize("vector", STREAM, ids=name_of)
def test_payloads_open_or_fail_as_age_says(vector: Vector) -> None:
    file_key, (_, body) = bytes.fromhex(vector.header["file key"]), split(vector.file)
    if vector.expect == "success":
        assert hashlib.sha256(age.open_body(file_key, body)).hexdigest() == vector.header["payload"]
        return
    with pytest.raises(CannotOpen) as refused:
        age.open_body(file_key, body)
    assert refused.value.reason == "altered"


@pytest.mark.parametrize("vector", CLASSIC, ids=name_of)
def test_files_for_classic_keys_are_all_refused(vector: Vector) -> None:
    with pytest.raises(CannotOpen) as refused:
        age.open_head(vector.file, OpeningKey.generate())
    assert refused.value.reason == "altered"


def open_hybrid(vector: Vector) -> bytes:
    head, body = split(vector.file)
    return age.open_body(age.open_head(head, OpeningKey.from_text(vector.header["identity"])), body)
