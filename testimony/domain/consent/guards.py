"""Guards that refuse a GRANT of consent when its conditions are not met. Twin of `interview/consent/guards.js`.

They read the content of the consent compartment:

    told [ids]   teach_back {"q1": "understood"|"not", …}   present [codes]   capacity [codes]   incentive code
    script {"lang", "draft", "state", "heard": "read"|"played"|"both", "played": [keys]}   language tag
    interpreter {"used", "officer"}   interviewer_speaks: true where the roster confirms the interviewer as a speaker
    said_before [{"script": {"draft"}}]: what was said in other languages before, absent where nothing was
    age "adult"|"minor"|"alone"|"under12"   guardian, assent, focal_point, second_adult: true when given or there
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from testimony.errors import N_

RECORDED = ("told", "teach_back", "present", "capacity", "incentive", "script", "age")
TEACH_BACK = ("q1", "q2", "q3")
ALLOWED_INCENTIVES = ("none", "transport", "refreshment")
CHILDREN = ("minor", "alone")  # 12 to 17: with a guardian, and without one
HEARD = "heard"  # the state of a sentence that witnesses understood: only such a one may be played alone
NOT_FOR_CHILDREN = ("P08d", "P11", "P12", "P15", "P16")

OBSTACLES = {
    "not_recorded": N_("Something about this consent was not written down. Go back and answer every question."),
    "officer_present": N_("An officer is present. Stop here, and talk where no officer can hear."),
    "told_missing": N_("Something that the witness must hear was not said yet. Say it first."),
    "teach_back_failed": N_("The witness could not yet say it in their own words. Explain again, then ask again."),
    "incentive": N_("Only transport, food and drink may be given for an interview. Do not go on."),
    "capacity": N_("The witness cannot decide freely now. Offer help, and come back another time."),
    "script_draft": N_(
        "A wording that was used was not checked by a second speaker. Bring an interpreter who says it, or ask "
        "headquarters to confirm in the roster that you speak this language."
    ),
    "not_played": N_("Something was not played to its end. Play it, and answer it again if the answer changes."),
    "under_12": N_("Children under 12 are not interviewed. A guardian can give their own account."),
    "guardian_missing": N_("The guardian must agree too. Ask the guardian first."),
    "assent_missing": N_("The child must agree too. If the child says no, it is no."),
    "second_adult_missing": N_("A child alone needs the child-protection focal point and a second adult present."),
    "not_for_children": N_("This use is not possible for somebody under 18."),
}


def obstacles(circumstances: Mapping[str, Any], purpose: str, told_items: tuple[str, ...]) -> tuple[str, ...]:
    """Why `purpose` must not be granted now: codes of `OBSTACLES` in their order, empty when nothing stands in the way.

    `told_items` are the ids of the script's must-tell items. What was not recorded stands in the way too.
    """
    rules: dict[str, Callable[[], bool]] = {
        "not_recorded": lambda: any(circumstances.get(name) is None for name in RECORDED),
        "officer_present": lambda: (
            "officer" in _codes(circumstances, "present") or _interpreter_is_officer(circumstances)
        ),
        "told_missing": lambda: not set(told_items) <= set(_codes(circumstances, "told")),
        "teach_back_failed": lambda: _teach_back_failed(circumstances),
        "incentive": lambda: circumstances.get("incentive") not in (None, *ALLOWED_INCENTIVES),
        "capacity": lambda: any(code != "none" for code in _codes(circumstances, "capacity")),
        "script_draft": lambda: _draft_unread(circumstances),
        "not_played": lambda: _not_played(circumstances, purpose, told_items),
        "under_12": lambda: circumstances.get("age") == "under12",
        "guardian_missing": lambda: circumstances.get("age") == "minor" and circumstances.get("guardian") is not True,
        "assent_missing": lambda: circumstances.get("age") in CHILDREN and circumstances.get("assent") is not True,
        "second_adult_missing": lambda: circumstances.get("age") == "alone" and not _accompanied(circumstances),
        "not_for_children": lambda: circumstances.get("age") in CHILDREN and purpose in NOT_FOR_CHILDREN,
    }
    return tuple(code for code in OBSTACLES if rules[code]())


def _codes(circumstances: Mapping[str, Any], name: str) -> list[str]:
    return list(circumstances.get(name) or ())


def _interpreter_is_officer(circumstances: Mapping[str, Any]) -> bool:
    interpreter = circumstances.get("interpreter") or {}
    return bool(interpreter.get("used")) and interpreter.get("officer") is not False


def _teach_back_failed(circumstances: Mapping[str, Any]) -> bool:
    answers = circumstances.get("teach_back") or {}
    return any(answers.get(question) != "understood" for question in TEACH_BACK)


def _draft_unread(circumstances: Mapping[str, Any]) -> bool:
    script, interpreter = circumstances.get("script") or {}, circumstances.get("interpreter") or {}
    in_own_words = bool(interpreter.get("used")) or circumstances.get("interviewer_speaks") is True
    read_out = in_own_words and script.get("heard") in ("read", "both")
    earlier = [(each.get("script") or {}) for each in circumstances.get("said_before") or ()]
    drafted = any(each.get("draft") is not False for each in (script, *earlier)) or _played_untried(script)
    return (drafted or _in_another_language(circumstances, script)) and not read_out


def _played_untried(script: Mapping[str, Any]) -> bool:
    """Nobody said it, and no witness had understood it before. Earlier consents do not say in what state it was."""
    return script.get("heard") == "played" and script.get("state", HEARD) != HEARD


def _in_another_language(circumstances: Mapping[str, Any], script: Mapping[str, Any]) -> bool:
    """No script is in the witness's language, so that the interviewer's was used."""
    lang, spoken = script.get("lang"), circumstances.get("language")
    return lang is not None and spoken is not None and lang != spoken


def _not_played(circumstances: Mapping[str, Any], purpose: str, told_items: tuple[str, ...]) -> bool:
    """Of what was played in place of reading: everything told and asked back, and the question about this very use."""
    script = circumstances.get("script") or {}
    if script.get("heard") != "played":
        return False
    played = _codes(script, "played")
    needed = {*(f"told.{item}" for item in told_items), *(f"teach_back.{question}" for question in TEACH_BACK)}
    return not needed <= set(played) or not any(key.split("-")[0] == f"ask.{purpose}" for key in played)


def _accompanied(circumstances: Mapping[str, Any]) -> bool:
    return circumstances.get("focal_point") is True and circumstances.get("second_adult") is True
