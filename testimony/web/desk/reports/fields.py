"""The fields that an own table can count by, and their values in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from testimony.domain.review.review import ReviewState
from testimony.domain.roles import Role
from testimony.domain.testimony import inbox
from testimony.domain.testimony.own_table import MONTH, UNKNOWN, YEAR
from testimony.errors import N_
from testimony.questionnaire import labels as codebook
from testimony.questionnaire.codebook import Codebook
from testimony.questionnaire.form import Form
from testimony.services.exports.own_tables import OF_ROWS
from testimony.services.inbox import code_labels
from testimony.web.desk import faces
from testimony.web.desk.review import reviews
from testimony.web.desk.session import key
from testimony.web.text import i18n, labels

OF_LIST: Final = {
    "border": N_("Border"),
    "part": N_("Part of a border"),
    "year": N_("Year"),
    "month": N_("Month"),
    "gender": N_("Gender"),
    "age": N_("Age"),
    "nationality": N_("Nationality"),
    "language": N_("Language"),
    "kind": N_("Incident"),
    "state": N_("Review"),
}
"""The fields of the list, which come first. All others are the codebook's."""
SCALES: Final = frozenset({"size_band", "count_band", "days_band", "age", "dist_band", "dur", "nband", "prev"})
"""Lists whose codes stand in their order, whatever is frequent."""


@dataclass(frozen=True, kw_only=True)
class Group:
    """A section of the form with its fields, as (name, label); the fields of the list have no title."""

    title: str
    fields: tuple[tuple[str, str], ...]


def groups(role: Role, lang: str) -> list[Group]:
    """What a page offers, in the order of the form."""
    own = tuple((name, str(_(words))) for name, words in OF_LIST.items())
    found = [Group(title="", fields=own)]
    allowed = known(role)
    for section in Form.load().sections:
        fields = tuple((one.id, codebook.field_label(one.id, lang)) for one in section.fields if one.id in allowed)
        if fields:
            found.append(Group(title=codebook.section_title(section.id, lang), fields=fields))
    return found


def known(role: Role) -> frozenset[str]:
    """The fields that a reader of this role can count by: a coordinator gets the coded account alone."""
    asked = {one.id for one in Form.load().fields} - OF_ROWS.keys()
    coded = Codebook.load().coded
    told = {name for name in code_labels.fields() if name in asked and (role is Role.LAWYER or name in coded)}
    return frozenset(OF_LIST) | told


def name(field: str) -> str:
    """A field in words."""
    return str(_(OF_LIST[field])) if field in OF_LIST else codebook.field_label(field, i18n.language())


def word(field: str, code: str) -> str:
    """The value `code` of `field` in words."""
    if code == UNKNOWN:
        return str(_("not known"))
    if field in WORDS:
        return WORDS[field](code)
    return code_labels.label(field, code, i18n.language(), coarse=key.reader().role is Role.COORDINATOR)


def is_value(field: str, code: str) -> bool:
    """Whether a testimony may have `code` in the field: anything else is no code of ours."""
    if code == UNKNOWN:
        return True
    return VALUES[field](code) if field in VALUES else code in code_labels.codes(field)


def orders() -> dict[str, tuple[str, ...]]:
    """The values of the codebook's fields that are a scale, in their order."""
    fields = Codebook.load().fields
    return {
        one: code_labels.codes(one) for one in code_labels.fields() if (fields[one].band or fields[one].list) in SCALES
    }


def _in_list(of: str) -> Callable[[str], str]:
    return lambda code: codebook.option_label(of, code, i18n.language())


def _of_list(of: str) -> Callable[[str], bool]:
    return lambda code: code in Codebook.load().codes(of)


WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "border": faces.place,
    "part": faces.place,
    "year": str,
    "month": labels.day,
    "gender": _in_list("gender"),
    "age": _in_list("age"),
    "nationality": lambda code: codebook.country_name(code, i18n.language()),
    "language": lambda code: labels.language(code).text,
    "kind": faces.kind,
    "state": lambda code: reviews.word(ReviewState(code)),
}
VALUES: Final[Mapping[str, Callable[[str], bool]]] = {
    "border": lambda code: inbox.ALLOWED["place"](code) and ":" not in code,
    "part": inbox.ALLOWED["place"],
    "year": lambda code: YEAR.fullmatch(code) is not None,
    "month": lambda code: MONTH.fullmatch(code) is not None,
    "gender": _of_list("gender"),
    "age": _of_list("age"),
    "nationality": _of_list("iso3"),
    "language": inbox.ALLOWED["language"],
    "kind": _of_list("inc_type"),
    "state": inbox.ALLOWED["state"],
}
