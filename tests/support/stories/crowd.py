"""Invented testimonies in numbers, of one class, sealed in Python and handed in at the node as a phone does."""

from __future__ import annotations

import itertools
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from testimony import canonical
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.sync.wire.frames import Frame, read_frames, write_frames

CLASS = {"i_segment": "HRV-BIH:north", "i_from": "HRV", "i_to": "BIH"}  # 2022, adults: the class of cases 1 and 2
VIOLENCE = (["beat"], ["beat", "insult"], ["kick", "gun_fired"], ["dog", "insult"], ["insult", "drive"], ["none"])
"""Taken in turn. Of twelve people: force 6, insults 6, firearms 2, dogs 2, driving 2, to which case 2 adds a third."""
PEOPLE = tuple(itertools.product(("a18to24", "a25to34", "a35to44"), ("m", "f"), ("SYR", "IRQ", "MAR")))
PURPOSES = ("P01", "P06", "P07")


def seal(made: Organisation, numbers: range) -> Iterator[SealedTestimony]:
    """One sealed testimony for each number, no two of the same person."""
    chain, now = RosterChain(made.root, [made.roster]), datetime.now(UTC)
    for number in numbers:
        yield demo.seal_invented(made, chain, _told(number), number=number, taken_down=now, withdraw=None)


def hand_in(url: str, *sealed: SealedTestimony) -> None:
    """Deliver them to the node at `url`, in one batch; it must store all of each and sign for it."""
    incoming = [item for one in sealed for item in demo.incoming(one)]
    body = write_frames(Frame(item.kind, item.payload) for item in incoming)
    with urllib.request.urlopen(urllib.request.Request(f"{url}/sync/batch", data=body), timeout=60) as answer:
        frames = list(read_frames(answer.read()))
    said = Counter(canonical.decode_object(frame.payload)["status"] for frame in frames if frame.kind == "status")
    assert said == {"stored": len(incoming)}, said
    assert [frame.kind for frame in frames].count("record") == len(sealed)


def _told(number: int) -> dict[str, Any]:
    base = demo.invented()[4]
    age, gender, nationality = PEOPLE[number]
    person = {"w_age": age, "w_gender": gender, "w_nat": nationality}
    event = {"i_date": f"2022-{1 + number % 3:02}-10", **CLASS, "v_acts": VIOLENCE[number % len(VIOLENCE)]}
    return {**base, "purposes": PURPOSES, "incident": {**base["incident"], **person, **event}}
