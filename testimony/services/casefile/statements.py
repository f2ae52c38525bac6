"""Lay out statements and translations for a case file: sentence by sentence, side by side, each in its own script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from testimony.domain.testimony.redaction import Burner, Segments
from testimony.errors import N_
from testimony.services.casefile.language import Data, Row, Speech, facts, theirs
from testimony.services.casefile.redacted_text import Account, Passage

METHODS: Final = {
    "person": N_("by a person who reads both languages"),
    "interpreter": N_("told by an interpreter and written down"),
    "machine_checked": N_("by a machine on this computer, and read against the original by a person"),
}

LEFT_OUT: Final = N_(
    "Translations from the interview that are not in this copy, because words of the original were blacked out: "
    "%(number)s"
)


def blocks(accounts: Iterable[Account], burner: Burner, speech: Speech) -> list[Data]:
    """All accounts: translations made at a desk next to their originals, those of the interview below."""
    return [block for account in accounts for block in _account(account, burner, speech)]


def _account(account: Account, burner: Burner, speech: Speech) -> list[Data]:
    said_in = spoken(N_("As it was said, in %(language)s"), account.original, speech)
    if not account.beside:
        words = {"kind": "words", "words": paragraphs(account.original)}
        found: list[Data] = [{"kind": "note", "words": said_in}, words]
    else:
        translated = [spoken(N_("Translation into %(language)s"), one, speech) for one in account.beside]
        rows = [
            [_cell(words, one, speech) for one, words in zip(columns, row, strict=True)]
            for columns in [(account.original, *account.beside)]
            for row in zip(*(one.sentences for one in columns), strict=True)
        ]
        found = [{"kind": "beside", "heads": [said_in, *translated], "rows": rows}]
        found.append(facts([_translator(one, burner, speech) for one in account.beside], speech))
    for one in account.apart:
        said_in = spoken(N_("Translation from the interview into %(language)s"), one, speech)
        found += [{"kind": "note", "words": said_in}, {"kind": "words", "words": paragraphs(one)}]
    if account.left_out:
        found.append({"kind": "note", "words": speech.own(speech.say(LEFT_OUT, number=account.left_out))})
    return found


def _cell(words: Segments, passage: Passage, speech: Speech) -> Data:
    return (
        theirs(words, passage.lang, passage.dir) if words != ("",) else speech.own(speech.say(N_("not translated yet")))
    )


def paragraphs(passage: Passage) -> list[Data]:
    """Sentences one after the other; a new line in the witness's text begins a new paragraph."""
    found: list[list[str | None]] = []
    for number, words in enumerate(passage.sentences):
        if number in passage.breaks or not found:
            found.append([])
        found[-1] += [" ", *words] if found[-1] else words
    return [theirs(tuple(one), passage.lang, passage.dir) | {"whole": True} for one in found]


def spoken(sentence: str, passage: Passage, speech: Speech) -> Data:
    """`sentence` with the name of the language that the passage is in."""
    return speech.own(speech.say(sentence, language=speech.language(passage.lang)))


def _translator(one: Passage, burner: Burner, speech: Speech) -> Row:
    how = speech.say(METHODS.get(one.method, one.method))
    signed = speech.say(N_("Signed by %(name)s on %(day)s"), name=speech.person(one.signer), day=speech.day(one.day))
    values: list[str | Data] = [how, *([theirs(burner.burn(one.translator))] if one.translator else []), signed]
    if not one.complete:
        values.append(speech.say(N_("This translation is not finished.")))
    return speech.say(N_("Translation into %(language)s"), language=speech.language(one.lang)), values
