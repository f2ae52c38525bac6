"""What exchanges leave in the small tables of a node, of central and of a desk: over the network, and by stick."""

from __future__ import annotations

from pathlib import Path

from testimony.services.custody import log as custody_log
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.store.models.base import Base
from testimony.sync.bundle.report import ImportReport
from testimony.sync.client.exchange import exchange
from tests.support.sync.removable_media import answer, bring_file, export, lawyer
from tests.support.sync.world import World, bring, tid_of, to

DAY = "2026-11-24"
COLUMNS = {
    "centrals": ("central", "epoch", "offered", "lawyers_read", "forked_since"),
    "clocks": ("name",),
    "deliveries": ("tid", "node"),
    "link": ("exchanged", "clock_ahead", "metered", "media_once"),
    "log_readers": ("kid", "read", "asked"),
    "node_incarnations": ("node", "incarnation", "size", "first", "last"),
    "node_states": ("node", "day", "carried", "clock", "waiting", "media"),
    "nodes": ("node", "incarnation", "quarantine", "offered"),
    "outbox": ("record", "urgency", "arrival", "delivered", "dropped", "text_delivered", "pieces_there"),
    "outbox_state": ("day", "arrival"),
    "quotas": ("kid", "kind", "number"),
    "standing": ("quarantined_since", "told_size"),
    "tombstones": ("subject", "withdrawal", "shredded", "swept"),
}
"""Table -> what of its rows is looked at."""
Rows = dict[str, list[tuple[object, ...]]]


EMPTY: Rows = {"tombstones": [("tid of back", "withdrawal", False, True)], "link": [(DAY, None, None, None)]}
"""What a station has that learnt of the withdrawal and read central's log to its end."""


def outbox(pieces: int) -> Rows:
    """Everything delivered but what was taken back. `pieces` of the recording are known to be at central."""
    return {
        "outbox": [
            ("back", 1, 4, False, False, False, 0),
            ("media", 1, 3, True, False, True, pieces),
            ("text", 1, 2, True, False, True, 0),
            ("withdrawal", 0, 5, True, False, True, 0),
        ]
    }


BROUGHT: Rows = {
    "clocks": [("nodes",)],
    "deliveries": [(f"tid of {name}", "node") for name in ("back", "media", "text")],
    "tombstones": EMPTY["tombstones"],
}
"""What central has after a node's delivery, however it came."""


class Three:
    """A node that a phone brought a text, a recording, and a testimony whose witness took it back; central; a desk."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world, self.folder = world, folder
        self.node, self.central, self.desk = world.node(), world.central(), world.desk()
        text, media, back = world.testimony(), world.with_media(), world.testimony()
        bring(self.node, text, media, back)
        withdrawal = world.withdraw(back)
        take_in(self.node, [Incoming("record", withdrawal.encode())])
        self.names = {
            **{one.record.id: name for one, name in ((text, "text"), (media, "media"), (back, "back"))},
            **{tid_of(one): f"tid of {name}" for one, name in ((text, "text"), (media, "media"), (back, "back"))},
            withdrawal.id: "withdrawal",
            self.node.kid: "node",
            self.central.kid: "central",
            world.lawyer_signer.kid: "lawyer",
        }
        for station, name in ((self.node, "node's"), (self.central, "central's")):
            with station.database.reading() as session:
                self.names[custody_log.epoch(session)] = name

    def exchange(self) -> None:
        exchange(self.node, to(self.central, self.world.station))
        exchange(self.desk, to(self.central, self.world.lawyer_signer), audience="lawyers")

    def carry(self) -> list[ImportReport]:
        """Node to central and back, desk to central and back."""
        (there,) = export(self.node, self.folder / "there")
        reports = [bring_file(self.central, there)]
        (back,) = answer(self.central, self.folder / "back", "node-1")
        reports.append(bring_file(self.node, back))
        (there,) = export(self.desk, self.folder / "desk", signer=self.world.lawyer_signer)
        reports.append(bring_file(self.central, there))
        (back,) = answer(self.central, self.folder / "desk-back", "lawyer-a")
        return [*reports, bring_file(self.desk, back, lawyer(self.world))]

    def rows(self, station: Station) -> Rows:
        """Table -> its rows, with names in place of hashes; tables without a row are left out."""
        found = {name: sorted(self._rows(station, name, columns), key=repr) for name, columns in COLUMNS.items()}
        return {name: rows for name, rows in found.items() if rows}

    def _rows(self, station: Station, name: str, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
        table = Base.metadata.tables[name]
        with station.database.reading() as session:
            rows = [
                tuple(row._mapping[table.c[column]] for column in columns) for row in session.execute(table.select())
            ]
        return [tuple(self.names.get(str(value), value) for value in row) for row in rows]
