"""The lawyer's signing key."""

from __future__ import annotations

from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.records.signatures import Signer
from testimony.services.enrolment.organisation import Organisation


def lawyer(organisation: Organisation) -> Signer:
    """The signing key in the lawyer's key file."""
    keeper = next(one for one in organisation.keepers if one.id == "lawyer-1")
    signer = KeyFile.open((organisation.folder / keeper.file).read_bytes(), keeper.passphrase).signer
    assert signer is not None
    return signer
