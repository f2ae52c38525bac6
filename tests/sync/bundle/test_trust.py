"""The trust bundle: whole and from its own root before anybody is asked, and proved frame by frame when it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest

from testimony.canonical import sha256_hex
from testimony.questionnaire.form import Form
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.roster.errors import EnrolmentRefused, RosterRefused, WordingRefused
from testimony.sealing.roster.roster import Roster
from testimony.sealing.roster.trusted_files import PIECE, Trust, TrustedFile, cut
from testimony.services.roster import adoption as roster_adoption
from testimony.services.roster import trusted_files
from testimony.services.startup import open_station
from testimony.services.wordings import questionnaires
from testimony.station.station import Station
from testimony.sync.bundle import trust as bundle_trust
from testimony.sync.client import pull_wordings
from testimony.sync.http.channel import InProcess
from testimony.sync.http.transport import Transport
from testimony.sync.wire.frames import Frame, write_frames
from testimony.web.factory import create_app
from tests.support.questionnaire.small_form import SETTINGS, question, told
from tests.support.sync.world import ADDRESS, World

FILE = b"a questionnaire, which this test does not ask"


def bundle(world: World, objects: Sequence[bytes] = ()) -> bytes:
    return bundle_trust.write(world.root.data, world.chain.records, [], objects)


def naming(world: World, data: bytes = FILE, kind: str = "form") -> SignedRecord:
    return world.next_roster(trust=Trust(files=(TrustedFile.from_bytes(kind, data),)).describe())


def adopt(station: Station, data: bytes) -> bundle_trust.BundleReport:
    return bundle_trust.adopt(station, BytesIO(data))


def refusal(data: bytes) -> str:
    with pytest.raises(EnrolmentRefused) as caught:
        bundle_trust.read_offer(BytesIO(data))
    return caught.value.reason


def test_an_offer_is_the_root_with_every_roster(world: World) -> None:
    world.next_roster()
    offer = bundle_trust.read_offer(BytesIO(bundle(world)))
    assert offer.root.fingerprint == world.root.fingerprint
    assert offer.chain.latest.sha256 == world.chain.latest.sha256


def test_what_is_torn_changed_or_no_bundle_is_offered_to_nobody(world: World) -> None:
    naming(world)
    whole = bundle(world, [FILE])
    assert bundle_trust.read_offer(BytesIO(whole)).chain.latest.no == 2
    for data in (
        b"",
        b"A letter.",
        whole[:-30],
        whole[:4000],
        whole + b"x",
        whole.replace(b"questionnaire", b"Questionnaire"),
    ):
        assert refusal(data) == "bundle"
    assert refusal(write_frames([Frame("record", record.encode()) for record in world.chain.records])) == "bundle"
    assert refusal(write_frames([Frame("object", b"root"), Frame("record", b"x")])) == "bundle"
    assert refusal(write_frames([])) == "bundle"
    assert refusal(write_frames([Frame("object", world.root.data), Frame("record", b"x")])) == "bundle"


def test_rosters_that_another_root_signed_are_not_offered(world: World) -> None:
    other = World(world.folder)
    for records, reason in (([*other.chain.records], "foreign"), ([], "chain")):
        with pytest.raises(RosterRefused) as caught:
            bundle_trust.read_offer(BytesIO(bundle_trust.write(world.root.data, records, [], []))).chain.latest  # noqa: B018
        assert caught.value.reason == reason


def test_a_running_station_takes_a_later_bundle_with_all_between(world: World) -> None:
    node = world.node()
    world.next_roster()
    world.next_roster()
    report = adopt(node, bundle(world))
    assert (report.new, node.chain.latest.no, report.refused) == (True, 3, {})
    assert not adopt(node, bundle(world)).new


def test_an_older_bundle_is_said_to_be_older_and_the_newer_stays(world: World) -> None:
    node = world.node()
    older = bundle(world)
    world.next_roster()
    adopt(node, bundle(world))
    with pytest.raises(EnrolmentRefused) as caught:
        adopt(node, older)
    assert caught.value.reason == "older"
    assert node.chain.latest.no == 2


def test_another_organisation_s_bundle_changes_nothing(world: World) -> None:
    node, other = world.node(), World(world.folder)
    other.next_roster()
    for data in (bundle(other), bundle_trust.write(other.root.data, world.chain.records, [], [])):
        with pytest.raises(RosterRefused) as caught:
            adopt(node, data)
        assert caught.value.reason == "foreign"
    assert node.chain.latest.sha256 == world.chain.latest.sha256


def test_a_tear_leaves_the_rosters_before_it_and_the_same_file_brings_the_rest(world: World) -> None:
    node = world.node()
    naming(world)
    whole = bundle(world, [FILE])
    with pytest.raises(WordingRefused):
        adopt(node, whole[:-150])
    assert node.chain.latest.no == 2
    assert trusted_files.lacking(node) == [sha256_hex(FILE)]
    adopt(node, whole)
    assert trusted_files.lacking(node) == []


def test_only_whole_files_that_are_named_are_taken_out_of_a_bundle(world: World) -> None:
    data = b"a" * PIECE + b"b"
    named = Trust.from_roster(Roster.parse(naming(world, data).data))
    pieces = cut(data)
    assert bundle_trust.files_in(BytesIO(bundle(world, [*pieces, FILE])), named) == {sha256_hex(data): data}
    for objects in (pieces[1:], [FILE], [pieces[0], b"c"]):
        assert bundle_trust.files_in(BytesIO(bundle(world, objects)), named) == {}
    with pytest.raises(EnrolmentRefused):
        bundle_trust.files_in(BytesIO(bundle(world, pieces)[:-30]), named)


def test_a_changed_file_is_named_and_the_roster_counts(world: World) -> None:
    node = world.node()
    naming(world)
    report = adopt(node, bundle(world, [b"another"]))
    assert report.new
    assert report.refused == {sha256_hex(b"another"): "wording.unnamed", sha256_hex(FILE): "file.lacking"}


def test_a_station_gives_its_bundle_to_whoever_asks_and_it_is_the_same_one(world: World) -> None:
    central, node = world.central(), world.node()
    naming(world, Form.load().definition)
    adopt(central, bundle(world, [Form.load().definition]))
    for station in (central, world.other_node()):
        given = Transport(ADDRESS, None, channel=InProcess(create_app(STATION=station).test_client())).trust()
        assert bundle_trust.read_offer(BytesIO(given)).root.fingerprint == world.root.fingerprint
    given = bundle_trust.of_station(central)
    assert given == bundle(world, [Form.load().definition])
    assert adopt(node, given).refused == {}
    with node.database.reading() as session:
        assert len(roster_adoption.stored_rosters(session)) == 2


def test_what_was_adopted_beside_a_running_station_is_given_at_once(world: World) -> None:
    node = world.node()
    with open_station(node.settings.home) as beside:
        world.next_roster()
        adopt(beside, bundle(world))
    assert bundle_trust.of_station(node) == bundle(world)


def test_a_questionnaire_that_the_roster_names_comes_with_an_exchange(world: World) -> None:
    central, node = world.central(), world.node()
    form = small_form()
    trust = Trust(form=form.sha256, files=(TrustedFile.from_bytes("form", form.definition),))
    record = world.next_roster(trust=trust.describe())
    adopt(central, bundle(world, [form.definition]))
    with node.database.transaction() as session:
        roster_adoption.adopt(node, session, record)
    channel = InProcess(create_app(STATION=central).test_client())
    report = pull_wordings.fetch(node, Transport(ADDRESS, world.station, channel=channel))
    assert (report.left, report.refused, report.error) == (0, {}, None)
    assert questionnaires.in_force(node).sha256 == form.sha256


def small_form() -> Form:
    form = told(question("integer", "days", **{"label::English (en)": "Days"}), settings=SETTINGS).form
    assert form is not None
    return form


def test_a_bundle_begins_with_its_root_as_an_object(world: World) -> None:
    root, *records = world.root.data, *world.chain.records
    rest = [Frame("record", record.encode()) for record in records]
    assert bundle_trust.read_offer(BytesIO(write_frames([Frame("object", root), *rest]))).chain.latest.no == 1
    for kind in ("record", "entry", "status"):
        assert refusal(write_frames([Frame(kind, root), *rest])) == "bundle"


def test_what_a_bundle_brought_is_counted_from_nothing(world: World) -> None:
    report = bundle_trust.BundleReport()
    assert (report.new, report.wordings, report.clips, report.files, report.refused, report.last) == (
        False, 0, 0, 0, {}, "",
    )  # fmt: skip
    node = world.node()
    naming(world)
    report = adopt(node, bundle(world, [FILE]))
    assert (report.new, report.wordings, report.clips, report.files) == (True, 0, 0, 1)
    assert report.last == node.chain.latest.sha256
