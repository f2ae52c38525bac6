"""The risk report of a release as one page: its guarantees, its risk and utility, and the recalled lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from testimony.anonymity.class_table import NOT_SHOWN
from testimony.anonymity.hierarchies import MISSING
from testimony.anonymity.remainder import ROUNDED_TO
from testimony.errors import N_
from testimony.publication.content import FIRST_FORMAT, Content
from testimony.publication.markup import element
from testimony.publication.pages import charts
from testimony.publication.pages.page import document, grid, paragraph, section
from testimony.publication.sheets import coverage
from testimony.publication.sheets.sheet import Cell
from testimony.publication.text.phrases import Words
from testimony.publication.text.vocabulary import attribute_word, label_word, level_word, mark_word

PROMISE: Final = N_(
    "Each line stands for at least %(k)s different people from at least %(m)s different pushbacks. Nobody can tell "
    "from this file, or from any two files of this organisation, which of them spoke."
)
COUNTING: Final = N_(
    "Lines count accounts, not people and not incidents. Empty counts are fewer than three or none: never read them as "
    "zero. Do not add up different counts: one account may tell of several."
)
LIMITED: Final = N_(
    "“not_shown” stands for fewer than three, or for too many of the line: nobody must be suspected because they are "
    "in the line. The accounts of the line are counted all the same. Never read it as zero."
)
WHY_NOT: Final = N_(
    "An account is in this file only if the witness agreed to this use, two people reviewed the account, and enough "
    "others are like it. Accounts that wait for others are counted below, but no group of fewer than three people. "
    "Accounts without consent or review are not counted here. Nor are accounts that left in an earlier file."
)
ANSWERS: Final = N_(
    "A person who was not asked did not say no. The table counts the accounts of this file by whether they have an "
    "answer, rounded to ten."
)
NO_LINE: Final = N_("People told of these borders too. They are in no line, because too few accounts are alike:")
CHECKING: Final = N_("Anybody can check this file with the command: %(command)s")
TAKEN: Final = N_(
    "Somebody in these classes has withdrawn since they left. The classes stay as they are; do not use them for "
    "anything new."
)
RECALLED: Final = N_("These classes were recalled: do not use them any more, and delete them.")
ATTRIBUTION: Final = N_(
    "The names of the columns of templates/missing-migrants.csv are those of the Missing Migrants Project of the "
    "International Organization for Migration (IOM), CC BY 4.0. Its rows are not."
)


def page(content: Content, words: Words) -> bytes:
    """The report, to be read right away."""
    return document(words, words.say(N_("Report of the release")), list(_sections(content, words)))


def _sections(content: Content, words: Words) -> Iterable[Element]:
    yield paragraph(words.say(PROMISE, k=content.k, m=content.m), class_="lead")
    yield paragraph(words.say(COUNTING))
    if content.limited:
        yield paragraph(words.say(LIMITED))
    yield _part(N_("What this is"), [], _facts(content, words), words)
    yield section(words.say(N_("What the table says")), *_pictures(content, words))
    if content.form != FIRST_FORMAT:
        yield _not_shown(content, words)
    yield _part(N_("Risk"), [], _risk(content, words), words)
    yield _part(N_("How exact the lines are"), _tier_heads(content, words), _tiers(content, words), words)
    yield _part(
        N_("What was lost by making labels coarser"), [N_("Question"), N_("Lost")], _loss(content, words), words
    )  # fmt: skip
    yield _part(
        N_("What waits for later releases"),
        [N_("Releases that they have waited"), N_("Accounts held back")],
        [(waited, words.say(N_("fewer than %(k)s"), k=content.k) if n is None else n)
         for waited, n in content.figures.held_back],
        words,
    )  # fmt: skip
    if content.revoked:
        yield _list(N_("Withdrawn since"), TAKEN, content.revoked, words)
    if content.recalled:
        yield _list(N_("Recalled"), RECALLED, content.recalled, words)
    yield section(
        words.say(N_("Check and sources")),
        paragraph(words.say(CHECKING, command="testimony release check FILE.zip")),
        paragraph(words.say(ATTRIBUTION)),
    )


def _not_shown(content: Content, words: Words) -> Element:
    """What the file does not show, and why."""
    inside = [paragraph(words.say(WHY_NOT))]
    borders = [label_word("place", one, words) for one in coverage.missing(content) if one != MISSING]
    if borders:
        inside.append(paragraph(words.say(NO_LINE)))
        inside.append(element("ul", *(element("li", one) for one in borders)))
    unsaid = {
        coverage.FEW: words.say(N_("fewer than %(k)s"), k=ROUNDED_TO),
        coverage.UNSAID: words.say(N_("not shown")),
    }
    heads = [words.say(N_("Accounts in the lines")), words.say(N_("Accounts that wait, rounded to ten"))]
    for attribute, labels in coverage.by(content).items():
        word = attribute_word(attribute, words)
        rows = [
            (
                charts.coarse_word(attribute, one.label, words),
                one.accounts,
                unsaid.get(one.waiting, one.waiting) if isinstance(one.waiting, str) else one.waiting,
            )
            for one in labels
        ]
        inside.append(grid(word, [word, *heads], rows))
    said = [
        (
            mark_word(mark, words),
            accounts,
            *(unsaid[coverage.FEW] if one is None else one for one in (asked.answered, asked.unknown, asked.unasked)),
        )
        for (mark, accounts), asked in zip(coverage.counted(content), content.asked, strict=True)
    ]
    what = words.say(N_("What is counted"))
    columns = (N_("Accounts in lines that say a number"), N_("Answered, yes or no"), N_("Not known"), N_("Not asked"))
    inside += [paragraph(words.say(ANSWERS)), grid(what, [what, *map(words.say, columns)], said)]
    return section(words.say(N_("What this file does not show")), *inside)


def _part(title: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], words: Words, *notes: str) -> Element:
    """A table under its heading, or "nothing" where there is no row. No heads where rows explain themselves."""
    said = words.say(title)
    spoken = [words.say(head) for head in heads]
    body = grid(said, spoken, rows) if rows else paragraph(words.say(N_("Nothing.")))
    return section(said, *map(paragraph, notes), body)


def _facts(content: Content, words: Words) -> list[tuple[Cell, ...]]:
    rows: list[tuple[str, Cell]] = [
        (N_("Organisation"), content.organisation or None),
        (N_("Release"), content.release),
        (N_("Made for"), content.recipient),
        (N_("Protection chosen"), content.preset),
        (N_("Lines"), str(len(content.lines))),
        (N_("Accounts in the lines"), str(content.accounts)),
    ]
    return [(words.say(name), value) for name, value in rows]


def _risk(content: Content, words: Words) -> list[tuple[Cell, ...]]:
    figures = content.figures
    cells = len(content.lines) * len(content.marks)
    blanks = sum(line.counts.count(None) for line in content.lines)
    hidden = sum(line.counts.count(NOT_SHOWN) for line in content.lines)
    rows: list[tuple[str, Cell]] = [
        (N_("Fewest different people in a class"), str(figures.fewest_persons)),
        (N_("Largest chance to pick the right person of a class"), words.share(figures.prosecutor_risk)),
        (N_("Share of people that somebody gets right who picks in every class"), words.share(figures.global_risk)),
        (N_("Largest part of a class for which a limited count is said"), words.share(content.alpha)),
        (N_("Counts that are said"), str(cells - blanks - hidden)),
        (N_("Counts left blank"), str(blanks)),
    ]
    if content.limited:
        rows.append((N_("Limited counts that are not shown"), str(hidden)))
    if figures.published is not None:
        rows.append((N_("Accounts that left, of those that could"), words.share(figures.published)))
    told: list[tuple[Cell, ...]] = [(words.say(name), value) for name, value in rows]
    stains = ", ".join(mark_word(one, words) for one in content.stigma)
    return [*told, (words.say(N_("Limited counts")), stains)] if stains else told


def _tier_heads(content: Content, words: Words) -> list[str]:
    return [N_("Step"), N_("Accounts in the lines"), *(attribute_word(one, words) for one in content.attributes)]


def _tiers(content: Content, words: Words) -> list[tuple[Cell, ...]]:
    return [
        (number, sum(line.n for line in content.lines if line.tier == number),
         *(level_word(level, words) for level in levels))
        for number, levels in enumerate(content.legend, 1)
    ]  # fmt: skip


def _loss(content: Content, words: Words) -> list[tuple[Cell, ...]]:
    return [
        (attribute_word(attribute, words), words.share(lost))
        for attribute, lost in zip(content.attributes, content.figures.loss, strict=True)
    ]


def _pictures(content: Content, words: Words) -> list[Element]:
    drawn = [charts.draw(chart, words) for chart in charts.charts(content, words)]
    figures = [Element("figure") for _ in drawn]
    for figure, picture in zip(figures, drawn, strict=True):
        figure.append(picture)
    return figures or [paragraph(words.say(N_("Nothing.")))]


def _list(title: str, sentence: str, classes: Sequence[str], words: Words) -> Element:
    found = element("ul", *(element("li", element("code", one)) for one in classes))
    return section(words.say(title), paragraph(words.say(sentence)), found)
