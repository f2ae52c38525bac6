"""The lawyers' notes as texts for the search of the list."""

from __future__ import annotations

from collections.abc import Mapping

from testimony.domain.testimony import note
from testimony.services.inbox.search import Text
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review import notes
from testimony.station.station import Station


def by_testimony(
    station: Station, reader: Reader, annexes: AnnexIndex, manifests: Mapping[str, str]
) -> dict[str, tuple[Text, ...]]:
    """The notes that stand on testimonies of `manifests` (testimony -> manifest). `reader`: a lawyer; `annexes`:
    refreshed before.
    """
    noted = {one.tid for one in annexes.of_kind(note.KIND)} & manifests.keys()
    return {
        tid: tuple(
            Text.from_text(said.lang, said.text)
            for one in notes.notes_on(station, reader, annexes, tid, manifests[tid]).notes
            if not one.struck
            for said in one.texts
        )
        for tid in noted
    }
