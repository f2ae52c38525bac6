"""Central with twenty field nodes, each of which was heard of in its own way; and its application."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from testimony.sealing.records.signatures import Signer
from testimony.services.continuity import restart
from testimony.services.intake import rejections
from testimony.services.monitoring import heartbeats
from testimony.station.station import Station
from testimony.store.state.nodes import NodeRow
from tests.support.sync.world import World, device, heard_on

NUMBER = 20
GOOD = {
    "software": "0.9.0", "form": "camp-interview@1", "until": "2099-01-01", "roster": 1, "wordings": 3,
    "waiting": 0, "media": 0, "free": 12_400, "floor": 32,
}  # fmt: skip


class Twenty(World):
    """`kids` by the names node-1 … node-20. Troubles are given to some by `trouble`."""

    def __init__(self, folder: Path) -> None:
        self.others = {f"node-{number}": Signer.generate() for number in range(2, NUMBER + 1)}
        super().__init__(folder)
        self.kids = {"node-1": self.station.kid} | {name: signer.kid for name, signer in self.others.items()}

    def roster_value(self) -> dict[str, Any]:
        value = super().roster_value()
        value["devices"] = [one for one in value["devices"] if one["id"] != "node-2"]
        value["devices"] += [device(name, signer, "node") for name, signer in self.others.items()]
        return value

    def heard_of(self, central: Station) -> None:
        """All but node-20 spoke today, nothing is wrong with them."""
        for number, kid in enumerate(list(self.kids.values())[:-1]):
            heartbeats.note(central, kid, GOOD | {"waiting": number}, created=_now())

    def trouble(self, central: Station) -> None:
        """node-3: silent. node-5: marked. node-7: full. node-9: refused. node-11: its clock. node-13: its roster.

        node-15: its certificate. node-16: lacks records. node-17 came by a stick, and nothing is wrong with it.
        """
        today = date.fromisoformat(central.today())
        with central.database.transaction() as session:
            marked = NodeRow(node=self.kids["node-5"], quarantine="two", quarantined_since=today.isoformat())
            session.merge(marked)
            silent = (today - timedelta(days=8)).isoformat()
            session.merge(heard_on(silent, self.kids["node-3"], waiting=41))
            session.merge(heard_on("2020-01-01", self.kids["node-17"]))
        heartbeats.note(central, self.kids["node-7"], GOOD | {"free": 12}, created=_now())
        rejections.note(central, [("a" * 64, "signer.inactive"), ("b" * 64, "signer.inactive")], by=self.kids["node-9"])
        heartbeats.note(central, self.kids["node-11"], GOOD, created=_now() + 7_200)
        heartbeats.note(central, self.kids["node-13"], GOOD | {"roster": 9}, created=_now())
        soon = (today + timedelta(days=5)).isoformat()
        heartbeats.note(central, self.kids["node-15"], GOOD | {"until": soon}, created=_now())
        heartbeats.note(central, self.kids["node-16"], GOOD | {"lacking": 2}, created=_now())
        heartbeats.note_carried(central, self.kids["node-17"], day=today.isoformat(), waiting=12)


def after_a_restoration(central: Station) -> None:
    with central.database.transaction() as session:
        restart.begin(central, session, "e" * 32)


def _now() -> int:
    from datetime import UTC, datetime

    return int(datetime.now(UTC).timestamp())
