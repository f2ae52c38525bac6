"""Others who see central's log, for tests: heads that an authority stamps, and that a partner cosigns."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final
from unittest import mock

from testimony.sealing.log import cosignature, timestamp, witness_records
from testimony.sealing.log.cosignature import Witness
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.services.custody import log as custody_log
from testimony.services.roster import adoption as roster_adoption
from testimony.services.witnesses import witnesses
from testimony.station.station import Station
from tests.support.sealing.timestamp_authority import Authority

PARTNER: Final = Signer(b"\2" * 32)
WITNESS: Final = Witness("partner.example/w1", PARTNER.public_keys[0])
AT: Final = 1795608000
"""2026-11-25T12:00:00Z"""


def head(central: Station) -> str:
    """What an authority is to stamp now, whatever the day."""
    with central.database.reading() as session:
        note = witnesses.note_to_stamp(central, session, anew=True)
    assert note is not None
    return note


def stamp(central: Station, authority: Authority, note: str = "") -> None:
    """As it comes over the network; `note`: the head that was asked for, if not the one that there is now."""
    note = note or head(central)
    query = timestamp.ask(hashlib.sha256(note.encode()).digest(), bytes(16))
    witnesses.keep_stamp(central, note, query, authority.reply(query), authority.roots)


def cosign(central: Station, witness: Witness = WITNESS, signer: Signer = PARTNER, at: int = AT) -> None:
    """The head as it is now, as a partner's file brings it."""
    with central.database.reading() as session:
        note = custody_log.checkpoint(central.signer, session)
    witnesses.take_cosigned(central, cosignature.add(note, witness, signer, at))


def cosigned_by_nobody(central: Station) -> SignedRecord:
    """A record that central signed, with a line under the partner's name that the partner did not sign."""
    with central.database.reading() as session:
        note = custody_log.checkpoint(central.signer, session)
    line = cosignature.add(note, WITNESS, Signer.generate(), AT)
    return witness_records.cosigned(note=line, day=central.today(), signer=central.signer)


def named(station: Station, record: SignedRecord) -> None:
    """The next roster comes to a station, one that names the partner for example."""
    with station.database.transaction() as session:
        assert roster_adoption.adopt(station, session, record)


def ahead(station: Station, days: int) -> str:
    """The day that is so many days after today."""
    return (date.fromisoformat(station.today()) + timedelta(days)).isoformat()


@contextmanager
def on(day: str) -> Iterator[None]:
    """Every station's clock says this day."""
    with mock.patch.object(Station, "today", return_value=day):
        yield
