"""What a reader says at a desk reaches central and the other desks: of a few kinds, signed by that reader alone."""

from __future__ import annotations

import pytest

from testimony import canonical
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements import statements
from testimony.sealing.testimony import annex
from testimony.sealing.testimony.annex import SealedAnnex
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.custody import log as custody_log
from testimony.services.delivery.errors import ReceiptRefused
from testimony.services.intake.intake import take_in
from testimony.services.link import last_sync
from testimony.services.records import queries as record_queries
from testimony.services.records.types import Incoming
from testimony.station.station import Station
from testimony.sync.client.exchange import at_desk, exchange
from testimony.sync.client.pull import pull
from testimony.sync.client.push import push
from testimony.sync.errors import StationUnreachable
from testimony.sync.http.channel import Answer
from testimony.sync.wire.frames import Frame, read_frames
from tests.support.sync.world import World, bring, held, in_process, incoming, tid_of, to, waiting


def said(world: World, sealed: SealedTestimony, signer: Signer) -> SealedAnnex:
    """An annex about `sealed` for both audiences that work at desks."""
    audiences = {name: (world.chain.recipients(name), 4) for name in ("coordinators", "lawyers", "recovery")}
    return annex.seal_annex(
        b'{"kind":"consent","events":[]}',
        tid=tid_of(sealed),
        day="2026-11-24",
        roster=world.chain.latest.sha256,
        audiences=audiences,
        signer=signer,
    )


def items(one: SealedAnnex) -> list[Incoming]:
    objects = (*one.part.heads.values(), one.part.body)
    return [Incoming("record", one.record.encode()), *(Incoming("object", data) for data in objects)]


def queue(desk: Station, *records: SignedRecord, annexes: tuple[SealedAnnex, ...] = ()) -> None:
    batch = [Incoming("record", record.encode()) for record in records]
    outcome = take_in(desk, [*batch, *(item for one in annexes for item in items(one))], outbound=True)
    assert {status.status for status in outcome.statuses} == {"stored"}, outcome.statuses


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


@pytest.fixture
def sealed(world: World, central: Station) -> SealedTestimony:
    one = world.testimony()
    bring(central, one)
    return one


def at(world: World, central: Station, name: str, *, coordinator: bool = False) -> Station:
    """A desk that has fetched what its reader may have."""
    desk = world.desk(name)
    signer, audience = (world.coordinator_signer, "coordinators") if coordinator else (world.lawyer_signer, "lawyers")
    pull(desk, to(central, signer), audience=audience)
    return desk


def test_what_a_lawyer_says_reaches_the_coordinators_desk(
    world: World, central: Station, sealed: SealedTestimony
) -> None:
    lawyer, coordinator = at(world, central, "lawyer"), at(world, central, "coordinator", coordinator=True)
    one = said(world, sealed, world.lawyer_signer)
    queue(lawyer, annexes=(one,))
    report = exchange(lawyer, to(central, world.lawyer_signer), audience="lawyers")
    assert (report.pushed.delivered, report.pushed.waiting, report.pushed.refused) == (1, 0, {})
    assert waiting(lawyer) == []
    with central.database.reading() as session:
        assert custody_log.position_of(session, one.record.id, "received") is not None
    exchange(coordinator, to(central, world.coordinator_signer), audience="coordinators")
    with coordinator.database.reading() as session:
        here = {item.name for item in record_queries.parts_of(session, one.record.id) if item.held}
        assert last_sync.last(session) is not None
    entry = one.record.value["part"]
    assert here == {entry["heads"]["coordinators"], entry["body"]}


def test_withdrawals_leave_a_desk_before_everything_else(
    world: World, central: Station, sealed: SealedTestimony
) -> None:
    other = world.testimony()
    bring(central, other)
    desk = at(world, central, "lawyer")
    queue(desk, annexes=(said(world, other, world.lawyer_signer),))
    queue(desk, world.withdraw(sealed))
    order: list[str] = []

    class Seen:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            if url.endswith("/sync/batch"):
                order.extend(
                    SignedRecord.decode(frame.payload).kind for frame in read_frames(body) if frame.kind == "record"
                )
            return in_process(central).send(method, url, headers, body)

    push(desk, to(central, world.lawyer_signer, Seen()))
    assert order == ["withdraw", "annex"]
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))


@pytest.mark.parametrize("kind", ["manifest", "refusal", "roster"])
def test_no_desk_brings_testimonies_refusals_or_rosters(
    world: World, central: Station, sealed: SealedTestimony, kind: str
) -> None:
    record = {
        "manifest": lambda: world.testimony().record,
        "refusal": lambda: statements.refusal(day="2026-11-24", signer=world.device),
        "roster": lambda: world.next_roster(),
    }[kind]()
    (status,) = answers(world, central, world.lawyer_signer, [Frame("record", record.encode())])
    assert status == (record.id, "refused", "kind.unknown")
    with central.database.reading() as session:
        assert record_queries.record_of(session, record.id) is None
    assert central.chain.latest.no == 1


def test_of_what_another_signed_only_a_withdrawal_is_taken_because_it_proves_itself(
    world: World, central: Station, sealed: SealedTestimony
) -> None:
    by_lawyer = said(world, sealed, world.lawyer_signer).record
    withdrawn = world.withdraw(sealed)
    for record, expected in ((by_lawyer, ("refused", "signer.unknown")), (withdrawn, ("stored", ""))):
        (status,) = answers(world, central, world.coordinator_signer, [Frame("record", record.encode())])
        assert status == (record.id, *expected)
    with central.database.reading() as session:
        assert not record_queries.is_served(session, tid_of(sealed))


def test_one_refused_record_keeps_no_other_back(world: World, central: Station, sealed: SealedTestimony) -> None:
    good, bad = said(world, sealed, world.lawyer_signer), world.testimony()
    frames = [Frame(item.kind, item.payload) for item in (*incoming(bad)[:1], *items(good))]
    found = answers(world, central, world.lawyer_signer, frames)
    assert found[0][1:] == ("refused", "kind.unknown")
    assert [status for _, status, _ in found[1:]] == ["stored"] * (len(frames) - 1)
    assert held(central, bad) == set()


def test_out_of_reach_everything_waits_and_is_delivered_later(
    world: World, central: Station, sealed: SealedTestimony
) -> None:
    desk = at(world, central, "lawyer")
    one = said(world, sealed, world.lawyer_signer)
    queue(desk, annexes=(one,))

    class Nowhere:
        def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
            raise StationUnreachable(url=url)

    report = at_desk(desk, to(central, world.lawyer_signer, Nowhere()), audience="lawyers", seconds=1)
    assert isinstance(report.failure, StationUnreachable)
    assert waiting(desk) == [one.record.id]
    again = at_desk(desk, to(central, world.lawyer_signer), audience="lawyers", seconds=1)
    assert (again.failure, again.pushed.delivered, waiting(desk)) == (None, 1, [])


def test_a_receipt_by_somebody_else_leaves_it_waiting(world: World, central: Station, sealed: SealedTestimony) -> None:
    """Central alone signs for what a desk delivers."""
    desk, node = at(world, central, "lawyer"), world.node()
    bring(node, sealed)
    one = said(world, sealed, world.lawyer_signer)
    queue(desk, annexes=(one,))
    with pytest.raises(ReceiptRefused):
        push(desk, to(node, world.lawyer_signer))
    assert waiting(desk) == [one.record.id]


def answers(world: World, central: Station, signer: Signer, frames: list[Frame]) -> list[tuple[str, str, str]]:
    answer = to(central, signer).batch(frames)
    given = [canonical.decode_object(frame.payload) for frame in answer if frame.kind == "status"]
    return [(said["name"], said["status"], said["rule"] or "") for said in given]
