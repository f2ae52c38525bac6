"""Errors of changing a consent at a desk."""

from __future__ import annotations

from typing import ClassVar

from testimony.domain.consent.guards import OBSTACLES
from testimony.domain.sealed_file import LARGEST
from testimony.errors import N_, Kind, TestimonyError


class ConsentActRefused(TestimonyError):
    """A change of consent was not recorded at a desk; `reason` says which rule prevented it."""

    code = "consent.act"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "unreadable": N_("The consent cannot be read here, so nothing can be said about it. Exchange, then try again."),
        "unknown": N_("Choose what it is about. Nothing was written down."),
        "twice": N_("You signed this already. Somebody else must confirm it. Nothing was written down."),
        "role": N_("A lawyer and a coordinator must both sign this. Nothing was written down."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing can be agreed to now."),
        "held": N_("This use is on hold or erased. Nothing can be agreed to until that is lifted."),
        "unseen": N_("Something that was said may not have arrived here. Sync with headquarters first, then ask."),
        "needed": N_("Another yes that this use needs does not stand. Ask for that first."),
        "recovery": N_("Your key does not open what this use needs. It takes a new interview, or the recovery key."),
        "granted": N_("The witness agreed to this already. Nothing was written down."),
        "closed": N_("Something that was said does not open with your key. First a colleague must let you read it."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class ConsentDocumentRefused(TestimonyError):
    """A document did not open an account at a desk; `reason` says why, also a guard of children."""

    code = "consent.document"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only lawyers attach such a document. Nothing was written down."),
        "imported": N_("Only an account from elsewhere can be opened by a document. Ask the witness again."),
        "use": N_("Choose what the document allows. Nothing was written down."),
        "none": N_("Choose the document. Nothing was written down."),
        "large": N_("A document can have at most %(most)s MB. Make it smaller. Nothing was written down."),
        "kind": N_("This file is not a complete PDF, PNG or JPEG. Choose another one. Nothing was written down."),
        "day": N_("Choose the day of the document. It cannot be in the future. Nothing was written down."),
        "newer": N_("The witness said no to a use on the day of the document or later. Ask the witness again."),
        "again": N_("A document of this day or later opened this use before. Ask the witness again."),
        "asked": N_("This account was handed over: a phone asked the witness. Ask the witness again."),
        "unknown": N_("This document is not here. Exchange, then try again."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__(**({"most": LARGEST // (1024 * 1024)} if reason == "large" else {}))
        self.reason = reason
        self.sentence = (self.REASONS | OBSTACLES)[reason]
