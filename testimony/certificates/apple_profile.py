"""Packs the root certificate as an Apple configuration profile for iPhones. The same root gives the same profile."""

from __future__ import annotations

import plistlib
import uuid

from testimony.certificates.identity import Identity

FILE = "notes-ca.crt"


def profile(held: Identity, label: str) -> bytes:
    """A `.mobileconfig` with one payload of type com.apple.security.root; `label` is what Settings show."""
    number = held.fingerprint
    root = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"internal.notes.{number[:16]}.root",
        "PayloadUUID": _uuid(f"{number}/root"),
        "PayloadDisplayName": label,
        "PayloadCertificateFileName": FILE,
        "PayloadContent": held.root_der,
    }
    whole = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"internal.notes.{number[:16]}",
        "PayloadUUID": _uuid(number),
        "PayloadDisplayName": label,
        "PayloadContent": [root],
    }
    return plistlib.dumps(whole)


def _uuid(name: str) -> str:
    """The same for the same name, so that a second installation replaces the first."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name)).upper()
