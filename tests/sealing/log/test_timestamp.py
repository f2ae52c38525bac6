"""A time stamp holds for exactly what was stamped, asked and certified; `openssl ts` says the same."""

from __future__ import annotations

import hashlib
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given, settings
from hypothesis import strategies as st

from testimony.sealing.log import der, timestamp
from testimony.sealing.log.errors import STAMP_SENTENCES, StampRefused
from tests.support.damage import last_byte_changed
from tests.support.sealing.timestamp_authority import AUTHORITY, DAY, NOW, STAMPS, Authority

NOTE = b"testimony/1/log/0000000000000000\n7\n"
DIGEST = hashlib.sha256(NOTE).digest()
QUERY = timestamp.ask(DIGEST, bytes(range(16)))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def reply(authority: Authority) -> bytes:
    return authority.reply(QUERY)


def reason(reply: bytes, roots: tuple[bytes, ...], digest: bytes = DIGEST, query: bytes | None = QUERY) -> str:
    with pytest.raises(StampRefused) as refused:
        timestamp.verify(reply, digest, roots, query)
    assert str(refused.value) == STAMP_SENTENCES[refused.value.reason]
    return refused.value.reason


def test_a_stamp_says_when_by_whom_and_back_to_which_root(authority: Authority, reply: bytes) -> None:
    said = timestamp.verify(reply, DIGEST, authority.roots, QUERY)
    assert said.authority == "Invented Time"
    assert said.root == hashlib.sha256(authority.root.public_bytes(Encoding.DER)).hexdigest()
    assert abs(datetime.fromisoformat(said.time) - datetime.now(UTC)) < DAY
    assert said.until == (NOW + 30 * DAY).date().isoformat()


@pytest.mark.parametrize("kind", ["rsa", "ec"])
@pytest.mark.parametrize("names", ["sha1", "sha256", "sha512"])
def test_what_openssl_signs_holds_whatever_its_key_and_however_it_names_its_certificate(kind: str, names: str) -> None:
    made = Authority(kind=kind, names=names, digest="sha384")
    assert timestamp.verify(made.reply(QUERY), DIGEST, made.roots, QUERY).authority == "Invented Time"


def test_openssl_reads_our_question_and_agrees_with_our_answer(
    authority: Authority, reply: bytes, tmp_path: Path
) -> None:
    (tmp_path / "q").write_bytes(QUERY)
    (tmp_path / "r").write_bytes(reply)
    command = ["openssl", "ts", "-verify", "-queryfile", "q", "-in", "r", "-CAfile", authority.folder / "root.pem"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout, done.stderr
    assert timestamp.imprint_of(QUERY) == DIGEST


def test_a_stamp_of_one_thing_is_none_of_another(authority: Authority, reply: bytes) -> None:
    assert reason(reply, authority.roots, hashlib.sha256(b"other").digest(), None) == "imprint"


def test_the_question_is_about_what_was_stamped(authority: Authority, reply: bytes) -> None:
    other = timestamp.ask(hashlib.sha256(b"other").digest(), bytes(range(16)))
    assert reason(reply, authority.roots, query=other) == "imprint"


def test_an_answer_to_another_question_is_none_to_this_one(authority: Authority, reply: bytes) -> None:
    assert reason(reply, authority.roots, query=timestamp.ask(DIGEST, os.urandom(16))) == "nonce"


def test_another_root_is_not_believed(reply: bytes) -> None:
    assert reason(reply, Authority().roots) == "root"


def test_a_certificate_that_had_ended_on_the_day_of_the_stamp_proves_no_time() -> None:
    made = Authority(since=NOW - 9 * DAY, until=NOW - 2 * DAY)
    assert reason(made.reply(QUERY), made.roots) == "expired"


def test_who_is_certified_for_more_than_time_stamps_may_sign_none(reply: bytes) -> None:
    more = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.CODE_SIGNING])
    odd = (x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.7"), b"\x05\x00"), True)
    for signer in ([(more, True)], [*STAMPS, odd], [(STAMPS[0][0], False)], [*STAMPS, (_no_certificates(0), True)], []):
        made = Authority(signer=signer)
        assert reason(made.sign_again(reply), made.roots) == "certificate"
    made = Authority(signer=[*STAMPS, (_no_certificates(1), True)])
    assert timestamp.verify(made.sign_again(reply), DIGEST, made.roots, QUERY)


def test_a_stamp_that_does_not_name_its_certificate_is_none(reply: bytes) -> None:
    made = Authority()
    assert timestamp.verify(made.sign_again(reply), DIGEST, made.roots, QUERY)
    assert reason(made.sign_again(reply, named=False), made.roots) == "certificate"


def test_a_stamp_that_names_another_certificate_of_the_same_key_is_none(reply: bytes) -> None:
    made = Authority()
    assert reason(made.sign_again(reply, by_twin=True), made.roots) == "certificate"


def test_a_stamp_over_a_weak_hash_is_none() -> None:
    made = Authority(digest="sha1")
    assert reason(made.reply(QUERY), made.roots) == "algorithm"


@pytest.mark.parametrize(
    ("kind", "said", "other"),
    [("ec", "2a8648ce3d040302", "2a8648ce3d040303"), ("rsa", "2a864886f70d010101", "2a864886f70d01010c")],
)
def test_a_signature_of_another_kind_than_it_says_is_none(kind: str, said: str, other: str) -> None:
    made = Authority(kind=kind)
    before, oid, after = made.reply(QUERY).rpartition(bytes.fromhex(said))
    assert oid
    assert reason(before + bytes.fromhex(other) + after, made.roots) == "algorithm"


@pytest.mark.parametrize(("status", "granted"), [(0, True), (1, True), (2, False), (3, False), (5, False)])
def test_only_what_was_granted_is_a_stamp(status: int, granted: bool, authority: Authority, reply: bytes) -> None:
    token = der.read(reply).values()[1].whole
    answer = der.write(der.SEQUENCE, der.write(der.SEQUENCE, der.write_integer(status)), token)
    if granted:
        assert timestamp.verify(answer, DIGEST, authority.roots, QUERY)
    else:
        assert reason(answer, authority.roots) == "status"


def test_an_authority_below_the_root_must_be_one() -> None:
    for between in (
        [(x509.BasicConstraints(ca=False, path_length=None), True), AUTHORITY[1]],
        [AUTHORITY[1]],
        [AUTHORITY[0], (_no_certificates(1), True)],
    ):
        made = Authority(between=between)
        assert reason(made.reply(QUERY), made.roots) == "root"


def _no_certificates(signs: int) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=bool(signs), content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=not signs, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def test_a_refusal_is_no_stamp(authority: Authority) -> None:
    refusal = authority.reply(b"\x30\x03\x02\x01\x01")
    assert reason(refusal, authority.roots) == "status"


@pytest.mark.parametrize("data", [b"", b"<html>", b"\x30\x00", b"\x30\x80\x00\x00", b"\x30\x84\xff\xff\xff\xff"])
def test_garbage_is_said_to_be_none(authority: Authority, data: bytes) -> None:
    assert reason(data, authority.roots) == "form"


def test_no_changed_byte_gives_another_time_or_another_authority(authority: Authority, reply: bytes) -> None:
    """Some bytes of the wrapping are signed by nobody; whatever they say, the stamp stays the same or falls."""
    whole = timestamp.verify(reply, DIGEST, authority.roots, QUERY)
    fallen = 0
    for at in range(len(reply)):
        changed = bytearray(reply)
        changed[at] ^= 1
        try:
            assert timestamp.verify(bytes(changed), DIGEST, authority.roots, QUERY) == whole
        except StampRefused:
            fallen += 1
    assert fallen > len(reply) // 2
    for end in range(0, len(reply), 97):
        assert reason(reply[:end], authority.roots) == "form"


def test_a_changed_time_is_found(authority: Authority, reply: bytes) -> None:
    year = str(NOW.year).encode()
    at = reply.index(b"\x18\x0f" + year) + 5
    changed = reply[:at] + bytes([reply[at] ^ 1]) + reply[at + 1 :]
    assert reason(changed, authority.roots) == "signature"


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_who_changes_the_time_and_its_hash_has_not_the_key(kind: str) -> None:
    made = Authority(kind=kind)
    reply = made.reply(QUERY)
    said = der.read(reply).values()[1].values()[1].values()[0].values()[2].values()[1].values()[0].content
    at = said.index(b"\x18\x0f") + 5
    other = said[:at] + bytes([said[at] ^ 1]) + said[at + 1 :]
    digests = [hashlib.sha256(one).digest() for one in (said, other)]
    assert reply.count(digests[0]) == 1
    forged = reply.replace(said, other).replace(*digests)
    for changed in (forged, last_byte_changed(reply)):
        assert reason(changed, made.roots) == "signature"


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_root_may_certify_who_signs_without_anybody_between(kind: str) -> None:
    made = Authority(kind=kind, direct=True)
    assert timestamp.verify(made.reply(QUERY), DIGEST, made.roots, QUERY).authority == "Invented Time"


def test_who_signs_is_no_root_by_its_own_word(authority: Authority, reply: bytes) -> None:
    assert reason(reply, (authority.signer.public_bytes(Encoding.DER),)) == "root"


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_what_der_reads_it_writes_again(data: bytes) -> None:
    try:
        value = der.read(data)
    except der.DerWrong:
        return
    assert der.write(value.tag, value.content) == data


@pytest.mark.parametrize("text", ["3003020101ff", "30818003", "1f0100", "020200ff00", "02"])
def test_der_has_one_form(text: str) -> None:
    with pytest.raises(der.DerWrong):
        der.read(bytes.fromhex(text))


def test_numbers_and_names_have_one_form() -> None:
    for text in ("02020001", "0200", "0202ff80"):
        with pytest.raises(der.DerWrong):
            _ = der.read(bytes.fromhex(text)).integer
    for text in ("0600", "060180", "06028001"):
        with pytest.raises(der.DerWrong):
            _ = der.read(bytes.fromhex(text)).oid
    assert der.read(der.write_integer(0x80)).integer == 0x80
    assert der.read(bytes.fromhex("06092a864886f70d010702")).oid == timestamp.SIGNED_DATA
