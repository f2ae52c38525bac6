"""The lawyers' notes and private labels as texts for the search of the list."""

from __future__ import annotations

from collections.abc import Mapping

from testimony.domain.review import label
from testimony.domain.testimony import note
from testimony.services.inbox.search import Text
from testimony.services.opening.annexes import AnnexIndex
from testimony.services.opening.reader import Reader
from testimony.services.review import notes, private_labels
from testimony.station.station import Station


def by_testimony(
    station: Station, reader: Reader, annexes: AnnexIndex, manifests: Mapping[str, str]
) -> dict[str, tuple[Text, ...]]:
    """The notes and the labels that stand on testimonies of `manifests` (testimony -> manifest). `reader`: a lawyer;
    `annexes`: refreshed before.
    """
    written = {one.tid for kind in (note.KIND, label.KIND) for one in annexes.of_kind(kind)} & manifests.keys()
    return {
        tid: (*_notes(station, reader, annexes, tid, manifests[tid]), _label(station, annexes, tid, manifests[tid]))
        for tid in written
    }


def _notes(station: Station, reader: Reader, annexes: AnnexIndex, tid: str, manifest: str) -> list[Text]:
    return [
        Text.from_text(said.lang, said.text)
        for one in notes.notes_on(station, reader, annexes, tid, manifest).notes
        if not one.struck
        for said in one.texts
    ]


def _label(station: Station, annexes: AnnexIndex, tid: str, manifest: str) -> Text:
    return Text.from_text(note.UNKNOWN, private_labels.labels_of(station, annexes, tid, manifest).text)
