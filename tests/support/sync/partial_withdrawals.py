"""An annex that a withdrawal code signed, and how a station takes it in."""

from __future__ import annotations

from testimony.sealing.records.signatures import Signer
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.annex import SealedAnnex
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from tests.support.sync.world import PARTS, World, tid_of

CODE = Signer.generate()


def coded(world: World) -> SealedTestimony:
    key = CODE.public_keys[0].pub.hex()
    return world.seal({part: Content("application/json", b"{}") for part in PARTS}, withdraw=key)


def said(world: World, sealed: SealedTestimony) -> SealedAnnex:
    return annex.seal_annex(
        b'{"kind":"consent","events":[]}',
        tid=tid_of(sealed),
        day="2026-11-24",
        roster=world.chain.latest.sha256,
        audiences={name: (world.chain.recipients(name), 4) for name in ("coordinators", "lawyers", "recovery")},
        signer=CODE,
        by_code=True,
    )


def take(station: Station, one: SealedAnnex) -> set[str]:
    objects = (*one.part.heads.values(), one.part.body)
    items = [Incoming("record", one.record.encode()), *(Incoming("object", data) for data in objects)]
    return {status.rule or status.status for status in take_in(station, items).statuses}
