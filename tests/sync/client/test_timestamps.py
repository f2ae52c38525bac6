"""Central has its head stamped once a day over HTTP; whatever the authority does, nothing is lost and nothing waits."""

from __future__ import annotations

import hashlib
import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from testimony.background.scheduler import Scheduler
from testimony.sealing.log import cosignature, timestamp, witness_records
from testimony.sealing.log.errors import StampRefused
from testimony.services.custody import log as custody_log
from testimony.services.integrity import fsck
from testimony.services.witnesses import status as witness_status
from testimony.services.witnesses import witnesses
from testimony.settings import Settings
from testimony.station.station import Station
from testimony.sync.client import timestamps as client_timestamps
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import HttpChannel
from testimony.sync.http.route import Way
from testimony.sync.jobs.timestamps import TimestampJob
from tests.support.damage import last_byte_changed
from tests.support.sealing.timestamp_authority import Authority
from tests.support.services.witnesses import PARTNER, WITNESS, ahead, on
from tests.support.sync.timestamp_server import Answers, serving
from tests.support.sync.world import World, bring, to


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Stamped(NamedTuple):
    central: Station
    answers: Answers


@pytest.fixture
def at(world: World, authority: Authority) -> Iterator[Stamped]:
    with serving(authority) as (url, answers):
        central = world.central(timestamp_url=url, timestamp_roots="roots.pem")
        (central.settings.home / "roots.pem").write_bytes(authority.pem)
        yield Stamped(central, answers)


def asked(central: Station, *, anew: bool = False, seconds: float = 5.0) -> str | None:
    channel = HttpChannel(Way(), connect_seconds=seconds, read_seconds=seconds, whole_seconds=seconds)
    try:
        return client_timestamps.stamp(central, channel, anew=anew)
    finally:
        channel.close()


def refused(central: Station, seconds: float = 5.0) -> str:
    with pytest.raises(StampRefused) as error:
        asked(central, anew=True, seconds=seconds)
    return error.value.reason


def kept(station: Station, kid: str) -> list[witness_records.Stamped]:
    with station.database.reading() as session:
        return list(witnesses.stamps(station, session, kid))


def size(central: Station) -> int:
    with central.database.reading() as session:
        return custody_log.size(session)


@pytest.mark.both_databases
def test_the_head_is_stamped_once_a_day_and_only_if_the_log_says_more(world: World, at: Stamped) -> None:
    central, answers = at
    assert asked(central) is not None, "a new station has logged its roster"
    assert asked(central) is None
    assert asked(central, anew=True) is None, "this head has its stamp; that it has says no more"
    bring(central, world.testimony())
    assert asked(central) is None, "one a day"
    tomorrow = date.fromisoformat(central.today()) + timedelta(days=1)
    with mock.patch.object(Station, "today", return_value=tomorrow.isoformat()):
        assert asked(central) is not None
        assert asked(central) is None
    assert asked(central, anew=True) is None
    assert len(answers.asked) == 2
    first, second = kept(central, central.kid)
    assert first.head.size < second.head.size
    assert len(set(answers.asked)) == 2, "each question has another nonce"


def test_on_command_it_is_stamped_whatever_the_day(world: World, at: Stamped) -> None:
    assert asked(at.central) is not None
    bring(at.central, world.testimony())
    assert asked(at.central) is None
    assert asked(at.central, anew=True) is not None


@pytest.mark.both_databases
def test_the_reply_is_kept_as_it_came_and_reaches_every_desk(world: World, at: Stamped, authority: Authority) -> None:
    central, _ = at
    name = asked(central)
    assert name is not None
    desk, node = world.desk(), world.node()
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    exchange(node, to(central, world.station))
    (here,) = kept(desk, central.kid)
    assert here == kept(central, central.kid)[0]
    digest = hashlib.sha256(here.note.encode()).digest()
    assert timestamp.verify(here.reply, digest, authority.roots, here.query).authority == "Invented Time"
    assert kept(node, central.kid) == [], "a field node has no use for it"
    for station in (central, desk):
        with station.database.reading() as session:
            (seen,) = witnesses.seen(station, session)
        assert (seen.by, seen.size) == ("Invented Time", here.head.size)


def test_coordinators_get_it_too(world: World, at: Stamped) -> None:
    asked(at.central)
    desk = world.desk("coordinator")
    exchange(desk, to(at.central, world.coordinator_signer), audience="coordinators")
    assert len(kept(desk, at.central.kid)) == 1


def garbage(_: bytes) -> tuple[int, bytes]:
    return 200, b"<html>Please pay for this network</html>"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (garbage, "form"),
        (lambda _: (200, b""), "form"),
        (lambda _: (503, b"busy"), "answer"),
        (lambda _: (302, b""), "answer"),
        (lambda _: (200, bytes(timestamp.LARGEST_REPLY + 1)), "large"),
        (lambda _: (200, bytes(9 << 20)), "large"),
    ],
)
def test_what_is_no_stamp_is_said_and_nothing_is_kept(at: Stamped, answer: object, reason: str) -> None:
    at.answers.answer = answer  # type: ignore[assignment]
    before = size(at.central)
    assert refused(at.central) == reason
    assert (kept(at.central, at.central.kid), size(at.central)) == ([], before)
    at.answers.answer = lambda query: (200, at.answers.authority.reply(query))
    assert asked(at.central) is not None, "and is asked again"


def test_a_stamp_that_does_not_hold_is_not_kept(at: Stamped, authority: Authority) -> None:
    digest = hashlib.sha256(b"another head").digest()
    changed: dict[str, object] = {
        "imprint": lambda _: (200, authority.reply(timestamp.ask(digest, bytes(16)))),
        "nonce": lambda query: (200, authority.reply(timestamp.ask(timestamp.imprint_of(query), bytes(16)))),
        "signature": lambda query: (200, last_byte_changed(authority.reply(query))),
        "root": lambda query: (200, Authority().reply(query)),
    }
    for reason, answer in changed.items():
        at.answers.answer = answer  # type: ignore[assignment]
        assert refused(at.central) == reason
    assert kept(at.central, at.central.kid) == []


def test_an_authority_that_cannot_be_reached_or_does_not_answer_is_waited_for_no_longer(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        central = world.central(timestamp_url=f"http://127.0.0.1:{port}/", timestamp_roots="roots.pem")
        (central.settings.home / "roots.pem").write_bytes(Authority().pem)
        assert refused(central, seconds=0.3) == "unreachable"
    assert refused(central) == "unreachable"


def test_without_an_authority_or_its_roots_the_settings_are_named(world: World, at: Stamped) -> None:
    roots = at.central.settings.home / "roots.pem"
    for data, reason in ((b"no certificate", "roots"), (None, "roots")):
        roots.unlink() if data is None else roots.write_bytes(data)
        assert refused(at.central) == reason
    at.central.settings = replace(at.central.settings, timestamp_url="")
    assert refused(at.central) == "unset"


def test_the_loop_asks_by_itself_and_says_why_none_came(at: Stamped, caplog: pytest.LogCaptureFixture) -> None:
    at.answers.answer = garbage
    loop = TimestampJob(at.central)
    with caplog.at_level(logging.WARNING):
        assert not loop.once()
    assert [record.getMessage() for record in caplog.records] == ["no time stamp came: form"]
    at.answers.answer = lambda query: (200, at.answers.authority.reply(query))
    assert loop.once()
    assert not loop.once(), "one a day"


def test_a_reply_that_does_not_hold_ends_no_alarm_and_its_reason_is_shown(at: Stamped) -> None:
    """Asked every hour for three days, of a good authority at last."""
    central, loop = at.central, TimestampJob(at.central)
    with central.database.transaction() as session:
        witness_status.note_set_up(central, session)
    at.answers.answer = lambda query: (200, last_byte_changed(at.answers.authority.reply(query)))
    for days in range(4):
        with on(ahead(central, days)):
            assert not loop.once()
            with central.database.reading() as session:
                found = witness_status.onlookers(central, session)
                assert witness_status.silent(central, session) == (set() if days < 3 else {("unstamped", "")})
            assert found.unkept_stamp is not None
            assert (found.unkept_stamp.day, found.unkept_stamp.reason) == (central.today(), "signature")
    at.answers.answer = lambda query: (200, at.answers.authority.reply(query))
    with on(ahead(central, 3)):
        assert loop.once()
        with central.database.reading() as session:
            assert witness_status.silent(central, session) == set()


def test_that_none_is_set_up_is_no_refusal_to_be_shown(world: World) -> None:
    central = world.central()
    assert refused(central) == "unset"
    with central.database.reading() as session:
        assert witness_status.onlookers(central, session).unkept_stamp is None


def test_the_loop_ends_at_once_though_an_authority_keeps_silent(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        central = world.central(timestamp_url=url, timestamp_roots="roots.pem")
        (central.settings.home / "roots.pem").write_bytes(Authority().pem)
        scheduler = Scheduler()
        TimestampJob(central).add_to(scheduler)
        scheduler.start()
        waited, _ = silent.accept()
        with waited:
            waited.recv(1)
            assert scheduler.stop() == []


def test_a_stamp_that_nobody_checked_or_no_central_signed_is_taken_in_by_nobody(world: World, at: Stamped) -> None:
    asked(at.central)
    (found,) = kept(at.central, at.central.kid)
    for changes, signer in (
        ({"reply": last_byte_changed(found.reply)}, world.central_signer),
        ({"note": found.note.replace("\n1\n", "\n2\n")}, world.central_signer),
        ({}, world.station),
        ({"roots": ()}, world.central_signer),
    ):
        said = {"note": found.note, "query": found.query, "reply": found.reply, "roots": found.roots, **changes}
        record = witness_records.stamp(**said, day="2026-11-27", signer=signer)  # type: ignore[arg-type]
        outcome = witnesses.take_in(world_desk(world), [witnesses.Incoming("record", record.encode())])
        assert [one.status for one in outcome.statuses] == ["refused"]


def world_desk(world: World) -> Station:
    return next((one for one in world.opened if one.settings.role == "desk"), None) or world.desk()


@pytest.mark.both_databases
def test_a_cosigned_head_is_kept_and_reaches_desks(world: World) -> None:
    world.next_roster(witnesses=[WITNESS.describe()])
    central, desk = world.central(), world.desk()
    with central.database.reading() as session:
        note = custody_log.checkpoint(central.signer, session)
    cosigned = cosignature.add(note, WITNESS, PARTNER, 1795608000)
    assert witnesses.take_cosigned(central, cosigned) == ["partner.example/w1"]
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    for station in (central, desk):
        with station.database.reading() as session:
            (seen,) = witnesses.seen(station, session)
        assert (seen.by, seen.time) == ("partner.example/w1", "2026-11-25T12:00:00Z")
    with central.database.reading() as session:
        assert witnesses.last_size(central, session, "partner.example/w1") == seen.size == 2
        assert witnesses.last_size(central, session, "another") == 0


def test_a_whole_home_with_stamps_and_cosignatures_is_found_sound(world: World, at: Stamped) -> None:
    asked(at.central)
    world.close()
    assert [one.words for one in fsck.check(at.central.settings.home)] == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://time.example/",
        "http://name:word@time.example/",
        "time.example",
        "https://time.example:99999/",
        "http://a b/",
    ],
)
def test_an_address_that_is_none_is_refused_when_the_settings_are_read(tmp_path: Path, url: str) -> None:
    from testimony.errors import SettingUnusable

    Settings(home=tmp_path, role="central", name="central-1").save()
    with pytest.raises(SettingUnusable, match="TIMESTAMP_URL"):
        Settings.load(tmp_path, {"TESTIMONY_TIMESTAMP_URL": url})
    good = "https://time.example/tsr/v1"
    assert Settings.load(tmp_path, {"TESTIMONY_TIMESTAMP_URL": good}).timestamp_url == good
