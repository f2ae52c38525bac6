"""A time stamp authority for tests: certificates of any kind and date, and `openssl ts`, which answers with them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from testimony.sealing.log import der, timestamp
from tests.support.programs import lacking

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
CONFIGURATION = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/signer.pem
certs = {folder}/chain.pem
signer_key = {folder}/signer.key
signer_digest = {digest}
default_policy = 1.3.6.1.4.1.99999.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = {names}
"""


def key(kind: str = "rsa") -> Key:
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())


def name(said: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, said)])


def certificate(
    subject: str,
    of: Key,
    issuer: tuple[str, Key],
    *,
    extensions: Sequence[tuple[Any, bool]],
    since: datetime = NOW - DAY,
    until: datetime = NOW + 30 * DAY,
    digest: Any = hashes.SHA256,
    serial: int | None = None,
) -> x509.Certificate:
    made = x509.CertificateBuilder(
        issuer_name=name(issuer[0]),
        subject_name=name(subject),
        public_key=of.public_key(),
        serial_number=serial or x509.random_serial_number(),
        not_valid_before=since,
        not_valid_after=until,
    )
    for extension, critical in extensions:
        made = made.add_extension(extension, critical)
    return made.sign(issuer[1], digest())


AUTHORITY = (
    (x509.BasicConstraints(ca=True, path_length=None), True),
    (
        x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        ),
        True,
    ),
)  # fmt: skip
STAMPS = ((x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),)


class Authority:
    """A root, an authority below it, and who signs stamps. Needs OpenSSL at the machine."""

    def __init__(
        self,
        *,
        kind: str = "rsa",
        names: str = "sha256",
        digest: str = "sha256",
        between: Sequence[tuple[Any, bool]] = AUTHORITY,
        signer: Sequence[tuple[Any, bool]] = STAMPS,
        since: datetime = NOW - DAY,
        until: datetime = NOW + 30 * DAY,
        direct: bool = False,
        called: str = "Invented Time",
    ) -> None:
        """`between`, `signer`: extensions of the two certificates below the root; `direct`: the root certifies both.

        `called`: the name that stands in its stamps.
        """
        if shutil.which("openssl") is None:
            lacking("openssl is missing")
        self.folder = Path(tempfile.mkdtemp(prefix="authority"))
        weakref.finalize(self, shutil.rmtree, self.folder)
        keys = [key(kind) for _ in range(3)]
        self.root = certificate("Invented Root", keys[0], ("Invented Root", keys[0]), extensions=AUTHORITY)
        below = certificate("Invented Between", keys[1], ("Invented Root", keys[0]), extensions=between)
        issuer = ("Invented Root", keys[0]) if direct else ("Invented Between", keys[1])
        self.signer = certificate(called, keys[2], issuer, extensions=signer, since=since, until=until)
        self.twin = certificate(
            "Another Name",
            keys[2],
            issuer,
            extensions=signer,
            since=since,
            until=until,
            serial=self.signer.serial_number,
        )
        self._write("root.pem", self.root.public_bytes(Encoding.PEM))
        self._write("chain.pem", below.public_bytes(Encoding.PEM))
        self._write("signer.pem", self.signer.public_bytes(Encoding.PEM))
        self._write("signer.key", keys[2].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        self._write("serial", b"01\n")
        said = CONFIGURATION.format(folder=self.folder, names=names, digest=digest)
        self._write("ts.cnf", said.encode())

    @property
    def roots(self) -> tuple[bytes, ...]:
        return (self.root.public_bytes(Encoding.DER),)

    @property
    def pem(self) -> bytes:
        return self.root.public_bytes(Encoding.PEM)

    def reply(self, query: bytes) -> bytes:
        """What it answers, as it would over HTTP."""
        self._write("query.tsq", query)
        self._run("ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        return (self.folder / "reply.tsr").read_bytes()

    def sign_again(self, reply: bytes, *, named: bool = True, by_twin: bool = False) -> bytes:
        """What another authority said, signed by this one: openssl asks not whether it may, as it does in `reply`.

        `named`: with the attribute that names its certificate. `by_twin`: shown with another certificate of the same
        key, issuer and number.
        """
        token = der.read(reply).values()[1]
        info = token.values()[1].values()[0].values()[2].values()[1].values()[0].content
        self._write("info", info)
        names = ["-cades"] if named else []
        chain = (self.folder / "chain.pem").read_bytes()
        self._write("shown.pem", chain + (self.twin.public_bytes(Encoding.PEM) if by_twin else b""))
        names += ["-nocerts"] if by_twin else []
        self._run(
            "cms", "-sign", "-binary", "-nodetach", *names, "-md", "sha256", "-econtent_type", timestamp.TST_INFO,
            "-in", "info", "-signer", "signer.pem", "-inkey", "signer.key", "-certfile", "shown.pem",
            "-outform", "DER", "-out", "signed",
        )  # fmt: skip
        status = der.write(der.SEQUENCE, der.write_integer(0))
        return der.write(der.SEQUENCE, status, (self.folder / "signed").read_bytes())

    def _run(self, *arguments: str) -> None:
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def _write(self, file: str, data: bytes) -> None:
        (self.folder / file).write_bytes(data)
