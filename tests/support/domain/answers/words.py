"""What rules make of drawn words, and of the rows of a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from random import Random
from typing import Any, Final

from testimony.domain.errors import MarkUnusable
from testimony.domain.incidents.titles import one_line
from testimony.domain.review.review import ReviewState
from testimony.domain.stories import text as stories
from testimony.domain.testimony import inbox, own_table, redaction, search_terms, transcript, translation

TODAY: Final = date(2026, 3, 31)
SPOKEN: Final = (
    "Karim, and Karim’s brother: Ali was in Italian Alimony. Two! Really?",
    "Āmina Zoe\u0301 came. One line\nand “another”… yes",
    "كريم وعلي. ثم ذهبوا؟ نعم",
    "in  Zagreb 12.03.2022 at 5",
    "",
    "   ",
    "no end",
    "Ｋａｒｉｍ and ﷺ 'quoted.' (so!) A.",
)
NAMES: Final = ("Karim", "Ali", "Zoé", "Amina Zoé", "على", "12", ",", "italian ali")


def spoken() -> Iterator[tuple[str, Any]]:
    """Words that are taken out, sentences, and what is searched for."""
    for number, said in enumerate(SPOKEN):
        dice = Random(number)
        words = redaction.words_of(dice.sample(NAMES, 4))
        pairs = [sorted(dice.sample(range(len(said) + 1), 2)) for _ in range(dice.randint(0, 3))] if said else []
        spans = [(start, end) for start, end in pairs]
        marks = [stories.Mark(0, start, end, dice.choice(list(stories.Sort))) for start, end in spans if start < end]
        gone = stories.taken(
            [stories.plain(said)], [one for one in marks if one.end <= len(stories.plain(said))], NAMES[:3]
        )
        shown = {sort: f"[{sort}]" for sort in stories.Sort}
        burnt = redaction.Burner(words).burn(said, spans)
        yield (
            f"{number}",
            [
                words,
                redaction.name_words(dice.sample(NAMES, 3)),
                redaction.initials(said),
                burnt,
                redaction.is_burnt(burnt),
                [f"{one.words} {one.sort}" for one in gone],
                stories.cut(stories.plain(said), gone, [(one.start, one.end, one.sort) for one in marks], shown),
                translation.spans(said),
                search_terms.folded(said),
                search_terms.terms(f'{said} "two words"'),
                [search_terms.place(said, search_terms.folded(name)) for name in NAMES],
                one_line(said + "\u202e\u200d\ta"),
            ],
        )
    for start, end, sentence in ((0, 3, 0), (0, 5, 0), (0, 6, 0), (0, 3, 1)):
        try:
            found = [
                f"{one.words} {one.sort}"
                for one in stories.taken(["Karim"], [stories.Mark(sentence, start, end, stories.Sort.NAME)], [])
            ]
        except MarkUnusable:
            found = ["refused"]
        yield f"mark {start} {end} {sentence}", found


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
            id="",
            of="",
            original="",
            lang=dice.choice(("en", "ar")),
            method="person",
            translator="",
            sentences=sentences,
            complete=True,
            day=TODAY,
        )
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
            "state": dice.choice(list(map(str, ReviewState))),
            "given": dice.choice(inbox.GIVEN),
            "place": dice.choice(("HRV-BIH", "HRV-BIH:north")),
            "language": "ar",
            "month": dice.choice(("2026", "2026-02")),
            "act": "dogs",
            "kind": "land",
            "consent": "release",
            "flag": "media",
            "period": dice.choice(list(inbox.PERIODS)),
            "since": "2026-02-01",
            "until": "2026-03-01",
        }
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
        tid=f"t{number:02}",
        manifest="",
        arrival=dice.randint(1, 40),
        read=dice.random() < 0.9,
        day=dice.choice(("2026-01-30", "2026-02-01", "2026-03-01", "2026-03-24", "2026-03-31", "")),
        place=dice.choice(("HRV-BIH:north", "HRV-BIH:all", "HRV-BIH", "GRC-TUR:evros", "")),
        kind=dice.choice(("land", "sea", "")),
        month=dice.choice(("2026-02", "2026", "2025-11", "2003", "")),
        acts=frozenset(dice.sample(("dogs", "beat"), 1)),
        gender=dice.choice(("f", "m", "")),
        age=dice.choice(("a0to11", "a18to24", "")),
        nationality=dice.choice(("SYR", "")),
        languages=dice.choice((("ar",), ("ar", "fa"), ())),
        consent=frozenset(dice.choice((("release",), ("lawyer",), ("release", "lawyer")))),
        state=dice.choice(list(ReviewState)),
        assigned=dice.choice(((), ("al",), ("bo",))),
        flags=frozenset(dice.choice(((), ("media",), ("withdrawn",)))),
    )


STATED: Final[Mapping[str, Callable[[], Iterator[tuple[str, Any]]]]] = {
    "words": spoken,
    "beside the original": alongside,
    "rows": rows,
}
