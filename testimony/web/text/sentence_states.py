"""What is said of how far a sentence was checked, on phones and desks alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from testimony.errors import N_
from testimony.questionnaire.sentence_states import SOURCE, State, state_of

NAMES = {
    State.DRAFT: N_("Machine draft"),
    State.AGREED: N_("Two drafts agree"),
    State.BACK_TRANSLATED: N_("Translated back"),
    State.CHECKED: N_("Checked by a speaker"),
    State.HEARD: N_("Understood by witnesses"),
}
ORIGINAL = N_("The original, not a draft")


def name(state: State, lang: str) -> str:
    """The state of a sentence in `lang`, in a few words: the English was never translated."""
    return str(gettext(ORIGINAL if lang == SOURCE and state is State.CHECKED else NAMES[state]))


def of_record(script: Mapping[str, Any]) -> State | None:
    """The state that a consent names for its script; None where it names none that is known."""
    try:
        return state_of(script.get("state"))
    except ValueError:
        return None


def of_script(script: Mapping[str, Any]) -> str:
    """The state of the script that a consent names, in words; of an earlier consent only whether it was a draft."""
    state = of_record(script)
    if state is not None:
        return name(state, str(script.get("lang")))
    return str(gettext("draft translation")) if script.get("draft") is not False else ""
