"""Two nodes, central and headquarters: requests wait, answers reach whom they are for, and nobody else is given one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from testimony import canonical
from testimony.certificates.authority import Authority
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.request import Request
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.records.signatures import Signer
from testimony.sealing.statements.renewal import renewal
from testimony.services.certificates import issuance
from testimony.services.certificates import renewal as certificate_renewal
from testimony.services.certificates import requests as certificate_requests
from testimony.services.certificates import store as certificate_store
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.sync.bundle.certificate_requests import answers_file, read_answers, read_requests, requests_file
from testimony.sync.client.certificate_renewal import RenewalReport, renew
from testimony.sync.client.exchange import exchange
from testimony.sync.errors import StationRefused
from testimony.sync.http.channel import Answer
from testimony.sync.jobs.sync import SyncJob
from testimony.sync.wire.frames import Frame, write_frames
from tests.support.certificates.authorities import HOTSPOT, NAME, NOW, authority, in_days, new_key
from tests.support.sync.world import Changed, World, in_process, to

LATE = in_days(70)


@pytest.fixture
def made() -> Authority:
    return authority()


@pytest.fixture
def central(world: World) -> Station:
    return world.central()


@pytest.fixture
def node(world: World, made: Authority) -> Station:
    return certified(world.node(), made)


@pytest.fixture
def second(world: World, made: Authority) -> Station:
    return certified(world.other_node(), made)


def certified(station: Station, made: Authority, *, now: datetime = NOW) -> Station:
    home = station.settings.home
    certificate_store.install(
        home, certificate_store.sign(made, Request.parse(certificate_store.ask(home)), now=now), now=now
    )
    return station


def sync(node: Station, central: Station) -> RenewalReport:
    return renew(node, to(central, node.signer), now=LATE)


def headquarters(made: Authority, central: Station, *, again: bool = False) -> list[str]:
    """Sign everything that waits; for whom."""
    answered = issuance.answer(made, certificate_requests.waiting(central, again=again), now=LATE)
    return [certificate_requests.give(central, one.signed).node for one in answered if one.refusal is None]


def in_force(node: Station) -> bytes:
    return certificate_store.in_force(node.settings.home).read_bytes()


def files(central: Station) -> list[str]:
    folder = central.settings.home / certificate_store.FOLDER
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def revoke(world: World, *stations: Station, device: str) -> None:
    devices = [{**each, "status": "revoked"} if each["id"] == device else each for each in world.roster["devices"]]
    record = world.next_roster(devices=devices)
    for station in stations:
        adoption.adopt_all(station, [record])


def rule(report: RenewalReport) -> str:
    assert report.failure is not None
    return str(getattr(report.failure, "reason", "") or getattr(report.failure, "rule", ""))


def test_a_renewal_takes_two_exchanges_and_one_visit_at_headquarters(
    node: Station, central: Station, made: Authority
) -> None:
    old = certificate_store.required(node.settings.home)
    assert sync(node, central) == RenewalReport(asked=True)
    assert sync(node, central) == RenewalReport(asked=True), "nobody signed yet"
    assert headquarters(made, central) == ["node-1"]
    assert sync(node, central) == RenewalReport(asked=True, until=(LATE + timedelta(days=90)).date().isoformat())
    new = certificate_store.required(node.settings.home)
    assert new.ends > old.ends
    assert new.root == old.root
    assert sync(node, central) == RenewalReport(), "and then there is peace"
    assert headquarters(made, central) == []


def test_a_node_whose_certificate_is_young_says_nothing(node: Station, central: Station) -> None:
    assert renew(node, to(central, node.signer), now=NOW) == RenewalReport()
    assert files(central) == []


def test_it_is_part_of_every_exchange_of_a_node(world: World, central: Station) -> None:
    today = datetime.now(UTC)
    made = authority(now=today - timedelta(days=70))
    node = certified(world.node(), made, now=today - timedelta(days=70))
    assert exchange(node, to(central, node.signer)).renewal.asked
    answered = issuance.answer(made, certificate_requests.waiting(central), now=today)
    certificate_requests.give(central, answered[0].signed)
    assert exchange(node, to(central, node.signer)).renewal.until == (today + timedelta(days=90)).date().isoformat()


def test_a_loop_says_once_what_keeps_a_certificate_from_coming(
    world: World, central: Station, caplog: pytest.LogCaptureFixture
) -> None:
    today = datetime.now(UTC)
    node = certified(world.node(), authority(now=today - timedelta(days=70)), now=today - timedelta(days=70))
    loop = SyncJob(node, to(central, node.signer))
    loop.once()
    foreign = issuance.answer(authority(now=today), certificate_requests.waiting(central), now=today)
    certificate_requests.give(central, foreign[0].signed)
    for _ in range(3):
        assert loop.once() == loop.every, "testimonies travel as before"
    said = [record.getMessage() for record in caplog.records]
    assert said == ["the certificate was not renewed: certificate.refused (other-authority)"]


def test_central_keeps_one_request_a_node_and_the_newest(node: Station, central: Station, made: Authority) -> None:
    for _ in range(5):
        sync(node, central)
        (node.settings.home / certificate_store.FOLDER / certificate_store.NEXT_KEY).unlink()
    sync(node, central)
    assert files(central) == [f"asked/{node.kid}.json"]
    assert headquarters(made, central) == ["node-1"]
    assert sync(node, central).until


def test_an_answer_to_an_older_request_is_given_to_nobody(node: Station, central: Station, made: Authority) -> None:
    sync(node, central)
    headquarters(made, central)
    (node.settings.home / certificate_store.FOLDER / certificate_store.NEXT_KEY).unlink()
    assert sync(node, central) == RenewalReport(asked=True)
    assert sync(node, central) == RenewalReport(asked=True)
    assert files(central) == [f"asked/{node.kid}.json"]


def test_two_nodes_each_get_their_own(node: Station, second: Station, central: Station, made: Authority) -> None:
    sync(node, central)
    before = in_force(second)
    assert headquarters(made, central) == ["node-1"]
    assert sync(second, central) == RenewalReport(asked=True)
    assert in_force(second) == before
    assert headquarters(made, central) == ["node-2"]
    assert sync(node, central).until
    assert sync(second, central).until
    assert in_force(node) != in_force(second)


def test_a_node_cannot_fetch_what_is_meant_for_another(
    node: Station, second: Station, central: Station, made: Authority
) -> None:
    """It sends the other's request, signed by the other, under its own signature."""
    theirs = certificate_renewal.ask(node, now=LATE)
    assert theirs is not None
    sync(node, central)
    headquarters(made, central)
    with pytest.raises(StationRefused) as caught:
        to(central, second.signer).certificate(theirs.encode())
    assert caught.value.rule == "structure"
    assert files(central) == [f"asked/{node.kid}.json", f"given/{node.kid}.pem"]


def test_what_central_mixes_up_no_node_takes(node: Station, second: Station, central: Station, made: Authority) -> None:
    sync(node, central)
    sync(second, central)
    headquarters(made, central)
    folder = central.settings.home / certificate_store.FOLDER / certificate_requests.GIVEN
    mine = (folder / f"{node.kid}.pem").read_bytes()
    before = in_force(second)
    mixed = Changed(in_process(central), lambda path, answer: with_certificate(path, answer, mine))
    report = renew(second, to(central, second.signer, mixed), now=LATE)
    assert rule(report) == "key"
    assert in_force(second) == before


def with_certificate(path: str, answer: Answer, signed: bytes | None) -> Answer:
    if not path.startswith("/sync/certificate"):
        return answer
    body = canonical.encode({"certificate": None if signed is None else signed.decode()})
    return Answer(answer.status, answer.headers, body)


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (lambda asked, made: certificate_store.sign(authority(), asked, now=LATE), "other-authority"),
        (lambda asked, made: certificate_store.sign(made, asked, now=LATE, days=1), "earlier"),
        (
            lambda asked, made: certificate_store.sign(
                made, Request.parse(Request.make(new_key(), NAME, [HOTSPOT])), now=LATE
            ),
            "key",
        ),
        (lambda asked, made: b"-----BEGIN", "certificate"),
    ],
)
def test_a_false_answer_of_central_is_refused_and_the_old_one_stays(
    signed: object, expected: str, node: Station, central: Station, made: Authority
) -> None:
    sync(node, central)
    asked = certificate_requests.waiting(central)[0].request
    before = in_force(node)
    false = signed(asked, made)  # type: ignore[operator]
    link = Changed(in_process(central), lambda path, answer: with_certificate(path, answer, false))
    assert rule(renew(node, to(central, node.signer, link), now=LATE)) == expected
    assert in_force(node) == before
    headquarters(made, central)
    assert sync(node, central).until, "and what is right is still taken"


def test_an_answer_that_the_node_refused_is_signed_again_on_demand(
    node: Station, central: Station, made: Authority
) -> None:
    sync(node, central)
    short = issuance.answer(made, certificate_requests.waiting(central), now=LATE, days=1)
    certificate_requests.give(central, short[0].signed)
    assert rule(sync(node, central)) == "earlier"
    assert headquarters(made, central) == []
    assert headquarters(made, central, again=True) == ["node-1"]
    assert sync(node, central).until


class TestWhoMayAsk:
    def ask(self, central: Station, signer: Signer | None, by: Signer, request: bytes | None = None) -> str:
        """The rule by which central refuses, "" when it does not."""
        record = renewal(request=(request or asks()).decode("latin-1"), day="2026-03-02", signer=by)
        try:
            to(central, signer).certificate(record.encode())
        except StationRefused as error:
            return error.rule
        return ""

    def test_an_active_node_for_itself(self, world: World, central: Station) -> None:
        assert self.ask(central, world.station, world.station) == ""

    @pytest.mark.parametrize("who", ["lawyer_signer", "coordinator_signer", "interviewer", "device", "central_signer"])
    def test_nobody_who_is_no_node(self, who: str, world: World, central: Station) -> None:
        signer = getattr(world, who)
        assert self.ask(central, signer, signer) == "signer.role"
        assert files(central) == []

    def test_nobody_unsigned_and_nobody_unknown(self, world: World, central: Station) -> None:
        assert self.ask(central, None, world.station) == "signature.missing"
        assert self.ask(central, Signer.generate(), world.station) == "signer.unknown"
        assert files(central) == []

    def test_no_revoked_node(self, world: World, central: Station) -> None:
        assert self.ask(central, world.station, world.station) == ""
        revoke(world, central, device="node-1")
        assert self.ask(central, world.station, world.station) == "signer.inactive"

    def test_no_node_for_another_and_no_request_that_is_none(self, world: World, central: Station) -> None:
        assert self.ask(central, world.station, world.second_node) == "structure"
        assert self.ask(central, world.station, world.station, b"no request") == "structure"
        assert self.ask(central, world.station, Signer.generate()) == "structure"
        assert files(central) == []

    def test_no_field_node_is_asked(self, world: World) -> None:
        assert self.ask(world.node(), world.second_node, world.second_node) == "structure"

    def test_a_request_that_is_too_long_is_refused(self, world: World, central: Station) -> None:
        with pytest.raises(StationRefused) as caught:
            to(central, world.station).certificate(bytes(32 * 1024 + 1))
        assert caught.value.rule == "size.limit"


def asks(name: str = NAME) -> bytes:
    return Request.make(new_key(), name, [HOTSPOT])


def test_what_a_node_asked_before_it_was_revoked_is_signed_by_nobody(
    world: World, node: Station, second: Station, central: Station, made: Authority
) -> None:
    sync(node, central)
    sync(second, central)
    headquarters(made, central)
    revoke(world, central, device="node-1")
    before = in_force(node)
    assert [one.node for one in certificate_requests.waiting(central, again=True)] == ["node-2"]
    assert rule(sync(node, central)) == "signer.inactive"
    assert in_force(node) == before
    assert files(central) == [f"asked/{second.kid}.json", f"given/{second.kid}.pem"]


def test_a_request_beyond_the_scope_holds_up_no_other(world: World, central: Station, made: Authority) -> None:
    for signer, name in ((world.station, "mail.example.org"), (world.second_node, NAME)):
        record = renewal(request=asks(name).decode(), day="2026-03-02", signer=signer)
        assert to(central, signer).certificate(record.encode()) is None
    answered = issuance.answer(made, certificate_requests.waiting(central), now=LATE)
    assert [(one.asked.node, one.refusal is None) for one in answered] == [("node-1", False), ("node-2", True)]


def test_an_older_central_fails_the_certificate_and_not_the_exchange(node: Station, central: Station) -> None:
    page = Changed(in_process(central), lambda path, answer: page_instead(path, answer))
    assert renew(node, to(central, node.signer, page), now=LATE).failure is not None


def page_instead(path: str, answer: Answer) -> Answer:
    return Answer(404, {}, b"<html>") if path.startswith("/sync/certificate") else answer


class TestByFile:
    """The authority's key stays on a machine that is not online: requests and answers go there and back in files."""

    def test_there_and_back(
        self, world: World, node: Station, second: Station, central: Station, made: Authority
    ) -> None:
        sync(node, central)
        sync(second, central)
        carried = requests_file(certificate_requests.waiting(central))
        asked, refused = read_requests(carried, world.chain)
        assert refused == {}
        signed = [one.signed for one in issuance.answer(made, asked, now=LATE)]
        back = answers_file(signed)
        assert b"PRIVATE" not in carried + back
        for one in read_answers(back):
            certificate_requests.give(central, one)
        assert sync(node, central).until
        assert sync(second, central).until

    def test_what_a_central_in_wrong_hands_adds_is_not_signed(
        self, world: World, node: Station, central: Station
    ) -> None:
        """Central may add what it likes: without the signature of an active node nobody signs it."""
        sync(node, central)
        ours = certificate_requests.waiting(central)[0].record
        forged = [
            renewal(request=asks().decode(), day="2026-03-02", signer=world.central_signer),
            renewal(request=asks().decode(), day="2026-03-02", signer=world.device),
            SignedRecord(ours.data.replace(b"2026", b"2027", 1), ours.sigs),
            SignedRecord(canonical.encode({**ours.value, "request": asks().decode()}), ours.sigs),
        ]
        frames = [Frame("record", record.encode()) for record in (*forged, ours)]
        asked, refused = read_requests(write_frames(frames), world.chain)
        assert [one.node for one in asked] == ["node-1"]
        assert list(refused.values()) == ["signer.unknown", "signer.unknown", "signature.bad", "signature.bad"]

    def test_a_node_that_headquarters_revoked_is_not_signed_for(
        self, world: World, node: Station, central: Station
    ) -> None:
        """Also where central has not heard of it yet."""
        sync(node, central)
        carried = requests_file(certificate_requests.waiting(central))
        revoke(world, device="node-1")
        asked, refused = read_requests(carried, world.chain)
        assert asked == []
        assert list(refused.values()) == ["signer.inactive"]

    @pytest.mark.parametrize("cut", [0, 10, 30, 200])
    def test_a_torn_or_foreign_file_is_said(self, cut: int, world: World, node: Station, central: Station) -> None:
        sync(node, central)
        whole = requests_file(certificate_requests.waiting(central))
        with pytest.raises(CertificateRefused) as caught:
            read_requests(whole[:cut], world.chain)
        assert caught.value.reason == "requests"
        with pytest.raises(CertificateRefused) as caught:
            read_answers(whole)
        assert caught.value.reason == "answers"

    def test_central_gives_out_nothing_that_nobody_asked_for(self, central: Station, made: Authority) -> None:
        signed = certificate_store.sign(made, Request.parse(asks()), now=LATE)
        with pytest.raises(CertificateRefused) as caught:
            certificate_requests.give(central, signed)
        assert caught.value.reason == "not-asked"
        assert files(central) == []


@pytest.fixture(autouse=True)
def nothing_open(world: World) -> Iterator[None]:
    """No key of a node is ever at central."""
    yield
    for path in Path(world.folder, "central").rglob("*"):
        assert not path.is_file() or b"PRIVATE KEY" not in path.read_bytes()
