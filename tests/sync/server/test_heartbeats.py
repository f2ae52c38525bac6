"""A node says how it stands with its signed question; central keeps it to be shown, and decides nothing by it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import String

from testimony import __version__, canonical
from testimony.errors import SettingsDamaged
from testimony.questionnaire.form import Form
from testimony.services.intake import rejections
from testimony.services.monitoring import heartbeats, overview
from testimony.services.monitoring.heartbeats import Contact
from testimony.services.monitoring.types import NodeLine
from testimony.services.roster import adoption
from testimony.station.station import Station
from testimony.store.errors import StoreFull
from testimony.store.state import nodes
from testimony.store.state.nodes import NodeSoftwareRow
from testimony.sync.client.push import push
from testimony.sync.server.server import Asker, answer_batch, answer_have
from testimony.sync.wire.frames import Frame
from testimony.sync.wire.signatures import created_of
from tests.support.sync.removable_media import bring_file, export
from tests.support.sync.world import World, bring, objects_of, to

KID = "0123456789abcdef"
MOST = {"software": "x" * 20, "form": "y" * 20, "until": "2026-12-31"} | dict.fromkeys(
    ("roster", "wordings", "lacking", "waiting", "media", "free", "floor"), 99_999_999
)


def heard(central: Station, kid: str) -> Contact | None:
    with central.database.reading() as session:
        return heartbeats.heard(session, kid)


def test_central_hears_versions_outbox_and_disk_of_a_node(world: World) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony(), world.testimony())
    push(node, to(central, world.station))
    found = heard(central, node.kid)
    assert found is not None
    assert (found.software, found.roster, found.waiting, found.day) == (__version__, 1, 2, central.today())
    assert found.clock in (0, 1, -1)
    assert found.floor is not None
    assert found.free is not None
    with central.database.reading() as session:
        lines = {line.id: line.contact for line in overview.nodes(central, session)}
    assert lines["node-1"] == found
    assert lines["node-2"] is None


def test_what_a_node_cannot_read_of_itself_holds_up_no_testimony(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    node, central = world.node(), world.central()
    bring(node, world.testimony())

    def damaged(_: Station) -> None:
        raise SettingsDamaged(file="current")

    monkeypatch.setattr("testimony.services.wordings.questionnaires.in_force", damaged)
    assert push(node, to(central, world.station)).delivered == 1
    assert heard(central, node.kid) is None


def test_a_question_without_it_is_answered_and_leaves_nothing(world: World) -> None:
    central = world.central()
    asker = Asker(kid=KID, role="node", created=1)
    answer_have(central, canonical.encode({"names": []}), asker)
    assert heard(central, KID) is None


@pytest.mark.parametrize(
    "said",
    [
        {"software": "<script>", "roster": -1.5, "waiting": "many", "free": 10**30, "form": "x" * 999},
        {"software": 3, "until": None, "extra": {"deep": [1]}},
        ["a list"],
        "words",
        7,
    ],
)
def test_what_does_not_fit_is_left_out(said: Any, world: World) -> None:
    central = world.central()
    question = canonical.encode({"names": [], "station": said if not isinstance(said, dict) else _canonical(said)})
    answer_have(central, question, Asker(kid=KID, role="node", created=10**11))
    found = heard(central, KID)
    assert found is not None
    assert found == Contact(day=central.today(), clock=found.clock)


def _canonical(said: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in said.items() if not isinstance(value, float) and value != 10**30}


def test_the_longest_that_fits_has_room_in_its_row(world: World) -> None:
    central = world.central()
    heartbeats.note(central, KID, MOST, created=-(10**9))
    with central.database.reading() as session:
        row = nodes.software(session, KID)
    assert row is not None
    for column in NodeSoftwareRow.__table__.columns:
        if isinstance(column.type, String):
            assert len(getattr(row, column.name)) <= (column.type.length or 0)
    found = heard(central, KID)
    assert found is not None
    assert (found.software, found.free, found.until) == ("x" * 20, 99_999_999, "2026-12-31")


def test_a_phone_and_a_desk_say_nothing_of_a_node(world: World) -> None:
    central = world.central()
    question = canonical.encode({"names": [], "station": MOST})
    answer_have(central, question, None)
    answer_have(central, question, Asker(kid=KID, role="lawyer", created=1))
    assert heard(central, KID) is None


def test_the_clock_of_a_node_is_shown_and_decides_nothing(world: World) -> None:
    central = world.central()
    now = int(datetime.now(UTC).timestamp())
    for minutes in (-300, 0, 90):
        heartbeats.note(central, KID, {}, created=now + 60 * minutes)
        found = heard(central, KID)
        assert found is not None
        assert abs((found.clock or 0) - minutes) <= 1
    assert created_of('testimony=("@method");created=1795536024;keyid="a"') == 1795536024
    assert created_of('testimony=("@method");keyid="a"') is None
    assert created_of(f"testimony=();created={'9' * 40}") is None


def test_a_full_disk_at_central_holds_up_no_question(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    central = world.central()

    def full(*_: object, **__: object) -> None:
        raise StoreFull

    monkeypatch.setattr(heartbeats, "_keep", full)
    monkeypatch.setattr(rejections, "_add", full)
    heartbeats.note(central, KID, MOST, created=1)
    rejections.note(central, [("a" * 64, "signature.bad")])


def test_refused_objects_are_counted_by_rule_and_day_and_forgotten_after_a_month(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = world.node()
    stray = write(Frame("object", objects_of(world.testimony())[0]), Frame("object", b"stray"))

    def counted() -> list[tuple[str, int, str]]:
        with node.database.reading() as session:
            return [(one.rule, one.number, one.day) for one in rejections.recent(session)]

    monkeypatch.setattr(node, "today", lambda: "2026-11-20")
    answer_batch(node, stray)
    monkeypatch.setattr(node, "today", lambda: "2026-11-21")
    answer_batch(node, stray)
    assert counted() == [("not.named", 4, "2026-11-21")]
    monkeypatch.setattr(node, "today", lambda: "2026-12-21")
    answer_batch(node, stray)
    assert counted() == [("not.named", 4, "2026-12-21")]


def test_what_is_refused_again_and_again_counts_once_a_day_and_of_whoever_brought_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    central = world.central()
    stray, other = write(Frame("object", b"stray")), "f" * 16

    def counted(by: str) -> list[tuple[str, int]]:
        with central.database.reading() as session:
            return [(one.rule, one.number) for one in rejections.recent(session, by=by)]

    for _ in range(3):
        answer_batch(central, stray, Asker(kid=KID, role="node"))
    answer_batch(central, stray, Asker(kid=other, role="node"))
    assert counted(KID) == counted(other) == [("not.named", 1)]
    assert counted("") == [("not.named", 2)]
    for _ in range(2):  # what cannot even be read has no name: each counts
        answer_batch(central, write(Frame("record", b"nothing")), Asker(kid=KID, role="node"))
    assert counted(KID) == [("structure", 2), ("not.named", 1)]
    monkeypatch.setattr(central, "today", lambda: "2099-01-01")
    answer_batch(central, stray, Asker(kid=KID, role="node"))
    assert counted(KID) == [("not.named", 1)]  # a month and more after the others


def test_what_a_stick_brings_and_central_refuses_is_counted_of_its_node(world: World, tmp_path: Path) -> None:
    node, central, sealed = world.node(), world.central(), world.testimony()
    bring(node, sealed)
    (file,) = export(node, tmp_path / "stick")
    known = world.chain.latest.value["devices"]
    revoked = [{**one, "status": "revoked"} if one["id"] == "phone-7" else one for one in known]
    adoption.adopt_all(central, [world.next_roster(devices=revoked)])
    torn = tmp_path / "torn.bin"
    torn.write_bytes(file.read_bytes()[:-10])
    for _ in range(2):
        bring_file(central, torn)
    line = line_of(central, "node-1")
    assert {one.rule: one.number for one in line.refused}["signer.inactive"] == 1
    assert line.troubles == ("refused",)


def test_a_node_that_sticks_serve_is_not_silent_and_says_what_waited(world: World, tmp_path: Path) -> None:
    node, central = world.node(), world.central()
    assert line_of(central, "node-1").troubles == ("new",)
    bring(node, world.testimony(), world.testimony())
    (file,) = export(node, tmp_path / "stick")
    bring_file(central, file)
    assert heard(central, node.kid) == Contact(day=central.today(), carried=True, waiting=2)
    assert line_of(central, "node-1").troubles == ()


def test_an_old_stick_is_no_news_and_one_of_today_takes_nothing_from_what_a_node_said_itself(world: World) -> None:
    central = world.central()
    today = central.today()
    heartbeats.note(central, KID, MOST, created=None)
    heartbeats.note_carried(central, KID, day=today, waiting=3)
    heartbeats.note_carried(central, KID, day="2026-11-20", waiting=4)
    assert (heard(central, KID) or Contact(day="")).free == MOST["free"]
    other = "e" * 16
    heartbeats.note_carried(central, other, day="2099-01-01", waiting=10**9)
    heartbeats.note_carried(central, other, day=today, waiting=5)
    heartbeats.note_carried(central, other, day="2026-11-20", waiting=6)
    assert heard(central, other) == Contact(day=today, carried=True, waiting=5)


def test_the_questionnaire_of_a_node_is_heard_by_its_name(world: World) -> None:
    node, central = world.node(), world.central()
    push(node, to(central, world.station))
    assert (heard(central, node.kid) or Contact(day="")).form == Form.load().id


def line_of(central: Station, name: str) -> NodeLine:
    with central.database.reading() as session:
        return next(one for one in overview.nodes(central, session) if one.id == name)


def write(*frames: Frame) -> bytes:
    from testimony.sync.wire.frames import write_frames

    return write_frames(list(frames))
