"""A ledger that lacks entries: forged ones, and central brought back from a backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from testimony.domain.incidents.events import NOWHERE
from testimony.services.consent import acts as consent_acts
from testimony.services.continuity import restart
from testimony.services.continuity.errors import CentralRestored
from tests.support.services.release.ledgers import TODAY, Coordinators, LedgerDesk
from tests.support.sync.homes import restored


def forge(at: LedgerDesk, content: dict[str, Any], audiences: tuple[str, ...] = ("coordinators",)) -> str:
    """An annex that this desk's reader signed, whatever it says."""
    record, items = consent_acts.seal_content(
        at.station.chain.latest, at.reader, NOWHERE, content, day=TODAY, audiences=audiences
    )
    consent_acts.keep(at.station, at.reader, items, [("said", record.id)], TODAY)
    return record.id


def put_back(world: Coordinators, copy: Path, first: LedgerDesk) -> None:
    """Central from a backup; `first` delivers before its operator lets readers read again."""
    first.central = restored(world, first.central, copy, backup=True)
    with pytest.raises(CentralRestored):
        first.exchange()
    with first.central.database.transaction() as session:
        restart.resume(first.central, session)
