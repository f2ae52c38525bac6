"""Opens what the phone sealed, in Python, with a reader's key: the twin's word on the browser's work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testimony.sealing.errors import CannotOpen
from testimony.sealing.keys.key_file import KeyFile
from testimony.sealing.parts.manifest import is_media
from testimony.sealing.parts.part import OpenedPart
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony import testimony
from testimony.sealing.testimony.annex import open_annex
from testimony.sealing.testimony.media import LIST, Item, read_list, require_piece
from testimony.services.records import queries as record_queries
from testimony.services.startup import open_station
from testimony.station.station import Station


@dataclass(frozen=True)
class Known:
    """What a station held before a test began."""

    records: frozenset[str] = frozenset()
    refusals: int = 0

    @classmethod
    def at(cls, home: Path) -> Known:
        with open_station(home) as station, station.database.reading() as session:
            held = record_queries.records_of_kind(session, "manifest")
            counted = sum(record_queries.refusals_by_day(session).values())
            return cls(frozenset(record.id for _, record in held), counted)


NOTHING = Known()


class Reader:
    """Holds an opening key and looks into a station's home; what was `known` before is not told again."""

    def __init__(self, home: Path, chain: RosterChain, key_file: Path, passphrase: str, known: Known = NOTHING) -> None:
        self.home = home
        self.known = known
        self.chain = chain
        self.key = KeyFile.open(key_file.read_bytes(), passphrase).opening

    def manifests(self) -> list[SignedRecord]:
        """The testimonies that the station holds."""
        with open_station(self.home) as station, station.database.reading() as session:
            held = [record for _, record in record_queries.records_of_kind(session, "manifest")]
        return [record for record in held if record.id not in self.known.records]

    def refusals(self) -> int:
        """How many refusals the station counted."""
        with open_station(self.home) as station, station.database.reading() as session:
            return sum(record_queries.refusals_by_day(session).values()) - self.known.refusals

    def said(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """(testimony, events) of what annexes for lawyers say about consents."""
        return [(tid, content["events"]) for tid, content in self._annexes() if content["kind"] == "consent"]

    def requests(self) -> list[tuple[str, str]]:
        """(testimony, text) of requests to find a testimony that is to be withdrawn."""
        return [(tid, content["text"]) for tid, content in self._annexes() if content["kind"] == "withdrawal-request"]

    def _annexes(self) -> list[tuple[str, dict[str, Any]]]:
        """(testimony, content) of the annexes for lawyers."""
        with open_station(self.home) as station, station.database.reading() as session:
            found = []
            for _, record in record_queries.records_of_kind(session, "annex"):
                part = record.value["part"]
                head = record_queries.read_head(station, session, part["heads"]["lawyers"])
                body = record_queries.read_body(station, part["body"])
                opened = open_annex(record, head, body, key=self.key, chain=self.chain)
                found.append((str(opened.header["tid"]), json.loads(opened.content)))
            return found

    def open(self, record: SignedRecord, audience: str) -> dict[str, Any]:
        """The content of every part of the text of `record` that `audience` may open with this key."""
        opened = {}
        with open_station(self.home) as station:
            for entry in testimony.verify_manifest(record, self.chain).parts:
                if audience not in entry.heads or is_media(entry.part):
                    continue
                try:
                    opened[entry.part] = json.loads(self._part(station, record, entry.part, audience).content)
                except CannotOpen as error:
                    assert error.reason == "not_for_you"  # noqa: PT017
        return opened

    def media(self, record: SignedRecord, audience: str) -> list[tuple[Item, bytes]]:
        """Every recording and picture of `record`, joined from its pieces as its list says."""
        with open_station(self.home) as station:
            manifest = testimony.verify_manifest(record, self.chain)
            listed = manifest.part(LIST)
            if listed is None or audience not in listed.heads:
                return []
            items = read_list(self._part(station, record, LIST, audience).content, manifest)
            return [(item, self._joined(station, record, item, audience)) for item in items]

    def _joined(self, station: Station, record: SignedRecord, item: Item, audience: str) -> bytes:
        opened = [self._part(station, record, part, audience) for part in item.parts]
        return b"".join(require_piece(item, place, piece) for place, piece in enumerate(opened))

    def _part(self, station: Station, record: SignedRecord, part: str, audience: str) -> OpenedPart:
        entry = testimony.verify_manifest(record, self.chain).part(part)
        assert entry is not None
        with station.database.reading() as session:
            head = record_queries.read_head(station, session, entry.heads[audience])
            body = record_queries.read_body(station, entry.body)
        return testimony.open_part(record, part, audience, head, body, key=self.key, chain=self.chain)
