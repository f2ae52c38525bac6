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
MACHINE, NO_MACHINE = N_("With the help of a machine: yes"), N_("With the help of a machine: no")
WHOLE: Final = N_("Complete: every sentence of the original is translated.")
UNFINISHED: Final = N_("This translation is not finished.")


def blocks(accounts: Iterable[Account], burner: Burner, speech: Speech) -> list[Data]:
    """All accounts: translations made at a desk next to their originals, those of the interview below."""
    return [block for account in accounts for block in _account(account, burner, speech)]


def _account(account: Account, burner: Burner, speech: Speech) -> list[Data]:
    said_in = spoken(N_("As it was said, in %(language)s"), account.original, speech)
    if not account.beside:
        words = {"kind": "words", "id": account.original.id, "words": numbered(account.original)}
        found: list[Data] = [{"kind": "note", "words": said_in}, words]
    else:
        translated = [spoken(N_("Translation into %(language)s"), one, speech) for one in account.beside]
        rows = [
            [_cell(words, one, speech) for one, words in zip(columns, row, strict=True)]
            for columns in [(account.original, *account.beside)]
            for row in zip(*(one.sentences for one in columns), strict=True)
        ]
        starts = _starts(account.original)
        beside: Data = {"kind": "beside", "heads": [said_in, *translated], "rows": rows}
        beside |= {"id": account.original.id, "starts": [row in starts for row in range(len(rows))]}
        found = [beside, facts([_certificate(account.original, one, burner, speech) for one in account.beside], speech)]
    for one in account.apart:
        found += _apart(account.original, one, speech)
    if account.left_out:
        found.append({"kind": "note", "words": speech.own(speech.say(LEFT_OUT, number=account.left_out))})
    return found


def _apart(original: Passage, one: Passage, speech: Speech) -> list[Data]:
    """A translation from the interview, with the numbers of its original if it keeps the paragraphs."""
    said = numbered(one)
    is_kept = len(said) == len(numbered(original))
    notes = [speech.say(N_("Translation from the interview into %(language)s"), language=speech.language(one.lang))]
    notes.append(speech.say(N_("It was written at the interview, and nobody certified it.")))
    if not is_kept:
        own = N_("It does not keep the paragraphs of the original, so its paragraphs have numbers of their own.")
        notes.append(speech.say(own))
    words: Data = {"kind": "words", "words": said} | ({"like": original.id} if is_kept else {})
    return [{"kind": "note", "words": speech.own(" ".join(notes))}, words]


def _cell(words: Segments, passage: Passage, speech: Speech) -> Data:
    return (
        theirs(words, passage.lang, passage.dir) if words != ("",) else speech.own(speech.say(N_("not translated yet")))
    )


def _starts(passage: Passage) -> frozenset[int]:
    """The sentences that begin a paragraph: every one of a text in one piece, which nobody could cite otherwise."""
    return passage.breaks | {0} if passage.breaks - {0} else frozenset(range(len(passage.sentences)))


def numbered(passage: Passage) -> list[Data]:
    """The paragraphs to which a case file gives numbers."""
    return paragraphs(passage, _starts(passage))


def paragraphs(passage: Passage, starts: frozenset[int] | None = None) -> list[Data]:
    """Sentences one after the other; a new line in the witness's text, or one of `starts`, begins a new paragraph."""
    found: list[list[str | None]] = []
    for number, words in enumerate(passage.sentences):
        if number in (passage.breaks if starts is None else starts) or not found:
            found.append([])
        found[-1] += [" ", *words] if found[-1] else words
    return [theirs(tuple(one), passage.lang, passage.dir) | {"whole": True} for one in found]


def spoken(sentence: str, passage: Passage, speech: Speech) -> Data:
    """`sentence` with the name of the language that the passage is in."""
    return speech.own(speech.say(sentence, language=speech.language(passage.lang)))


def _certificate(original: Passage, one: Passage, burner: Burner, speech: Speech) -> Row:
    """Who translated, from which language into which, how, when, and whether it is all of it."""
    languages = {"original": speech.language(original.lang), "language": speech.language(one.lang)}
    said: list[str | Data] = [speech.say(N_("From %(original)s into %(language)s"), **languages)]
    said += [
        _translator(one, burner, speech),
        speech.say(METHODS.get(one.method, one.method)),
        speech.say(MACHINE if one.method == "machine_checked" else NO_MACHINE),
        speech.say(WHOLE if one.complete and ("",) not in one.sentences else UNFINISHED),
        speech.say(N_("Signed by %(name)s on %(day)s"), name=speech.person(one.signer), day=speech.day(one.day)),
    ]
    record = speech.say(N_("Signed record of the translation"))
    said.append(speech.own(f"{record} (SHA-256): {one.record}") | {"small": True})
    return speech.say(N_("Translator’s certificate")), said


def _translator(one: Passage, burner: Burner, speech: Speech) -> Data:
    """The translator, by the name that was written down, or else who signed the translation."""
    name = burner.burn(one.translator) if one.translator else (speech.person(one.signer),)
    return speech.own("") | {"words": [speech.say(N_("Translator:")) + " ", *name]}
