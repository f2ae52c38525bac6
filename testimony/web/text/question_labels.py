"""Labels of lawyers' fixed questions to interviewers and of the answers: at the desk, the node and the phone."""

from __future__ import annotations

from flask_babel import gettext as _

from testimony.domain.testimony.questions import BY_A_PHONE, WORDS, Ask, Say
from testimony.errors import N_

ASKS = {
    Ask.CALL_ME: N_("Call me about this testimony."),
    Ask.RECORDING: N_("A recording is missing or broken. Is it still on the phone?"),
    Ask.SIGNATURE: N_("The interviewer's signature does not match. Was this your phone?"),
    Ask.CONTACT: N_("May the witness be contacted again? Tell me by telephone."),
    Ask.SECOND_ACCOUNT: N_("Is there a second account of the same person? Tell me by telephone."),
}
SAYS = {
    Say.SEEN: N_("Seen"),
    Say.WILL_CALL: N_("I will call"),
    Say.UNREACHABLE: N_("Cannot be reached"),
    Say.DONE: N_("Done"),
    Say.WRITTEN: N_("Answered in words"),
    Say.UNREADABLE: N_("The phone has no key that opens the question"),
}
IN_WORDS = N_("A question in the lawyer's own words. Only the phone that sealed this testimony can open it.")
NEWER = N_("A question that this version does not know: update this station.")
NEWER_ANSWER = N_("An answer that this version does not know: update this station.")


def is_known(code: str) -> bool:
    """Whether this version can say what is asked, so that somebody may answer it."""
    return code == WORDS or code in set(Ask)


def asked(code: str) -> str:
    """The question in words, also of a code that a newer version has."""
    if code == WORDS:
        return str(_(IN_WORDS))
    return str(_(ASKS[Ask(code)] if is_known(code) else NEWER))


def answer_label(code: str) -> str:
    """The answer in words."""
    return str(_(SAYS[Say(code)] if code in set(Say) else NEWER_ANSWER))


def answers() -> list[tuple[str, str]]:
    """(code, words) of all that may be answered from a list, in the order of a page."""
    return [(str(code), str(_(words))) for code, words in SAYS.items() if code not in BY_A_PHONE]
