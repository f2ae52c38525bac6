"""A fleet in one process: phones, two nodes and a clone, central, two desks; bad links, sticks and old copies."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select

from testimony import canonical
from testimony.domain.time import Clock, Clocks
from testimony.errors import NotDelivered
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.services.continuity import epochs, reoffer
from testimony.services.custody import log as custody_log
from testimony.services.custody import split_view
from testimony.services.custody.errors import LogForked, LogWentBack
from testimony.services.delivery import outbox
from testimony.services.intake.intake import take_in
from testimony.services.records.types import Incoming
from testimony.services.records.validation import WITHDRAWALS
from testimony.services.startup import begin_anew, open_station
from testimony.services.withdrawal import endings, shredding
from testimony.station.station import INCARNATION, JOURNAL, Station
from testimony.store.models.log import OWN, LogLeaf
from testimony.store.models.outbox import OutboxRow
from testimony.store.models.records import Held, ObjectRow, Progress, RecordRow
from testimony.sync.bundle.report import ImportReport
from testimony.sync.client.exchange import ExchangeReport, exchange
from testimony.sync.errors import BundleRefused, StationUnreachable
from testimony.sync.http.adaptive_batch import Pace
from testimony.sync.http.channel import Answer, InProcess
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame
from testimony.sync.wire.selection import UNNAMED
from tests.support.sync.lies import CHANGES, Altered, Lie, Replay, Shadow, change_of, remembered
from tests.support.sync.lineages import Lineage, Lineages, Seen
from tests.support.sync.manipulations import NAMED
from tests.support.sync.removable_media import answer, bring_bytes, coordinator, export, lawyer
from tests.support.sync.supply import Posted, Supply, Told
from tests.support.sync.world import ADDRESS, api, waiting

STATIONS = {"node": "field", "node-2": "field", "central": "central", "desk": "desk", "desk-2": "desk"}
NODES, DESKS, CLONE = ("node", "node-2"), ("desk", "desk-2"), "clone"
KEPT = ("node", "node-2", "central")
"""Of whose homes somebody makes copies."""
READERS = {"desk": lawyer, "desk-2": coordinator}
LATER = date(2029, 1, 1)
"""When keeping has ended for the first testimony."""
IDS = {"node": "node-1", "node-2": "node-2", "desk": "lawyer-a", "desk-2": "coordinator"}
AUDIENCES = {"desk": "lawyers", "desk-2": "coordinators"}
ROUNDS = 10
SMALL = 3_000
OK, LOST, NEVER = "ok", "lost", "never"
"""A request arrives and is answered; arrives, and its answer does not; does not arrive."""
PASSED_BY = frozenset({"gap", "restored"})
"""Why an answer on a stick may be of no use: one before it was never brought, or central was restored since."""
HERE = (Held.HELD, Held.SUSPENDED)
ALARMS = (LogForked, LogWentBack)
"""What a station says of a central whose log is not what it was."""


class Link:
    """The way to a station, whose fate the test holds: `fates` are taken by the next requests in turn."""

    def __init__(self, station: Station) -> None:
        self.channel = InProcess(api(station).test_client())
        self.fates: deque[str] = deque()

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        fate = self.fates.popleft() if self.fates else OK
        if fate == NEVER:
            raise StationUnreachable(url=ADDRESS)
        answer = self.channel.send(method, url, headers, body)
        if fate == LOST:
            raise StationUnreachable(url=ADDRESS)
        return answer


class Narrow(Pace):
    """A link on which no batch is ever larger than this."""

    @property
    def batch_bytes(self) -> int:
        return SMALL


@dataclass(frozen=True)
class File:
    """What lies on a stick, and for whom. `honest`: nothing in it is withdrawn as far as its writer knew."""

    data: bytes
    by: str
    to: str
    honest: bool = True


@dataclass
class Fleet:
    """`outboxes[phone]` are testimonies and refusals without a receipt; `given` the receipts that phones got, by whom.

    `told` are the numbers of all that were ever made; `said[number]` in which ways their witnesses took them back;
    `passed_on` those that a lawyer withdrew, `contested` who says that this was false, `used` whose annex a node took.
    `ended`: at some station the day came on which keeping ends for the first testimony.
    `suspicious`: a node was copied or put back whole, so that central may mark it.
    `lies`: what central does to whom, until it behaves again. `heard[name]`: heads that somebody told this station,
    and that it could not compare yet. `alarmed`: who says that central's log is not what it was.
    """

    supply: Supply
    told: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)
    said: dict[int, set[str]] = field(default_factory=dict)
    passed_on: set[int] = field(default_factory=set)
    contested: dict[int, set[str]] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    given: list[tuple[str, bytes]] = field(default_factory=list)
    sticks: list[File] = field(default_factory=list)
    copied: dict[str, set[str]] = field(default_factory=dict)
    ended: bool = False
    suspicious: bool = False
    lies: dict[str, Lie] = field(default_factory=dict)
    heard: dict[str, list[Seen]] = field(default_factory=dict)
    alarmed: set[str] = field(default_factory=set)
    memory: dict[str, dict[str, Answer]] = field(default_factory=dict)
    shadows: list[Station] = field(default_factory=list)
    narrow: bool = False
    opened: int = 0

    def __post_init__(self) -> None:
        self.world = self.supply.world
        self.home = self.supply.folder / "fleet"
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.supply.folder / "blank", self.home)
        self.outboxes: dict[str, list[Posted]] = {"phone-a": [], "phone-b": []}
        self.stations: dict[str, Station] = {}
        self.links: dict[str, Link] = {}
        self.lineages = Lineages()
        for name in STATIONS:
            self._open(name)
            self.lineages.begin(name, self.stations[name])

    def node_of(self, name: str) -> str:
        """The clone as long as there is none is the node that it will be of."""
        return name if name in self.stations else "node"

    @property
    def nodes(self) -> list[str]:
        return [name for name in (*NODES, CLONE) if name in self.stations]

    # What people do.

    def seal(self, phone: str) -> None:
        number = len(self.told)
        self.told.add(number)
        self.outboxes[phone].append(self.supply.pool[number].posted)

    def refuse(self, phone: str) -> None:
        """Somebody says no, and is counted."""
        number = len(self.refused)
        self.refused.add(number)
        self.outboxes[phone].append(self.supply.refusals[number])

    def deliver(self, phone: str, node: str, what: str = "all", *, heard: bool = True) -> None:
        """All of the phone's outbox, or of it all `text` or `media`; what the node signs for whole is dropped.

        Not `heard`: the answers are lost, so that the same goes to another node one day.
        """
        for posted in list(self.outboxes[phone]):
            with suppress(NotDelivered):
                if self._deliver(self.node_of(node), posted, what) and heard:
                    self.outboxes[phone].remove(posted)

    def _deliver(self, node: str, posted: Posted, what: str) -> bool:
        objects = {"all": posted.text + posted.pieces, "text": posted.text, "media": posted.pieces}[what]
        frames = [Frame("record", posted.record.encode()), *(Frame("object", data) for data in objects)]
        gone: set[str] = set()
        whole = False
        for frame in Transport(ADDRESS, None, channel=self.links[node], pause=lambda _: None).batch(frames):
            if frame.kind == "status":
                said = canonical.decode_object(frame.payload)
                assert said["status"] in ("stored", "duplicate", "withdrawn"), said
                gone |= {str(said["name"])} if said["status"] == "withdrawn" else set()
            elif frame.kind == "record":
                receipt = SignedRecord.decode(frame.payload)
                self.given.append((node, frame.payload))
                parts = set(statements.parse_receipt(receipt).parts)
                whole = whole or posted.record.id in gone or posted.names - gone <= parts
        return whole

    def exchange(self, name: str, *, drop: bool = False) -> ExchangeReport | None:
        """Of a node or a desk with central. `drop`: then a node lets go of all that was signed for.

        None where the station says that central's log is not what it was. It never says so of a log that is.
        """
        name = self.node_of(name)
        station, lie = self.stations[name], self.lies.get(name)
        try:
            report = exchange(station, self._way(name, lie), audience=AUDIENCES.get(name))
        except NAMED as error:
            if isinstance(error, ALARMS) and lie is None:
                assert self.holds_a_lie(name), "an alarm, and nobody lied"
                self.alarmed.add(name)
            elif lie is None or isinstance(error, NotDelivered):
                raise
            return None
        assert lie or UNNAMED not in report.pulled.refused.values(), "an honest central gives nothing without a name"
        self.alarmed.discard(name)
        if drop and name in self.nodes:
            with station.database.transaction() as session:
                outbox.drop_delivered(station, session, upto="2099-01-01")
        return report

    def _way(self, name: str, lie: Lie | None) -> Transport:
        central = self.links["central"]
        channel = lie.between(central) if lie else remembered(central, self.memory.setdefault(name, {}))
        packs = lie is None or isinstance(lie, Replay)
        way = Transport(ADDRESS, self.signer(name), channel=channel, pause=lambda _: None, packs=packs)
        if self.narrow:
            way.pace = Narrow()
        return way

    # What a hostile central does, and somebody who has a stick in hand.

    def lie(self, name: str, how: str, digits: frozenset[str]) -> None:
        """From now on, to this station. `how`: one of `LIES`."""
        name = self.node_of(name)
        if how in CHANGES:
            self.lies[name] = Altered(change_of(how, digits))
        elif how == "replay":
            self.lies[name] = Replay(self.memory.get(name, {}))
        else:
            self.lies[name] = Shadow(self._shadow(forked=how == "fork"))

    def _shadow(self, *, forked: bool) -> Station:
        """A copy of central, which may say in its log what central's own does not."""
        home = f"shadow-{len(self.shadows)}"
        self._copy("central", home)
        shadow = open_station(self.home / home)
        self.shadows.append(shadow)
        if forked:
            with shadow.database.transaction() as session:
                kid, day = shadow.kid, shadow.today()
                custody_log.append(session, kind="lifted", ref=canonical.sha256_hex(home.encode()), by=kid, day=day)
            self.lineages.show(shadow)
        return shadow

    def behave(self) -> None:
        """Central lies to nobody any more."""
        self.lies.clear()

    def decide(self) -> None:
        """People found out: central begins a new epoch, and each station that raised an alarm reads its log again."""
        self.behave()
        begin_anew(self.stations["central"])
        for name in (*self.nodes, *DESKS):
            with self.stations[name].database.reading() as session:
                forked = split_view.is_forked(self.stations[name].chain, session)
            if forked or name in self.alarmed:
                with self.stations[name].database.transaction() as session:
                    reoffer.forget_mirrors(self.stations[name], session)
        self.alarmed.clear()

    def holds_a_lie(self, name: str) -> bool:
        """Whether the station has a signed head of a log that central never had."""
        central = self.stations["central"].kid
        self.lineages.watch("central", self.stations["central"])
        return any(not self.lineages.is_true(central, seen) for seen in self.lineages.seen_by(self.stations[name]))

    def tamper(self, number: int, change: Callable[[bytes], bytes]) -> ImportReport | None:
        """A file that somebody without a key changed is read; None where it is refused with a name."""
        file = self.sticks[number]
        reader = READERS[file.to](self.world) if file.to in READERS else None
        try:
            return bring_bytes(self.stations[file.to], change(file.data), self.home, reader)
        except NAMED:
            return None

    def signer(self, name: str) -> Signer:
        signers = {"node-2": self.world.second_node, "desk": self.world.lawyer_signer}
        signers["desk-2"] = self.world.coordinator_signer
        return signers.get(name, self.world.station)

    def withdraw(self, number: int, where: str, how: str) -> None:
        """By the code, at any node: it need not know the testimony. `how`: see `WITNESS`."""
        told = self.supply.pool[number]
        how = how if how in told.by_witness else "text"
        self._say(self.node_of(where), told.by_witness[how])
        self.said.setdefault(number, set()).add(how)

    def use(self, number: int, where: str) -> None:
        """The code takes single uses back, at a node that has, or had, the testimony; no other takes its annex."""
        uses, station = self.supply.pool[number].uses, self.stations[self.node_of(where)]
        objects = [Incoming("object", data) for data in (*uses.part.heads.values(), uses.part.body)]
        outcome = take_in(station, [Incoming("record", uses.record.encode()), *objects])
        if outcome.statuses[0].rule != "signer.unknown":
            assert {status.status for status in outcome.statuses} <= {"stored", "duplicate"}, outcome.statuses
            self.used.add(number)

    def pass_on(self, number: int) -> None:
        """By a lawyer, at their desk: it is held back everywhere."""
        self._say("desk", self.supply.pool[number].by_worker)
        self.passed_on.add(number)

    def contest(self, number: int, desk: str) -> None:
        """A reader says that what the lawyer passed on is false."""
        self._say(desk, self.supply.pool[number].contests[desk])
        self.contested.setdefault(number, set()).add(desk)

    def end(self, name: str) -> None:
        """Keeping ends at one station, whose clocks are past it. No other time limit is looked at."""
        station = self.stations[self.node_of(name)]
        clocks = Clocks(own=LATER, others={Clock.CENTRAL: LATER, Clock.NODES: LATER})
        endings.bury(station, clocks)
        shredding.finish(station)
        self.ended = True

    def _say(self, where: str, record: SignedRecord) -> None:
        station = self.stations[where]
        outcome = take_in(station, [Incoming("record", record.encode())], outbound=True)
        assert outcome.statuses[0].status in ("stored", "duplicate"), outcome.statuses

    # Sticks and heads that travel.

    def export(self, name: str) -> list[File]:
        """What a node or a desk puts on a stick for central."""
        name = self.node_of(name)
        signer = None if name in self.nodes else self.signer(name)
        written = export(self.stations[name], self.home / "stick", signer=signer)
        return self._put(written, by=name, to="central")

    def answer(self, to: str) -> list[File]:
        """What central puts on one for a node or a desk. None while readers of a restored central wait.

        A central that shows this station another log writes the stick from that one.
        """
        written: list[Path] = []
        lie = self.lies.get(to)
        shown = lie.copy if isinstance(lie, Shadow) else None
        with suppress(NotDelivered):
            written = answer(shown or self.stations["central"], self.home / "stick", IDS[to])
        return self._put(written, by="central", to=to, honest=shown is None)

    def _put(self, written: list[Path], *, by: str, to: str, honest: bool = True) -> list[File]:
        files = [File(path.read_bytes(), by, to, honest) for path in written]
        for path in written:
            path.unlink()
        self.sticks += files
        return files

    def bring(self, number: int, *, torn: bool, clone: bool) -> None:
        """Any file that was ever written, any number of times, also half of it; to either machine of one key."""
        file = self.sticks[number]
        name = CLONE if clone and file.to == "node" and CLONE in self.stations else file.to
        data = file.data[: len(file.data) // 2] if torn else file.data
        reader = READERS[name](self.world) if name in READERS else None
        try:
            bring_bytes(self.stations[name], data, self.home, reader)
        except BundleRefused as refused:
            if file.honest and refused.reason not in PASSED_BY:
                raise
        except ALARMS:
            assert not file.honest or self.holds_a_lie(name), "an alarm, and nobody lied"

    def compare(self, name: str, other: str) -> None:
        """One station is told how far another has read. It says that there are two stories if there are, and only
        then.
        """
        other = self.node_of(other)
        one, two = self.stations[self.node_of(name)], self.stations[other]
        with one.database.reading() as session:
            head = split_view.head(one, session)
        if head is None:
            return
        told, log = self.lineages.seen(one, head.note), self.log_of_central(other)
        with two.database.transaction() as session:
            verdict = split_view.consider(two, session, head.note)
        if verdict == "later":
            self.heard.setdefault(other, []).append(told)
        elif verdict == "forked":
            assert self.holds_a_lie(other), "two stories, and nobody lied"
        assert verdict == "forked" or log.agrees(told), "two stories, and nobody says so"

    def log_of_central(self, name: str) -> Lineage:
        """As far as it is known at a station: that which is followed there."""
        station, kid = self.stations[name], self.stations["central"].kid
        with station.database.reading() as session:
            epoch = custody_log.epoch(session) if name == "central" else epochs.followed(session, kid)
            log = LogLeaf.log == (OWN if name == "central" else kid)
            return Lineage(kid, [epoch], list(session.scalars(select(LogLeaf.leaf).where(log).order_by(LogLeaf.no))))

    # What happens to machines.

    def reopen(self, name: str) -> None:
        """As after a power cut: nothing but the disk is left."""
        name = self.node_of(name)
        self.stations[name].close()
        self._open(name)

    def _open(self, name: str) -> None:
        self.stations[name] = open_station(self.home / name)
        self.opened += 1
        if name not in DESKS:
            self.links[name] = Link(self.stations[name])

    def copy(self, name: str) -> None:
        """Somebody keeps a copy of a station's whole home."""
        self._copy(name, f"{name}.copy")
        self.copied[name] = self.holdings(name)

    def _copy(self, name: str, to: str) -> None:
        self.stations[name].database.checkpoint()
        self.stations[name].close()
        shutil.rmtree(self.home / to, ignore_errors=True)
        shutil.copytree(self.home / name, self.home / to)
        self._open(name)

    def clone(self) -> None:
        """The node's card is copied, and both machines are used from now on."""
        self._copy("node", CLONE)
        self._open(CLONE)
        self.heard[CLONE] = list(self.heard.get("node", ()))
        self.lineages.begin(CLONE, self.stations[CLONE])
        self.suspicious = True

    def may_restore(self, name: str) -> bool:
        """Nobody can bring back what only this station had and the copy has not: that is no matter of sync."""
        if name not in self.copied:
            return False
        others = set().union(*(self.offers(other) for other in self.stations if other != name))
        elsewhere = others if name == "central" else self.holdings("central")
        return self.holdings(name) - self.copied[name] <= elsewhere

    def restore(self, name: str, *, whole: bool, journal: bool) -> None:
        """The copy takes the place of the home. Not `whole`: as a backup does it, without what those leave out.

        `journal`: what the home wrote of withdrawals outlived it.
        """
        whole = whole and name != "central"
        home, kept = self.home / name, self.home / JOURNAL
        self.lineages.watch(name, self.stations[name])
        self.heard.pop(name, None)
        self.stations[name].close()
        if (home / JOURNAL).is_file():
            shutil.copy(home / JOURNAL, kept)
        shutil.rmtree(home)
        shutil.copytree(self.home / f"{name}.copy", home)
        if not whole:
            (home / INCARNATION).unlink()
            (home / JOURNAL).unlink(missing_ok=True)
            if journal and kept.is_file():
                shutil.copy(kept, home / JOURNAL)
        kept.unlink(missing_ok=True)
        self._open(name)
        self.lineages.begin(name, self.stations[name])
        self.suspicious = self.suspicious or whole

    def holdings(self, name: str) -> set[str]:
        """Names of the records and of the objects that a station has, but what stations say of themselves."""
        with self.stations[name].database.reading() as session:
            of_records = (RecordRow.progress != Progress.SHREDDED, RecordRow.kind != "shredded")
            found = set(session.scalars(select(RecordRow.name).where(*of_records)))
            return found | set(session.scalars(select(ObjectRow.name).where(ObjectRow.held.in_(HERE))))

    def offers(self, name: str) -> set[str]:
        """Of these what it would give to a central that lost everything: a desk's own words, and any withdrawal."""
        if name in self.nodes or name == "central":
            return self.holdings(name) if name != "central" else set()
        with self.stations[name].database.reading() as session:
            own = select(OutboxRow.record)
            words = RecordRow.name.in_(own) | RecordRow.kind.in_(WITHDRAWALS)
            found = set(session.scalars(select(RecordRow.name).where(words)))
            return found | set(session.scalars(select(ObjectRow.name).where(ObjectRow.record.in_(found))))

    # And in the end.

    def settle(self) -> None:
        """Central behaves, and every link is good: phones deliver; everybody exchanges, says what is asked, and says
        what was done. If somebody holds another log than central's, people decide.

        Where keeping ended at one station, its day comes at all of them.
        """
        self.behave()
        self._make_links_good()
        if any(map(self.holds_a_lie, self.stations)) and self._loud():
            self.decide()
        self._settle()
        if self.ended:
            for name in self.stations:
                self.end(name)
            self._settle()

    def _settle(self) -> None:
        """Until an exchange of everybody brought nothing new: what the last of them brought everybody has read."""
        self._make_links_good()
        for phone in self.outboxes:
            self.deliver(phone, "node")
        for _ in range(ROUNDS):
            before = self._size()
            loud = self._loud()
            if not loud and self._size() == before:
                return
        raise AssertionError(f"no rest in {ROUNDS} rounds: {loud}")

    def _make_links_good(self) -> None:
        self.narrow = False
        for link in self.links.values():
            link.fates.clear()

    def _loud(self) -> list[str]:
        """Everybody exchanges. At whom that failed, or something still waits, or a person is told of something."""
        return [name for name in (*self.nodes, *DESKS) if not self._is_quiet(name)]

    def _is_quiet(self, name: str) -> bool:
        with suppress(NotDelivered):
            report = self.exchange(name)
            return report is not None and not (
                waiting(self.stations[name])
                or report.pushed.refused
                or report.pulled.refused
                or report.pulled.kept_back
                or report.pulled.gaps.left_out
            )
        return False

    def _size(self) -> int:
        with self.stations["central"].database.reading() as session:
            return custody_log.size(session)

    def is_void(self, number: int) -> bool:
        return len(self.contested.get(number, ())) == len(DESKS)

    def all_told(self) -> list[Told]:
        return [self.supply.pool[number] for number in sorted(self.told)]

    def close(self) -> None:
        for station in (*self.stations.values(), *self.shadows):
            station.close()
