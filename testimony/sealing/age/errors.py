"""Errors of keys, key files and their passphrases."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError


class PassphraseWrong(TestimonyError):
    code = "passphrase.wrong"
    kind = Kind.FORBIDDEN
    sentence = N_("This passphrase does not open the key. Check the words and try again; nothing was changed.")


class KeyFileDamaged(TestimonyError):
    code = "keyfile.damaged"
    kind = Kind.REFUSED
    sentence = N_("This is not a key file, or it is damaged. Use your copy of it.")


class KeyTextWrong(TestimonyError):
    code = "key.text"
    kind = Kind.MALFORMED
    sentence = N_(
        "This is not a key of the kind that is used here. Copy the whole key, from its first letter to its last."
    )
