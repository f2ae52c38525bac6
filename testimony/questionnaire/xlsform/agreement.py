"""Checks a question's compartment and disclosure, and its agreement with the codebook's field of the same name."""

from __future__ import annotations

import re

from testimony.questionnaire.codebook import CLASSES, Codebook, CodebookField
from testimony.questionnaire.form import Form
from testimony.questionnaire.xlsform.choices import ELSEWHERE
from testimony.questionnaire.xlsform.findings import Problems
from testimony.questionnaire.xlsform.questions import SHEET, Question

COMPARTMENTS = ("incident", "identity", "narrative", "provenance")
KINDS = {"code": "select", "multi_code": "multi"}  # of the codebook, by the XLSForm's word for it
RESERVED = re.compile(
    r"(?:adults|cs|told|teach|purpose|safety|share|interpreter|guardian|referral|witness|code|page)(?:_.*)?|constructor"
    r"|languages|unsafe|refused|obstacles|review|readers|finish|home|outbox|locked|cannot|needed|closing|start|talk"
    r"|passphrase|person|rest|voice|pictures|uses"
)
"""Names that the interview page has for its own cards and answers."""


def require_agreement(question: Question, findings: Problems) -> None:
    """Everything about `question` that is no expression; what is wrong goes to `findings`."""
    known = Codebook.load().fields.get(question.name)
    compartment = _compartment(question, findings)
    disclosure = disclosure_of(question)
    if disclosure is None:
        findings.refuse(SHEET, question.row, "disclosure", _missing_disclosure(question.line.cell("disclosure")))
    if known is not None:
        _require_like(question, known, compartment, disclosure, findings)
    elif RESERVED.fullmatch(question.name):
        reason = f"the interview page itself uses the name {question.name}; choose another"
        findings.refuse(SHEET, question.row, "name", reason)
    _require_fit(question, compartment, disclosure, findings)


def disclosure_of(question: Question) -> str | None:
    """The class letter of the codebook."""
    return CLASSES.get(question.line.cell("disclosure").lower().replace("_", " ").replace("-", " "))


def _compartment(question: Question, findings: Problems) -> str | None:
    said = question.line.cell("compartment").lower()
    if said in COMPARTMENTS:
        return said
    reason = f"the compartment is missing: one of {', '.join(COMPARTMENTS)}"
    if said == "consent":
        reason = "consent is asked by the program itself and cannot hold your own questions"
    elif said:
        reason = f"{said!r} is no compartment; write one of {', '.join(COMPARTMENTS)}"
    findings.refuse(SHEET, question.row, "compartment", reason)
    return None


def _missing_disclosure(said: str) -> str:
    known = ", ".join(CLASSES)
    return f"{said!r} is no disclosure; write one of {known}" if said else f"the disclosure is missing: one of {known}"


def _require_fit(question: Question, compartment: str | None, disclosure: str | None, findings: Problems) -> None:
    """The incident goes to people who must not learn who it was: no words, nothing that names somebody."""
    for one in (question, *question.pieces):
        own = disclosure_of(one) or disclosure
        if compartment == "incident" and one.kind == "text":
            reason = "words of a person can name somebody, so the incident has none; put them in narrative or identity"
            findings.refuse(SHEET, one.row, "compartment", reason)
        if compartment == "provenance" and one.kind == "geo":
            reason = (
                "a place can name somebody; put it in narrative or identity, or in the incident, where it is rounded"
            )
            findings.refuse(SHEET, one.row, "compartment", reason)
        if compartment in ("incident", "provenance") and own == "D":
            reason = f"what names a person directly belongs in identity or narrative, not in {compartment}"
            findings.refuse(SHEET, one.row, "disclosure", reason)
    for piece in question.pieces:
        _require_piece(piece, compartment, findings)


def _require_piece(piece: Question, compartment: str | None, findings: Problems) -> None:
    said = piece.line.cell("compartment").lower()
    if said and said != compartment:
        findings.refuse(SHEET, piece.row, "compartment", "a repeat is sealed as one: leave this empty or the same")
    if piece.line.cell("disclosure") and disclosure_of(piece) is None:
        findings.refuse(SHEET, piece.row, "disclosure", _missing_disclosure(piece.line.cell("disclosure")))


def _require_like(
    question: Question, known: CodebookField, compartment: str | None, disclosure: str | None, findings: Problems
) -> None:
    """A question with the name of a codebook field is that field, or the numbers of a release would mix two things."""
    if known.compartment not in COMPARTMENTS:
        reason = f"{known.id} is a field of the codebook that no questionnaire asks; choose another name"
        findings.refuse(SHEET, question.row, "name", reason)
        return
    if compartment not in (None, known.compartment):
        _refuse_other(question, "compartment", known.compartment, findings)
    if disclosure not in (None, known.cls):
        wanted = next(word for word, letter in CLASSES.items() if letter == known.cls)
        _refuse_other(question, "disclosure", wanted, findings)
    kind = KINDS.get(known.type, known.type)
    if question.kind != kind:
        _refuse_other(question, "type", kind, findings)
    elif question.list_name != known.list and kind != "repeat":
        _refuse_other(question, "type", f"a choice of the list {known.list}", findings)
    if kind == "repeat":
        _require_same_pieces(question, findings)


def _refuse_other(question: Question, column: str, wanted: str, findings: Problems) -> None:
    reason = f"{question.name} is a field of the codebook, where this is {wanted}; write that or choose another name"
    findings.refuse(SHEET, question.row, column, reason)


def _require_same_pieces(question: Question, findings: Problems) -> None:
    shipped = Form.load().value["fields"].get(question.name, {}).get("pieces", ())
    wanted = [(piece["id"], piece["type"], piece.get("list")) for piece in shipped]
    if [(one.name, piece_type(one), one.list_name) for one in question.pieces] != wanted:
        named = ", ".join(name for name, _, _ in wanted) or "none that a questionnaire can ask"
        _refuse_other(question, "type", f"a repeat of {named}", findings)


def piece_type(piece: Question) -> str:
    """The type as a definition names it: lists that are searched are codes."""
    searched = {"select": "code", "multi": "multi_code"}
    return searched.get(piece.kind, piece.kind) if piece.list_name in ELSEWHERE else piece.kind
