"""List the annexes to a complaint: statements, translations and pictures, with numbers, hashes and their testimony."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from testimony.canonical import sha256_hex
from testimony.errors import N_
from testimony.sealing.parts.manifest import Manifest
from testimony.services.casefile.casefile import Exhibit
from testimony.services.casefile.document import picture
from testimony.services.casefile.language import Data, Row, Speech, facts
from testimony.services.casefile.redacted_text import Passage
from testimony.services.casefile.statements import METHODS, paragraphs, spoken

STATEMENT: Final = N_("Statement as it was said, in %(language)s")
TRANSLATION: Final = N_("Translation of it into %(language)s")
INTERVIEWED: Final = N_("Translation from the interview into %(language)s")


@dataclass(frozen=True, kw_only=True)
class Annex:
    """`what`: in words. `bundle`: its number in the index of the case file, from 1. `hashes`: (of what, SHA-256)."""

    number: int
    what: str
    bundle: int
    tid: str
    blocks: tuple[Data, ...]
    hashes: tuple[tuple[str, str], ...]


def annexes(exhibits: tuple[Exhibit, ...], speech: Speech) -> list[Annex]:
    """All annexes, numbered from 1, in bundle order."""
    found = [(place, one, *each) for place, one in enumerate(exhibits, 1) for each in _exhibit_annexes(one, speech)]
    return [
        Annex(number=number, what=what, bundle=place, tid=one.opened.tid, blocks=tuple(blocks), hashes=tuple(hashes))
        for number, (place, one, what, blocks, hashes) in enumerate(found, 1)
    ]


def index_of(found: list[Annex], speech: Speech) -> Data:
    """Each annex with its number in the index of the case file, and the hash by which it is found there."""
    heads = [N_("Annex"), N_("What it is"), N_("No. in the case file"), N_("Testimony"), N_("Hash (SHA-256)")]
    rows = [[str(one.number), one.what, str(one.bundle), one.tid[:8], one.hashes[0][1]] for one in found]
    return {"kind": "hashes", "heads": [speech.say(one) for one in heads], "rows": rows}


def section_of(one: Annex, speech: Speech) -> Data:
    """An annex as it is typeset: its place in the bundle, its hashes, and its content."""
    rows: list[Row] = [
        (speech.say(N_("What it is")), [one.what]),
        (speech.say(N_("In the case file")), [speech.say(N_("No. %(number)s of its index"), number=one.bundle)]),
        (speech.say(N_("Number of the testimony")), [one.tid]),
        *((label, [speech.own(sha256) | {"small": True}]) for label, sha256 in one.hashes),
    ]
    title = speech.say(N_("Annex %(number)s"), number=one.number)
    where = {"title": speech.say(N_("Where it is found")), "blocks": [facts(rows, speech)]}
    whole = speech.say(N_("Annex %(number)s: %(what)s"), number=one.number, what=one.what)
    return {"title": whole, "sections": [where, {"title": title, "blocks": list(one.blocks)}]}


def _exhibit_annexes(exhibit: Exhibit, speech: Speech) -> Iterator[tuple[str, list[Data], list[tuple[str, str]]]]:
    sealed = _sealed(exhibit.manifest, "narrative", speech)
    for account in exhibit.accounts:
        yield _caption(STATEMENT, account.original, speech), [_words(account.original)], sealed
        for one in account.beside:
            record = (speech.say(N_("Signed record of the translation")), one.record)
            how = [speech.say(METHODS.get(one.method, one.method)), speech.person(one.signer), speech.day(one.day)]
            note: Data = {"kind": "note", "words": speech.own(" · ".join(how))}
            yield _caption(TRANSLATION, one, speech), [note, _words(one)], [record]
        for one in account.apart:
            yield _caption(INTERVIEWED, one, speech), [_words(one)], sealed
    for number, png in exhibit.pictures.items():
        caption = speech.say(N_("Picture %(number)s"), number=number)
        copy = (speech.say(N_("The picture as it is in this file")), sha256_hex(png))
        yield caption, [picture(png, caption)], [*_pieces(exhibit, number, speech), copy]


def _caption(sentence: str, passage: Passage, speech: Speech) -> str:
    return str(spoken(sentence, passage, speech)["words"][0])


def _words(passage: Passage) -> Data:
    return {"kind": "words", "words": paragraphs(passage)}


def _sealed(manifest: Manifest, part: str, speech: Speech) -> list[tuple[str, str]]:
    """The hashes of a part in the signed list, which are also in the case file and in an archive."""
    entry = manifest.part(part)
    told = [] if entry is None else [(N_("Commitment"), entry.commit), (N_("Sealed body (SHA-256)"), entry.body)]
    return [(speech.say(label), sha256) for label, sha256 in told]


def _pieces(exhibit: Exhibit, number: int, speech: Speech) -> list[tuple[str, str]]:
    gallery = exhibit.opened.gallery
    item = next((one.item for one in gallery.media if one.number == number), None) if gallery else None
    return [each for part in (item.parts if item else ()) for each in _sealed(exhibit.manifest, part, speech)]
