"""An object store is believed in nothing: what it acknowledges is read back, what it says by mistake is named."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from testimony.certificates.authority import pem, private_pem
from testimony.certificates.scope import read_address
from testimony.errors import SettingUnusable, TestimonyError
from testimony.store.blobs import s3
from testimony.store.blobs.s3 import AT_ONCE, BucketStore
from testimony.store.errors import BucketFailing, BucketFull, BucketRefused, BucketSilent, PartDamaged, PartMissing
from tests.support.certificates.authorities import authority, new_key, request
from tests.support.store import hostile_s3
from tests.support.store.blobs import ABSENT, named
from tests.support.store.hostile_s3 import Asked, Liar, Said

GIVEN = named(b"one", b"two", b"three")
SOME = next(iter(GIVEN))


@pytest.fixture
def lying() -> Iterator[Liar]:
    with hostile_s3.lying() as running:
        yield running


@pytest.fixture
def store(lying: Liar, monkeypatch: pytest.MonkeyPatch) -> BucketStore:
    return hostile_s3.opened(lying, monkeypatch)


def acknowledge(store: BucketStore) -> None:
    """What is done before anybody is told that bodies are kept."""
    store.put_all(GIVEN)
    store.require_whole(GIVEN)


def test_one_that_is_honest_is_believed(store: BucketStore, lying: Liar) -> None:
    acknowledge(store)
    assert lying.objects == {f"{name[:2]}/{name}": body for name, body in GIVEN.items()}
    assert store.names() == set(GIVEN)
    store.require_reachable()


@pytest.mark.parametrize(
    "lie",
    [
        hostile_s3.loses,
        hostile_s3.keeps_other_bytes,
        hostile_s3.keeps_half,
        hostile_s3.loses_one_in(2),
        hostile_s3.gives_other_bytes,
        hostile_s3.gives_too_much,
    ],
    ids=["loses", "other bytes", "half", "loses one", "gives other bytes", "a gigabyte"],
)
def test_what_does_not_come_back_as_it_was_put_is_not_acknowledged(
    store: BucketStore, lying: Liar, lie: hostile_s3.Lie
) -> None:
    lying.lie = lie
    with pytest.raises(BucketFailing) as caught:
        acknowledge(store)
    assert type(caught.value) is BucketFailing


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
def test_one_that_is_busy_or_broken_is_asked_a_few_times_and_then_named_as_silent(
    store: BucketStore, lying: Liar, status: int
) -> None:
    lying.lie = hostile_s3.says(status)
    for act in (lambda: store.put_all(GIVEN), lambda: store.read(SOME), lambda: store.holds(SOME)):
        before = len(lying.asked)
        with pytest.raises(BucketSilent):
            act()
        assert len(lying.asked) - before <= 3 * len(GIVEN)
    with pytest.raises(BucketSilent):
        store.require_reachable()


@pytest.mark.parametrize(
    ("status", "code"),
    [(507, "InsufficientStorage"), (403, "QuotaExceeded"), (503, "XMinioStorageFull"), (500, "InsufficientCapacity")],
)
def test_one_that_is_full_is_named_as_full(store: BucketStore, lying: Liar, status: int, code: str) -> None:
    lying.lie = hostile_s3.says(status, code, "PUT")
    with pytest.raises(BucketFull):
        store.put_all(GIVEN)
    assert lying.objects == {}


@pytest.mark.parametrize(
    ("status", "code"),
    [(403, "AccessDenied"), (403, "SignatureDoesNotMatch"), (401, "Unauthorized"), (404, "NoSuchBucket"), (400, "X")],
)
def test_one_that_refuses_is_named_with_the_bucket(store: BucketStore, lying: Liar, status: int, code: str) -> None:
    lying.lie = hostile_s3.says(status, code)
    for act in (lambda: store.put_all(GIVEN), lambda: store.read(SOME), store.require_reachable):
        with pytest.raises(BucketRefused, match="bucket liar"):
            act()


def test_a_bucket_that_is_gone_is_not_a_body_that_is_missing(store: BucketStore, lying: Liar) -> None:
    """Or everything that is held would be called damaged, and asked for again."""
    with pytest.raises(PartMissing):
        store.read(ABSENT)
    lying.lie = hostile_s3.says(404, "NoSuchBucket")
    with pytest.raises(BucketRefused):
        store.read(ABSENT)
    with pytest.raises(BucketRefused):
        store.remove(ABSENT)


def test_one_that_never_answers_is_waited_for_no_longer_than_was_said(
    store: BucketStore, lying: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    acknowledge(store)
    hostile_s3.impatient(monkeypatch)  # from here on nothing is to succeed
    hasty = hostile_s3.opened(lying, monkeypatch)
    for methods in ("PUT", "GET", "HEAD", "DELETE"):
        lying.lie = hostile_s3.is_stuck(methods)
        act = {
            "PUT": lambda: hasty.put_all(named(b"four")),
            "GET": lambda: hasty.require_whole(GIVEN),
            "HEAD": lambda: hasty.holds(SOME),
            "DELETE": lambda: hasty.remove(SOME),
        }[methods]
        with pytest.raises(BucketSilent):
            act()


def test_a_batch_that_takes_too_long_ends_although_no_request_does(
    lying: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of many is stuck for as long as a request may be: the batch's own end comes before."""
    monkeypatch.setattr(s3, "REQUEST_SECONDS", 3600.0)
    monkeypatch.setattr(s3, "BATCH_SECONDS", 0.3)
    store = hostile_s3.opened(lying, monkeypatch)
    held = f"{SOME[:2]}/{SOME}"

    def stuck(lying: Liar, asked: Asked) -> Said | None:
        if asked.key == held:
            lying.freed.wait(20)  # after which it would have succeeded
        return None

    lying.lie = stuck
    with pytest.raises(BucketSilent):
        store.put_all(GIVEN)


def test_one_that_is_not_there_is_silent(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with hostile_s3.lying() as lying:
        store = hostile_s3.opened(lying, monkeypatch)
    for act in (lambda: store.put_all(GIVEN), lambda: store.read(SOME), store.require_reachable, store.names):
        with pytest.raises(BucketSilent):
            act()
    said = {record.getMessage() for record in caplog.records}
    assert said == {"the object store: bucket.silent (GenericError connection)"}


def test_an_authority_of_one_s_own_is_named_by_the_environment_and_another_is_told_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = datetime.now(UTC)
    made, key = authority(network="127.0.0.0/24", now=now), new_key()
    leaf = made.sign(request(key, addresses=(read_address("127.0.0.1"),)), now=now)
    (tmp_path / "server.pem").write_bytes(private_pem(key) + pem(leaf))
    (tmp_path / "root.pem").write_bytes(pem(made.certificate))
    with hostile_s3.lying(tmp_path / "server.pem") as lying:
        with pytest.raises(BucketSilent):
            acknowledge(hostile_s3.opened(lying, monkeypatch))
        assert lying.objects == {}
        assert {record.getMessage() for record in caplog.records} == {
            "the object store: bucket.silent (GenericError certificate)"
        }
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
        acknowledge(hostile_s3.opened(lying, monkeypatch))


def test_a_retry_after_an_answer_that_was_lost_finds_its_own_object(store: BucketStore, lying: Liar) -> None:
    """The first put is kept and answered with an error; the second is told that something is there."""
    lost: set[str] = set()

    def loses_the_answer(lying: Liar, asked: Asked) -> Said | None:
        if asked.method == "PUT" and asked.key not in lost:
            lost.add(asked.key)
            lying.honestly(asked)
            return hostile_s3.error(500, "InternalError")
        return None

    lying.lie = loses_the_answer
    acknowledge(store)
    assert len(lost) == len(GIVEN)


@pytest.mark.parametrize("lie", [hostile_s3.knows_no_conditions, hostile_s3.is_there_already])
def test_one_that_knows_no_create_only_is_written_to_as_it_can(
    store: BucketStore, lying: Liar, lie: hostile_s3.Lie
) -> None:
    lying.lie = lie
    acknowledge(store)
    assert store.names() == set(GIVEN)


def test_what_is_there_and_whole_is_not_written_again(store: BucketStore, lying: Liar) -> None:
    acknowledge(store)
    lying.asked.clear()
    store.put_all(GIVEN)
    assert all(asked.only_new for asked in lying.asked if asked.method == "PUT")
    assert sum(asked.method == "PUT" for asked in lying.asked) == len(GIVEN)


def test_what_it_says_that_it_deleted_and_kept_is_not_called_destroyed(store: BucketStore, lying: Liar) -> None:
    acknowledge(store)
    lying.lie = hostile_s3.deletes_nothing
    for act in (lambda: store.remove(SOME), lambda: store.remove_all(GIVEN)):
        with pytest.raises(BucketFailing) as caught:
            act()
        assert type(caught.value) is BucketFailing
    lying.lie = None
    store.remove_all(GIVEN)
    assert lying.objects == {}


def test_what_is_larger_than_any_body_is_not_read(store: BucketStore, lying: Liar) -> None:
    acknowledge(store)
    lying.lie = hostile_s3.gives_too_much
    with pytest.raises(PartDamaged):
        store.read(SOME)


class Counted:
    """Holds every request back until it is told to go on; how many there were at once."""

    def __init__(self) -> None:
        self.under_way = self.most = 0
        self.changed = threading.Condition()
        self.go = threading.Event()

    def __call__(self, lying: Liar, asked: Asked) -> Said | None:
        with self.changed:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
            self.changed.notify_all()
        self.go.wait()
        with self.changed:
            self.under_way -= 1
        return None

    def wait_for(self, number: int) -> None:
        """Returns when so many are held back; a moment later, in which more might come."""
        with self.changed:
            self.changed.wait_for(lambda: self.under_way >= number)
        time.sleep(0.3)


def test_only_so_many_are_under_way_at_once(store: BucketStore, lying: Liar) -> None:
    """However many there are: what waits is what the caller holds anyhow, and of what is read only a few."""
    given = named(*(number.to_bytes(2, "big") for number in range(5 * AT_ONCE)))
    for act in (lambda: store.put_all(given), lambda: store.require_whole(given), lambda: list(store.read_each(given))):
        lying.lie = counted = Counted()
        acting = threading.Thread(target=act)
        acting.start()
        counted.wait_for(AT_ONCE)
        counted.go.set()
        acting.join()
        assert counted.most == AT_ONCE


def test_whoever_reads_slowly_holds_few_in_memory(store: BucketStore, lying: Liar) -> None:
    given = named(*(number.to_bytes(2, "big") for number in range(5 * AT_ONCE)))
    store.put_all(given)
    lying.asked.clear()
    reading = store.read_each(given)
    for _ in range(3):
        next(reading)
    assert len(lying.asked) <= AT_ONCE + 3
    assert len(dict(reading)) == len(given) - 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500, 503, 507])
def test_no_error_and_no_line_of_the_log_quotes_what_a_server_said(
    store: BucketStore, lying: Liar, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    """S3 names the key and what was signed with it in its refusals, and the library quotes them."""
    lying.lie = hostile_s3.says(status)
    caplog.set_level(logging.DEBUG)
    for act in (lambda: store.put_all(GIVEN), lambda: store.holds(SOME), lambda: store.remove(SOME), store.names):
        try:
            act()
        except TestimonyError as error:
            said = "".join(traceback.format_exception(error)) + repr(error) + str(error.values)
            context = error.__context__ or error.__cause__
            assert context is None or isinstance(context, TestimonyError)
            assert not any(secret in said for secret in (hostile_s3.KEY, hostile_s3.SECRET, "AWS4", lying.endpoint))
    assert any(str(status) in record.getMessage() for record in caplog.records)
    assert not any(secret in caplog.text for secret in (hostile_s3.KEY, hostile_s3.SECRET))


def test_the_setting_says_where_before_the_environment_does(lying: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    acknowledge(hostile_s3.opened(lying, monkeypatch))
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "")
    monkeypatch.setenv("AWS_ENDPOINT_URL", lying.endpoint)
    BucketStore(hostile_s3.URL).require_whole(GIVEN)


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_ACCESS_KEY_ID", "liarskey\nname"), ("AWS_SESSION_TOKEN", "liars\x01")]
)
def test_a_panic_of_the_library_ends_no_thread_and_is_named(
    lying: Liar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, value: str
) -> None:
    """It is no `Exception`: a server's thread would end with it."""
    hostile_s3.with_credentials(monkeypatch)
    monkeypatch.setenv(name, value)  # no header can hold it
    store = BucketStore(hostile_s3.URL, endpoint=lying.endpoint)
    for act in (lambda: store.put_all(GIVEN), lambda: store.require_whole(GIVEN), store.require_reachable):
        with pytest.raises(BucketRefused):
            act()
    assert "liars" not in caplog.text


@pytest.mark.parametrize("name", ["AWS_CONDITIONAL_PUT", "AWS_REQUEST_PAYER"])
def test_what_the_library_cannot_read_in_the_environment_is_a_setting_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "liarssecretword")
    with pytest.raises(SettingUnusable, match="AWS_") as caught:
        BucketStore(hostile_s3.URL)
    assert "liars" not in "".join(traceback.format_exception(caught.value))


def test_a_store_is_made_without_asking_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a station opens while its object store is away."""
    with hostile_s3.lying() as lying:
        hostile_s3.opened(lying, monkeypatch)
        assert lying.asked == []
