"""An entry of the ledger that nobody can open any more."""

from __future__ import annotations

from testimony import canonical
from testimony.domain.incidents.events import NOWHERE
from testimony.domain.ledger.acts import Act, Entry
from testimony.sealing.age.recipients import OpeningKey
from testimony.sealing.testimony.annex import seal_annex
from testimony.services.intake.intake import take_in
from testimony.services.opening.reader import Reader
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.services.release.ledgers import TODAY


def to_a_lost_key(station: Station, reader: Reader) -> str:
    """An entry that a coordinator signed, sealed to a key that is nowhere any more; the name of its record."""
    content = Entry(act=Act.AUXILIARY, day=TODAY, said={"members": ("ab" * 16,)}).to_value()
    assert reader.signer is not None
    sealed = seal_annex(
        canonical.encode(content), tid=NOWHERE, day=TODAY.isoformat(), roster=station.chain.latest.sha256,
        audiences={"coordinators": ([OpeningKey.generate().recipient], 4)}, signer=reader.signer,
    )  # fmt: skip
    items = [Incoming("record", sealed.record.encode())]
    items += [Incoming("object", data) for data in (*sealed.part.heads.values(), sealed.part.body)]
    take_in(station, items, outbound=True)
    return sealed.record.id
