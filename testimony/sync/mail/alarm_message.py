"""The text of an alarm e-mail: it says that something needs attention, but not who, where or how many."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from typing import Final

from testimony.catalogues import translation
from testimony.domain.testimony.languages import dir_of, in_own_digits
from testimony.errors import N_
from testimony.services.monitoring.alarm_mail import Letter

SIGN_IN: Final = N_("Sign in to the central server and look at the page “Alarms”. This e-mail says no more on purpose.")
NAMED: Final = {
    "disk": N_("Its disk is nearly full."),
    "roster": N_("The roster ends soon."),
    "certificate": N_("A certificate ends soon."),
}
TRIED: Final = N_("Testimony central: a trial.")
NOTHING: Final = N_("E-mails about alarms reach you. Nothing needs you because of this one.")
RIGHT_TO_LEFT: Final = "\u200f"


def of_letter(letter: Letter, lang: str) -> tuple[str, str]:
    """(subject, text) in the language."""
    said = translation("messages", lang)
    counted = _counted(said, letter.number, lang)
    named = [said.gettext(NAMED[kind]) for kind in letter.named]
    return _turned(counted, lang), _text([counted, *named, said.gettext(SIGN_IN)], lang)


def of_trial(lang: str) -> tuple[str, str]:
    """The same of an e-mail that tries whether e-mails go."""
    say: Callable[[str], str] = translation("messages", lang).gettext
    return _turned(say(TRIED), lang), _text([say(TRIED), say(NOTHING)], lang)


def _counted(said: gettext.NullTranslations, number: int, lang: str) -> str:
    sentence = said.ngettext(
        "Testimony central: %(num)d thing needs you.", "Testimony central: %(num)d things need you.", number
    )
    return sentence.replace("%(num)d", in_own_digits(str(number), lang))


def _text(lines: list[str], lang: str) -> str:
    return "\n".join(_turned(one, lang) for one in lines) + "\n"


def _turned(line: str, lang: str) -> str:
    """Plain text has no direction of its own: a mark says that the line runs from the right."""
    return f"{RIGHT_TO_LEFT}{line}" if dir_of(lang) == "rtl" else line
