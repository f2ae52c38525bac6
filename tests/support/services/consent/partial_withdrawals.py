"""Testimonies with a known withdrawal code, and annexes that this code signs."""

from __future__ import annotations

from collections.abc import Sequence

from testimony.domain.consent.events import Act, ConsentEvent
from testimony.domain.consent.purposes import Purpose
from testimony.sealing.records.signatures import Signer
from testimony.sealing.roster.chain import RosterChain
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.demo import demo
from testimony.services.enrolment.organisation import Organisation
from testimony.services.intake.intake import take_in
from testimony.station.station import Station
from tests.support.services.batches import NOW, told
from tests.support.services.desks import TODAY

SEED = bytes(range(32))


CODE = Signer(SEED)


def sealed_with(
    organisation: Organisation, code: Signer = CODE, *, number: int = 0, also: Sequence[str] = ("P12-border-news",)
) -> SealedTestimony:
    account = {**told(number, ("P01", "P04", "P06", "P07")), "also": also}
    chain = RosterChain(organisation.root, [organisation.roster])
    key = code.public_keys[0].pub.hex()
    return demo.seal_invented(organisation, chain, account, number=number, taken_down=NOW, withdraw=key)


def bring(station: Station, sealed: SealedTestimony) -> str:
    outcome = take_in(station, demo.incoming(sealed))
    assert {status.status for status in outcome.statuses} == {"stored"}
    return str(sealed.record.value["tid"])


def event(purpose: Purpose, recipient: str, act: Act = Act.WITHDRAW, number: int = 0) -> ConsentEvent:
    life = 24 if act is Act.GRANT else None
    name = f"{number:032x}"
    return ConsentEvent(id=name, act=act, purpose=purpose, recipient=recipient, day=TODAY, life_months=life)
