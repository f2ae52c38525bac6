"""Errors of sealed data: its structure, signatures, size and recipients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class SignatureBad(TestimonyError):
    code = "signature.bad"
    kind = Kind.FORBIDDEN
    sentence = N_("A signature does not belong to these bytes and this signer. Nothing was accepted.")


OPENING_SENTENCES = {
    "altered": N_("This record was changed or damaged. Do not rely on it; report it."),
    "not_for_you": N_("This part is not sealed to your key."),
    "newer_version": N_("This record was made by a newer version. Update this program, then open it again."),
    "incomplete": N_("A part of this record has not arrived yet. Synchronise, then open it again."),
}


class CannotOpen(TestimonyError):
    """A sealed part stays closed. `reason` is one of the codes of `SENTENCES` and says nothing more, on purpose."""

    code = "opening.refused"
    kind = Kind.CONFLICT
    SENTENCES: ClassVar[Mapping[str, str]] = OPENING_SENTENCES

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.SENTENCES[reason]


class StructureWrong(TestimonyError):
    """A statement whose fields are not those that its kind asks for."""

    code = "structure.wrong"
    kind = Kind.MALFORMED
    sentence = N_("This record does not have the structure that its kind asks for. It was not used.")


class AttestedElsewhere(StructureWrong):
    """A sound attestation of another testimony, or of other parts."""

    code = "attestation.parts"


class AttestedInVain(StructureWrong):
    """An attestation at a time at which nobody can have signed it."""

    code = "attestation.time"


class SlotsTooFew(TestimonyError):
    code = "sealing.slots"
    kind = Kind.REFUSED
    sentence = N_("There are more readers than places for them. Ask the coordinator for a roster with more slots.")


class PartTooLarge(TestimonyError):
    code = "sealing.too-large"
    kind = Kind.TOO_LARGE
    sentence = N_("This part is larger than the format allows. Split it, then seal again; nothing was sealed.")
