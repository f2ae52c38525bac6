"""The labels of a table's codes, marks and levels in the languages of a release."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from testimony.anonymity.field_hierarchies import span
from testimony.anonymity.hierarchies import MISSING
from testimony.domain.release.columns import ATTRIBUTES, MARKS, Mark
from testimony.errors import N_
from testimony.publication.content import HIDDEN
from testimony.publication.text.phrases import Words
from testimony.questionnaire.codebook import Codebook

OUTCOMES: Final = {
    "collective": N_("Everybody in the group was treated alike"),
    "chain": N_("Handed on through more than one State"),
    "asylum_asked": N_("Asked for protection"),
    "asylum_refused": N_("The wish for protection was ignored or refused"),
    "border_closed": N_("The border was closed to people who seek protection"),
    "charged": N_("Charged or punished for the crossing"),
    "helpers_obstructed": N_("Helpers were obstructed or punished"),
    "rescue_denied": N_("Rescue came late, or was refused"),
    "military": N_("Army was deployed"),
    "deaths": N_("Somebody died"),
    "people_missing": N_("Somebody is missing since"),
    "not_examined": N_("Nobody looked at the person's own case"),
    "no_appeal": N_("No possibility to appeal"),
    "no_legal_help": N_("No legal help"),
    "no_interpreter": N_("No interpreter"),
    "removed_despite_appeal": N_("Removed while an appeal was pending"),
    "complaint_made": N_("A complaint was made"),
    "monitor_denied": N_("Independent monitors had no access"),
    "bias": N_("Treated differently because of who people are"),
    "family_separated": N_("A family was separated"),
    "children_hurt": N_("Children were hit or made to watch"),
    "deprived_in_custody": N_("Held without food, toilet, care, sleep or contact"),
    "others_acted": N_("Others than officers of that State took part"),
    "injured": N_("Somebody was injured"),
    "property_taken": N_("Property was taken or destroyed"),
}
LEVELS: Final = {
    "month": N_("month"),
    "quarter": N_("quarter of a year"),
    "half": N_("half of a year"),
    "year": N_("year"),
    "three_years": N_("three years"),
    "segment": N_("part of a border"),
    "border": N_("border between two States"),
    "band": N_("as it was asked"),
    "stage": N_("child, or three groups of adults"),
    "majority": N_("child or adult"),
    "gender": N_("as the person says"),
    "country": N_("country"),
    "subregion": N_("part of a continent (UN M49)"),
    "region": N_("continent (UN M49)"),
    "bin": N_("as it was asked"),
    "size": N_("four sizes"),
    "some": N_("none, one or more"),
    HIDDEN: N_("not told apart"),
    MISSING: N_("not known, not said or not asked"),
}
NOT_SHOWN_MEANS: Final = N_("Not shown: fewer than three people of the line, or too many of them.")
PEOPLE: Final = {"child": N_("Child (under 18)"), "adult": N_("Adult (18 or over)")}
RANGES: Final = {
    "a18to34": "18–34", "a35to59": "35–59", "s2to10": "2–10", "s11to50": "11–50", "sgt50": "> 50",
    "none": "0", "one": "1", "more": "≥ 2",
}  # fmt: skip
"""Labels above the floor that are the same in every language."""


def mark_of(id: str) -> Mark | None:
    """What is counted under `id`; None for a mark that this version does not know."""
    return next((mark for mark in MARKS if mark.id == id), None)


def mark_word(id: str, words: Words) -> str:
    """What is counted, for a person; the id itself where this version does not know it."""
    if id in OUTCOMES:
        return words.say(OUTCOMES[id])
    if id in Codebook.load().lists["vio_family"].codes:
        return words.option("vio_family", id)
    return id


def level_word(level: str, words: Words) -> str:
    return words.say(LEVELS[level]) if level in LEVELS else level


def attribute_word(attribute: str, words: Words) -> str:
    """What is asked; the id itself where this version does not know it."""
    return words.field(ATTRIBUTES[attribute]) if attribute in ATTRIBUTES else attribute


def label_word(attribute: str, label: str, words: Words) -> str:
    """What a code of an attribute means, for a person."""
    if label in (MISSING, HIDDEN):
        return words.say(LEVELS[label])
    if label in PEOPLE:
        return words.say(PEOPLE[label])
    if attribute in ("size", "prev", "age") and label in RANGES:
        return RANGES[label]
    speak = SPOKEN.get(attribute)
    return speak(label, words) if speak else label


def _date(label: str, words: Words) -> str:
    first, last = span(label)
    if (first[5:], last[5:]) == ("01", "12"):
        return first[:4] if first[:4] == last[:4] else f"{first[:4]}–{last[:4]}"
    start = f"{words.month(int(first[5:]))} {first[:4]}"
    return start if first == last else f"{words.month(int(first[5:]))} – {words.month(int(last[5:]))} {last[:4]}"


def _place(label: str, words: Words) -> str:
    if ":" not in label or label not in Codebook.load().segments:
        border, _, part = label.partition(":")
        way = words.way_between(*border.split("-", 1))
        return f"{way} ({part})" if part not in ("", "all") else way
    return words.option("gaz_segment", label)


def _nationality(label: str, words: Words) -> str:
    return words.region(label) if label.startswith("m") else words.option("iso3", label)


SPOKEN: Final[Mapping[str, Callable[[str, Words], str]]] = {
    "date": _date,
    "place": _place,
    "nat": _nationality,
    "age": lambda label, words: words.option("age", label),
    "gender": lambda label, words: words.option("gender", label),
    "size": lambda label, words: words.option("size_band", label),
    "prev": lambda label, words: words.option("prev", label),
}


def unsaid(limited: bool, words: Words) -> str:
    """Why no number is said of a mark. `limited`: its counts may be not shown."""
    return words.say(N_("not shown") if limited else N_("fewer than three in each line, or nobody"))
