"""After shredding nothing of a testimony is in any file of a home: no key, no head, no body, no word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from testimony.sealing.age import age
from testimony.sealing.testimony.media import Medium, cut
from testimony.sealing.testimony.testimony import Content, SealedTestimony
from testimony.services.withdrawal import suspension
from testimony.station.station import Station
from testimony.store.models.records import ObjectRow
from tests.support.canaries.search import search
from tests.support.services import clocks
from tests.support.services.world import PARTS, World, take, tid_of

CANARY = "Wetterleuchten bei Tovarnik 1743"
PIECE = 64
"""Bytes that are looked for, out of each head and body: a page of the database may cut them anywhere."""


def told(world: World) -> SealedTestimony:
    """With a recording, and a word that no other file holds."""
    contents = {part: Content("application/json", f'{{"said":"{CANARY}"}}'.encode()) for part in PARTS}
    voice = Medium(kind="voice", type="audio/webm", data=CANARY.encode() * 9000, seconds=9)
    key = world.code.public_keys[0].pub.hex()
    return world.seal(contents | cut([voice]), withdraw=key)


def secrets_of(world: World, sealed: SealedTestimony, station: Station) -> dict[str, bytes]:
    """What must not be found, by what it is. Heads as they came, and as the database keeps them."""
    shred_key = station.shred_keys.find(tid_of(sealed))
    assert shred_key is not None
    found = {"shred key": shred_key, "shred key in hex": shred_key.hex().encode(), "manifest": sealed.record.data[:200]}
    for part in sealed.parts:
        file_key = age.open_head(part.heads["lawyers"], world.lawyer_a)
        found |= {f"file key of {part.part}": file_key, f"its hex of {part.part}": file_key.hex().encode()}
        found[f"body of {part.part}"] = part.body[100 : 100 + PIECE]
        found |= {f"head of {part.part} for {to}": head[-PIECE:] for to, head in part.heads.items()}
    with station.database.reading() as session:
        wanted = select(ObjectRow.name, ObjectRow.sealed).where(ObjectRow.subject == tid_of(sealed))
        kept = [(name, row) for name, row in session.execute(wanted) if row is not None]
    return found | {
        f"kept {name} at {at}": row[at : at + 32] for name, row in kept for at in range(0, len(row) - 32, 997)
    }


def found_in(home: Path, secrets: dict[str, bytes]) -> list[str]:
    files = {file.name: file.read_bytes() for file in home.rglob("*") if file.is_file()}
    return [f"{name}: {what}" for name, data in files.items() for what, secret in secrets.items() if secret in data]


@pytest.mark.parametrize("role", ["field", pytest.param("central", marks=pytest.mark.sqlite_file), "desk"])
@pytest.mark.parametrize("by_witness", [True, False])
def test_nothing_is_left_in_any_file(
    world: World, monkeypatch: pytest.MonkeyPatch, role: str, by_witness: bool
) -> None:
    station: Callable[[], Station] = {"field": world.node, "central": world.central, "desk": world.desk}[role]
    opened = station()
    sealed = told(world)
    take(opened, sealed, world.testimony())
    secrets = secrets_of(world, sealed, opened)
    home = opened.settings.home
    before = found_in(home, secrets)
    assert any("shred key in hex" in one for one in before), "the search finds what is there"
    assert any("body of media-002" in one for one in before)
    assert any("kept " in one for one in before)
    take(opened, world.withdrawal(sealed, signer=None if by_witness else world.device))
    if not by_witness:
        later = (date.fromisoformat(opened.today()) + timedelta(14)).isoformat()
        clocks.agree(monkeypatch, later)
        clocks.run_for(monkeypatch, timedelta(14))
        assert suspension.sweep(opened) == 1
    assert found_in(home, secrets) == []
    assert search([home], [CANARY]) == []
    opened.close()
    assert found_in(home, secrets) == []


def test_single_heads_that_the_witness_withdrew_are_in_no_file_either(world: World, node: Station) -> None:
    sealed = told(world)
    take(node, sealed)
    gone = {part.part: part.heads["coordinators"] for part in sealed.parts if "coordinators" in part.heads}
    with node.database.reading() as session:
        wanted = select(ObjectRow.name, ObjectRow.sealed).where(ObjectRow.audience == "coordinators")
        kept = {f"kept {name}": row[:32] for name, row in session.execute(wanted) if row is not None}
    assert len(kept) == len(gone)
    assert len(found_in(node.settings.home, kept)) >= len(kept)
    names = [part["heads"]["coordinators"] for part in sealed.record.value["parts"] if part["part"] in gone]
    take(node, world.withdrawal(sealed, scope=names))
    assert found_in(node.settings.home, kept) == []
