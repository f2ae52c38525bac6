"""Why a file cannot be imported. Each sentence says what to do, and none quotes the file."""

from __future__ import annotations

from typing import ClassVar

from testimony.errors import N_, Kind, TestimonyError


class ImportRefused(TestimonyError):
    """Nothing of the file was imported; `reason` is a key of `REASONS`."""

    code = "import.refused"
    kind = Kind.CONFLICT
    REASONS: ClassVar[dict[str, str]] = {
        "size": N_("This file is too large: at most 64 MB and 50,000 rows. Split it. Nothing was imported."),
        "bomb": N_("This file unpacks to more than a sheet needs. Save it as CSV. Nothing was imported."),
        "damaged": N_(
            "This file cannot be read. Open it in its program, save it, then try again. Nothing was imported."
        ),
        "format": N_(
            "This is not a CSV, XLSX, JSON or ZIP file of records. Save the sheet as CSV or XLSX. Nothing was imported."
        ),
        "locked": N_(
            "This file has a password or is an old .xls file. Save it as XLSX without a password. Nothing was imported."
        ),
        "encrypted": N_("These submissions are encrypted. Export them decrypted. Nothing was imported."),
        "keyless": N_("These submissions are encrypted. Choose their private key too. Nothing was imported."),
        "key": N_(
            "This key does not open these submissions. Choose the private key of their form (PEM), and give its "
            "passphrase if it has one. Nothing was imported."
        ),
        "altered": N_(
            "No submission can be opened: files are missing or were changed. Download them again. Nothing was imported."
        ),
        "forms": N_("This file holds submissions of several forms. Make a ZIP for each form. Nothing was imported."),
        "encoding": N_("The file does not say its character encoding. Choose it. Nothing was imported."),
        "formula": N_(
            "Some formulas in this sheet have no stored value. Open it in its program, save it, then try "
            "again. Nothing was imported."
        ),
        "empty": N_("There are no rows under the headings. Nothing was imported."),
        "columns": N_("The file has more than 2,000 columns. Delete those that you do not need. Nothing was imported."),
        "mapping": N_("Your choices do not fit this file. Open it again. Nothing was imported."),
        "choices": N_(
            "This file holds no choices for these columns. Take another file, or choose the columns by hand. "
            "Nothing was imported."
        ),
        "twice": N_(
            "Two columns are set to the same answer. Choose one, and keep the other as it is written. "
            "Nothing was imported."
        ),
        "date": N_("For each date column, choose whether the day or the month comes first. Nothing was imported."),
        "consent": N_("Say where the consent is documented. Nothing was imported."),
        "source": N_("Say where the records come from. Nothing was imported."),
        "nothing": N_("Choose at least one column as an answer or as words of the account. Nothing was imported."),
        "role": N_("Only a lawyer whose key can sign can import records. Nothing was imported."),
        "seals": N_(
            "The roster does not allow testimonies of the newer form yet. Ask headquarters to renew it with "
            "“--seals 2”. Nothing was imported."
        ),
        "gone": N_("The file is no longer open. Choose it again. Nothing was imported."),
    }

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
        self.sentence = self.REASONS[reason]


class FileTooLarge(ImportRefused):
    """The file was not read: its request is larger than a station takes."""

    kind = Kind.TOO_LARGE

    def __init__(self) -> None:
        super().__init__("size")
