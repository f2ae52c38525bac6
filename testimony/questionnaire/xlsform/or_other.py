"""`or_other` after a list: the list gets the code `other`, and a question after it asks for the words."""

from __future__ import annotations

from testimony.questionnaire import labels
from testimony.questionnaire.xlsform.headings import Line

OTHER = "other"
SPELLINGS = ("or other", "or specify other")
LONGEST_NAME = 40 - len(f"_{OTHER}")
TOO_LONG = f"or_other asks for the words in a question NAME_{OTHER}; write a name of at most {LONGEST_NAME} letters"


def is_spelling(rest: str) -> bool:
    """Whether `rest`, what follows the list in a type, is or_other in one of its spellings."""
    return " ".join(rest.lower().replace("_", " ").split()) in SPELLINGS


def label(lang: str) -> str:
    """What the code `other` is called, as in the codebook; in English where the program does not know the language."""
    return labels.option_label("place_kind", OTHER, lang)


def question_of_words(line: Line, *, in_repeat: bool) -> Line:
    """The row of the question after `line`. Its words can name somebody, so only lawyers read them.

    `in_repeat`: it is sealed with its repeat, which says who reads it.
    """
    name, compartment = line.cell("name"), line.cell("compartment").lower()
    cells = {
        "type": "text",
        "name": f"{name}_{OTHER}",
        "relevant": f"selected(${{{name}}}, '{OTHER}')",
        "required": line.cell("required"),
    }
    if not in_repeat:
        cells |= {"compartment": "identity" if compartment == "identity" else "narrative", "disclosure": "direct"}
    said = {lang: f"{text} ({label(lang)})" for lang, text in line.texts["label"].items()}
    return Line(row=line.row, cells=cells, texts={use: said if use == "label" else {} for use in line.texts})
