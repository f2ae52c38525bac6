"""What must hold in a fleet after every single step: nothing withdrawn is served, receipts are true, logs only grow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from testimony import canonical
from testimony.sealing.log import checkpoint, merkle
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements import statements
from testimony.sealing.statements.statements import Receipt
from testimony.services.continuity import epochs
from testimony.services.continuity.errors import CentralRestored
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.gaps import HASH_ONLY, Gaps
from testimony.services.custody.merkle_log import MerkleLog
from testimony.services.delivery import bundle_contents, outbox
from testimony.services.feed import missing_media
from testimony.services.feed.feed import Asker
from testimony.services.records import bulk_read, media_counts
from testimony.services.records import queries as record_queries
from testimony.services.records.media_counts import Piece
from testimony.services.records.validation import WITHDRAWALS
from testimony.services.tracking import record_status
from testimony.station.station import Station
from testimony.store.errors import PartDamaged
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, ReceiptRow, RecordRow, TombstoneRow
from testimony.sync.client.exchange import ExchangeReport
from testimony.sync.server.server import piece_of_feed, require_served
from testimony.sync.wire.frames import Frame, read_frames
from tests.support.sync.fleet import DESKS, File, Fleet
from tests.support.sync.lineages import Lineage
from tests.support.sync.supply import Told

WHOLE = ("code", "early")


@dataclass(frozen=True)
class Forbidden:
    """What a station knows that it may not serve. `gone`: destroyed; `hidden`: also what is only held back; `heads`."""

    gone: tuple[Told, ...]
    hidden: tuple[Told, ...]
    heads: frozenset[str]

    @property
    def records(self) -> set[str]:
        """Whoever may contest what is only held back sees its manifest."""
        return {told.id for told in self.gone}

    @property
    def kept_back(self) -> set[str]:
        """Of what is held back nothing goes on to anybody."""
        return {told.id for told in self.hidden}

    @property
    def names(self) -> set[str]:
        return self.heads.union(*(told.posted.names for told in self.hidden))


class Sight:
    """One look at a station's tables."""

    def __init__(self, fleet: Fleet, name: str) -> None:
        self.name, self.station = name, fleet.stations[name]
        with self.station.database.reading() as session:
            self.records = dict(session.execute(_RECORDS).all())
            self.objects: dict[str, dict[str, int]] = {}
            for record, one, held in session.execute(_OBJECTS):
                self.objects.setdefault(record, {})[one] = held
            self.stones = dict(session.execute(_STONES).all())
            self.outbox = {row[0]: row[1:] for row in session.execute(_OUTBOX)}
            self.receipts = session.execute(_RECEIPTS).all()
        self.forbidden = self._forbidden(fleet)

    def _forbidden(self, fleet: Fleet) -> Forbidden:
        """By the records that lie here, whatever the station made of them."""
        gone, hidden, heads = [], [], set()
        for told in fleet.all_told():
            if any(told.by_witness[how].id in self.records for how in WHOLE):
                gone.append(told)
            elif told.by_worker.id in self.records and not self._is_void(told):
                hidden.append(told)
            for how, scope in told.scopes.items():
                if told.by_witness[how].id in self.records:
                    heads |= scope
        return Forbidden(tuple(gone), (*gone, *hidden), frozenset(heads))

    def _is_void(self, told: Told) -> bool:
        return all(contest.id in self.records for contest in told.contests.values())


_RECORDS = select(RecordRow.name, RecordRow.progress)
_OBJECTS = select(ObjectRow.record, ObjectRow.name, ObjectRow.held)
_STONES = select(TombstoneRow.subject, TombstoneRow.shredded)
_OUTBOX = select(OutboxRow.record, OutboxRow.delivered, OutboxRow.dropped, OutboxRow.text_delivered)
_RECEIPTS = select(ReceiptRow.record, ReceiptRow.station, ReceiptRow.data)


class Watch:
    """Looks at a fleet after every step, at what changed since the step before."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.sights: dict[str, Sight] = {}
        self.marks: dict[str, object] = {}
        self.read: dict[bytes, Receipt] = {}  # receipts whose signature was good

    def require_all(self, *, proofs: bool = False) -> None:
        """Everything that is said here. `proofs`: of every station, and what its own proofs of inclusion prove."""
        fleet = self.fleet
        new = [name for name in fleet.stations if self._changed(name) or proofs]
        for name in new:
            self.sights[name] = Sight(fleet, name)
            fleet.lineages.watch(name, fleet.stations[name])
        for name in new:
            require_nothing_withdrawn_is_served(self.sights[name])
            require_one_story(fleet, self.sights[name])
            if name in (*fleet.nodes, *DESKS):
                require_delivered(self, self.sights[name])
        if new:
            require_true_receipts(self, set(new), proofs=proofs)

    def receipt(self, data: bytes, by: str) -> Receipt:
        """Verified by the key of the station `by`."""
        if data not in self.read:
            keys = self.fleet.stations[by].signer.public_keys
            self.read[data] = statements.verify_receipt(SignedRecord.decode(data), keys)
        return self.read[data]

    def _changed(self, name: str) -> bool:
        """A station writes nothing without its database; how many testimonies there are says what to look for."""
        home = self.fleet.home / name
        files = [file.stat() for file in sorted(home.glob("testimony.db*")) if not file.name.endswith("-shm")]
        mark = [
            (id(self.fleet.stations[name]), len(self.fleet.told)),
            *((one.st_size, one.st_mtime_ns) for one in files),
        ]
        if not files:
            mark.append(self._last_transaction(name))
        before, self.marks[name] = self.marks.get(name), mark
        return before != mark

    def _last_transaction(self, name: str) -> tuple[int, int]:
        """On a server without a file of its own: it counts those of all its databases."""
        with self.fleet.stations[name].database.reading() as session:
            return (
                0,
                int(session.scalars(select(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), String))).one()),
            )


# Nothing withdrawn is served.


def require_nothing_withdrawn_is_served(sight: Sight) -> None:
    station, forbidden = sight.station, sight.forbidden
    if not forbidden.names:
        return
    with station.database.reading() as session:
        for told in forbidden.hidden:
            _require_hidden(station, session, told)
        for told in forbidden.gone:
            if told.id in sight.records:
                _require_gone(station, session, told)
        for head in forbidden.heads:
            assert record_queries.read_head(station, session, head) is None, "a head that was taken back"
        _require_not_offered(session, forbidden)
    if sight.name == "central":
        _require_not_fed(station, forbidden)


def _require_hidden(station: Station, session: Session, told: Told) -> None:
    """At every door that gives anything of a testimony."""
    held = record_queries.parts_of(session, told.id)
    assert not any(item.held for item in held)
    assert all(record_queries.read_head(station, session, item.name) is None for item in held if item.audience)
    assert not list(bulk_read.sealed_objects(station, session, told.id, told.posted.names))
    wanted = [Piece(told.id, item.part) for item in held if item.part.startswith("media")]
    assert not any(given.objects for given in missing_media.give(station, session, wanted))
    assert not any(piece.record == told.id for piece in media_counts.lacking(session, missing_media.AUDIENCE))
    found = record_status.find(station, session, [told.id])
    assert all(place.place == "withdrawn" for place in found.values())


def _require_gone(station: Station, session: Session, told: Told) -> None:
    """And destroyed: no key, no file, no bytes of the record."""
    assert not record_queries.is_served(session, told.tid)
    assert station.shred_keys.find(told.tid) is None
    assert record_queries.record_of(session, told.id) is None
    for part in told.sealed.parts:
        assert record_queries.read_body(station, canonical.sha256_hex(part.body)) is None


def _require_not_offered(session: Session, forbidden: Forbidden) -> None:
    offered = {item.name for item in outbox.waiting(session)} | set(outbox.with_media_waiting(session))
    offered |= set(bundle_contents.texts(session, everything=True)) | set(
        bundle_contents.with_media(session, everything=True)
    )
    assert not offered & forbidden.kept_back


def _require_not_fed(central: Station, forbidden: Forbidden) -> None:
    for role in ("lawyer", "coordinator"):
        require_free_of(read_feed(central, Asker(kid="0" * 16, role=role)), forbidden)


def read_feed(central: Station, asker: Asker) -> list[Frame]:
    """All that a reader would be given who begins now; nothing while readers wait."""
    try:
        require_served(central, asker)
    except CentralRestored:
        return []
    found: list[Frame] = []
    after, size = 0, 1
    while after < size:
        frames, end = piece_of_feed(central, asker, after)
        found += frames
        after, size = end["next"], end["size"]
    return found


def require_free_of(frames: Iterable[Frame], forbidden: Forbidden) -> None:
    for frame in frames:
        if frame.kind == "record":
            assert SignedRecord.decode(frame.payload).id not in forbidden.records, "a manifest that was withdrawn"
        elif frame.kind == "object":
            assert canonical.sha256_hex(frame.payload) not in forbidden.names, "an object that was withdrawn"


def require_clean(fleet: Fleet, files: Iterable[File]) -> None:
    """What was just written on a stick holds nothing that its writer knew to be withdrawn."""
    for file in files:
        require_free_of(read_frames(file.data), Sight(fleet, file.by).forbidden)


def require_withdrawals_there(fleet: Fleet, name: str) -> None:
    """After a whole exchange central knows of every withdrawal that is known at `name`, also one that was restored."""
    central, here = (_withdrawals(fleet.stations[each]) for each in ("central", fleet.node_of(name)))
    assert here <= central


def _withdrawals(station: Station) -> set[str]:
    with station.database.reading() as session:
        return set(session.scalars(select(RecordRow.name).where(RecordRow.kind.in_(WITHDRAWALS))))


# Logs, and mirrors of central's.


def require_one_story(fleet: Fleet, sight: Sight) -> None:
    """What is mirrored here central once showed, in the epoch that is followed; an alarm is on only with a proof."""
    station, kid = sight.station, fleet.stations["central"].kid
    with station.database.reading() as session:
        assert not split_view.is_forked(station.chain, session) or fleet.holds_a_lie(sight.name), (
            "an alarm, and nobody lied"
        )
        if sight.name == "central":
            return
        epoch = epochs.followed(session, kid)
        mirrored = select(LogLeaf.leaf).where(LogLeaf.log == kid).order_by(LogLeaf.no)
        leaves = list(session.scalars(mirrored))
        note = custody_log.mirror_head(session, kid)
    if leaves:
        stories = fleet.lineages.of_epoch(kid, epoch)
        assert any(story.leaves[: len(leaves)] == leaves for story in stories)
        head = checkpoint.verify(note, custody_log.origin(kid), custody_log.centrals(station.chain)[kid])
        assert (head.size, head.root, head.epoch) == (len(leaves), merkle.root(leaves), epoch)


def require_noticed(fleet: Fleet, name: str, said: Gaps) -> None:
    """Whatever central's log names and central still has is here, or the station says that it is lacking."""
    station, central = fleet.stations[fleet.node_of(name)], fleet.stations["central"]
    named = {one.ref for one in (*said.left_out, *said.unconfirmed, *said.destroyed)}
    hashes = {one.position for one in said.left_out if one.kind == HASH_ONLY}
    with station.database.reading() as session:
        mirror = select(LogLeaf.no, LogLeaf.entry, LogLeaf.ref).where(LogLeaf.log == central.kid)
        entries = session.execute(mirror).all()
        here = set(session.scalars(select(RecordRow.name)))
    refs = {ref for _, entry, ref in entries if entry is not None}
    with central.database.reading() as session:
        held = {ref for ref in record_queries.records_of(session, refs) if ref not in here}
    assert held <= named, "central's log names it, and nobody says that it is lacking"
    if name in DESKS:
        assert {no for no, entry, _ in entries if entry is None} == hashes


def require_told(fleet: Fleet, name: str, report: ExchangeReport | None) -> None:
    """After an exchange that no error stopped: what is lacking is named, and so is what others saw of central's log and
    this station did not. What it read of an honest central is central's log.
    """
    if report is None:
        return
    require_noticed(fleet, name, report.pulled.gaps)
    name = fleet.node_of(name)
    log, central = fleet.log_of_central(name), fleet.log_of_central("central")
    for head in fleet.heard.get(name, ()):
        assert log.agrees(head), "two stories, and nobody says so"
        behind = head.size - len(log.leaves) if head.epoch in log.epochs else 0
        assert report.pulled.kept_back >= behind, "others were shown more, and nobody says so"
    if name not in fleet.lies:
        assert log.epochs == central.epochs
        read = central.leaves[: len(log.leaves)]  # last in an exchange, central may log that it serves readers again
        assert log.leaves == read, "another log than central's, and no alarm"


# Receipts.


def require_true_receipts(watch: Watch, changed: set[str], *, proofs: bool) -> None:
    """Those that phones, nodes and desks hold, given by any of the machines that `changed`."""
    fleet = watch.fleet
    for by, data in fleet.given:
        said = watch.receipt(data, by)
        _require_true(watch, said, {by} & changed, proofs=proofs)
    for sight in watch.sights.values():
        for about, kid, data in sight.receipts:
            by = {name for name in fleet.stations if fleet.stations[name].kid == kid}
            said = watch.receipt(data, min(by))
            assert said.record == about
            _require_true(watch, said, by & changed, proofs=proofs)


def _require_true(watch: Watch, said: Receipt, by: set[str], *, proofs: bool) -> None:
    """Of its giver's log as it was then, and of what is there, or lawfully is no more."""
    assert said.durable
    lineages = watch.fleet.lineages
    logs = lineages.with_root(said.station, said.log_size, said.root)
    assert logs, "a receipt of a log that never was"
    assert said.record in logs[0].refs[: said.log_size] or not said.parts, "signed for, and not in the log"
    for name in by:
        if any(log is lineages.now[name] for log in logs):
            _require_there(watch.sights[name], said)
            if proofs:
                _require_included(watch.fleet.stations[name], said, lineages.now[name])


def _require_there(sight: Sight, said: Receipt) -> None:
    assert said.record in sight.records, "signed for, and not here"
    held = sight.objects.get(said.record, {})
    dropped = bool(sight.outbox.get(said.record, (False, False, False))[1])
    gone = sight.records[said.record] == Progress.SHREDDED
    for name in said.parts:
        state = held[name]
        lawful = (
            state in (Held.HELD, Held.SUSPENDED)
            or (state == Held.DROPPED and dropped)
            or (state == Held.WITHDRAWN and (gone or name in sight.forbidden.names))
        )
        assert lawful, f"signed for, and {Held(state).name} at {sight.name}"


def _require_included(station: Station, said: Receipt, log: Lineage) -> None:
    """By the station's own proofs, under the head that it signs now."""
    with station.database.reading() as session:
        tree, now = MerkleLog(session, OWN), custody_log.size(session)
        head = checkpoint.verify(
            custody_log.checkpoint(station.signer, session),
            custody_log.origin(station.kid),
            station.signer.public_keys[0],
        )
        if 0 < said.log_size < now:
            steps = custody_log.consistency(session, said.log_size, now)
            merkle.verify_consistency(said.log_size, now, bytes.fromhex(said.root), head.root, steps)
        if said.record in log.refs:
            place = log.refs.index(said.record)
            merkle.verify_inclusion(log.leaves[place], place, now, tree.inclusion(place, now), head.root)


def require_delivered(watch: Watch, sight: Sight) -> None:
    """What counts as delivered has a receipt of the log that is followed; what was dropped had one for all of it."""
    kid = watch.fleet.stations["central"].kid
    with sight.station.database.reading() as session:
        epoch = epochs.followed(session, kid)
    given = {about: watch.receipt(data, "central") for about, by, data in sight.receipts if by == kid}
    for name, (delivered, dropped, text) in sight.outbox.items():
        if not (delivered or text):
            continue
        said = given[name]
        logs = watch.fleet.lineages.with_root(kid, said.log_size, said.root)
        now = watch.fleet.lineages.now["central"]
        there = any(log is now or epoch in log.epochs for log in logs)
        assert dropped or there, "delivered, to a store that is no more"


def require_readable(fleet: Fleet) -> None:
    """Every head and body that counts as held comes back from the disk."""
    for name in fleet.stations:
        sight = Sight(fleet, name)
        with sight.station.database.reading() as session:
            for record, held in sight.objects.items():
                names = {one for one, state in held.items() if state == Held.HELD}
                found = dict(bulk_read.sealed_objects(sight.station, session, record, names))
                assert None not in found.values(), PartDamaged
