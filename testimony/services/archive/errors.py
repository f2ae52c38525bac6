"""Errors of making an archive."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ArchiveRefused(TestimonyError):
    """An archive was refused at a desk; `reason` says why. `purpose`: code of the use without consent."""

    code = "archive.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "role": N_("Only a lawyer makes an archive. Nothing was written."),
        "gone": N_("This testimony is withdrawn or set aside. Nothing was written."),
        "use": N_("Say for which complaint, court or case the parts are shown in clear. Nothing was written."),
        "consent": N_("The witness's consent to this use does not stand today: %(purpose)s. Nothing was written."),
        "part": N_("This part does not open with your key, so it cannot be shown in clear. Nothing was written."),
        "large": N_("This is too much for one archive. Make several, or leave the sealed parts out."),
        "browser": N_("This is too much for a browser. Use the command testimony archive on this computer."),
    }

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = self.REASONS[reason]
