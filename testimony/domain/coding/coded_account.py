"""The coded account: an incident reduced to what coordinators may see. Twin of `interview/form/coded_account.js`.

Every value is at the floors of docs/questionnaire.md ("Floors"), never finer, and only what the form marks as
exportable, and not as `lawyers_only`, is included. A value that is not in the form's lists is left out, so no free text
can pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from testimony.answer import MISSING, Answers, read

DAY_OR_LESS = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-[0-9]{2})?)?")
QUARTER = re.compile(r"([0-9]{4})-(01(?=..\1-03)|04(?=..\1-06)|07(?=..\1-09)|10(?=..\1-12))\.\.\1-[0-9]{2}")
MONTH_OR_FINER = ("hour", "day", "week", "month")
UNKNOWN_COUNTRY = "XXX"
ONE, SEVERAL = ("code", "select"), ("multi", "multi_code")  # types of fields whose answer is of a list

ROUGH = frozenset({"i_date", "i_date_prec", "i_segment", "i_from", "i_to", "v_acts"})
"""Month, part of the border and kind of violence: before version 5 the script said that coordinators see no more."""

Definition = Mapping[str, Any]


def generalise(answers: Answers, definition: Definition) -> dict[str, dict[str, Any]]:
    """The coded answers of the incident `answers` ({field: {"value"…}|{"missing"…}}).

    `definition` is the form's (`Form.value`, in the page the embedded JSON). What it does not know is left out.
    """
    coded = {}
    for name, field in definition["fields"].items():
        if is_coded(field):
            answer = read(answers.get(name))
            floor = _floor(name, field, answer["value"], answers, definition) if "value" in answer else answer
            floor = _about(field, floor, answers, definition)
            if floor:
                coded[name] = floor
    return coded


def _floor(name: str, field: Mapping[str, Any], value: Any, answers: Answers, definition: Definition) -> dict[str, Any]:
    if field["type"] == "date":
        return _value(month_at_finest(value, _precision(field, answers)))
    if field["type"] == "repeat":  # rows never leave: only, where the form derives it, whether there are several
        derived = field["export"] == "derived" and isinstance(value, list)
        return _value(("yes" if len(value) > 1 else "no") if derived else None)
    if field["type"] == "int":
        return _value(band_of(value, definition["lists"][field["band"]]["options"]))
    if "list" not in field or field["list"] not in definition["lists"]:
        return {}
    codes = _known_codes(value, definition["lists"][field["list"]]["options"])
    if codes == [UNKNOWN_COUNTRY]:
        return {"missing": "unk"}  # one meaning, one spelling: else the same answer would make two classes
    if _is_precision(name, definition):
        codes = ["month" if code in MONTH_OR_FINER else code for code in codes]
    if isinstance(value, list):
        return _value([code for code in codes if code != UNKNOWN_COUNTRY])
    return _value(codes[0] if codes else None)


def _about(field: Mapping[str, Any], floor: dict[str, Any], answers: Answers, definition: Definition) -> dict[str, Any]:
    """The band that somebody named who could not count, in the place of a number that is missing; else `floor`."""
    if "missing" not in floor or "about" not in field:
        return floor
    named = read(answers.get(field["about"])).get("value")
    known = {option["code"] for option in definition["lists"][field["band"]]["options"] if "from" in option}
    return {"value": named} if isinstance(named, str) and named in known else floor


def is_coded(field: Mapping[str, Any]) -> bool:
    """Whether coordinators get this field of a form."""
    return bool(field["compartment"] == "incident" and field["export"] != "never" and not field.get("lawyers_only"))


def for_lawyers(definition: Definition) -> Definition:
    """`definition` with no field kept from coordinators: what lawyers count has the same floors, of more fields."""
    fields = {
        name: {key: held for key, held in field.items() if key != "lawyers_only"}
        for name, field in definition["fields"].items()
    }
    return {**definition, "fields": fields}


def only(shows: Callable[[str], bool], content: Mapping[str, Any]) -> dict[str, Any]:
    """The coded account `content` ({"form", "answers"}) with the answers to fields that `shows` allows. What a
    dishonest phone sealed in the place of answers is left out, and stays no account: None."""
    answers = content.get("answers")
    told = {name: answers[name] for name in answers if shows(name)} if isinstance(answers, Mapping) else None
    return {"form": content.get("form"), "answers": told}


def is_at_floor(name: str, answer: Mapping[str, Any], definition: Definition) -> bool:
    """Whether a coded account may hold this `answer`: what `generalise` could have made, and nothing finer.

    For what somebody else made: also the order of codes is the list's, so that none says anything.
    """
    field = definition["fields"].get(name)
    if field is None or not is_coded(field):
        return False
    if not answer:
        return True
    if answer.keys() != {"value"}:
        return answer.keys() == {"missing"} and answer["missing"] in MISSING
    value, codes = answer["value"], floor_codes(name, definition)
    if codes is None:
        return isinstance(value, str) and value in (month_at_finest(value, "month"), month_at_finest(value, "quarter"))
    if field["type"] in SEVERAL:
        return isinstance(value, list) and bool(value) and value == [code for code in codes if code in value]
    return isinstance(value, str) and value in codes


def floor_codes(name: str, definition: Definition) -> list[str] | None:
    """All codes that a coded account may have for `name`, in the order of the list; None for a date."""
    field, lists = definition["fields"][name], definition["lists"]
    if field["type"] == "date":
        return None
    if field["type"] == "repeat":
        return ["yes", "no"] if field["export"] == "derived" else []
    options = lists.get(field.get("band") if field["type"] == "int" else field.get("list"), {"options": ()})["options"]
    known = [*dict.fromkeys(option.get("family", option["code"]) for option in options)]
    if _is_precision(name, definition):
        known = [code for code in known if code not in MONTH_OR_FINER or code == "month"]
    return [code for code in known if code not in (UNKNOWN_COUNTRY, *MISSING)]


def made_of(name: str, definition: Definition) -> list[str]:
    """The fields of the incident that decide what the coded account has for `name`."""
    field = definition["fields"][name]
    return [name, *(field[other] for other in ("precision", "about") if other in field)]


def reached_by(field: str, definition: Definition) -> list[str]:
    """The fields of the coded account that another answer to `field` may change."""
    leaving = (name for name, one in definition["fields"].items() if is_coded(one))
    return [name for name in leaving if field in made_of(name, definition)]


def month_at_finest(value: Any, precision: Any) -> str | None:
    """`value` (YYYY-MM-DD, YYYY-MM, YYYY or a quarter YYYY-MM..YYYY-MM) as month, quarter or year.

    The coarser of what was written and what `precision` says; without a stated precision only the year. None if
    `value` is no date.
    """
    if not isinstance(value, str):
        return None
    quarter = QUARTER.fullmatch(value)
    match = quarter or DAY_OR_LESS.fullmatch(value)
    if match is None:
        return None
    year, month = match[1], match[2]
    if month is None or (precision not in MONTH_OR_FINER and precision != "quarter"):
        return year
    if quarter or precision == "quarter":
        first = (int(month) - 1) // 3 * 3 + 1
        return f"{year}-{first:02d}..{year}-{first + 2:02d}"
    return f"{year}-{month}"


def band_of(number: Any, options: Sequence[Mapping[str, Any]]) -> str | None:
    """The code of the band that holds `number`; None for what is not a number of some band."""
    if not isinstance(number, int) or isinstance(number, bool):
        return None
    for option in options:
        if "from" in option and option["from"] <= number <= option.get("to", number):
            return str(option["code"])
    return None


def _known_codes(value: Any, options: Sequence[Mapping[str, Any]]) -> list[str]:
    """The codes of `value`, violence as families, each once.

    In the order in which the whole list first has them: by that of the acts told, a family's place would say which act
    of it that was.
    """
    told = value if isinstance(value, list) else [value]
    found = {option.get("family", option["code"]) for option in options if option["code"] in told}
    return [code for code in dict.fromkeys(option.get("family", option["code"]) for option in options) if code in found]


def _precision(field: Mapping[str, Any], answers: Answers) -> Any:
    return read(answers.get(field.get("precision", ""))).get("value")


def _is_precision(name: str, definition: Definition) -> bool:
    return any(field.get("precision") == name for field in definition["fields"].values())


def _value(value: Any) -> dict[str, Any]:
    return {"value": value} if value else {}
