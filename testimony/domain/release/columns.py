"""The columns of a release, and the line of a coded account in them: seven quasi-identifiers and yes/no marks.

A value that is on no list is ignored, so text that a dishonest phone sealed in place of a code is never published.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from testimony.answer import Answers, read
from testimony.domain.coding.coded_account import month_at_finest
from testimony.domain.incidents.incident_count import Told
from testimony.domain.release.release_line import FAMILIES

MISSING: Final = "missing"
ATTRIBUTES: Final[Mapping[str, str]] = {
    "date": "i_date",
    "place": "i_segment",
    "age": "w_age",
    "gender": "w_gender",
    "nat": "w_nat",
    "size": "g_size",
    "prev": "w_prev",
}
"""The quasi-identifiers in the order of a record, and the field of the coded account that each is read from."""
PERSON: Final = ("age", "gender", "nat")
"""Equal ones count as one person where no lawyer said who told the accounts."""
INCIDENT: Final = ("date", "place")
"""And as one incident if no lawyer has linked them to one."""
MONTH: Final = re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)
ASKED_IN_VAIN: Final = ("unk", "ref")
WHOLE_BORDER: Final = "all"
"""The segment that says: not known which part of the border."""
OWN_PART: Final = re.compile(r"([A-Z]{3})-([A-Z]{3}):[a-z0-9_]{1,30}", re.ASCII)
"""A part of a border, whether the gazetteer has it or an organisation's own form."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A yes-or-no question that is counted: yes where `field` has any of `codes`. `themes`: of the codebook."""

    id: str
    field: str
    codes: frozenset[str]
    themes: tuple[str, ...]


def _mark(id: str, field: str, codes: str, themes: str) -> Mark:
    return Mark(id=id, field=field, codes=frozenset(codes.split()), themes=tuple(themes.split()))


VIOLENCE: Final = tuple(_mark(family, "v_acts", family, "T07 T18") for family in FAMILIES)
"""Those of the twelve families that are marks. "none" is not: it follows from the others. "other" is not: what it means
is in the words of the account, and those never leave."""
SOME: Final = "c1to5 c6to10 c11to20 c21to50 c51to100 cgt100"
OUTCOMES: Final = (
    _mark("collective", "g_same_treat", "yes", "T01"),
    _mark("chain", "i_chain", "yes", "T01 T02 T20"),
    _mark("asylum_asked", "a_expr", "yes", "T03"),
    _mark(
        "asylum_refused",
        "a_resp",
        "ignored refused closed elsewhere mocked violence promised reg_expelled papers_destroyed",
        "T03 T02",
    ),
    _mark("border_closed", "c_type", "all_bcp asylum_susp zone health metering app_only nat_ban port", "T04"),
    _mark("charged", "k_charge", "entry stay steer docs damage resist fine ban", "T05"),
    _mark(
        "helpers_obstructed",
        "h_act",
        "zone facility fine arrest charge_smug charge_other admin seize destroy port sar_block surveil smear attack",
        "T06",
    ),
    _mark("rescue_denied", "h_sar", "late ignored refused pushed", "T06 T08"),
    _mark("military", "x_army", "yes", "T07"),
    _mark("deaths", "d_dead", SOME, "T08"),
    _mark("people_missing", "d_missing", SOME, "T08"),
    _mark("not_examined", "p_exam", "none id_only", "T09 T01"),
    _mark("no_appeal", "p_appeal", "notinf noright blocked", "T10"),
    _mark("no_legal_help", "p_legal", "notinf inf_denied", "T11"),
    _mark("no_interpreter", "p_interp", "none", "T12"),
    _mark("removed_despite_appeal", "p_suspend", "no interim_ignored", "T13"),
    _mark("complaint_made", "r_comp", "police prosecutor court ombud regional un agency", "T14"),
    _mark("monitor_denied", "m_monitor", "denied asked_denied", "T15"),
    _mark("bias", "x_bias", "race nat religion gender sogi disab lang", "T16"),
    _mark("family_separated", "i_family", "separated", "T17"),
    _mark("children_hurt", "v_kids", "yes", "T17 T07"),
    _mark("deprived_in_custody", "v_custody", "nofood notoilet nomed nosleep crowd mixed nocontact work", "T18 T05"),
    _mark("others_acted", "x_actors", "agency foreign private masked militia proxy civilian", "T20"),
    _mark(
        "injured",
        "v_injury",
        "bruise fracture head bite gunshot eye cold heat drown internal preg sexual psych perm",
        "T22 T07",
    ),
    _mark("property_taken", "v_prop", "money theft seized_ret destroyed phone evidence docs clothes fee", "T22 T18"),
)
"""Each from a question of its own, so that no count follows from others."""
MARKS: Final = (*VIOLENCE, *OUTCOMES)
STIGMA: Final = (
    Mark(id="sexual", field="v_acts", codes=frozenset({"sexual"}), themes=()),
    Mark(id="sexual", field="v_injury", codes=frozenset({"sexual"}), themes=()),
    Mark(id="sexual", field="a_harm_after", codes=frozenset({"sexual"}), themes=()),
    Mark(id="undress", field="v_acts", codes=frozenset({"undress"}), themes=()),
)
"""What nobody may be suspected of: sexual violence, wherever it was coded, and forced undressing."""
MARK_IDS: Final = tuple(mark.id for mark in MARKS)
STIGMA_IDS: Final = tuple(dict.fromkeys(mark.id for mark in STIGMA))


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """What is a code. `values`: of each attribute but date; `countries`: the States (ISO 3166-1 alpha-3)."""

    values: Mapping[str, Collection[str]]
    countries: Collection[str]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One account. `values`: in the order of `ATTRIBUTES`; `marks`, `stigma`: the ids of what was answered with yes.

    `unknown`: the marks whose question was asked and has no answer; `unasked`: those whose question was not asked. The
    others were answered with no.
    """

    values: tuple[str, ...]
    marks: frozenset[str]
    stigma: frozenset[str]
    unknown: frozenset[str] = frozenset()
    unasked: frozenset[str] = frozenset()

    def value(self, attribute: str) -> str:
        """The value of one attribute, by its name."""
        return self.values[list(ATTRIBUTES).index(attribute)]

    @property
    def person(self) -> tuple[str, ...]:
        """Equal for accounts that may be of one person."""
        return tuple(self.value(name) for name in PERSON)

    @property
    def told_incident(self) -> Told | None:
        """What it says of its incident; None where it does not say both month and border."""
        when, where = (self.value(name) for name in INCIDENT)
        border, _, part = where.partition(":")
        if not MONTH.fullmatch(when) or not part:
            return None
        return Told(month=when, border=border, part="" if part == WHOLE_BORDER else part)


def line(answers: Answers, known: Vocabulary) -> Line:
    """The line of the coded `answers`. Not known, not said, not asked and unreadable are one value, `MISSING`."""
    found = {
        "date": _date(answers),
        "place": _place(answers, known),
        **{name: _code(answers, ATTRIBUTES[name], known.values[name]) for name in ("age", "gender", "nat")},
        **{name: _code(answers, ATTRIBUTES[name], known.values[name]) for name in ("size", "prev")},
    }
    unknown, unasked = _unanswered(answers)
    return Line(
        values=tuple(found[name] for name in ATTRIBUTES),
        marks=_yes(answers, MARKS),
        stigma=_yes(answers, STIGMA),
        unknown=unknown,
        unasked=unasked,
    )


def _date(answers: Answers) -> str:
    """Month, quarter or year: the coarser of what is written and what the precision says; without one, the year."""
    written = _value_of(answers, ATTRIBUTES["date"])
    if not isinstance(written, str) or month_at_finest(written, "month") != written:
        return MISSING  # finer than the floor: no honest phone made it
    return month_at_finest(written, _value_of(answers, "i_date_prec")) or MISSING


def _place(answers: Answers, known: Vocabulary) -> str:
    """The segment, or else the border: of the two States, or of a part that an organisation's own form added."""
    segment = _code(answers, ATTRIBUTES["place"], known.values["place"])
    if segment != MISSING:
        return segment
    own = OWN_PART.fullmatch(str(_value_of(answers, ATTRIBUTES["place"])))
    told = [_code(answers, field, known.countries) for field in ("i_from", "i_to")]
    for states in (told, list(own.groups()) if own else []):
        if len(set(states) & set(known.countries)) == 2:
            return f"{'-'.join(states)}:{WHOLE_BORDER}"
    return MISSING


def _code(answers: Answers, field: str, codes: Collection[str]) -> str:
    said = _value_of(answers, field)
    return said if isinstance(said, str) and said in codes else MISSING


def _yes(answers: Answers, marks: tuple[Mark, ...]) -> frozenset[str]:
    return frozenset(mark.id for mark in marks if mark.codes.intersection(_codes(_value_of(answers, mark.field))))


def _unanswered(answers: Answers) -> tuple[frozenset[str], frozenset[str]]:
    """The marks whose question has no answer: asked in vain, and not asked, as after a talk that ended early."""
    unknown, unasked = set(), set()
    for mark in MARKS:
        answer = answers.get(mark.field)
        held = read(answer) if isinstance(answer, Mapping) else {}
        if held.get("missing") in ASKED_IN_VAIN:
            unknown.add(mark.id)
        elif "value" not in held:
            unasked.add(mark.id)
    return frozenset(unknown), frozenset(unasked)


def _codes(said: Any) -> list[str]:
    return [one for one in (said if isinstance(said, list) else [said]) if isinstance(one, str)]


def _value_of(answers: Answers, field: str) -> Any:
    answer = answers.get(field)
    return read(answer).get("value") if isinstance(answer, Mapping) else None
