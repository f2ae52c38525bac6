"""What rules make of drawn accounts: codes, lines for releases, likenesses, words that are taken out, and consent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final

from testimony.domain.coding import coded_account, corrections
from testimony.domain.coding.acts import Signed, fold
from testimony.domain.coding.data_quality import Judge
from testimony.domain.consent import authority, compartments, guards
from testimony.domain.consent import fold as consent
from testimony.domain.consent.purposes import Purpose
from testimony.domain.consent.timeline import timeline
from testimony.domain.errors import MarkUnusable
from testimony.domain.incidents.similarity import Account, Compared, days_apart, reasons_of, span_of
from testimony.domain.incidents.titles import one_line
from testimony.domain.release import columns
from testimony.domain.release.release_line import release_line
from testimony.domain.review.review import ReviewState
from testimony.domain.stories import text as stories
from testimony.domain.tables import account as tables_account
from testimony.domain.testimony import inbox, own_table, redaction, search_terms, transcript, translation
from testimony.questionnaire.form import Form
from tests.support.domain.coded_account import random_answer
from tests.support.domain.histories import history

TODAY: Final = date(2026, 3, 31)
FORM: Final = Form.load().value
KNOWN: Final = columns.Vocabulary(
    values=dict.fromkeys(columns.ATTRIBUTES, ("HRV-BIH:north", "a18to24", "a15to17", "f", "m", "SYR", "s1", "p0")),
    countries=("HRV", "BIH", "SVN"),
)
DATES: Final = (
    "2022-02-09", "2022-02-29", "2024-02-29", "2022-02", "2022-12-31", "2022-13", "2022-00", "2022", "0000",
    "2022-01..2022-03", "2022-04..2022-06", "2022-07..2022-09", "2022-10..2022-12", "2022-02..2022-04", "2022-1", "22", "",
)  # fmt: skip
PRECISIONS: Final = ("hour", "day", "week", "month", "quarter", "year", "strange", None)
FIELDS: Final = (
    "w_age", "w_gender", "w_nat", "w_prev", "i_date", "i_date_prec", "i_segment", "i_from", "i_to", "i_type", "g_size", "v_acts",
    "v_injury", "v_custody", "d_dead", "d_missing", "x_actors", "n_text",
)  # fmt: skip
SPOKEN: Final = (
    "Karim, and Karim’s brother: Ali was in Italian Alimony. Two! Really?", "Āmina Zoe\u0301 came. One line\nand “another”… yes",
    "كريم وعلي. ثم ذهبوا؟ نعم", "in  Zagreb 12.03.2022 at 5", "", "   ", "no end", "Ｋａｒｉｍ and ﷺ 'quoted.' (so!) A.",
)  # fmt: skip
NAMES: Final = ("Karim", "Ali", "Zoé", "Amina Zoé", "على", "12", ",", "italian ali")


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
        said = {
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
        yield f"{seed}", [
            made.values, sorted(made.marks), sorted(made.stigma), sorted(made.unknown), sorted(made.unasked), made.person,
            told and [*told.answers, *told.around], [first.year, first.border, first.age, sorted(first.families)],
            tables_account.border_of(made, KNOWN.countries), tables_account.when_of(made.value("date")),
        ]  # fmt: skip


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
                    f"{one.tid} {one.points} {' '.join(reason.code + ' ' + ' '.join(reason.shared) for reason in one.reasons)}"
                    for one in found
                ],
            )


def _account(dice: Random) -> Account:
    first = TODAY + timedelta(days=dice.choice((0, 0, 1, 3, 4, 13, 14, 15)))
    answers = {
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


def spoken() -> Iterator[tuple[str, Any]]:
    """Words that are taken out, sentences, and what is searched for."""
    for number, said in enumerate(SPOKEN):
        dice = Random(number)
        words = redaction.words_of(dice.sample(NAMES, 4))
        spans = [tuple(sorted(dice.sample(range(len(said) + 1), 2))) for _ in range(dice.randint(0, 3))] if said else []
        marks = [stories.Mark(0, start, end, dice.choice(list(stories.Sort))) for start, end in spans if start < end]
        gone = stories.taken(
            [stories.plain(said)], [one for one in marks if one.end <= len(stories.plain(said))], NAMES[:3]
        )
        shown = {sort: f"[{sort}]" for sort in stories.Sort}
        burnt = redaction.Burner(words).burn(said, spans)
        yield f"{number}", [
            words, redaction.name_words(dice.sample(NAMES, 3)), redaction.initials(said), burnt, redaction.is_burnt(burnt),
            [f"{one.words} {one.sort}" for one in gone],
            stories.cut(stories.plain(said), gone, [(one.start, one.end, one.sort) for one in marks], shown),
            translation.spans(said), search_terms.folded(said), search_terms.terms(f'{said} "two words"'),
            [search_terms.place(said, search_terms.folded(name)) for name in NAMES], one_line(said + "\u202e\u200d\ta"),
        ]  # fmt: skip
    for start, end, sentence in ((0, 3, 0), (0, 5, 0), (0, 6, 0), (0, 3, 1)):
        try:
            said = [
                f"{one.words} {one.sort}"
                for one in stories.taken(["Karim"], [stories.Mark(sentence, start, end, stories.Sort.NAME)], [])
            ]
        except MarkUnusable:
            said = ["refused"]
        yield f"mark {start} {end} {sentence}", said


def alongside() -> Iterator[tuple[str, Any]]:
    """A translation beside pieces of its original, and a recording in lines."""
    for seed in range(30):
        dice = Random(seed)
        edges = sorted(dice.sample(range(40), 8))
        sentences = tuple(
            translation.Sentence(start=start, end=end, text=dice.choice(("", f"{start}.")))
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        )
        made = translation.Translation(
            id="", of="", original="", lang=dice.choice(("en", "ar")), method="person", translator="", sentences=sentences, complete=True, day=TODAY
        )  # fmt: skip
        pieces = sorted((start, start + dice.randint(1, 9)) for start in dice.sample(range(40), 4))
        at, words = 0, []
        for number in range(dice.choice((3, 16, 17, 40))):
            at += dice.choice((0, 100, 699, 700, 701))
            words.append(transcript.Word(start=at, end=at + 10, text=str(number)))
            at += 10
        heard = transcript.in_lines(words)
        yield (
            f"{seed}",
            [
                made.along(pieces),
                made.beside(pieces[0]),
                made.text,
                made.dir,
                [len(one) for one in heard],
                [len(one) for one in transcript.at_most(heard, 3)],
            ],
        )


def rows() -> Iterator[tuple[str, Any]]:
    """The list of testimonies, filtered, ordered and counted."""
    dice = Random(12)
    held = [_row(dice, number) for number in range(60)]
    yield "offered", [inbox.places(held), inbox.months(held)]
    for seed in range(60):
        dice = Random(seed)
        choices: dict[str, Any] = {
            "state": dice.choice(list(map(str, ReviewState))), "given": dice.choice(inbox.GIVEN), "place": dice.choice(("HRV-BIH", "HRV-BIH:north")),
            "language": "ar", "month": dice.choice(("2026", "2026-02")), "act": "dogs", "kind": "land", "consent": "release", "flag": "media",
            "period": dice.choice(list(inbox.PERIODS)), "since": "2026-02-01", "until": "2026-03-01",
        }  # fmt: skip
        said = {name: choices[name] for name in dice.sample(sorted(choices), dice.choice((0, 1, 1, 1, 2)))}
        question = inbox.Question(**said, sort=dice.choice(inbox.SORTS), turned=dice.random() < 0.4)
        found = inbox.asked(
            held, question, me="al", today=TODAY, only={one.tid for one in held[:50]} if seed % 2 else None
        )
        yield (
            f"asked {seed}",
            [" ".join(one.tid for one in found), question.narrows, question.codes, question.without("sort")],
        )
    for seed in range(40):
        dice = Random(100 + seed)
        told = [
            own_table.Told(
                row=one,
                codes=frozenset({("v_acts", dice.choice(("dogs", "beat"))) for _ in range(dice.randint(0, 2))}),
                person=dice.choice(("", "p", "q")),
                incidents=dice.choice(((), ("i",), ("i", "j"))),
            )
            for one in held
        ]
        by, across = dice.sample((*own_table.FIELDS, "v_acts"), 2)
        ask = own_table.Ask(
            by=by,
            across=across if seed % 3 else "",
            unit=dice.choice(list(own_table.Unit)),
            only={} if seed % 4 else {"gender": ("f",)},
        )
        made = own_table.table(told, ask, use="release", orders={"v_acts": ("dogs", "beat")} if seed % 2 else None)
        yield (
            f"table {seed}",
            [
                made.lines,
                made.columns,
                [f"{line} {column} {number}" for (line, column), number in sorted(made.cells.items())][:20],
                dict(made.of_lines),
                dict(made.of_columns),
                made.total,
                made.left_out,
            ],
        )


def _row(dice: Random, number: int) -> inbox.Row:
    return inbox.Row(
        tid=f"t{number:02}", manifest="", arrival=dice.randint(1, 40), read=dice.random() < 0.9,
        day=dice.choice(("2026-01-30", "2026-02-01", "2026-03-01", "2026-03-24", "2026-03-31", "")),
        place=dice.choice(("HRV-BIH:north", "HRV-BIH:all", "HRV-BIH", "GRC-TUR:evros", "")), kind=dice.choice(("land", "sea", "")),
        month=dice.choice(("2026-02", "2026", "2025-11", "2003", "")), acts=frozenset(dice.sample(("dogs", "beat"), 1)),
        gender=dice.choice(("f", "m", "")), age=dice.choice(("a0to11", "a18to24", "")), nationality=dice.choice(("SYR", "")),
        languages=dice.choice((("ar",), ("ar", "fa"), ())), consent=frozenset(dice.choice((("release",), ("lawyer",), ("release", "lawyer")))),
        state=dice.choice(list(ReviewState)), assigned=dice.choice(((), ("al",), ("bo",))), flags=frozenset(dice.choice(((), ("media",), ("withdrawn",)))),
    )  # fmt: skip


def consents() -> Iterator[tuple[str, Any]]:
    """What stands by drawn histories of consent, and who counts in them."""
    for seed in range(90):
        past, dice = history(seed), Random(seed)
        states = consent.states(past.arrived, past.at)
        keys = sorted(states)
        ends = consent.ends(past.arrived, past.at)
        said = [
            authority.Said(
                event=one,
                signer=dice.choice(("al", "bo")),
                role=dice.choice(("lawyer", "coordinator", "interview", "interviewer", "witness", "phone")),
                active=dice.random() < 0.85,
                tid_ok=dice.random() < 0.93,
            )
            for one in past.events
            for _ in range(dice.choice((1, 1, 2)))
        ]
        found = authority.counted(said, date(2026, 7, 1))
        steps = timeline(said, found, past.at)
        yield (
            f"{seed}",
            [
                [f"{key.purpose} {key.recipient} {states[key].state} {states[key].on_hold}" for key in keys],
                sorted(" ".join(key) for key in consent.usable(past.arrived, past.at)),
                sorted(" ".join(key) for key in consent.taken_back(past.arrived, keys, past.at)),
                [f"{' '.join(key)} {ends[key]}" for key in sorted(ends)],
                [
                    f"{' '.join(key)} {consent.life_end(past.arrived, key)} {' '.join(one.id for one in consent.in_order(past.arrived, key))}"
                    for key in keys
                ],
                sorted(" ".join(key) for key in consent.expiring(past.arrived, past.at, 40)),
                sorted(f"{one.id[:2]} {one.act} {'#' in one.id}" for one in found.events),
                sorted(
                    f"{one.id} {one.act} {rule}" for some in (found.refused, found.held) for one, rule in some.items()
                ),
                [
                    f"{one.event.id} {' '.join(one.roles)} {one.rule} {one.ended_by and one.ended_by.id} {one.ended_on}"
                    for one in steps
                ],
            ],
        )


def circumstances() -> Iterator[tuple[str, Any]]:
    """What stands in the way of a yes."""
    played = ["told.a", "told.b", "teach_back.q1", "teach_back.q2", "teach_back.q3", "ask.P01-x", "ask.P11"]
    script = {"lang": "ar", "draft": False, "heard": "read"}
    good: dict[str, Any] = {
        "told": ["a", "b"], "teach_back": dict.fromkeys(("q1", "q2", "q3"), "understood"), "present": ["nobody"],
        "capacity": ["none"], "incentive": "none", "script": script, "age": "adult", "guardian": True, "assent": True,
        "interpreter": None, "language": "ar", "focal_point": True, "second_adult": True,
    }  # fmt: skip
    spoken = {**good, "interpreter": {"used": True, "officer": False}}
    others: dict[str, tuple[Any, ...]] = {
        "told": ([], ["a"], ["a", "b", "c"], None),
        "teach_back": ({}, {"q1": "understood", "q2": "understood"}, None),
        "present": (["officer"], [], None),
        "capacity": (["drugs"], [], None),
        "incentive": ("money", "transport", "refreshment", None),
        "script": (
            None, {}, {**script, "draft": True}, {**script, "draft": True, "heard": "both"}, {**script, "heard": "played"},
            {**script, "heard": "played", "played": played}, {**script, "heard": "played", "played": played[1:]},
            {**script, "heard": "played", "played": played[:5]}, {**script, "heard": "played", "played": played, "state": "x"},
            {**script, "heard": "played", "played": played, "state": "heard"},
        ),
        "age": ("minor", "alone", "under12", None),
        "guardian": (False, None),
        "assent": (False, None),
        "interpreter": ({"used": True, "officer": True}, {"used": True}, {"used": False, "officer": True}, {}),
        "language": ("fa", None),
        "interviewer_speaks": (True, False),
        "said_before": ([{}], [{"script": {"draft": False}}], [{"script": {"draft": True}}]),
        "focal_point": (False,),
        "second_adult": (None,),
    }  # fmt: skip
    for purpose in ("P01", "P11"):
        yield purpose, guards.obstacles(good, purpose, ("a", "b"))
        for name, values in others.items():
            for value in values:
                for age in ("adult", "minor", "alone"):
                    changed = {"age": age, name: value}
                    found = [guards.obstacles({**one, **changed}, purpose, ("a", "b")) for one in (good, spoken)]
                    yield f"{purpose} {age} {name} {value}", found


def readers() -> Iterator[tuple[str, Any]]:
    """Who opens which part."""
    for seed in range(40):
        dice = Random(seed)
        some = set(dice.sample(sorted(Purpose), dice.randint(0, 6))) | ({Purpose.RECORD} if seed % 3 else set())
        found, closed = compartments.readers(some), compartments.closed_by(some)
        policy = {
            name: dice.sample(["lawyers", "coordinators"], dice.randint(0, 2)) for name in found if dice.random() < 0.8
        }
        narrowed = compartments.narrow(found, policy)
        yield (
            f"{seed}: {' '.join(sorted(some))}",
            [{name: " ".join(sorted(who)) for name, who in each.items()} for each in (found, closed, narrowed)],
        )


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "codes": codes,
    "dates": dates,
    "bands": bands,
    "fields": fields,
    "corrections": corrected,
    "lines of releases": lines,
    "likenesses": likenesses,
    "words": spoken,
    "beside the original": alongside,
    "rows": rows,
    "consents": consents,
    "circumstances": circumstances,
    "readers": readers,
}
