"""Why a file cannot be brought in. Each sentence says what to do; none holds anything of the file but its columns."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ImportRefused(TestimonyError):
    """Nothing of the file was brought in; `reason` says why."""

    code = "import.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "size": N_("This file is too large: at most 64 MB and 50,000 rows. Split it. Nothing was brought in."),
        "bomb": N_("This file unpacks to more than a sheet needs. Save it anew as CSV. Nothing was brought in."),
        "damaged": N_("This file cannot be read. Save it anew in its program, then try again. Nothing was brought in."),
        "format": N_(
            "This is no CSV, XLSX, JSON or ZIP of records. Save the sheet as CSV or XLSX. Nothing was brought in."
        ),
        "locked": N_(
            "This file has a password or is an old .xls. Save it as XLSX without one. Nothing was brought in."
        ),
        "encrypted": N_("These submissions are encrypted. Export them decrypted. Nothing was brought in."),
        "encoding": N_("Choose in which alphabet the file was saved: nothing says it. Nothing was brought in."),
        "formula": N_(
            "Formulas of this sheet have no stored value. Open it in its program, save it, then try again. "
            "Nothing was brought in."
        ),
        "empty": N_("There is no row under the headings. Nothing was brought in."),
        "columns": N_("The file has more than 2,000 columns. Leave out what is not needed. Nothing was brought in."),
        "mapping": N_("The choices do not fit this file. Open it again. Nothing was brought in."),
        "twice": N_(
            "Two columns become the same answer. Choose one, and keep the other as it is. Nothing was brought in."
        ),
        "date": N_("Say of each date column whether the day or the month comes first. Nothing was brought in."),
        "consent": N_("Say where the consent is written down. Nothing was brought in."),
        "source": N_("Say from where the records come. Nothing was brought in."),
        "nothing": N_("Choose at least one column that is brought in. Nothing was brought in."),
        "role": N_("Only a lawyer whose key can sign brings records in. Nothing was brought in."),
        "seals": N_(
            "The roster does not let testimonies of the newer form be sealed. Ask headquarters to renew it with "
            "“--seals 2”. Nothing was brought in."
        ),
        "gone": N_("The file is not open any more. Choose it again. Nothing was brought in."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]
