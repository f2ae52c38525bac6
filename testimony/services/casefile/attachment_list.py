"""The attachments that a case file names: what each is, whom it concerns, and its hash. The files go beside the PDF."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from testimony.domain.consent.purposes import Key
from testimony.domain.review.attachment import Signed, Sort
from testimony.domain.testimony.redaction import Burner
from testimony.errors import N_
from testimony.services.casefile.language import Data, Row, Speech, facts, theirs
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.review import attachments
from testimony.station.station import Station

SORTS: Final[Mapping[Sort, str]] = {
    Sort.MEDICAL: N_("Medical report"),
    Sort.LETTER: N_("Letter"),
    Sort.PHOTOGRAPH: N_("Photograph"),
    Sort.OTHER: N_("Something else"),
}


def of_file(station: Station, annexes: AnnexIndex, case: Key, tids: Collection[str]) -> tuple[Signed, ...]:
    """Those of the case as a whole, and those that concern one of `tids`; the oldest first."""
    found = attachments.read(station, annexes).within(case)
    return tuple(one for one in reversed(found) if not one.tid or one.tid in tids)


def section(found: Sequence[Signed], tids: Sequence[str], burner: Burner, speech: Speech) -> list[Data]:
    """A section of its own, or none. Words that are burnt out of the file are burnt out of the titles too."""
    if not found:
        return []
    rows = [_row(one, tids, burner, speech) for one in found]
    note: Data = {
        "kind": "note",
        "words": speech.own(
            speech.say(N_("These files are handed out beside this one. A file is the same if its SHA-256 is."))
        ),
    }
    return [{"title": speech.say(N_("Attachments")), "blocks": [note, facts(rows, speech)]}]


def _row(one: Signed, tids: Sequence[str], burner: Burner, speech: Speech) -> Row:
    file = one.file
    about = speech.say(N_("The case as a whole"))
    if one.tid:
        about = f"{speech.say(N_('Testimony'))} {tids.index(one.tid) + 1}"
    said = [speech.say(SORTS[file.sort]), about]
    said += [speech.day(file.made)] if file.made else []
    said += [speech.say(N_("Bytes: %(number)s"), number=file.size), f"SHA-256: {file.sha256}"]
    return theirs(burner.burn(file.title)), said
