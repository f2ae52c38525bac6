"""An authority vouches for one name and one range, and a strange program, OpenSSL, agrees on all of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from testimony.certificates.authority import Authority, describe, pem
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.identity import Identity, signed_pem
from testimony.certificates.request import LARGEST, Request
from testimony.certificates.scope import Scope, read_address, read_name
from tests.support.certificates.authorities import (
    NAME,
    NOW,
    authority,
    identity,
    in_days,
    new_key,
    request,
    signed,
    signed_in_spite,
)
from tests.support.programs import lacking


@dataclass(frozen=True)
class OpenSSL:
    """Asks the program whether it believes a certificate, at a moment."""

    folder: Path

    def says(self, root: x509.Certificate, leaf: x509.Certificate, at: datetime, *more: str) -> str:
        (self.folder / "root.pem").write_bytes(pem(root))
        (self.folder / "leaf.pem").write_bytes(pem(leaf))
        command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-attime", str(int(at.timestamp()))]
        done = subprocess.run(
            [*command, *more, "-CAfile", self.folder / "root.pem", self.folder / "leaf.pem"],
            capture_output=True,
            text=True,
            check=False,
        )
        return "OK" if done.returncode == 0 else done.stdout + done.stderr


@pytest.fixture
def openssl(tmp_path: Path) -> OpenSSL:
    if shutil.which("openssl") is None:
        lacking("OpenSSL is not installed")
    return OpenSSL(tmp_path)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(CertificateRefused) as caught:
        act()
    assert str(caught.value).endswith(".")
    return caught.value.reason


def test_openssl_believes_a_node_by_its_name_and_by_its_address(openssl: OpenSSL) -> None:
    made = authority()
    leaf = made.sign(request(new_key()), now=NOW)
    assert openssl.says(made.certificate, leaf, NOW, "-verify_hostname", NAME) == "OK"
    assert openssl.says(made.certificate, leaf, NOW, "-verify_ip", "10.42.0.1") == "OK"
    assert "ostname mismatch" in openssl.says(made.certificate, leaf, NOW, "-verify_hostname", "other.internal")


@pytest.mark.parametrize("days", [-364, 0, 89])
def test_it_is_good_on_clocks_that_are_a_year_behind_and_for_ninety_days(days: int, openssl: OpenSSL) -> None:
    made = authority()
    leaf = made.sign(request(new_key()), now=NOW)
    assert openssl.says(made.certificate, leaf, in_days(days)) == "OK"
    assert "expired" in openssl.says(made.certificate, leaf, in_days(90.1))


@pytest.mark.parametrize(
    "names",
    [
        [x509.DNSName("example.org")],
        [x509.DNSName(NAME), x509.DNSName("bank.example")],
        [x509.IPAddress(read_address("192.0.2.1"))],
        [x509.IPAddress(read_address("2001:db8::1"))],
    ],
    ids=["another name", "ours and another", "an address elsewhere", "IPv6"],
)
def test_even_with_its_key_the_authority_can_pose_as_nobody_else(
    names: list[x509.GeneralName], openssl: OpenSSL
) -> None:
    made = authority()
    leaf = signed_in_spite(made, names)[0]
    assert "permitted subtree violation" in openssl.says(made.certificate, leaf, NOW)
    assert openssl.says(made.certificate, signed_in_spite(made, [x509.DNSName(NAME)])[0], NOW) == "OK"


def test_the_root_makes_no_authorities_and_says_so_critically() -> None:
    found = authority().certificate.extensions
    basic = found.get_extension_for_class(x509.BasicConstraints)
    assert basic.critical
    assert (basic.value.ca, basic.value.path_length) == (True, 0)
    assert found.get_extension_for_class(x509.NameConstraints).critical
    usage = found.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert not usage.value.digital_signature


def test_what_iphones_ask_of_a_certificate_holds() -> None:
    """Apple: at most 825 days under an authority that was installed, a name under SAN, the purpose named."""
    held = identity(days=397)
    assert held.ends - held.begins <= timedelta(days=825)
    assert (held.name, [str(one) for one in held.addresses]) == (NAME, ["10.42.0.1"])
    purposes = held.leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert x509.ObjectIdentifier("1.3.6.1.5.5.7.3.1") in purposes


@pytest.mark.parametrize(
    ("name", "addresses"),
    [("other.internal", ["10.42.0.1"]), (NAME, ["10.42.1.1"]), (NAME, ["10.42.0.1", "192.0.2.7"]), (NAME, ["::1"])],
)
def test_a_request_beyond_the_scope_is_not_signed(name: str, addresses: list[str]) -> None:
    asked = request(new_key(), name, tuple(map(read_address, addresses)))
    assert refused(lambda: authority().sign(asked, now=NOW)) == "names"


def test_a_request_that_is_not_signed_with_its_key_is_refused() -> None:
    data = Request.make(new_key(), NAME, [])
    der = bytearray(x509.load_pem_x509_csr(data).public_bytes(serialization.Encoding.DER))
    der[-1] ^= 1
    changed = x509.load_der_x509_csr(bytes(der)).public_bytes(serialization.Encoding.PEM)
    assert refused(lambda: Request.parse(changed)) == "request"


def test_a_request_with_another_kind_of_key_is_refused() -> None:
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    asked = x509.CertificateSigningRequestBuilder().subject_name(name)
    asked = asked.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    data = asked.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    assert refused(lambda: Request.parse(data)) == "request"


@pytest.mark.parametrize("data", [b"", b"\0" * 99, b"-----BEGIN CERTIFICATE REQUEST-----\n", b"x" * (LARGEST + 1)])
def test_no_bytes_are_more_than_a_refusal(data: bytes) -> None:
    assert refused(lambda: Request.parse(data)) == "request"
    assert refused(lambda: Identity.join(new_key(), data)) == "certificate"
    assert refused(lambda: Identity.parse(data)) == "certificate"
    assert refused(lambda: Authority.load(data, data)) == "pair"
    assert refused(lambda: describe(data)) == "certificate"


BAD_NAMES = ["", "testimony", "-a.internal", "a b.internal", "é.internal", "a..b", "x" * 70 + ".b"]


@pytest.mark.parametrize("text", BAD_NAMES)
def test_a_name_that_no_host_can_have_is_refused(text: str) -> None:
    assert refused(lambda: read_name(text)) == "scope"


@pytest.mark.parametrize("network", ["", "10.42.0.1/24", "hotspot", "10.42.0.0/33"])
def test_a_range_that_is_none_is_refused(network: str) -> None:
    assert refused(lambda: Scope.parse(NAME, network)) == "scope"


def test_a_certificate_for_another_key_is_refused() -> None:
    made = authority()
    assert refused(lambda: Identity.join(new_key(), signed(made, new_key()))) == "key"


def test_a_certificate_of_a_false_authority_is_refused() -> None:
    """The file names our root, but a stranger signed."""
    ours, strangers, key = authority(), authority(), new_key()
    leaf = strangers.sign(request(key), now=NOW)
    assert refused(lambda: Identity.join(key, signed_pem(leaf, ours.certificate))) == "chain"


def test_an_authority_that_ended_signs_no_more() -> None:
    old = authority(now=NOW - timedelta(days=4000))
    assert refused(lambda: old.sign(request(new_key()), now=NOW)) == "authority-ended"


def test_a_certificate_ends_with_its_authority_at_the_latest() -> None:
    made = authority(now=NOW - timedelta(days=3652 - 30))
    leaf = made.sign(request(new_key()), now=NOW)
    assert leaf.not_valid_after_utc == made.certificate.not_valid_after_utc


def test_key_and_root_of_two_authorities_are_not_one() -> None:
    assert refused(lambda: Authority.load(pem(authority().certificate), authority().key_pem)) == "pair"


def test_what_a_server_reads_is_read_back_the_same() -> None:
    held = identity()
    again = Identity.parse(held.encode())
    assert (again.leaf, again.root, again.key.private_numbers()) == (held.leaf, held.root, held.key.private_numbers())
    assert again.fingerprint == describe(held.root_pem).fingerprint


def test_nothing_secret_stands_in_a_repr() -> None:
    made, held = authority(), identity()
    for shown in (repr(made), repr(held)):
        assert "PRIVATE" not in shown
        assert "key" not in shown


def test_two_authorities_of_one_label_can_be_told_apart() -> None:
    assert describe(pem(authority().certificate)).label != describe(pem(authority().certificate)).label


def test_every_curve_but_one_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP384R1())
    assert refused(lambda: Request.parse(Request.make(key, NAME, []))) == "request"


def test_days_left_are_whole_days() -> None:
    held = identity(now=datetime(2026, 3, 2, tzinfo=UTC))
    assert held.days_left(datetime(2026, 3, 2, 1, tzinfo=UTC)) == 89
    assert held.has_ended(held.ends)
    assert held.days_left(held.ends + timedelta(seconds=1)) < 0
