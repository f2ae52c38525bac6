"""The guide for interviewers and the practice interview: their texts in the language of the page."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from testimony.domain.testimony.languages import dir_of
from testimony.questionnaire import practice_witness


def values(lang: str) -> dict[str, Any]:
    """What the template of the guide and of the practice needs."""
    witness = practice_witness.heard_in(lang)
    speaks = {"lang": witness.lang, "dir": dir_of(witness.lang), "lines": witness.lines, "facts": witness.facts}
    data = {"words": words(), "witness": speaks}
    return {"lang": lang, "guide": guide(), "other_language": witness.lang != lang, "data": data}


def words() -> dict[str, str]:
    """What the scripts of the guide and of the practice say."""
    return {
        "practice_no_pause": _(
            "Practice keeps nothing, so it has no pause. In a real interview, Pause locks the page until you come back."
        ),
        "practice_not_entered": _("nothing entered"),
    }


def guide() -> tuple[tuple[str, str, str], ...]:
    """The cards of the guide: (picture, title, text), at most 35 words each."""
    return (
        (
            "place",
            _("A safe place"),
            _(
                "Talk where nobody can hear or see you. If an officer is near, do not begin. First ask what the "
                "person needs now: water, warmth, a doctor."
            ),
        ),
        (
            "consent",
            _("A free yes"),
            _(
                "First say what happens with the story. Then ask about each use separately. Nobody loses anything by "
                "saying no. If the person says nothing, that is a no."
            ),
        ),
        (
            "listen",
            _("Listen"),
            _(
                "Let the person tell it in their own words. Do not interrupt. If the person is silent, wait. Ask "
                "about facts afterwards."
            ),
        ),
        (
            "promise",
            _("No promises"),
            _(
                "Never promise asylum, money, a court case or safety. If you do not know something, say so. Promise "
                "only what you can do yourself."
            ),
        ),
        (
            "hurts",
            _("Stop when the person is in distress"),
            _(
                "Offer a break and water. The person may skip a question or stop at any time. Never press for "
                "details. Tap Help to see where to get help."
            ),
        ),
        (
            "stops",
            _("Seven stops"),
            _(
                "Prepare, Explain, Ask, Listen, Facts, Read back, Seal. The line at the top shows where you are. You "
                "can go back at any time."
            ),
        ),
        (
            "away",
            _("Away from the node"),
            _(
                "The first time, sign in near the node. After that you can sign in, interview and seal anywhere. "
                "Sealed testimonies wait on this phone. Go near the node to deliver them."
            ),
        ),
        (
            "exit",
            _("Somebody comes"),
            _(
                "Tap Quick exit, or press Escape three times. The page saves, locks and shows a shopping list. To "
                "come back, tap its heading, Notes."
            ),
        ),
        (
            "sealed",
            _("After sealing"),
            _(
                "Nobody can read it on this phone any more. Only people to whom the person said yes can open it. The "
                "person can have it deleted with the code."
            ),
        ),
        (
            "practise",
            _("Your turn"),
            _(
                "Practise with an invented witness. You see the cards of a real interview, with a frame and the word "
                "Practice. Nothing is sealed, sent or kept."
            ),
        ),
    )
