"""What the logs of a fleet said at any time: each may only grow, and every root that it ever had is remembered here."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from testimony import canonical
from testimony.sealing.log import merkle
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.station.station import Station
from testimony.store.models.log import OWN, LogHead


@dataclass(frozen=True)
class Seen:
    """A head that the station `kid` signed: `size` entries of its log in `epoch` had this `root`."""

    kid: str
    epoch: str
    size: int
    root: str


@dataclass
class Lineage:
    """One log from its first entry, for as long as nobody put an older home in its place. `roots[n]`: of n entries."""

    kid: str
    epochs: list[str]
    leaves: list[bytes] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    roots: list[str] = field(default_factory=list)

    def agrees(self, seen: Seen) -> bool:
        """Whether the head may be of this log: it says the same, or what this one cannot know."""
        known = seen.kid == self.kid and seen.epoch in self.epochs and seen.size <= len(self.leaves)
        return not known or merkle.root(self.leaves[: seen.size]).hex() == seen.root

    def grow(self, entries: list[bytes]) -> None:
        """These are all its entries now. What was there before must still be there."""
        leaves = [merkle.leaf_hash(entry) for entry in entries]
        assert leaves[: len(self.leaves)] == self.leaves, "a log forgot, or tells another story"
        running = merkle.RunningRoot()
        self.roots = [running.root().hex()]
        for leaf in leaves:
            running.add(leaf)
            self.roots.append(running.root().hex())
        self.refs = [_ref(entry) for entry in entries]
        self.leaves = leaves


class Lineages:
    """`now[name]` is the lineage of the station that is called so; `ever` are those of before too.

    `shown`: what a hostile central signed besides, for others to see.
    """

    def __init__(self) -> None:
        self.now: dict[str, Lineage] = {}
        self.ever: list[Lineage] = []
        self.shown: list[Lineage] = []

    def show(self, station: Station) -> None:
        """This is a copy of a station whose log goes another way. It does not grow any more."""
        with station.database.reading() as session:
            made = Lineage(station.kid, [custody_log.epoch(session)])
            made.grow([entry for _, entry in custody_log.entries(session, 0, custody_log.size(session))])
        self.shown.append(made)

    def begin(self, name: str, station: Station) -> None:
        """An older or another home was put in the place of this station's."""
        self.now[name] = Lineage(station.kid, [])
        self.ever.append(self.now[name])
        self.watch(name, station)

    def watch(self, name: str, station: Station) -> None:
        """Raise where the station's log did anything but grow, or its signed head is of something else."""
        lineage = self.now[name]
        with station.database.reading() as session:
            root, epoch, size = custody_log.root(session), custody_log.epoch(session), custody_log.size(session)
            if size > len(lineage.leaves) or not lineage.roots:
                lineage.grow([entry for _, entry in custody_log.entries(session, 0, size)])
        assert (size, root) == (len(lineage.leaves), lineage.roots[-1]), "a log went back, or tells another story"
        if lineage.epochs[-1:] != [epoch]:
            lineage.epochs.append(epoch)

    def with_root(self, kid: str, size: int, root: str) -> list[Lineage]:
        """The logs of the key `kid` that had this root when they were so long."""
        return [one for one in self.ever if one.kid == kid and size < len(one.roots) and one.roots[size] == root]

    def of_epoch(self, kid: str, epoch: str) -> list[Lineage]:
        """Also those that were shown and are not true."""
        return [one for one in (*self.ever, *self.shown) if one.kid == kid and epoch in one.epochs]

    def is_true(self, kid: str, seen: Seen) -> bool:
        """Whether the log of the station `kid` ever was so."""
        found = self.with_root(kid, seen.size, seen.root) if seen.kid == kid else []
        return any(seen.epoch in one.epochs for one in found)

    def seen(self, station: Station, note: str) -> Seen:
        kid, head = split_view.verified(station.chain, note)
        return Seen(kid, head.epoch, head.size, head.root.hex())

    def seen_by(self, station: Station) -> list[Seen]:
        """Every head of a central that this station read up to, was told of, or keeps as evidence."""
        with station.database.reading() as session:
            notes = session.scalars(select(LogHead.checkpoint).where(LogHead.log != OWN)).all()
        return [self.seen(station, note) for note in notes]


def _ref(entry: bytes) -> str:
    return str(canonical.decode_object(entry)["ref"])
