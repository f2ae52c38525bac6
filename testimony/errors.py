"""What can go wrong, as nouns: each with a stable code and one sentence that tells a person what to do.

The sentences are message ids: `web/errors.py` shows them in the reader's language. They carry no witness data.
"""

from __future__ import annotations

from typing import ClassVar


def N_(message: str) -> str:
    """Mark `message` for the catalogue; it is translated where it is shown."""
    return message


class TestimonyError(Exception):
    """Base of all expected failures."""

    __test__ = False  # pytest would collect a class whose name begins with "Test"
    code: ClassVar[str] = "error"
    sentence: str = N_("Something went wrong. Nothing was changed.")

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values = values

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class NotCanonical(TestimonyError):
    code = "canonical.not"
    sentence = N_("This data is not in the exact form that the format asks for. It was not used.")


class SignatureBad(TestimonyError):
    code = "signature.bad"
    sentence = N_("A signature does not belong to these bytes and this signer. Nothing was accepted.")


OPENING_SENTENCES = {
    "altered": N_("This record was changed or damaged. Do not rely on it; report it."),
    "not_for_you": N_("This part is not sealed to your key."),
    "newer_version": N_("This record was made by a newer version. Update this program, then open it again."),
    "incomplete": N_("A part of this record has not arrived yet. Synchronise, then open it again."),
}


class CannotOpen(TestimonyError):
    """A sealed part stays closed. `reason` is one of four codes and says nothing more, on purpose."""

    code = "opening.refused"

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = OPENING_SENTENCES[reason]


REFUSAL_RULES = {
    "hash.mismatch": N_("The object is not the one that its name says. Send it again."),
    "size.limit": N_("The object is larger than the format allows."),
    "structure": N_("The record does not have the structure that its kind asks for."),
    "kind.unknown": N_("This station does not know this kind of record. Update it, then send again."),
    "version.newer": N_("The record was made by a newer version. Update this station, then send again."),
    "signature.bad": N_("The signature does not belong to this record and this signer."),
    "signer.unknown": N_("The signer is not in the roster of this organisation."),
    "signer.inactive": N_("The signer is no longer active in the roster."),
    "roster.unknown": N_("The record names a roster that this station does not hold. Synchronise the station first."),
    "roster.older": N_("A newer roster is already in force here."),
    "not.named": N_("No verified manifest names this object."),
    "conflict": N_("Another record with the same number is already held here."),
    "withdrawn": N_("The witness withdrew this testimony. It was not stored."),
}


class Refused(TestimonyError):
    """An object that a station does not take in; `rule` is a key of `REFUSAL_RULES`."""

    code = "intake.refused"

    def __init__(self, rule: str) -> None:
        super().__init__()
        self.rule = rule
        self.sentence = REFUSAL_RULES[rule]


class RosterRefused(TestimonyError):
    """A roster or root that this station must not adopt; `reason` says which rule."""

    code = "roster.refused"
    REASONS: ClassVar[dict[str, str]] = {
        "older": N_("This roster has a lower number than the one in force. Ask the coordinator for the current one."),
        "signature": N_("This roster is not signed by enough of the organisation's root keys. Do not use it; report it."),
        "chain": N_("This roster does not follow the one in force. Bring the rosters in between first."),
        "slots": N_("This roster has more readers than places for them. Sign one with more slots or fewer readers."),
        "structure": N_("This roster does not have the structure that the format asks for."),
        "foreign": N_("This roster belongs to another organisation."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class PassphraseWrong(TestimonyError):
    code = "passphrase.wrong"
    sentence = N_("This passphrase does not open the key. Check the words and try again; nothing was changed.")


class KeyFileForeign(TestimonyError):
    code = "keyfile.foreign"
    sentence = N_("This key belongs to nobody in this organisation's roster. Use the key file that you were given for it.")


class KeyFileDamaged(TestimonyError):
    code = "keyfile.damaged"
    sentence = N_("This is not a key file, or it is damaged. Use your copy of it.")


class StoreLocked(TestimonyError):
    code = "store.locked"
    sentence = N_("Another program is using the database. Close it, then try again; nothing was lost.")


class StoreUnwritable(TestimonyError):
    code = "store.unwritable"
    sentence = N_("The folder %(folder)s cannot be written. Give this user the right to write there, then start again.")


class StoreFull(TestimonyError):
    code = "store.full"
    sentence = N_("The disk is full. Free some space, then try again; nothing was half stored.")


class PortTaken(TestimonyError):
    code = "port.taken"
    sentence = N_("Port %(port)s is in use by another program. Stop it or choose another port with --port.")
