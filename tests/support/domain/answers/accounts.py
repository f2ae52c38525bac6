"""What rules make of drawn accounts: codes, lines for releases and likenesses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from testimony.domain.coding import coded_account, corrections
from testimony.domain.coding.acts import Signed, fold
from testimony.domain.coding.data_quality import Judge
from testimony.domain.incidents.similarity import Account, Compared, days_apart, reasons_of, span_of
from testimony.domain.release import columns
from testimony.domain.release.release_line import release_line
from testimony.domain.tables import account as tables_account
from testimony.questionnaire.form import Form
from tests.support.domain.coded_account import random_answer

TODAY: Final = date(2026, 3, 31)
FORM: Final = Form.load().value
KNOWN: Final = columns.Vocabulary(
    values=dict.fromkeys(columns.ATTRIBUTES, ("HRV-BIH:north", "a18to24", "a15to17", "f", "m", "SYR", "s1", "p0")),
    countries=("HRV", "BIH", "SVN"),
)
DATES: Final = (
    "2022-02-09",
    "2022-02-29",
    "2024-02-29",
    "2022-02",
    "2022-12-31",
    "2022-13",
    "2022-00",
    "2022",
    "0000",
    "2022-01..2022-03",
    "2022-04..2022-06",
    "2022-07..2022-09",
    "2022-10..2022-12",
    "2022-02..2022-04",
    "2022-1",
    "22",
    "",
)
PRECISIONS: Final = ("hour", "day", "week", "month", "quarter", "year", "strange", None)
FIELDS: Final = (
    "w_age",
    "w_gender",
    "w_nat",
    "w_prev",
    "i_date",
    "i_date_prec",
    "i_segment",
    "i_from",
    "i_to",
    "i_type",
    "g_size",
    "v_acts",
    "v_injury",
    "v_custody",
    "d_dead",
    "d_missing",
    "x_actors",
    "n_text",
)


def codes() -> Iterator[tuple[str, Any]]:
    """The coded account of drawn incidents."""
    for seed in range(30):
        incident = _incident(seed)
        coded = coded_account.generalise(incident, FORM)
        lawyers = coded_account.generalise(incident, coded_account.for_lawyers(FORM))
        at_floor = [name for name in incident if coded_account.is_at_floor(name, incident[name], FORM)]
        right = [name for name in incident if corrections.is_answer(name, incident[name], FORM)]
        judged = [f"{name} {status}" for name, status in Judge(FORM).said_of(incident) if name in FIELDS]
        yield f"{seed}", [coded, sorted(lawyers.keys() - coded.keys()), at_floor, right, judged]


def _incident(seed: int) -> dict[str, Any]:
    return {name: random_answer(Random(f"{seed} {name}"), name) for name in FIELDS}


def dates() -> Iterator[tuple[str, Any]]:
    """How exactly a date is told."""
    for value in (*DATES, None, 2022):
        months = [coded_account.month_at_finest(value, precision) for precision in PRECISIONS]
        spans = [span_of(value, precision) for precision in PRECISIONS]
        yield f"{value!r}", [months, [one and f"{one[0]} {one[1]}" for one in spans], corrections.is_date(value)]


def bands() -> Iterator[tuple[str, Any]]:
    """The band of a number."""
    for name, held in FORM["lists"].items():
        if any("from" in option for option in held["options"]):
            edges = sorted(
                {
                    edge + more
                    for option in held["options"]
                    for edge in (option.get("from", 0), option.get("to", 0))
                    for more in (-1, 0, 1)
                }
            )
            yield (
                name,
                [f"{number} {coded_account.band_of(number, held['options'])}" for number in (*edges, 10**6, True, "3")],
            )


def fields() -> Iterator[tuple[str, Any]]:
    """Which fields coordinators get, of what they are made, and what may stand there."""
    for name in FIELDS:
        codes_of = coded_account.floor_codes(name, FORM) if coded_account.is_coded(FORM["fields"][name]) else None
        yield (
            name,
            [
                coded_account.is_coded(FORM["fields"][name]),
                coded_account.reached_by(name, FORM),
                codes_of and codes_of[:6],
            ],
        )


def corrected() -> Iterator[tuple[str, Any]]:
    """What corrections make of the coded account."""
    for seed in range(30):
        dice = Random(500 + seed)
        original, said = _incident(seed), []
        for number in range(dice.randint(1, 5)):
            answer = dice.choice((None, _incident(seed + number).get(name := dice.choice(FIELDS), {"missing": "unk"})))
            act = corrections.Correction(
                id=f"{number}",
                field=name,
                answer=answer or None,
                reason="other",
                day=TODAY,
                after=frozenset(str(one) for one in range(number) if dice.random() < 0.6),
            )
            said.append(Signed(act=act, signer="al", role="lawyer"))
        yield f"{seed}", corrections.recoded(original, fold(said), FORM)


def lines() -> Iterator[tuple[str, Any]]:
    """The line of a release."""
    for seed in range(60):
        dice = Random(seed)
        said: dict[str, Any] = {
            one.field: {"value": dice.choice((sorted(one.codes), sorted(one.codes)[0], "none"))}
            for one in columns.MARKS
            if dice.random() < 0.5
        }
        said |= {
            one.field: {"missing": dice.choice(("unk", "ref", "nask"))} for one in columns.MARKS if dice.random() < 0.2
        }
        said |= {
            "i_date": {"value": dice.choice(DATES)},
            "i_date_prec": {"value": dice.choice(PRECISIONS)},
            "i_segment": {
                "value": dice.choice(("HRV-BIH:north", "HRV-BIH:own_part", "HRV-HRV:a", "HRV-XYZ:a", "HRV-BIH", "", 3))
            },
            "i_from": {"value": dice.choice(("HRV", "BIH", "XYZ", None))},
            "i_to": {"value": dice.choice(("HRV", "SVN", 3))},
            "w_age": {"value": dice.choice(("a18to24", "a15to17", "old"))},
            "w_gender": {"value": dice.choice(("f", "missing", ["f"]))},
            "w_nat": {"value": "SYR"},
        }
        made, first = columns.line(said, KNOWN), release_line(said)
        told = made.told_incident
        yield (
            f"{seed}",
            [
                made.values,
                sorted(made.marks),
                sorted(made.stigma),
                sorted(made.unknown),
                sorted(made.unasked),
                made.person,
                told and [*told.answers, *told.around],
                [first.year, first.border, first.age, sorted(first.families)],
                tables_account.border_of(made, KNOWN.countries),
                tables_account.when_of(made.value("date")),
            ],
        )


def likenesses() -> Iterator[tuple[str, Any]]:
    """How alike two accounts are."""
    for seed in range(120):
        dice = Random(seed)
        own, other = _account(dice), _account(dice)
        reasons = [f"{one.code} {one.points} {' '.join(one.shared)}" for one in reasons_of(own, other)]
        yield f"{seed}", [days_apart(own, other), own.border, own.part, reasons]
    for few in (True, False):
        dice, held = Random(3), Compared()
        words = [f"word{number:03}" for number in range(60)] + ["ab", "abc", "abcd", "abcde", "كري", "كريم"]
        for number in range(12 if few else 60):
            held.hold(f"t{number:02}", _account(dice), [" ".join(dice.sample(words, 6))])
        held.forget("t03")
        held.hold("t04", _account(dice), ["word001. word002, abcdef"])
        for number in range(8):
            found = held.alike(f"t{number:02}", without=frozenset({"t05"}), most=3)
            yield (
                f"of {len(held)}: {number}",
                [
                    f"{one.tid} {one.points} {' '.join(' '.join([why.code, *why.shared]) for why in one.reasons)}"
                    for one in found
                ],
            )


def _account(dice: Random) -> Account:
    first = TODAY + timedelta(days=dice.choice((0, 0, 1, 3, 4, 13, 14, 15)))
    answers: dict[str, Any] = {
        "i_segment": {
            "value": dice.choice(
                ("HRV-BIH:north", "HRV-BIH:south", "HRV-BIH:all", "GRC-TUR:evros", "HRV-BIH", "", "strange")
            )
        },
        "i_from": {"value": "HRV"},
        "i_to": {"value": dice.choice(("BIH", "bih"))},
        "i_date": {"value": dice.choice((first.isoformat(), first.isoformat(), first.isoformat()[:7], "2026", "x"))},
        "i_date_prec": {"value": dice.choice(("day", "week", "month", "year"))},
        "g_size": {"value": dice.choice((4, 5, 6, 12, 13, 15, 16, True, 0, 10**6, 999_999))},
        "i_type": {"value": dice.choice(("pb_land", "pb_sea", "PB", None))},
    }
    return Account.from_answers(answers)


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "codes": codes,
    "dates": dates,
    "bands": bands,
    "fields": fields,
    "corrections": corrected,
    "lines of releases": lines,
    "likenesses": likenesses,
}
