"""Encrypted submissions as ODK Collect makes them, written after the ODK XForms specification, "Encryption"."""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import os
import zipfile

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES

NUMBER = "uuid:99b303d9-6494-477b-a30d-d8aae886733{0}"
PASSPHRASE = "ten green apples"


@functools.cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@functools.cache
def pem(passphrase: str = "") -> bytes:
    kept = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    return private_key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, kept)


def answers(number: int, within: str, form: str = "survey") -> bytes:
    return (
        f'<?xml version=\'1.0\' ?><data id="{form}" version="2" xmlns:orx="http://openrosa.org/xforms">{within}'
        f"<orx:meta><orx:instanceID>{NUMBER.format(number)}</orx:instanceID></orx:meta></data>"
    ).encode()


def encrypted(number: int, within: str, form: str = "survey", **media: bytes) -> dict[str, bytes]:
    """Name -> content of the files of one submission. `media`: name, with "__" for ".", -> content."""
    secret, instance = os.urandom(32), NUMBER.format(number)
    seed = bytearray(hashlib.md5(instance.encode() + secret).digest())
    files = {name.replace("__", "."): data for name, data in media.items()}
    sealed, sums = {}, ""
    for at, (name, data) in enumerate({**files, "submission.xml": answers(number, within, form)}.items()):
        seed[at % 16] = (seed[at % 16] + 1) % 256
        rest = 16 - len(data) % 16
        encryptor = Cipher(AES(secret), CFB(bytes(seed))).encryptor()
        sealed[f"{name}.enc"] = encryptor.update(data + bytes([rest]) * rest) + encryptor.finalize()
        sums += f"{name}::{hashlib.md5(data).hexdigest()}\n"
    key = _locked(secret)
    signature = _locked(hashlib.md5(f"{form}\n2\n{key}\n{instance}\n{sums}".encode()).digest())
    listed = "".join(f"<media><file>{name}.enc</file></media>" for name in files)
    manifest = (
        f'<data xmlns="http://opendatakit.org/submissions" id="{form}" version="2" encrypted="yes" '
        f'submissionDate="2025-03-0{number}T10:00:00Z"><base64EncryptedKey>{key}</base64EncryptedKey>{listed}'
        f"<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature>"
        f'<meta xmlns="http://openrosa.org/xforms"><instanceID>{instance}</instanceID></meta></data>'
    )
    return {"submission.xml": manifest.encode(), **sealed}


def folders(*submissions: dict[str, bytes]) -> bytes:
    """A ZIP with a folder for each submission, as ODK Briefcase keeps them."""
    with zipfile.ZipFile(file := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as archive:
        for at, files in enumerate(submissions, 1):
            for name, data in files.items():
                archive.writestr(f"instances/folder-{at}/{name}", data)
    return file.getvalue()


def _locked(data: bytes) -> str:
    padding = OAEP(mgf=MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    return base64.b64encode(private_key().public_key().encrypt(data, padding)).decode()
