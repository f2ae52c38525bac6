"""Central with its bodies in a bucket: what the object store does wrong is no wrong receipt and no loss."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from testimony.errors import BucketMisplaced, SettingUnusable, StationBusy, TestimonyError
from testimony.sealing.testimony.testimony import SealedTestimony
from testimony.services.backup import backup, restore
from testimony.services.backup.restore import Given
from testimony.services.integrity import fsck
from testimony.services.monitoring import health as monitoring_health
from testimony.services.records import scrub
from testimony.services.startup import open_station
from testimony.settings import FORMS, Settings
from testimony.station.station import Station
from testimony.store.blobs import s3
from testimony.store.blobs.blobs import PARTS
from testimony.store.blobs.folder import names_in
from testimony.store.errors import BucketFailing, BucketFull, BucketRefused, BucketSilent, StoreFailing, StoreFull
from testimony.store.files.free_space import FLOOR, Space
from testimony.store.models.records import ReceiptRow
from testimony.sync.client.exchange import exchange
from testimony.sync.http.channel import Answer, Channel
from testimony.sync.jobs.maintenance import MaintenanceJob
from testimony.sync.server import server
from tests.support.each_time import each_time
from tests.support.services.recovery.backups import KEEPER, SEALED
from tests.support.services.world import World, names, said, take, tid_of
from tests.support.store import hostile_s3
from tests.support.store.hostile_s3 import Liar
from tests.support.sync.world import Changed, held, in_process, incoming, pieces_of, to, waiting

LIES: dict[str, tuple[hostile_s3.Lie, type[TestimonyError]]] = {
    "loses what it acknowledged": (hostile_s3.loses, BucketFailing),
    "keeps other bytes": (hostile_s3.keeps_other_bytes, BucketFailing),
    "keeps half": (hostile_s3.keeps_half, BucketFailing),
    "loses one of five": (hostile_s3.loses_one_in(5), BucketFailing),
    "gives other bytes": (hostile_s3.gives_other_bytes, BucketFailing),
    "is busy": (hostile_s3.says(503, "SlowDown"), BucketSilent),
    "is broken": (hostile_s3.says(500), BucketSilent),
    "is full": (hostile_s3.says(507, "InsufficientStorage", "PUT"), BucketFull),
    "refuses": (hostile_s3.says(403, "AccessDenied"), BucketRefused),
    "is no bucket": (hostile_s3.says(404, "NoSuchBucket"), BucketRefused),
    "takes and never answers": (hostile_s3.is_stuck("PUT"), BucketSilent),
    "never gives back": (hostile_s3.is_stuck("GET"), BucketSilent),
    "hangs up": (hostile_s3.hangs_up, BucketSilent),
}


@contextmanager
def told(lying: Liar, name: str) -> Iterator[type[TestimonyError]]:
    """That lie for a while, and the error that it is to be named by; of what is stuck the end is not waited for."""
    lying.lie, error = LIES[name]
    with pytest.MonkeyPatch.context() as patch:
        if "never" in name:
            patch.setattr(s3, "BATCH_SECONDS", 1.0)
        yield error
    lying.lie = None
    lying.freed.set()


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Liar]:
    hostile_s3.with_credentials(monkeypatch)
    with hostile_s3.lying() as running:
        yield running


@pytest.fixture
def central(world: World, lying: Liar) -> Station:
    return world.central(parts_url=hostile_s3.URL, parts_endpoint=lying.endpoint)


class Counting:
    """A channel that remembers what was asked."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.paths: list[str] = []

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes) -> Answer:
        self.paths.append(urlsplit(url).path)
        return self.channel.send(method, url, headers, body)


def receipts(station: Station) -> int:
    with station.database.reading() as session:
        return session.execute(select(func.count()).select_from(ReceiptRow)).scalar_one()


def bodies_of(sealed: SealedTestimony) -> list[str]:
    return [part["body"] for part in sealed.record.value["parts"]]


def grave(home: Path) -> list[str]:
    return [finding.words for finding in fsck.check(home) if finding.grave]


def test_bodies_are_in_the_bucket_and_nowhere_on_the_disk(central: Station, world: World, lying: Liar) -> None:
    sealed = [world.testimony(), world.with_media(600_000)]
    outcome = take(central, *sealed)
    assert len(outcome.receipts) == 2
    assert set(lying.objects) == {f"{name[:2]}/{name}" for one in sealed for name in bodies_of(one)}
    assert not (central.settings.home / PARTS).exists()
    assert not any(
        body in file.read_bytes()
        for file in central.settings.home.rglob("*")
        if file.is_file()
        for one in sealed
        for body in (part.body for part in one.parts)
    )
    assert grave(central.settings.home) == []
    assert set(said(take(central, *sealed))) == {"duplicate"}


@pytest.mark.parametrize("name", LIES)
def test_whatever_the_object_store_does_no_receipt_is_wrong(
    central: Station, world: World, lying: Liar, name: str
) -> None:
    sealed = [world.testimony(), world.with_media(300_000)]
    with told(lying, name) as error, pytest.raises(error) as caught:
        take(central, *sealed)
    assert isinstance(caught.value, StoreFailing | StoreFull)
    assert receipts(central) == 0
    assert all(held(central, one) == set() for one in sealed)
    outcome = take(central, *sealed)
    assert len(outcome.receipts) == 2
    central.parts.require_whole([name for one in sealed for name in bodies_of(one)])
    assert all(held(central, one) == names(one) for one in sealed)


@pytest.mark.parametrize("name", each_time(LIES, "loses what it acknowledged", "is full", "never gives back"))
def test_a_node_is_told_to_wait_and_delivers_when_the_object_store_is_well(
    central: Station, world: World, lying: Liar, name: str
) -> None:
    node = world.node()
    sealed = [world.testimony(), world.testimony()]
    take(node, *sealed)
    answers: list[tuple[int, bytes]] = []

    def watch(path: str, answer: Answer) -> Answer:
        if path == "/sync/batch":
            answers.append((answer.status, answer.body))
        return answer

    with told(lying, name), pytest.raises(StationBusy):
        exchange(node, to(central, world.station, Changed(in_process(central), watch)))
    assert {status for status, _ in answers} == {507 if name == "is full" else 503}
    assert not any(hostile_s3.KEY.encode() in body or hostile_s3.URL.encode() in body for _, body in answers)
    assert len(waiting(node)) == 2
    assert receipts(central) == 0
    exchange(node, to(central, world.station))
    assert waiting(node) == []
    assert all(held(central, one) == names(one) for one in sealed)
    central.parts.require_whole([name for one in sealed for name in bodies_of(one)])


@pytest.mark.parametrize("name", ["is busy", "refuses", "hangs up"])
def test_a_desk_waits_for_bodies_that_cannot_be_had_and_passes_over_none(
    central: Station, world: World, lying: Liar, name: str
) -> None:
    """What is damaged is left out and said; what is only away must not be, or no desk would ask for it again."""
    desk = world.desk()
    sealed = [world.testimony(), world.with_media(300_000)]
    take(central, *sealed)
    with told(lying, name), pytest.raises(StationBusy):
        exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    exchange(desk, to(central, world.lawyer_signer), audience="lawyers")
    for one in sealed:
        desk.parts.require_whole(bodies_of(one))


def test_a_desk_is_given_what_there_was_time_for_and_gets_everything_by_and_by(
    central: Station, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a store so slow that a whole piece of the log would outlast the patience of whoever asks."""
    desk, sealed = world.desk(), [world.testimony() for _ in range(4)]
    take(central, *sealed)
    monkeypatch.setattr(server, "SECONDS", -1.0)
    channel = Counting(in_process(central))
    exchange(desk, to(central, world.lawyer_signer, channel), audience="lawyers")
    assert channel.paths.count("/sync/feed") >= len(sealed)
    for one in sealed:
        desk.parts.require_whole(bodies_of(one))


def test_a_withdrawal_is_in_force_while_the_object_store_is_away_and_its_bodies_go_when_it_is_back(
    central: Station, world: World, lying: Liar
) -> None:
    sealed, other = world.coded(), world.testimony()
    take(central, sealed, other)
    lying.lie = hostile_s3.says(503)
    with pytest.raises(BucketSilent):
        take(central, world.withdrawal(sealed))
    assert held(central, sealed) == set()
    assert central.shred_keys.find(tid_of(sealed)) is None
    central.close()
    with open_station(central.settings.home) as again:  # away still: it opens all the same
        assert again.behind
        assert held(again, sealed) == set()
        lying.lie = None
        take(again, world.testimony())
        assert not again.behind
        assert not any(map(again.parts.holds, bodies_of(sealed)))
        assert all(map(again.parts.holds, bodies_of(other)))
    assert grave(central.settings.home) == []


def test_a_withdrawal_in_a_batch_that_the_object_store_does_not_take_is_taken(
    central: Station, world: World, lying: Liar
) -> None:
    sealed, new = world.coded(), world.testimony()
    take(central, sealed)
    lying.lie = hostile_s3.says(507, "InsufficientStorage", "PUT")
    with pytest.raises(BucketFull):
        take(central, world.withdrawal(sealed), new)
    assert held(central, sealed) == set()
    assert held(central, new) == set()
    assert not any(map(central.parts.holds, bodies_of(sealed)))
    assert central.space.has_ballast(), "the reserve on this disk makes no room there"


def test_what_the_object_store_kept_although_it_said_that_it_deleted_is_not_called_destroyed(
    central: Station, world: World, lying: Liar
) -> None:
    sealed = world.coded()
    take(central, sealed)
    lying.lie = hostile_s3.deletes_nothing
    with pytest.raises(BucketFailing):
        take(central, world.withdrawal(sealed))
    assert any("not destroyed to its end" in words for words in grave(central.settings.home))
    lying.lie = None
    take(central, world.testimony())
    assert not any(map(central.parts.holds, bodies_of(sealed)))
    assert grave(central.settings.home) == []


def test_what_goes_to_the_bucket_needs_no_room_on_this_disk(
    central: Station, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that has its floor and no room for the bodies besides."""
    folder = world.create("other", "central", world.central_signer)
    sealed = world.with_media(600_000)
    records = sum(len(item.payload) for item in incoming(sealed) if item.kind == "record")
    pieces = sum(len(piece[-1]) for piece in pieces_of(sealed))
    monkeypatch.setattr(Space, "free", lambda self: FLOOR + records + pieces // 2)
    with pytest.raises(StoreFull):
        take(folder, sealed)
    assert set(said(take(central, sealed))) == {"stored"}
    monkeypatch.setattr(Space, "free", lambda self: FLOOR - 1)
    with pytest.raises(StoreFull):
        take(central, world.testimony())


def test_a_body_that_rots_in_the_bucket_is_found_and_mended(central: Station, world: World, lying: Liar) -> None:
    node, sealed = world.node(), world.testimony()
    take(node, sealed)
    exchange(node, to(central, world.station))
    rotten, missing = bodies_of(sealed)[:2]
    lying.objects[f"{rotten[:2]}/{rotten}"] = b"rot"
    del lying.objects[f"{missing[:2]}/{missing}"]
    assert scrub.look(central) == 2
    assert sorted(words.split(". ")[0] for words in grave(central.settings.home)) == sorted(
        [f"{rotten[:16]}… is damaged", f"{missing[:16]}… is missing"]
    )
    exchange(node, to(central, world.station))  # here it hears of it
    exchange(node, to(central, world.station))
    central.parts.require_whole(bodies_of(sealed))
    assert scrub.look(central) == 0
    assert grave(central.settings.home) == []


@pytest.mark.parametrize("name", ["is busy", "refuses", "is no bucket", "hangs up"])
def test_an_object_store_that_is_away_is_not_called_damage(
    central: Station, world: World, lying: Liar, name: str
) -> None:
    sealed = world.testimony()
    take(central, sealed)
    with told(lying, name) as error:
        with pytest.raises(error):
            scrub.look(central)
        assert MaintenanceJob(central).look() == 0
        with central.database.reading() as session:
            assert scrub.names(session) == set()
        [words] = grave(central.settings.home)
        assert "not all bodies were looked at" in words
        assert monitoring_health.try_store(central) == "failing"
    assert monitoring_health.try_store(central) == "writable"


def test_a_check_changes_nothing_and_tells_what_no_record_names(central: Station, world: World, lying: Liar) -> None:
    sealed = world.testimony()
    take(central, sealed)
    lying.objects["ab/" + "ab" * 32] = b"of a delivery that broke off"
    before = dict(lying.objects)
    assert grave(central.settings.home) == []
    found = [finding.words for finding in fsck.check(central.settings.home)]
    [light] = [words for words in found if "server" not in words]  # what is its own to check, how it is set
    assert "Files that no record names, of deliveries that broke off: 1." in light
    assert lying.objects == before
    assert {asked.method for asked in lying.asked[-10:]} <= {"GET", "HEAD"}


@pytest.fixture
def kept(central: Station, world: World, tmp_path: Path) -> tuple[Path, Path, list[SealedTestimony]]:
    """A backup, the shred keys beside it, and what is in it."""
    sealed = [world.testimony(), world.with_media(300_000)]
    take(central, *sealed)
    folder, keys = tmp_path / "backup", tmp_path / "elsewhere.keys"
    made = backup.back_up(central, folder, shred_keys=keys, recipients=SEALED)
    assert made.damaged == ()
    assert names_in(folder / "parts") == {name for one in sealed for name in bodies_of(one)}
    central.close()
    return folder, keys, sealed


def test_a_lost_home_and_a_lost_bucket_are_made_again_from_the_backup(
    kept: tuple[Path, Path, list[SealedTestimony]], central: Station, world: World, lying: Liar
) -> None:
    folder, keys, sealed = kept
    home = central.settings.home
    shutil.rmtree(home)
    lying.objects.clear()
    restore.restore(folder, home, Given(key=KEEPER, shred_keys=keys))
    assert not (home / PARTS).exists()
    assert grave(home) == []
    with open_station(home) as again:
        assert [held(again, one) for one in sealed] == [names(one) for one in sealed]
        again.parts.require_whole([name for one in sealed for name in bodies_of(one)])
        assert set(said(take(again, *sealed))) == {"duplicate"}


def test_the_environment_says_where_a_restoration_brings_bodies(
    kept: tuple[Path, Path, list[SealedTestimony]],
    central: Station,
    lying: Liar,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From a bucket that is lost into a folder, and from there into another place of an object store."""
    folder, keys, sealed = kept
    home = central.settings.home
    everything = {name for one in sealed for name in bodies_of(one)}
    lying.objects.clear()
    monkeypatch.setenv("TESTIMONY_PARTS_URL", "")
    restore.restore(folder, home, Given(key=KEEPER, shred_keys=keys), over=True)
    assert names_in(home / PARTS) == everything
    assert lying.objects == {}
    assert grave(home) == []
    monkeypatch.setenv("TESTIMONY_PARTS_URL", hostile_s3.URL)
    restore.restore(folder, home, Given(key=KEEPER, shred_keys=keys), over=True)
    assert {name[3:] for name in lying.objects} == everything
    assert not (home / PARTS).exists()
    assert grave(home) == []


@pytest.mark.parametrize("name", ["loses one of five", "keeps other bytes", "is busy", "is full", "refuses"])
def test_a_restoration_into_an_object_store_that_does_not_keep_it_changes_no_home(
    kept: tuple[Path, Path, list[SealedTestimony]], central: Station, lying: Liar, name: str
) -> None:
    folder, keys, _ = kept
    home = central.settings.home
    lying.objects.clear()
    before = {file.relative_to(home) for file in home.rglob("*")}
    with told(lying, name) as error, pytest.raises(error):
        restore.restore(folder, home, Given(key=KEEPER, shred_keys=keys), over=True)
    assert {file.relative_to(home) for file in home.rglob("*")} == before
    assert [path.name for path in home.parent.iterdir() if "restoring" in path.name or "before" in path.name] == []


def test_a_backup_of_an_object_store_that_is_away_leaves_the_one_before(
    central: Station, world: World, lying: Liar, tmp_path: Path
) -> None:
    take(central, world.testimony())
    folder = tmp_path / "backup"
    before = backup.back_up(central, folder).contents
    take(central, world.testimony())
    lying.lie = hostile_s3.says(503)
    with pytest.raises(BucketSilent):
        backup.back_up(central, folder)
    assert backup.read(folder) == before
    lying.lie = None
    assert backup.back_up(central, folder).contents.parts == 2 * before.parts


def test_a_body_that_is_damaged_in_the_bucket_is_named_by_the_backup(
    central: Station, world: World, lying: Liar, tmp_path: Path
) -> None:
    sealed = world.testimony()
    take(central, sealed)
    rotten = bodies_of(sealed)[0]
    lying.objects[f"{rotten[:2]}/{rotten}"] = b"rot"
    made = backup.back_up(central, tmp_path / "backup")
    assert made.damaged == (rotten,)
    assert made.contents.parts == len(bodies_of(sealed)) - 1


@pytest.mark.parametrize("role", ["field", "desk"])
def test_a_bucket_at_a_node_or_a_desk_is_refused_in_one_sentence(world: World, role: str) -> None:
    station = world.node() if role == "field" else world.desk()
    home = station.settings.home
    station.close()
    with pytest.raises(BucketMisplaced, match="for central alone"):
        Settings.load(home, {"TESTIMONY_PARTS_URL": hostile_s3.URL})
    saved = json.loads((home / "station.json").read_text())
    (home / "station.json").write_text(json.dumps({**saved, "parts_url": hostile_s3.URL}))
    with pytest.raises(BucketMisplaced, match="for central alone"):
        open_station(home)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("parts_url", "s3://liarskeyname:liarssecretword@bucket/prefix"),
        ("parts_url", "https://bucket.example/liarssecretword"),
        ("parts_url", "s3://"),
        ("parts_url", "s3://bucket/../other"),
        ("parts_url", "s3://bucket/a//b"),
        ("parts_url", "s3://bucket/prefix?secret=liarssecretword"),
        ("parts_endpoint", "https://liarskeyname:liarssecretword@store.example"),
        ("parts_endpoint", "ftp://store.example"),
        ("parts_endpoint", "https://:::"),
        ("parts_endpoint", "https://store.example:99999"),
        ("parts_endpoint", "https://[::1"),
        ("parts_endpoint", "https://store.example/path?key=liarssecretword"),
        ("parts_region", "eu west"),
    ],
)
def test_a_bucket_s_settings_have_no_room_for_a_secret(world: World, name: str, value: str) -> None:
    """Nor does the sentence repeat what stood there."""
    station = world.central()
    home = station.settings.home
    station.close()
    variable = f"TESTIMONY_{name.upper()}"
    with pytest.raises(SettingUnusable, match=variable) as caught:
        Settings.load(home, {variable: value})
    assert "liars" not in str(caught.value)
    saved = json.loads((home / "station.json").read_text())
    (home / "station.json").write_text(json.dumps({**saved, name: value}))
    with pytest.raises(SettingUnusable, match=name):
        Settings.load(home, {})


def test_a_bucket_s_settings_are_written_where_they_were_set_and_the_environment_wins(
    central: Station, world: World
) -> None:
    saved = (central.settings.home / "station.json").read_text()
    assert json.loads(saved)["parts_url"] == hostile_s3.URL
    assert hostile_s3.KEY not in saved
    assert hostile_s3.SECRET not in saved
    node = world.node()
    assert not set(FORMS) & set(json.loads((node.settings.home / "station.json").read_text()))
    other = Settings.load(
        central.settings.home,
        {"TESTIMONY_PARTS_URL": "s3://other.bucket/a/b", "TESTIMONY_PARTS_ENDPOINT": "http://[::1]:9000"},
    )
    assert (other.parts_url, other.parts_endpoint) == ("s3://other.bucket/a/b", "http://[::1]:9000")
