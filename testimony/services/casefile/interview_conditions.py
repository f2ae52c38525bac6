"""Describe for a case file how an interview was held: when, who was present, and how consent was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from testimony.errors import N_
from testimony.questionnaire.form import Form
from testimony.services.casefile.language import Row, Speech
from testimony.services.testimony.view import Opened

ASKED: Final = ("age", "present", "capacity", "incentive", "mode")
SPOKEN: Final = ("relation", "gender")
AGREED: Final = {
    "guardian": N_("The guardian agreed"),
    "assent": N_("The child agreed"),
    "focal_point": N_("The child-protection focal point was there"),
    "second_adult": N_("A second adult was there"),
}


def rows(opened: Opened, speech: Speech) -> list[Row]:
    """Labels and values. Malformed data is left out; people are named only by the roster's pseudonyms."""
    consent, provenance = _content(opened, "consent"), _content(opened, "provenance")
    script, interpreter = _mapping(consent, "script"), _mapping(consent, "interpreter")
    if opened.imported:  # nobody was asked in this program, and what a lawyer seals of it proves nothing
        brought = (speech.say(N_("Imported from elsewhere")), [speech.day(opened.day)])
        return [brought, (speech.say(N_("Form")), [opened.form])]
    found: list[Row] = [(speech.say(N_("Taken down on")), [speech.day(opened.day)])]
    times = [(N_("Begun"), provenance.get("started")), (N_("Finished"), provenance.get("finished"))]
    found += [(speech.say(label), [moment]) for label, value in times if (moment := _moment(value, speech))]
    found.append((speech.say(N_("Form")), [opened.form]))
    if provenance.get("partial") is True:
        stopped = N_("Stopped before its end; what was said until then was kept.")
        found.append((speech.say(N_("Interview")), [speech.say(stopped)]))
    spoken = consent.get("language") or script.get("lang")
    if isinstance(spoken, str):
        found.append((speech.say(N_("Language in which consent was asked")), [speech.language(spoken)]))
    found += _explanation_rows(consent, speech)
    given = {f"cs_{name}": consent.get(name) for name in ASKED} | {"cs_heard": script.get("heard")}
    given |= {f"cs_int_{name}": interpreter.get(name) for name in SPOKEN}
    found += _answered(given, speech)
    yes_no = [(label, consent.get(name)) for name, label in AGREED.items()]
    yes_no += [(N_("An interpreter helped"), interpreter.get("used"))]
    yes_no += [(N_("The interpreter promised to say everything"), interpreter.get("oath"))]
    return found + [(speech.say(label), [_yes(one, speech)]) for label, one in yes_no if isinstance(one, bool)]


def _explanation_rows(consent: Mapping[str, Any], speech: Speech) -> list[Row]:
    told, taught = consent.get("told"), _mapping(consent, "teach_back")
    understood = sum(one == "understood" for one in taught.values())
    heard = len(told) if isinstance(told, list) else 0
    return [
        (speech.say(N_("Things the person was told")), [str(heard)]),
        (
            speech.say(N_("Questions the person answered in their own words")),
            [speech.say(N_("%(said)s of %(all)s understood"), said=understood, all=len(taught))],
        ),
    ]


def _answered(given: Mapping[str, Any], speech: Speech) -> list[Row]:
    wording = speech.wording(Form.load())
    found: list[Row] = []
    for field in Form.load().consent_fields:
        value = given.get(field.id)
        values = value if isinstance(value, list) else [value]
        if value is not None and all(isinstance(one, str) for one in values):
            told = wording.answer_texts(field.id, {"value": value})
            label = speech.quoted(wording.field_label(field.id), wording.lang)
            found.append((label, [speech.quoted(one, wording.lang) for one in told]))
    return found


def _moment(value: Any, speech: Speech) -> str:
    """A moment in UTC (`YYYY-MM-DDThh:mm:ssZ`), in words."""
    if not isinstance(value, str) or len(value) != 20 or value[10] != "T":
        return ""
    return speech.series([speech.day(value[:10]), f"{value[11:16]} UTC"])


def _yes(value: bool, speech: Speech) -> str:
    return speech.say(N_("yes") if value else N_("no"))


def _content(opened: Opened, part: str) -> Mapping[str, Any]:
    held = opened.compartment(part)
    return (held.content if held else None) or {}


def _mapping(content: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = content.get(name)
    return found if isinstance(found, Mapping) else {}
