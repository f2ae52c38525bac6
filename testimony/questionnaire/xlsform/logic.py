"""Converts the columns `relevant` and `constraint` of questions and their groups to conditions of the form."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from testimony.questionnaire.conditions import FOR_LAWYERS, INTEGER_LIMIT
from testimony.questionnaire.expressions import COMPARISONS, Scope, evaluate, fields_of, reading
from testimony.questionnaire.xlsform.choices import SHEET as CHOICES
from testimony.questionnaire.xlsform.choices import Choice
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.headings import Line
from testimony.questionnaire.xlsform.nodes import NotUnderstood
from testimony.questionnaire.xlsform.questions import (
    MOST_ROWS_OF_REPEAT,
    NO_NUMBER_OF_ROWS,
    SHEET,
    Calculation,
    Note,
    Question,
    conditions_beside,
    conditions_of,
    is_number,
)
from testimony.questionnaire.xlsform.semantics import Asked, Meaning, Tree, both
from testimony.questionnaire.xlsform.syntax import Columns, names_in, parse, parse_value

DEEPEST, LARGEST = 16, 2000
NOTHING = ["over", 0, 0]  # a value that is missing
Offer = dict[str, Any]  # {"when": condition, "codes": [code]}


class Logic:
    """Holds the fields asked so far: an expression may look back and never ahead."""

    def __init__(self, findings: Problems) -> None:
        self.asked: dict[str, Asked] = {}
        self.findings = findings

    def relevant(self, question: Question) -> Tree:
        """When the question is asked; True for always."""
        tree: Tree = FOR_LAWYERS if question.line.cell("compartment").lower() == "identity" else True
        return both(tree, self._conditions(*(group.line for group in question.groups), question.line))

    def relevant_in_row(self, piece: Question, row: Mapping[str, Asked]) -> Tree:
        """When the question `piece` of a repeat is asked in a row; True for always. `row`: the pieces before it."""
        return self._conditions(*piece.within, piece.line, asked={**self.asked, **row})

    def violation_in_rows(self, repeat: str, piece: Question, row: Mapping[str, Asked]) -> Tree:
        """When the answer of `piece` is impossible in some row; False for never. `row`: all pieces."""
        said = piece.line.cell("constraint")
        written = self._compiled(piece.row, "constraint", said, dict(row), piece.name) if said else False
        tree = _either(written, _out_of_range(piece))
        return False if tree is False else ["ge", ["rows", repeat, ["and", ["answered", piece.name], tree]], 1]

    def read(self, note: Note, question: Question) -> Tree:
        """When `note` is read where `question` is asked; True for always."""
        return self._conditions(*conditions_of(note, question))

    def read_in_row(self, note: Note, row: Mapping[str, Asked]) -> Tree:
        """When `note` of a repeat is read in a row. `row`: the questions before it in the row."""
        return self._conditions(*note.within, note.line, asked={**self.asked, **row})

    def is_hidden(self, note: Note, question: Question) -> bool:
        """Whether `question` depends on answers that `note`, read with it, does not look at."""
        looked_at = fields_of(self.read(note, question))
        beside = fields_of(self._conditions(*conditions_beside(note, question)))
        return question.name not in looked_at and not beside <= looked_at

    def _conditions(self, *lines: Line | None, asked: dict[str, Asked] | None = None) -> Tree:
        """When the conditions of all these rows are true. `asked`: the fields that they may name."""
        known = self.asked if asked is None else asked
        tree: Tree = True
        for line in lines:
            if line is not None and line.cell("relevant"):
                tree = both(tree, self._compiled(line.row, "relevant", line.cell("relevant"), known, None))
        return tree

    def violation(self, question: Question, codes: frozenset[str]) -> Tree:
        """When the answer of the question is impossible; False for never. `codes`: those of its list."""
        return _either(self._contradicting(question, codes), self._too_many(question))

    def _contradicting(self, question: Question, codes: frozenset[str]) -> Tree:
        said = question.line.cell("constraint")
        asked = {**self.asked, question.name: Asked(question.kind, codes)}
        written = self._compiled(question.row, "constraint", said, asked, question.name) if said else False
        tree = _either(written, _out_of_range(question))
        return False if tree is False else ["and", ["answered", question.name], tree]

    def _too_many(self, question: Question) -> Tree:
        """When a repeat has more rows than an earlier answer says; False for never."""
        said = question.line.cell("repeat_count")
        if question.kind != "repeat" or not said or is_number(said):
            return False
        try:
            value, kind = Meaning(self.asked).value(parse_value(said))
            if kind != "int":
                raise NotUnderstood("the number of rows is a number")
            _require_small(value)
            _require_possible(value)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, question.row, "repeat_count", str(error))
            return False
        return ["gt", ["count", question.name], value]

    def offered(self, question: Question, choices: Sequence[Choice], asked: Mapping[str, Asked]) -> list[Offer]:
        """Which of `choices` are offered only sometimes, and when. `asked`: the fields that it may depend on."""
        said = question.line.cell("choice_filter")
        if not said:
            return []
        if not choices:
            reason = "a list whose rows are not in the sheet choices cannot depend on an answer"
            self.findings.refuse(SHEET, question.row, "choice_filter", reason)
            return []
        found: dict[str, Offer] = {}
        try:
            used = names_in(said) & {heading for choice in choices for heading in choice.columns}
            trees: dict[tuple[str, ...], Tree] = {}
            for choice in choices:
                columns = {name: choice.columns.get(name, "") for name in used}
                cells = (*columns.values(),)
                if cells not in trees:
                    trees[cells] = _offer(said, columns, asked)
                if trees[cells] is False:
                    self.findings.warn(CHOICES, choice.row, "name", f"{question.name} never offers this choice")
                if trees[cells] is not True:
                    offer = found.setdefault(json.dumps(trees[cells]), {"when": trees[cells], "codes": []})
                    offer["codes"].append(choice.code)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, question.row, "choice_filter", str(error))
            return []
        return [*found.values()]

    def suggested(self, question: Question, codes: frozenset[str]) -> list[Tree]:
        """The answers that the card offers for one tap, from the column `default`. None is given before it."""
        said = question.line.cell("default")
        if not said:
            return []
        try:
            return self._suggestions(question.kind, said, codes)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, question.row, "default", str(error))
            return []

    def _suggestions(self, kind: str, said: str, codes: frozenset[str]) -> list[Tree]:
        numeric = kind in ("int", "decimal")
        if kind not in ("select", "multi") and not numeric:
            raise NotUnderstood("only a choice or a number has a default; words and days are the person's own")
        if not numeric and "${" not in said:
            wanted = said.strip("'\"").split() if kind == "multi" else [said.strip("'\"")]
            if unknown := [code for code in wanted if code not in codes]:
                raise NotUnderstood.no_code(unknown[0])
            return [*wanted]
        value, found = Meaning(self.asked).value(parse_value(said))
        if found not in (("int",) if numeric else ("select", "text")):
            raise NotUnderstood("the default is of another kind than the answer")
        if kind == "int" and not fields_of(value) and not _is_answer(reading(value)(Scope({}))):
            raise NotUnderstood(f"the default of a whole number is from 0 to {INTEGER_LIMIT}")
        _require_small(value)
        return [value]

    def calculate(self, calculation: Calculation) -> None:
        """Its value may be used from here on; where its groups are not asked, it has none."""
        tree = self._conditions(*(group.line for group in calculation.groups), calculation.line)
        self._calculate(calculation, tree, self.asked, self.asked)

    def calculate_in_row(self, calculation: Calculation, row: dict[str, Asked]) -> None:
        """The same for the later questions of its repeat: it looks at earlier answers, and at `row` so far."""
        known = {**self.asked, **row}
        tree = self._conditions(*calculation.within, calculation.line, asked=known)
        self._calculate(calculation, tree, known, row)

    def calculate_of_row(self, calculation: Calculation, row: dict[str, Asked]) -> None:
        """The same for constraints, which look at `row` alone: one that looks elsewhere stays unknown to them."""
        within = Logic(Problems())
        tree = within._conditions(*calculation.within, calculation.line, asked=row)
        if not within.findings.refusals:
            within._calculate(calculation, tree, row, row)

    def _calculate(
        self, calculation: Calculation, tree: Tree, known: Mapping[str, Asked], into: dict[str, Asked]
    ) -> None:
        line, said = calculation.line, calculation.line.cell("calculation")
        if not said:
            return
        try:
            value, kind = Meaning(known).value(parse_value(said))
            value = value if tree is True else ["if", tree, value, NOTHING]
            _require_small(value)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, line.row, "calculation", str(error))
            return
        into[calculation.name] = Asked("text" if kind == "select" else kind, tree=value)

    def _compiled(self, row: int, column: str, said: str, asked: dict[str, Asked], itself: str | None) -> Tree:
        try:
            node, meaning = parse(said, itself=itself), Meaning(asked)
            tree = meaning.truth(node) if itself is None else meaning.denial(node)
            _require_small(tree)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, row, column, str(error))
            return itself is None
        return tree


def _require_small(tree: Tree) -> None:
    if _depth(tree) > DEEPEST:
        raise NotUnderstood("the conditions and calculations lie too deep in each other")
    if _size(tree) > LARGEST:
        raise NotUnderstood("the conditions and calculations in it are too many")


def _offer(said: str, columns: Columns, asked: Mapping[str, Asked]) -> Tree:
    """When a choice with these cells is offered. No answer is a code that its list does not have."""
    tree = Meaning(asked, codes_known=False).truth(parse(said, columns=columns))
    _require_small(tree)
    return _folded(tree)


def _either(*wrong: Tree) -> Tree:
    """When one of them is true."""
    left = [tree for tree in wrong if tree is not False]
    return ["or", *left] if len(left) > 1 else left[0] if left else False


def _out_of_range(question: Question) -> Tree:
    value = ["of", question.name]
    if question.range is None:
        return False
    return question.range.violation(value if question.kind == "int" else ["decimal", value])


def _is_answer(value: Any) -> bool:
    return isinstance(value, int) and 0 <= value <= INTEGER_LIMIT


def _require_possible(rows: Any) -> None:
    """A number of rows that depends on no answer would refuse each row, or none."""
    if fields_of(rows):
        return
    most = reading(rows)(Scope({}))
    if not isinstance(most, int | float) or not 1 <= most <= MOST_ROWS_OF_REPEAT:
        raise NotUnderstood(NO_NUMBER_OF_ROWS)


def _folded(tree: Tree) -> Tree:
    """`tree` without what is known before anybody answers, as a comparison of two cells is."""
    match tree:
        case ["not", part]:
            held = _folded(part)
            return not held if isinstance(held, bool) else ["not", held]
        case ["and" | "or" as word, *parts]:
            decides = word == "or"
            left = [held for held in map(_folded, parts) if held is not (not decides)]
            if decides in left or not left:
                return bool(left) == decides
            return left[0] if len(left) == 1 else [word, *left]
        case [str(), *values] if all(isinstance(one, int | str) for one in values) and tree[0] in COMPARISONS:
            return evaluate(tree, {})
    return tree


def _size(tree: Any) -> int:
    return sum(map(_size, tree), 1) if isinstance(tree, list) else 1


def _depth(tree: Any) -> int:
    return 1 + max(map(_depth, tree), default=0) if isinstance(tree, list) else 0
