"""Opens what the phone sealed, in Python, with a reader's key: the twin's word on the browser's work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from testimony.errors import CannotOpen
from testimony.sealing import media, testimony
from testimony.sealing.keyfile import KeyFile
from testimony.sealing.manifest import is_media
from testimony.sealing.records import SignedRecord
from testimony.sealing.roster import RosterChain
from testimony.services import collect
from testimony.services.station import Station


class Reader:
    """Holds an opening key and looks into a station's home."""

    def __init__(self, home: Path, chain: RosterChain, key_file: Path, passphrase: str) -> None:
        self.home = home
        self.chain = chain
        self.key = KeyFile.open(key_file.read_bytes(), passphrase).opening

    def manifests(self) -> list[SignedRecord]:
        """The testimonies that the station holds."""
        with Station.open(self.home) as station, station.database.reading() as session:
            return [record for _, record in collect.records_of_kind(session, "manifest")]

    def refusals(self) -> int:
        """How many refusals the station counted."""
        with Station.open(self.home) as station, station.database.reading() as session:
            return sum(collect.refusals_by_day(session).values())

    def open(self, record: SignedRecord, audience: str) -> dict[str, Any]:
        """The content of every part of `record` that `audience` may open with this key."""
        opened = self._contents(record, audience, lambda part: not is_media(part))
        return {part: json.loads(content) for part, content in opened.items()}

    def media(self, record: SignedRecord, audience: str) -> list[tuple[media.Item, bytes]]:
        """Every recording and picture of `record` with its bytes, in the order of their list."""
        opened = self._contents(record, audience, is_media)
        if media.LIST not in opened:
            return []
        manifest = testimony.verify_manifest(record, self.chain)
        items = media.read_list(opened[media.LIST], manifest)
        return [(item, b"".join(opened[part] for part in item.parts)) for item in items]

    def _contents(self, record: SignedRecord, audience: str, wanted: Callable[[str], bool]) -> dict[str, bytes]:
        """The bytes of every part that is wanted and opens with this key."""
        opened = {}
        with Station.open(self.home) as station, station.database.reading() as session:
            for entry in testimony.verify_manifest(record, self.chain).parts:
                if audience not in entry.heads or not wanted(entry.part):
                    continue
                head = collect.read_head(station, session, entry.heads[audience])
                body = collect.read_body(station, entry.body)
                try:
                    part = testimony.open_part(record, entry.part, audience, head, body, key=self.key, chain=self.chain)
                except CannotOpen as error:
                    assert error.reason == "not_for_you"  # noqa: PT017
                    continue
                opened[entry.part] = part.content
        return opened
