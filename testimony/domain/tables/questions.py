"""Which answers of the questionnaire the columns of published tables count: one row for each question.

The coded account is read, so an act is its family. "Other" and "not known" have no column: what they mean is in the
words of the account, and those never leave. "No", "not known" and "not asked" differ: an account that gives none of the
columns is not among those that answer, and each question has a number of its own for those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from testimony.answer import Answers, read

BORDER: Final = "border"
NATIONALITY: Final = "nationality"
PERSON: Final = "person"
MONTH: Final = "month"
SOME: Final = "c1to5 c6to10 c11to20 c21to50 c51to100 cgt100"


@dataclass(frozen=True, kw_only=True)
class Question:
    """`columns`: the code of a column, and the codes of `field` that it counts."""

    id: str
    field: str
    columns: Mapping[str, frozenset[str]]
    gravest: bool = False


def _each(id: str, field: str, codes: str) -> Question:
    """A column for each code."""
    return Question(id=id, field=field, columns={code: frozenset({code}) for code in codes.split()})


def _grouped(id: str, field: str, *, gravest: bool = False, **columns: str) -> Question:
    """Columns of several codes each."""
    groups = {column: frozenset(codes.split()) for column, codes in columns.items()}
    return Question(id=id, field=field, columns=groups, gravest=gravest)


QUESTIONS: Final = {
    one.id: one
    for one in (
        _each(
            "act",
            "v_acts",
            "none force_body dogs electric chem_projectile firearm water_sea vehicle undress sexual psych",
        ),
        _each(
            "officers",
            "x_actors",
            "border police special coast army gendarm customs agency foreign receiving private masked militia proxy "
            "civilian smuggler camp crew",
        ),
        _each(
            "return",
            "i_ret",
            "walk gate river_swim river_boat adrift_raft tow waves handover bcp bus flight dumped none",
        ),
        _each(
            "kind",
            "i_type",
            "pb_land pb_sea pb_chain pullback refusal_bcp interior_expulsion camp_expulsion removal_summary "
            "readmission_informal emergency_order airport_refusal abandonment denial_rescue detention_only hrd_case",
        ),
        _each("asked", "a_expr", "yes no"),
        _each(
            "answer",
            "a_resp",
            "ignored refused closed elsewhere mocked violence promised registered reg_expelled papers_destroyed "
            "notasked",
        ),
        _each("examined", "p_exam", "none id_only some full"),
        _each("interpreter", "p_interp", "none officer comigrant phone prof notneeded"),
        _each("legal_help", "p_legal", "notinf inf_denied given later"),
        _each("appeal", "p_appeal", "notinf noright lodged blocked notwanted"),
        _each("pending", "p_suspend", "yes no noappeal interim_ignored"),
        _each("custody", "v_custody", "held nofood notoilet nomed nosleep crowd mixed nocontact fee work none"),
        _each("property", "v_prop", "money theft seized_ret destroyed phone evidence docs clothes fee none"),
        _each(
            "injury",
            "v_injury",
            "none bruise fracture head bite gunshot eye cold heat drown internal preg sexual psych perm",
        ),
        _grouped("dead", "d_dead", gravest=True, told=SOME),
        _grouped("missing", "d_missing", gravest=True, told=SOME),
        _grouped("boys", "g_boys", yes=SOME, no="c0"),
        _grouped("girls", "g_girls", yes=SOME, no="c0"),
        _grouped("children_alone", "g_uasc", yes=SOME, no="c0"),
        _each("family", "i_family", "together separated alone"),
        _grouped("group", "g_size", one="s1", to10="s2to5 s6to10", to50="s11to20 s21to50", more="s51to100 sgt100"),
        _grouped("earlier", "w_prev", none="p0", one="p1", more="p2to4 p5to9 p10plus"),
        _each("chain", "i_chain", "yes no"),
    )
}  # fmt: skip
STIGMATISED: Final = frozenset(
    {("act", "undress"), ("act", "sexual"), ("act", "psych"), ("injury", "sexual"), ("injury", "psych")}
)
"""(question, column) of what nobody may be known for: where nearly all of a row tell of it, the sentence is printed
and not the number."""
PEOPLE_AT_LEAST: Final = {
    "s1": 1, "s2to5": 2, "s6to10": 6, "s11to20": 11, "s21to50": 21, "s51to100": 51, "sgt100": 101,
}  # fmt: skip
"""The fewest people of a band of group size: a coded account says no more."""
CHILD: Final = frozenset({"a0to11", "a12to14", "a15to17"})
ADULT: Final = frozenset({"a18to24", "a25to34", "a35to44", "a45to59", "a60plus"})
GENDERS: Final = ("f", "m", "x")
PERSONS: Final = tuple(f"{stage}-{gender}" for stage in ("child", "adult") for gender in GENDERS)

Told = Mapping[str, frozenset[str]]
_known: dict[frozenset[str], frozenset[str]] = {}
"""Each answer once: thousands of accounts in memory give the same few."""


def told(answers: Answers) -> Told:
    """The columns of each question that the coded `answers` answer. A question without one was not answered."""
    found = {one.id: _columns(one, answers) for one in QUESTIONS.values()}
    return {question: columns for question, columns in found.items() if columns}


def person_of(age: str, gender: str) -> str:
    """The row of age and gender; "" where one of them is not known."""
    stage, known = stage_of(age), gender_of(gender)
    return f"{stage}-{known}" if stage and known else ""


def stage_of(age: str) -> str:
    """Give "child", "adult", or "" where it is not known."""
    return "child" if age in CHILD else "adult" if age in ADULT else ""


def gender_of(gender: str) -> str:
    """The gender, "" where it is not known."""
    return gender if gender in GENDERS else ""


def _columns(question: Question, answers: Answers) -> frozenset[str]:
    answer = answers.get(question.field)
    value = read(answer).get("value") if isinstance(answer, Mapping) else None
    said = {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}
    found = frozenset(column for column, codes in question.columns.items() if not codes.isdisjoint(said))
    return _known.setdefault(found, found)
