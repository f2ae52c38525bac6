"""A node asks for its next certificate in time, and takes what fits and nothing else; a kill leaves one whole state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from cryptography import x509

from testimony.certificates.authority import LEAF_BACKDATED, Authority, private_pem
from testimony.certificates.errors import CertificateRefused
from testimony.certificates.identity import Identity, signed_pem
from testimony.certificates.request import Request
from testimony.certificates.scope import read_address
from testimony.sealing.records.records import SignedRecord
from testimony.sealing.statements.renewal import parse_renewal
from testimony.services.certificates import renewal as certificate_renewal
from testimony.services.certificates import store as certificate_store
from testimony.services.certificates.errors import RequestMissing
from testimony.services.startup import open_station
from testimony.station.station import Station
from testimony.store.files import durable
from tests.support.certificates.authorities import HOTSPOT, NAME, NOW, authority, in_days, new_key, signed_in_spite

LATE = in_days(70)  # of ninety


@pytest.fixture
def made() -> Authority:
    return authority()


@pytest.fixture
def node(homes: Path, made: Authority) -> Iterator[Station]:
    """A field node with a certificate of ninety days."""
    certificate_store.install(homes / "field", answer(made, certificate_store.ask(homes / "field")), now=NOW)
    with open_station(homes / "field") as station:
        yield station


def answer(made: Authority, asked: bytes, **when: object) -> bytes:
    return certificate_store.sign(made, Request.parse(asked), **({"now": NOW} | when))  # type: ignore[arg-type]


def asked(node: Station) -> bytes:
    record = certificate_renewal.ask(node, now=LATE)
    assert record is not None
    return request_in(record)


def request_in(record: SignedRecord) -> bytes:
    return parse_renewal(record).request.encode()


def held(node: Station) -> Identity:
    return certificate_store.required(node.settings.home)


def test_a_node_asks_in_the_last_third_of_a_certificates_life_and_not_before(node: Station) -> None:
    assert certificate_renewal.ask(node, now=in_days(59.9)) is None
    assert certificate_renewal.ask(node, now=in_days(-3000)) is None
    assert not certificate_store.waiting(node.settings.home)
    assert certificate_renewal.ask(node, now=in_days(60.1)) is not None
    assert certificate_renewal.ask(node, now=in_days(3000)) is not None


def test_it_asks_with_a_fresh_key_for_the_name_and_the_addresses_in_force(node: Station) -> None:
    request = Request.parse(asked(node))
    assert request.public_key != held(node).key.public_key()
    assert (request.name, list(request.addresses)) == (NAME, [HOTSPOT])
    assert Request.parse(asked(node)).fingerprint == request.fingerprint, "until it is answered it is the same key"


def test_the_request_is_signed_by_the_stations_own_key_and_holds_no_other(node: Station) -> None:
    record = certificate_renewal.ask(node, now=LATE)
    assert record is not None
    record.verify(node.signer.public_keys)
    assert b"PRIVATE" not in record.encode()


def test_a_request_that_a_person_began_goes_along_at_sync(node: Station) -> None:
    by_hand = certificate_store.ask_again(node.settings.home)
    record = certificate_renewal.ask(node, now=NOW)
    assert record is not None
    assert Request.parse(request_in(record)).fingerprint == Request.parse(by_hand).fingerprint


def test_a_node_without_a_certificate_asks_for_nothing(homes: Path) -> None:
    certificate_store.ask(homes / "field")
    with open_station(homes / "field") as station:
        assert certificate_renewal.ask(station, now=LATE) is None


def test_what_fits_is_taken_and_then_nothing_is_under_way(node: Station, made: Authority) -> None:
    new = certificate_renewal.take(node, answer(made, asked(node), now=LATE))
    assert held(node).leaf == new.leaf
    assert new.ends == LATE + timedelta(days=90)
    assert certificate_renewal.ask(node, now=LATE) is None


def _key_of_another(made: Authority, request: bytes) -> bytes:
    return answer(made, Request.make(new_key(), NAME, [HOTSPOT]), now=LATE)


def _foreign_root(made: Authority, request: bytes) -> bytes:
    return answer(authority(), request, now=LATE)


def _foreign_root_of_the_same_name(made: Authority, request: bytes) -> bytes:
    """Signed by a stranger, with our root behind it."""
    ours = answer(made, request, now=LATE)
    foreign = answer(authority(), request, now=LATE)
    end = b"-----END CERTIFICATE-----\n"
    return foreign.split(end)[0] + end + ours.split(end)[1] + end


def _as_long_as_before(made: Authority, request: bytes) -> bytes:
    return answer(made, request, now=NOW)


def _ending_before(made: Authority, request: bytes) -> bytes:
    return answer(made, request, now=LATE, days=1)


def _another_address(made: Authority, request: bytes) -> bytes:
    return _signed_for(made, request, NAME, "10.42.0.9")


def _one_address_more(made: Authority, request: bytes) -> bytes:
    return _signed_for(made, request, NAME, "10.42.0.1", "10.42.0.9")


def _signed_for(made: Authority, request: bytes, name: str, *addresses: str) -> bytes:
    asked = Request.parse(request)
    other = Request(public_key=asked.public_key, name=name, addresses=[read_address(one) for one in addresses])
    return certificate_store.sign(made, other, now=LATE)


def _noise(made: Authority, request: bytes) -> bytes:
    return bytes(range(256))


def _the_request_itself(made: Authority, request: bytes) -> bytes:
    return request


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (_key_of_another, "key"),
        (_foreign_root, "other-authority"),
        (_foreign_root_of_the_same_name, "chain"),
        (_as_long_as_before, "earlier"),
        (_ending_before, "earlier"),
        (_another_address, "other-names"),
        (_one_address_more, "other-names"),
        (_noise, "certificate"),
        (_the_request_itself, "certificate"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_rule_and_the_old_one_stays(
    sent: Callable[[Authority, bytes], bytes], reason: str, node: Station, made: Authority
) -> None:
    request = asked(node)
    before = certificate_store.in_force(node.settings.home).read_bytes()
    with pytest.raises(CertificateRefused) as caught:
        certificate_renewal.take(node, sent(made, request))
    assert caught.value.reason == reason
    assert certificate_store.in_force(node.settings.home).read_bytes() == before
    assert certificate_renewal.take(node, answer(made, request, now=LATE)).ends > LATE, "what fits is still taken"


def test_another_name_under_our_own_root_is_refused(node: Station, made: Authority) -> None:
    """The constraints of the root would let a name below ours pass (RFC 5280, 4.2.1.10); a node does not."""
    asked(node)
    leaf, _ = signed_in_spite(made, [x509.DNSName(f"other.{NAME}")])
    before = held(node)
    with pytest.raises(CertificateRefused) as caught:
        certificate_renewal.take(node, signed_pem(leaf, made.certificate))
    assert caught.value.reason == "chain"
    assert held(node).leaf == before.leaf


def test_a_certificate_for_nothing_that_was_asked_is_refused(node: Station, made: Authority) -> None:
    with pytest.raises(RequestMissing):
        certificate_renewal.take(node, answer(made, Request.make(held(node).key, NAME, [HOTSPOT]), now=LATE))


STEPS = ["write_new", "sync_file", "sync_folder", "forget"]
KILLED = """
import os, signal, sys
from pathlib import Path
from testimony.services.certificates import renewal, store
from testimony.services.startup import open_station
from testimony.store.files import durable
step, home, signed = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]).read_bytes()
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
def half(path, data):
    path.write_bytes(data[: len(data) // 2])
    die()
with open_station(home) as station:
    if step == "forget":
        store.forget_next_key = die
    else:
        setattr(durable, step, half if step == "write_new" else die)
    renewal.take(station, signed)
"""


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_any_step_one_whole_key_and_certificate_are_in_force_and_the_rest_is_made_up(
    step: str, node: Station, made: Authority, tmp_path: Path
) -> None:
    old, file = held(node), tmp_path / "signed.pem"
    file.write_bytes(answer(made, asked(node), now=LATE))
    home = node.settings.home
    done = subprocess.run(
        [sys.executable, "-c", KILLED, step, home, file], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    in_force = held(node)  # parsed and verified: its key, its certificate and its root belong together
    assert (in_force.leaf == old.leaf) == (step in ("write_new", "sync_file"))
    again = certificate_renewal.ask(node, now=LATE)
    if in_force.leaf == old.leaf:
        assert again is not None
        assert certificate_renewal.take(node, file.read_bytes()).ends > old.ends
    else:
        assert again is None, "the key that waited is in force: nothing is under way"
    assert sorted(
        path.name for path in (home / certificate_store.FOLDER).iterdir() if not path.name.endswith(".new")
    ) == ["node.pem"]


def test_two_processes_at_one_home_take_turns(node: Station) -> None:
    """Two that write one file at a time would leave halves of both."""
    with certificate_store.turn(node.settings.home):
        child = os.fork()
        if child == 0:
            certificate_store.TURN = 0.0
            try:
                certificate_store.ask_again(node.settings.home)
            except certificate_store.StoreLocked:
                os._exit(7)
            os._exit(0)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 7


def test_what_people_are_told_of_the_end(node: Station, tmp_path: Path) -> None:
    home = node.settings.home
    day = held(node).ends.date().isoformat()
    assert certificate_renewal.ending(tmp_path, NOW) is None
    assert certificate_renewal.ending(home, in_days(68.9)) is None
    assert certificate_renewal.ending(home, in_days(69.1)) == certificate_renewal.Ending("soon", day)
    assert certificate_renewal.ending(home, in_days(90)) == certificate_renewal.Ending("ended", day)
    durable.replace_file(certificate_store.in_force(home), private_pem(new_key()))
    assert certificate_renewal.ending(home, NOW) == certificate_renewal.Ending("damaged", "")


@pytest.mark.parametrize(("days", "least"), [(90, 60), (30, 20), (365, 244)])
def test_the_last_third_begins_when_less_than_a_third_is_left(days: int, least: int) -> None:
    held = cast(Identity, SimpleNamespace(begins=NOW - LEAF_BACKDATED, ends=NOW + timedelta(days)))
    third = NOW + timedelta(days) * 2 / 3
    assert not certificate_renewal.is_due(held, third)
    assert certificate_renewal.is_due(held, third + timedelta(seconds=1))
    assert not certificate_renewal.is_due(held, NOW + timedelta(least - 1))
    assert certificate_renewal.is_due(held, NOW + timedelta(least + 1))


def test_a_certificate_that_ended_before_it_was_signed_is_not_counted_from_then() -> None:
    held = cast(Identity, SimpleNamespace(begins=NOW, ends=NOW + timedelta(90)))
    assert not certificate_renewal.is_due(held, NOW)
    assert certificate_renewal.is_due(held, NOW + timedelta(90, seconds=1))
