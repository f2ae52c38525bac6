"""Converts the columns `relevant` and `constraint` of questions and their groups to conditions of the form."""

from __future__ import annotations

from typing import Any

from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.nodes import NotUnderstood
from testimony.questionnaire.xlsform.outline import SHEET, Calculation, Question
from testimony.questionnaire.xlsform.semantics import Asked, Meaning, Tree, both
from testimony.questionnaire.xlsform.syntax import parse, parse_value

DEEPEST, LARGEST = 16, 2000
NOTHING = ["over", 0, 0]  # a value that is missing
FOR_LAWYERS = ["stands", "P04"]  # who somebody is is asked only where somebody may read it


class Logic:
    """Holds the fields asked so far: an expression may look back and never ahead."""

    def __init__(self, findings: Problems) -> None:
        self.asked: dict[str, Asked] = {}
        self.findings = findings

    def relevant(self, question: Question) -> Tree:
        """When the question is asked; True for always."""
        tree: Tree = FOR_LAWYERS if question.line.cell("compartment").lower() == "identity" else True
        for line in (*(group.line for group in question.groups), question.line):
            if line is not None and line.cell("relevant"):
                tree = both(tree, self._compiled(line.row, "relevant", line.cell("relevant"), self.asked, None))
        return tree

    def violation(self, question: Question) -> Tree:
        """When the answer of the question is impossible; False for never."""
        said = question.line.cell("constraint")
        if not said:
            return False
        own = Asked(question.kind, frozenset())
        tree = self._compiled(question.row, "constraint", said, {**self.asked, question.name: own}, question.name)
        return False if tree is False else ["and", ["answered", question.name], tree]

    def calculate(self, calculation: Calculation) -> None:
        """Its value may be used from here on; where its groups are not asked, it has none."""
        line, said = calculation.line, calculation.line.cell("calculation")
        if not said:
            return
        tree: Tree = True
        for one in (*(group.line for group in calculation.groups), line):
            if one is not None and one.cell("relevant"):
                tree = both(tree, self._compiled(one.row, "relevant", one.cell("relevant"), self.asked, None))
        try:
            value, kind = Meaning(self.asked).value(parse_value(said))
            value = value if tree is True else ["if", tree, value, NOTHING]
            _require_small(value)
        except NotUnderstood as error:
            self.findings.refuse(SHEET, line.row, "calculation", str(error))
            return
        self.asked[calculation.name] = Asked("text" if kind == "select" else kind, tree=value)

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


def _size(tree: Any) -> int:
    return sum(map(_size, tree), 1) if isinstance(tree, list) else 1


def _depth(tree: Any) -> int:
    return 1 + max(map(_depth, tree), default=0) if isinstance(tree, list) else 0
