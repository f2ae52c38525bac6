"""Errors of key ceremony records."""

from __future__ import annotations

from testimony.errors import N_, Kind, TestimonyError

CEREMONY_SENTENCES = {
    "networked": N_(
        "This computer is connected to a network (%(names)s). A key that counts is made and used on a computer without "
        "one: pull the cable, switch radio off, and begin again. Nothing was done."
    ),
    "place": N_("Say where it was as a code of small letters, digits and hyphens, such as office-2. No address."),
    "people": N_(
        "Say who is present by the names that they have in the roster or in the organisation's register: small "
        "letters, digits and hyphens, each once, one for each share or key, and one who leads."
    ),
    "order": N_("This step is not the next one of the ceremony. Go on where the page says."),
    "shown": N_("This share was handed over and is not shown again. If it was not written down, begin anew."),
    "used": N_("These shares were tested already. Take at least one that was not; all five must be used once."),
    "drill": N_("This was a drill: its key must never count, so nothing of it goes into the roster."),
    "root": N_(
        "This is not one of the three root keys of this ceremony. Take the stick of the holder who is asked for."
    ),
    "roots": N_("Two different root keys sign. Take the sticks of two holders."),
    "page": N_(
        "This is not one of the three page keys of this ceremony. Take the stick of the holder who is asked for."
    ),
    "pages": N_("Two different page keys sign. Take the sticks of two holders."),
    "release": "This is not one of the three release keys of this ceremony. Take the stick of the holder who is asked "
    "for.",
    "releases": "Two different release keys sign. Take the sticks of two holders.",
    "folder": N_("This folder cannot be written to. Put in the holder's stick, and type the folder where it is."),
    "screen": N_("Shares and passphrases are shown on a screen alone. Run the command in a terminal, not into a file."),
    "role": N_("Recovery is led by a lawyer whose key is unlocked at this desk. Nothing was opened."),
    "foreign": N_("No roster of this organisation names this recovery key. Look for the sheets of the right ceremony."),
    "locked": N_("The recovery key is not in memory any more. Type three shares again."),
}


class CeremonyRefused(TestimonyError):
    """A step of a key ceremony, or of recovery, that is not taken; `reason` is a key of `CEREMONY_SENTENCES`."""

    code = "ceremony.refused"
    kind = Kind.REFUSED

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(**values)
        self.reason = reason
        self.sentence = CEREMONY_SENTENCES[reason]
