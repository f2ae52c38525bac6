"""The paragraph at the head of a report: true of every count behind its numbers, and no number of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from testimony.domain.tables.account import Counted
from testimony.domain.tables.plan import Plan
from testimony.publication.tables import lines as tables_lines
from testimony.publication.tables import summary
from testimony.publication.tables.vocabulary import Vocabulary
from testimony.publication.text.phrases import Words
from tests.support.domain.told_accounts import account, population
from tests.support.publication.published_tables import PLAN, publish

SMALL = Plan.fitting(2026, 100, borders=["HRV-BIH", "ROU-UKR"], codebook="1")


def said(accounts: Sequence[Counted], plan: Plan = PLAN) -> list[str]:
    made, words = publish(accounts, plan=plan), Words("en")
    return summary.sentences(made, plan, tables_lines.lines(made), Vocabulary(words), words)


def test_it_says_only_printed_numbers() -> None:
    accounts = population(2400, 2)
    printed = {str(one.number) for one in tables_lines.lines(publish(accounts))}
    text = re.sub(r"\([^()]*\)|between \d+ and \d+ of 100", _number_alone, " ".join(said(accounts)))
    numbers = set(re.findall(r"\d+", text))
    assert len(numbers) > 8
    assert numbers <= printed


def _number_alone(found: re.Match[str]) -> str:
    """A share is a sentence of words and hundredths: only a bare number in brackets is a count."""
    inside = found.group().strip("()")
    return inside if inside.isdigit() else ""


def test_every_share_in_it_is_true_of_the_true_counts() -> None:
    accounts = [account(n, told={"asked": frozenset({"yes" if n % 3 else "no"})}) for n in range(2400)]
    yes = sum(1 for one in accounts if "yes" in one.told["asked"])
    found = tables_lines.lines(publish(accounts))
    line = next(one for one in found if (one.row, one.question, one.column) == ("all", "asked", "yes"))
    assert line.said is not None
    assert line.said.holds(yes, len(accounts))
    words = Vocabulary(Words("en")).share(line.said)
    assert f"accounts that say whether somebody asked for protection, {words} say yes." in " ".join(said(accounts))


def test_what_nearly_everybody_tells_is_said_first_and_without_its_number() -> None:
    accounts = [account(n, told={"act": frozenset({"undress", *(["dogs"] if n % 2 else [])})}) for n in range(2400)]
    (sentence,) = [one for one in said(accounts) if "violence" in one.lower()]
    first = sentence.index("not shown (four in five or more)")
    assert first < sentence.index("Dogs")


def test_a_border_that_is_as_large_as_the_last_one_named_is_named_too() -> None:
    borders = ("HRV-BIH", "GRC-TUR", "HUN-SRB", "POL-BLR")
    accounts = [account(n, border=borders[n % 4]) for n in range(2400)]
    printed = [line.number for line in summary.of_borders(tables_lines.lines(publish(accounts))).values()]
    (sentence,) = [one for one in said(accounts) if one.startswith("The largest printed numbers of accounts are")]
    least = min(int(one) for one in re.findall(r"\((\d+)\)", sentence))
    assert len(re.findall(r"\(\d+\)", sentence)) == sum(1 for one in printed if one is not None and one >= least)


def test_a_file_of_borders_alone_says_nothing_of_what_it_does_not_count() -> None:
    text = " ".join(said(population(100, 2), SMALL))
    assert "This report counts about" in text
    assert "ROU-UKR" not in text
    assert "Romania to Ukraine" in text
    assert "answer the question" not in text
    assert "tell of deaths" not in text


def test_deaths_are_told_only_where_their_number_is_printed() -> None:
    def of(deaths: int) -> str:
        told = {"dead": frozenset({"told"})}
        return " ".join(said([account(n, told=told if n < deaths else {}) for n in range(2400)]))

    assert "tell of deaths" not in of(1)
    assert "About 20 accounts tell of deaths." in of(20)
    made = publish([account(n, told={"dead": frozenset({"told"})} if n < 2 else {}) for n in range(2400)])
    assert made.number({"dead": "told"}) == 0
    assert "tell of deaths" not in of(2), "its number is under its base"
