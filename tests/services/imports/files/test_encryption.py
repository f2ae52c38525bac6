"""An encrypted submission opens with its private key, and one that was changed does not."""

from __future__ import annotations

import base64
import itertools
import re
from xml.etree import ElementTree

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from testimony.services.imports.errors import ImportRefused
from testimony.services.imports.files import encryption
from testimony.services.imports.files.encryption import KeyForeign, SubmissionAltered
from tests.support.services.odk_submissions import PASSPHRASE, answers, encrypted, pem, private_key


def opened(files: dict[str, bytes], key: rsa.RSAPrivateKey | None = None) -> tuple[bytes, bool]:
    found = encryption.manifest(ElementTree.fromstring(files["submission.xml"]))
    assert found is not None
    return encryption.opened(found, key or private_key(), files.get)


def test_the_answers_come_out_as_they_were_written_after_any_number_of_pictures() -> None:
    for number in (0, 1, 17):
        media = {f"p{at}__jpg": bytes([at]) * 40 for at in range(number)}
        assert opened(encrypted(1, "<q>a</q>", **media)) == (answers(1, "<q>a</q>"), True)


def test_the_vectors_are_those_that_odk_central_expects() -> None:
    """From the tests of ODK Central, for a submission of ODK Collect."""
    secret = base64.b64decode("3TJoHf74zHbDwG3Ta+bcvfUr50C6yF/astfu+CdSnQU=")
    found = list(itertools.islice(encryption._seeds("uuid:22525f8e-4f2d-41ed-94da-4c46a2478448", secret), 32))
    assert found[0].hex() == "39bbb0890f3222269da68b172146477a"
    assert found[31].hex() == "3abdb28b113424289fa88d192348497c"


@pytest.mark.parametrize("name", ["submission.xml.enc", "a.jpg.enc", "b.jpg.enc"])
def test_what_was_changed_after_it_was_encrypted_is_noticed(name: str) -> None:
    files = encrypted(
        1, "<q>a long answer that goes on for some blocks of sixteen bytes</q>", a__jpg=b"a" * 99, b__jpg=b"b" * 99
    )
    changed = bytearray(files[name])
    changed[5] ^= 1
    with pytest.raises(SubmissionAltered):
        opened({**files, name: bytes(changed)})


def test_pictures_in_another_order_are_noticed_and_without_one_the_answers_open_unchecked() -> None:
    files = encrypted(1, "<q>a</q>", a__jpg=b"a" * 40, b__jpg=b"b" * 40)
    with pytest.raises(SubmissionAltered):
        opened({**files, "a.jpg.enc": files["b.jpg.enc"], "b.jpg.enc": files["a.jpg.enc"]})
    del files["b.jpg.enc"]
    assert opened(files) == (answers(1, "<q>a</q>"), False)
    del files["submission.xml.enc"]
    with pytest.raises(SubmissionAltered):
        opened(files)


def test_without_a_signature_the_answers_open_unchecked() -> None:
    files = encrypted(1, "<q>a</q>")
    files["submission.xml"] = re.sub(rb"(Signature>)[^<]+", rb"\1", files["submission.xml"])
    assert opened(files) == (answers(1, "<q>a</q>"), False)


def test_another_key_is_told_from_a_change() -> None:
    with pytest.raises(KeyForeign):
        opened(encrypted(1, "<q>a</q>"), rsa.generate_private_key(65537, 2048))


def test_a_private_key_is_read_with_and_without_a_passphrase() -> None:
    assert encryption.private_key(pem()).private_numbers() == private_key().private_numbers()
    assert encryption.private_key(pem(PASSPHRASE), PASSPHRASE).private_numbers() == private_key().private_numbers()
    assert encryption.private_key(pem(), "of something else").private_numbers() == private_key().private_numbers()
    other = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for data, passphrase in ((pem(PASSPHRASE), ""), (pem(PASSPHRASE), "x"), (other, ""), (b"x", "")):
        with pytest.raises(ImportRefused) as refused:
            encryption.private_key(data, passphrase)
        assert refused.value.reason == "key"
