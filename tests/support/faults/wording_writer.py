"""A station that keeps the recordings of a bundle and says aloud which ones it kept, until somebody cuts its power.

python -m tests.support.faults.wording_writer HOME BUNDLE [careless]: the names go to standard output, one a line.
`careless` leaves out what makes files last, to show that the test would notice.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from testimony.canonical import sha256_hex
from testimony.sealing.records.records import SignedRecord
from testimony.services.startup import open_station
from testimony.services.wordings import wordings
from testimony.store.files import durable
from testimony.sync.wire.frames import read_frames


def main(home: str, bundle: str, *careless: str) -> None:
    with open_station(Path(home)) as station, Path(bundle).open("rb") as source:
        if careless:
            durable.sync_file = durable.sync_folder = lambda _: None
        for frame in read_frames(source):
            if frame.kind == "record" and (record := SignedRecord.decode(frame.payload)).kind == "wording":
                wordings.keep(station, record)
                os.write(1, f"{record.id}\n".encode())
            elif frame.kind == "object":
                wordings.keep_clip(station, frame.payload)
                os.write(1, f"{sha256_hex(frame.payload)}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
