"""Converts the columns `relevant` and `constraint` of questions and their groups to conditions of the form."""

from __future__ import annotations

from typing import Any

from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.outline import SHEET, Question
from testimony.questionnaire.xlsform.semantics import Asked, Meaning, Tree, both
from testimony.questionnaire.xlsform.syntax import NotUnderstood, parse

DEEPEST = 16
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

    def _compiled(self, row: int, column: str, said: str, asked: dict[str, Asked], itself: str | None) -> Tree:
        try:
            node, meaning = parse(said, itself=itself), Meaning(asked)
            tree = meaning.truth(node) if itself is None else meaning.denial(node)
            if _depth(tree) > DEEPEST:
                raise NotUnderstood("the conditions lie too deep in each other")
        except NotUnderstood as error:
            self.findings.refuse(SHEET, row, column, str(error))
            return itself is None
        return tree


def _depth(tree: Any) -> int:
    return 1 + max(map(_depth, tree), default=0) if isinstance(tree, list) else 0
